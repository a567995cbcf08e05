#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "state/history_table.hpp"
#include "state/state_rows.hpp"
#include "support/yaml/quoted_text.hpp"

// How events are found: by the index for the question, which holds all that is compared, the newest first.

namespace trunkwarden {
namespace {

// The place of an event: its moment and its number.
struct history_place {
    std::int64_t at = 0;
    std::int64_t number = 0;
};

std::optional<history_place> place_in(const std::string& text)
{
    history_place out;
    const auto* const end = text.data() + text.size();
    const auto at = std::from_chars(text.data(), end, out.at);
    if (at.ec != std::errc() || at.ptr == end || *at.ptr != '-')
        return std::nullopt;
    const auto number = std::from_chars(at.ptr + 1, end, out.number);
    if (number.ec != std::errc() || number.ptr != end)
        return std::nullopt;
    return out;
}

// The whole id of the only incident that begins like this.
result<std::string> whole_incident(SQLite::Database& in, const std::string& beginning)
{
    SQLite::Statement next(
        in,
        "SELECT min(incident) FROM events INDEXED BY events_by_incident WHERE incident <> '' "
        "AND incident >= ?");
    const auto first_from = [&next](const std::string& text) {
        next.reset();
        next.bind(1, text);
        return next.executeStep() && !next.getColumn(0).isNull() ? next.getColumn(0).getString()
                                                                 : std::string();
    };
    const auto found = first_from(beginning);
    if (!found.starts_with(beginning))
        return failure{errc::not_found,
                       fmt::format("no event that is kept is of an incident {}", quoted_text(beginning))};
    const auto another = first_from(found + ' ');
    if (found != beginning && another.starts_with(beginning))
        return bad_usage("{} and {} begin with {}: write more of the id", found, another,
                         quoted_text(beginning));
    return found;
}

// The index that leaves the fewest events to be looked at, and its first key.
struct way_in {
    std::string_view index;
    std::string_view condition;
};

way_in way_to(const history_selection& chosen)
{
    if (!chosen.finding.empty())
        return {"events_by_finding", "finding = :finding AND finding <> ''"};
    if (!chosen.incident.empty())
        return {"events_by_incident", "incident = :incident AND incident <> ''"};
    if (chosen.account && !chosen.resource.empty())
        return {"events_by_account_and_resource", "account = :account AND resource = :resource"};
    if (!chosen.resource.empty())
        return {"events_by_resource", "resource = :resource"};
    if (chosen.account)
        return {"events_by_account", "account = :account"};
    return {"events_by_time", "true"};
}

std::string query_for(const history_selection& chosen)
{
    const auto way = way_to(chosen);
    std::string also;
    const auto add = [&also, &way](bool wanted, std::string_view condition) {
        if (wanted && way.condition.find(condition) == std::string_view::npos)
            also += fmt::format(" AND {}", condition);
    };
    add(chosen.account.has_value(), "account = :account");
    add(!chosen.resource.empty(), "resource = :resource");
    add(!chosen.incident.empty(), "incident = :incident");
    add(chosen.since.has_value(), "at >= :since");
    add(!chosen.before.empty(), "at <= :at");
    add(!chosen.before.empty(), "(at < :at OR number < :number)");
    return fmt::format(
        "SELECT at, number, account, resource, kind, level, finding, incident, action, sentence, by_whom FROM "
        "events WHERE number IN (SELECT number FROM events INDEXED BY {} WHERE {}{} ORDER BY at DESC, number DESC "
        "LIMIT :most) ORDER BY at DESC, number DESC",
        way.index, way.condition, also);
}

void bind_selection(SQLite::Statement& to, const history_selection& chosen, const history_place& before)
{
    if (!chosen.finding.empty())
        to.bind(":finding", chosen.finding);
    if (!chosen.incident.empty())
        to.bind(":incident", chosen.incident);
    if (!chosen.resource.empty())
        to.bind(":resource", chosen.resource);
    if (chosen.account)
        to.bind(":account", *chosen.account);
    if (chosen.since)
        to.bind(":since", milliseconds_of(*chosen.since));
    if (!chosen.before.empty()) {
        to.bind(":at", before.at);
        to.bind(":number", before.number);
    }
    to.bind(":most", static_cast<std::int64_t>(chosen.most) + 1);
}

// Nothing for a kind that only a later version knows.
std::optional<history_event> event_in(row_reader row)
{
    history_event out;
    out.account = row.text();
    out.resource = row.text();
    const auto kind = value_named<history_kind>(row.text());
    const auto level = row.number();
    out.level = static_cast<severity>(
        std::clamp<std::int64_t>(level, 0, static_cast<std::int64_t>(severity::critical)));
    out.finding = row.text();
    out.incident = row.text();
    out.action = row.text();
    out.sentence = row.text();
    out.by = row.text();
    if (!kind)
        return std::nullopt;
    out.kind = *kind;
    return out;
}

}  // namespace

result<history_page> read_history(SQLite::Database& from, const history_selection& chosen)
{
    auto wanted = chosen;
    const auto before = wanted.before.empty() ? history_place{} : place_in(wanted.before);
    if (!before)
        return bad_usage("\"before\" must be what an earlier page says in \"earlier\"");
    if (!wanted.incident.empty()) {
        auto whole = whole_incident(from, wanted.incident);
        if (!whole)
            return whole.error();
        wanted.incident = *std::move(whole);
    }
    SQLite::Statement query(from, query_for(wanted));
    bind_selection(query, wanted, *before);
    history_page out;
    std::size_t read = 0;
    history_place last;
    while (query.executeStep()) {
        if (read++ == wanted.most) {
            out.earlier = fmt::format("{}-{}", last.at, last.number);
            break;
        }
        row_reader row(query);
        last.at = row.number();
        last.number = row.number();
        if (auto event = event_in(row)) {
            event->at = time_of(last.at);
            out.events.push_back(*std::move(event));
        }
    }
    std::ranges::reverse(out.events);
    return out;
}

}  // namespace trunkwarden
