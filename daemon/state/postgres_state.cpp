#include "state/postgres_state.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <iterator>

#include "postgres/postgres_error.hpp"
#include "state/postgres_runner.hpp"
#include "state/postgres_session.hpp"
#include "state/state_rows.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// Each of them once.
void leave_out(std::vector<history_event>& events, const std::vector<history_event>& gone)
{
    for (const auto& event : gone)
        if (const auto found = std::ranges::find(events, event); found != events.end())
            events.erase(found);
}

}  // namespace

postgres_state::postgres_state(database_settings where, std::unique_ptr<file_lock> lock, writer_place place,
                               const forgotten_rows& forgotten)
    : where_(std::move(where)), lock_(std::move(lock)), place_(std::move(place)), forgotten_(forgotten)
{
}

void postgres_state::connect()
{
    if (connection_ && connection_->is_open())
        return;
    connection_ = connect_to(where_);
    settle_doubts();
}

// A commit without an answer may still be under way: what is in doubt stays so until another commit is known.
void postgres_state::settle_doubts()
{
    begin(*connection_, where_, transaction_for::reading);
    postgres_runner runner(*connection_);
    const auto row = query(runner, "SELECT process, revision, attempt FROM writer");
    if (!row->next() || row->text(0) != place_.process)
        throw postgres_error(
            "another trunkwarden has taken it over: the one that starts last writes; stop one of "
            "them, and restart the other");
    const auto there = row->number(1);
    const auto attempt = row->number(2);
    connection_->commit();
    if (there == place_.revision)
        return;
    const auto expected = std::exchange(place_.revision, there);
    const auto committed = std::ranges::find(doubts_, attempt, &doubtful_attempt::number);
    if (there == expected + 1 && committed != doubts_.end())
        std::ranges::move(committed->events, std::back_inserter(events_in_already_));
    doubts_.clear();
    if (there < expected)
        throw postgres_error(fmt::format(
            "it went back by {} that were committed (a failover, or a restored backup): the changes in "
            "them are lost",
            plural(static_cast<std::size_t>(expected - there), "transaction")));
}

void postgres_state::put(const state_change& change)
{
    begin(*connection_, where_, transaction_for::writing);
    postgres_runner runner(*connection_);
    execute(runner, "SELECT fence($1, $2, $3)", place_.process, place_.revision, ++attempt_);
    const auto forgotten = rows_.put(runner, change);
    commit(change);
    ++place_.revision;
    doubts_.clear();
    events_in_already_.clear();
    forgotten_.audit_events += forgotten.audit_events;
    forgotten_.findings += forgotten.findings;
    forgotten_.events += forgotten.events;
}

void postgres_state::commit(const state_change& change)
{
    constexpr std::size_t most_doubts = 8;
    try {
        connection_->commit();
    } catch (const postgres_error&) {
        if (connection_->is_in_doubt())
            doubts_.push_back({attempt_, change.events});
        if (doubts_.size() > most_doubts)
            doubts_.erase(doubts_.begin());
        throw;
    }
}

result<void> postgres_state::write(const state_change& change)
{
    try {
        connect();
        if (events_in_already_.empty()) {
            put(change);
            return {};
        }
        auto rest = change;
        leave_out(rest.events, events_in_already_);
        put(rest);
        return {};
    } catch (const std::exception& e) {
        connection_.reset();
        rows_.count_anew();
        return failure{errc::bad_file, fmt::format("the database cannot be written: {}", e.what())};
    }
}

}  // namespace trunkwarden
