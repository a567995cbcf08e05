#include "state/history_table.hpp"

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
std::string incident_so_far(statement_runner& in, const history_event& event)
{
    if (!event.incident.empty() || event.finding.empty() || event.kind == history_kind::opened)
        return event.incident;
    const auto newest =
        query(in,
              "SELECT incident FROM events INDEXED BY events_by_finding WHERE finding = $1 AND "
              "finding <> '' ORDER BY number DESC LIMIT 1",
              event.finding);
    return newest->next() ? newest->text(0) : std::string();
}

// The earlier events of this opening belong to the incident, too.
void join_earlier(statement_runner& in, const history_event& event)
{
    if (event.incident.empty() || event.finding.empty() || event.kind == history_kind::opened)
        return;
    std::vector<std::int64_t> numbers;
    const auto back = query(in,
                            "SELECT number, kind, incident FROM events INDEXED BY events_by_finding WHERE "
                            "finding = $1 AND finding <> '' ORDER BY number DESC",
                            event.finding);
    while (back->next()) {
        row_reader row(*back);
        const auto number = row.number();
        const auto kind = row.text();
        if (!row.text().empty())
            break;
        numbers.push_back(number);
        if (kind == name_of(history_kind::opened))
            break;
    }
    for (const auto number : numbers)
        execute(in, "UPDATE events SET incident = $1 WHERE number = $2", event.incident, number);
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

history_weight history_writer::weight_within_share(statement_runner& in, const history_event& event)
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
        const auto count =
            query(in,
                  "SELECT count(*) FROM events INDEXED BY events_by_account WHERE account = $1 AND at >= $2 "
                  "AND at < $3 AND weight = $4",
                  event.account, time_point(today), time_point(today + std::chrono::days(1)),
                  static_cast<std::int64_t>(weight));
        count->next();
        share->second = row_reader(*count).number();
    }
    return share->second++ < limits_.share ? weight : history_weight::light;
}

void history_writer::add(statement_runner& into, history_event event)
{
    shorten(event);
    event.incident = incident_so_far(into, event);
    join_earlier(into, event);
    const auto weight = weight_within_share(into, event);
    const auto bytes = bytes_of(event);
    execute(into,
            "INSERT INTO events(at, account, resource, kind, level, weight, finding, incident, action, "
            "sentence, by_whom, bytes) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            event.at, event.account, event.resource, std::string(name_of(event.kind)),
            static_cast<std::int64_t>(event.level), static_cast<std::int64_t>(weight), event.finding,
            event.incident, event.action, event.sentence, event.by, bytes);
    ++counted_->events;
    counted_->bytes += bytes;
}

std::size_t history_writer::put(statement_runner& into, const std::vector<history_event>& events)
{
    if (events.empty())
        return 0;
    if (!counted_) {
        const auto all =
            query(into, "SELECT count(*), coalesce(sum(bytes), 0) FROM events INDEXED BY events_to_forget");
        all->next();
        row_reader row(*all);
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
std::size_t history_writer::make_room(statement_runner& in)
{
    if (counted_->events <= limits_.events && counted_->bytes <= limits_.bytes)
        return 0;
    const history_size to_stay{limits_.events - limits_.events / 100, limits_.bytes - limits_.bytes / 100};
    constexpr std::size_t at_a_time = 1'000;  // an engine may fetch all rows before it shows the first
    std::size_t gone = 0;
    time_point up_to{};
    for (std::size_t removed = at_a_time; removed == at_a_time; gone += removed)
        removed = remove_lightest(in, to_stay, at_a_time, up_to);
    add(in, forgotten_event(gone, up_to));
    return gone;
}

std::size_t history_writer::remove_lightest(statement_runner& in, const history_size& to_stay,
                                            std::size_t at_most, time_point& up_to)
{
    std::vector<std::int64_t> numbers;
    {
        const auto lightest =
            query(in,
                  "SELECT number, bytes, at FROM events INDEXED BY events_to_forget ORDER BY "
                  "weight, number LIMIT $1",
                  static_cast<std::int64_t>(at_most));
        while ((counted_->events > to_stay.events || counted_->bytes > to_stay.bytes) && lightest->next()) {
            row_reader row(*lightest);
            numbers.push_back(row.number());
            counted_->bytes -= row.number();
            --counted_->events;
            up_to = std::max(up_to, row.time());
        }
    }
    for (const auto number : numbers)
        execute(in, "DELETE FROM events WHERE number = $1", number);
    return numbers.size();
}

}  // namespace trunkwarden
