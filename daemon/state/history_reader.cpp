#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
result<std::string> whole_incident(statement_runner& in, const std::string& beginning)
{
    const auto first_from = [&in](const std::string& text) {
        const auto rows =
            query(in,
                  "SELECT min(incident) FROM events INDEXED BY events_by_incident WHERE incident <> '' "
                  "AND incident >= $1",
                  text);
        return rows->next() && !rows->is_null(0) ? rows->text(0) : std::string();
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

// The index that leaves the fewest events to be looked at.
std::string_view index_for(const history_selection& chosen)
{
    if (!chosen.finding.empty())
        return "events_by_finding";
    if (!chosen.incident.empty())
        return "events_by_incident";
    if (chosen.account && !chosen.resource.empty())
        return "events_by_account_and_resource";
    if (!chosen.resource.empty())
        return "events_by_resource";
    if (chosen.account)
        return "events_by_account";
    return "events_by_time";
}

// The query in the making: its values get their numbers as they come.
class page_query {
public:
    page_query(const history_selection& chosen, const history_place& before)
    {
        text_ = fmt::format(
            "SELECT at, number, account, resource, kind, level, finding, incident, action, sentence, by_whom "
            "FROM events WHERE number IN (SELECT number FROM events INDEXED BY {} WHERE true",
            index_for(chosen));
        add_words("finding", chosen.finding, " AND finding <> ''");
        add_words("incident", chosen.incident, " AND incident <> ''");
        if (chosen.account)
            add(" AND account = ", &*chosen.account);
        add_words("resource", chosen.resource, "");
        if (chosen.since)
            add(" AND at >= ", milliseconds_of(*chosen.since));
        if (!chosen.before.empty()) {
            add(" AND at <= ", before.at);
            add(" AND (at < ", before.at);
            add(" OR number < ", before.number);
            text_ += ')';
        }
        add(" ORDER BY at DESC, number DESC LIMIT ", static_cast<std::int64_t>(chosen.most) + 1);
        text_ += ") ORDER BY at DESC, number DESC";
    }

    std::unique_ptr<row_source> run(statement_runner& in) const { return in.query(text_.c_str(), values_); }

private:
    void add(std::string_view words, const sql_value& value)
    {
        values_.push_back(value);
        text_ += fmt::format("{}${}", words, values_.size());
    }
    void add_words(std::string_view column, const std::string& value, std::string_view more)
    {
        if (value.empty())
            return;
        add(fmt::format(" AND {} = ", column), &value);
        text_ += more;
    }

    std::string text_;
    std::vector<sql_value> values_;
};

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

result<history_page> read_history(statement_runner& from, const history_selection& chosen)
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
    const auto rows = page_query(wanted, *before).run(from);
    history_page out;
    std::size_t read = 0;
    history_place last;
    while (rows->next()) {
        if (read++ == wanted.most) {
            out.earlier = fmt::format("{}-{}", last.at, last.number);
            break;
        }
        row_reader row(*rows);
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
