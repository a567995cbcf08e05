#include "state/history_table.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

std::int64_t bytes_of(const history_event& event)
{
    return static_cast<std::int64_t>(event.account.size() + event.resource.size() + event.finding.size() +
                                     event.incident.size() + event.action.size() + event.sentence.size() +
                                     event.by.size());
}

// Of the finding's newest event: a message or an action does not know it. An opening has none before it.
std::string incident_so_far(SQLite::Database& in, const history_event& event)
{
    if (!event.incident.empty() || event.finding.empty() || event.kind == history_kind::opened)
        return event.incident;
    SQLite::Statement newest(in,
                             "SELECT incident FROM events INDEXED BY events_by_finding WHERE finding = ? AND "
                             "finding <> '' ORDER BY number DESC LIMIT 1");
    newest.bind(1, event.finding);
    return newest.executeStep() ? row_reader(newest).text() : std::string();
}

// The earlier events of this opening belong to the incident, too.
void join_earlier(SQLite::Database& in, const history_event& event)
{
    if (event.incident.empty() || event.finding.empty() || event.kind == history_kind::opened)
        return;
    std::vector<std::int64_t> numbers;
    SQLite::Statement back(in,
                           "SELECT number, kind, incident FROM events INDEXED BY events_by_finding WHERE "
                           "finding = ? AND finding <> '' ORDER BY number DESC");
    back.bind(1, event.finding);
    while (back.executeStep()) {
        row_reader row(back);
        const auto number = row.number();
        const auto kind = row.text();
        if (!row.text().empty())
            break;
        numbers.push_back(number);
        if (kind == name_of(history_kind::opened))
            break;
    }
    for (const auto number : numbers)
        execute(in, "UPDATE events SET incident = ? WHERE number = ?", event.incident, number);
}

history_event forgotten_event(std::size_t count, time_point up_to)
{
    const auto now = std::chrono::system_clock::now();
    return {.at = now,
            .kind = history_kind::forgotten,
            .sentence = fmt::format(
                "{} events gave way, the lightest and of those the oldest, up to {}: there were too many",
                count, rfc3339(up_to))};
}

}  // namespace

history_weight history_writer::weight_within_share(SQLite::Database& in, const history_event& event)
{
    const auto weight = weight_of(event);
    if (weight == history_weight::light || weight == history_weight::act)
        return weight;
    const auto today = std::chrono::floor<std::chrono::days>(event.at);
    constexpr std::size_t most_remembered = 1'000;
    if (shares_.size() > most_remembered)
        shares_.clear();
    const auto [share, is_new] = shares_.try_emplace(share_key{event.account, weight, today}, 0);
    if (is_new) {
        SQLite::Statement count(
            in,
            "SELECT count(*) FROM events INDEXED BY events_by_account WHERE account = ? AND "
            "at >= ? AND at < ? AND weight = ?");
        count.bind(1, event.account);
        count.bind(2, milliseconds_of(today));
        count.bind(3, milliseconds_of(today + std::chrono::days(1)));
        count.bind(4, static_cast<int>(weight));
        count.executeStep();
        share->second = row_reader(count).number();
    }
    return share->second++ < limits_.share ? weight : history_weight::light;
}

void history_writer::add(SQLite::Database& into, history_event event)
{
    shorten(event);
    event.incident = incident_so_far(into, event);
    join_earlier(into, event);
    const auto weight = weight_within_share(into, event);
    const auto bytes = bytes_of(event);
    execute(into,
            "INSERT INTO events(at, account, resource, kind, level, weight, finding, incident, action, "
            "sentence, by_whom, bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            event.at, event.account, event.resource, std::string(name_of(event.kind)),
            static_cast<std::int64_t>(event.level), static_cast<std::int64_t>(weight), event.finding,
            event.incident, event.action, event.sentence, event.by, bytes);
    ++counted_->events;
    counted_->bytes += bytes;
}

std::size_t history_writer::put(SQLite::Database& into, const std::vector<history_event>& events)
{
    if (events.empty())
        return 0;
    if (!counted_) {
        SQLite::Statement all(
            into, "SELECT count(*), coalesce(sum(bytes), 0) FROM events INDEXED BY events_to_forget");
        all.executeStep();
        row_reader row(all);
        history_size counted;
        counted.events = row.number();
        counted.bytes = row.number();
        counted_ = counted;
    }
    for (const auto& event : events)
        add(into, event);
    return make_room(into);
}

// A hundredth more than needed, so that it is not done with each event.
std::size_t history_writer::make_room(SQLite::Database& in)
{
    if (counted_->events <= limits_.events && counted_->bytes <= limits_.bytes)
        return 0;
    const auto events_to_stay = limits_.events - limits_.events / 100;
    const auto bytes_to_stay = limits_.bytes - limits_.bytes / 100;
    std::vector<std::int64_t> numbers;
    SQLite::Statement lightest(
        in, "SELECT number, bytes FROM events INDEXED BY events_to_forget ORDER BY weight, number");
    while ((counted_->events > events_to_stay || counted_->bytes > bytes_to_stay) && lightest.executeStep()) {
        row_reader row(lightest);
        numbers.push_back(row.number());
        counted_->bytes -= row.number();
        --counted_->events;
    }
    lightest.reset();
    time_point up_to{};
    SQLite::Statement when(in, "SELECT at FROM events WHERE number = ?");
    SQLite::Statement removal(in, "DELETE FROM events WHERE number = ?");
    for (const auto number : numbers) {
        when.reset();
        when.bind(1, number);
        if (when.executeStep())
            up_to = std::max(up_to, row_reader(when).time());
        when.reset();
        removal.reset();
        removal.bind(1, number);
        removal.exec();
    }
    add(in, forgotten_event(numbers.size(), up_to));
    return numbers.size();
}

}  // namespace trunkwarden
