#include <algorithm>
#include <utility>

#include "cli/report/period_report.hpp"
#include "findings/coverage.hpp"
#include "findings/finding.hpp"
#include "findings/watch_cause.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"

// The answers of which a report is made.

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::optional<history_event> event_of(const json::object& said)
{
    const auto at = parse_time(string_at(said, "at"));
    const auto kind = value_named<history_kind>(string_at(said, "kind"));
    if (!at || !kind)
        return std::nullopt;
    history_event out{.at = *at, .kind = *kind};
    out.level = value_named<severity>(string_at(said, "severity")).value_or(severity::info);
    out.account = string_at(said, "account");
    out.resource = string_at(said, "resource");
    out.finding = string_at(said, "finding");
    out.incident = string_at(said, "incident");
    out.action = string_at(said, "action");
    out.sentence = string_at(said, "sentence");
    out.by = string_at(said, "by");
    return out;
}

bool is_blindness(std::string_view kind, std::string_view resource)
{
    // A wrong clock, or a state file that is not written, hides nothing.
    const auto* const cause = find_watch_cause(resource);
    return kind == name_of(deviation_kind::blind) && (cause == nullptr || hides_the_account(*cause));
}

std::string author_of(const json::object& finding)
{
    const auto* const actor = finding.if_contains("actor");
    if (actor == nullptr || !actor->is_object())
        return {};
    const auto& by = actor->get_object();
    const auto email = string_at(by, "email");
    return std::string(email.empty() ? string_at(by, "user_id") : email);
}

bool is_of(const json::object& said, std::string_view account)
{
    return account.empty() || string_at(said, "account") == account;
}

bool is_true(const json::object& said, std::string_view name)
{
    const auto* const value = said.if_contains(view(name));
    return value != nullptr && value->is_bool() && value->get_bool();
}

account_coverage coverage_of_account(const json::object& said)
{
    account_coverage out{.account = std::string(string_at(said, "account"))};
    out.refused = string_at(said, "reason");
    for (const auto* seen : objects_at(said, "coverage")) {
        ++out.resources;
        if (string_at(*seen, "state") == name_of(reading_state::complete))
            ++out.complete;
        else
            out.unwatched.push_back({out.account, std::string(string_at(*seen, "resource")),
                                     std::string(string_at(*seen, "state")),
                                     std::string(string_at(*seen, "reason"))});
    }
    const auto* const sentences = said.if_contains("not_proven");
    if (const auto* const list = sentences == nullptr ? nullptr : sentences->if_array())
        for (const auto& sentence : *list)
            if (sentence.is_string())
                out.not_proven.emplace_back(sentence.get_string());
    return out;
}

}  // namespace

std::vector<history_event> events_of(const json::object& history)
{
    std::vector<history_event> out;
    for (const auto* said : objects_at(history, "events"))
        if (auto event = event_of(*said))
            out.push_back(std::move(*event));
    return out;
}

std::vector<open_finding_record> open_findings_of(const json::array& findings)
{
    std::vector<open_finding_record> out;
    for (const auto& each : findings) {
        const auto* const said = each.if_object();
        if (said == nullptr || string_at(*said, "id").empty() ||
            string_at(*said, "status") == name_of(finding_status::resolved))
            continue;
        open_finding_record& record = out.emplace_back();
        record.id = string_at(*said, "id");
        record.account = string_at(*said, "account");
        record.resource = string_at(*said, "resource");
        record.incident = string_at(*said, "incident");
        record.level = value_named<severity>(string_at(*said, "severity")).value_or(severity::info);
        record.title = string_at(*said, "title");
        record.by = author_of(*said);
        record.status = string_at(*said, "status");
        record.since = parse_time(string_at(*said, "since"));
        record.is_blindness = is_blindness(string_at(*said, "kind"), record.resource);
    }
    return out;
}

std::vector<account_coverage> coverage_of(const json::object& said, std::string_view account)
{
    std::vector<account_coverage> out;
    for (const auto* each : objects_at(said, "accounts"))
        if (is_of(*each, account))
            out.push_back(coverage_of_account(*each));
    return out;
}

std::vector<spending_today> spending_today_of(const json::object& said, std::string_view account)
{
    std::vector<spending_today> out;
    for (const auto* each : objects_at(said, "accounts")) {
        const auto* const use = object_at(*each, "use");
        const auto* const money = use == nullptr ? nullptr : object_at(*use, "money");
        if (money == nullptr || !is_of(*each, account))
            continue;
        spending_today& today = out.emplace_back();
        today.account = string_at(*each, "account");
        today.currency = string_at(*money, "currency");
        today.spent = string_at(*money, "spent_today");
        today.available = string_at(*money, "available");
        today.is_least = is_true(*money, "at_least");
    }
    return out;
}

}  // namespace trunkwarden
