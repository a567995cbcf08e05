#include "cli/report/period_report_now.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "support/first_of.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// The accounts of the report, and those of its days: one may have left the settings.
std::set<std::string> accounts_with_money(const period_report& report)
{
    std::set<std::string> out(report.period.accounts.begin(), report.period.accounts.end());
    for (const auto& each : report.spent)
        out.insert(each.account);
    for (const auto& each : report.now.today)
        out.insert(each.account);
    return out;
}

// Those of which the daemon has no sum of today. It answered.
std::vector<std::string> accounts_without_today(const period_report& report)
{
    auto accounts = accounts_with_money(report);
    if (!report.period.account.empty())
        accounts.insert(report.period.account);
    for (const auto& each : report.now.today)
        accounts.erase(each.account);
    return {accounts.begin(), accounts.end()};
}

std::string sums_in_words(const account_spending& sums)
{
    std::string out;
    for (const auto& [currency, both] : sums.by_currency)
        out += fmt::format("{}{} {} spent and {} topped up", out.empty() ? "" : ", ", currency,
                           to_text(both.first), to_text(both.second));
    return out;
}

// Of a thousand accounts nobody reads a thousand names.
constexpr std::size_t most_names = 10;

std::string spending_fact(const account_spending& sums)
{
    return fmt::format(
        "{}: {}{} on {} (UTC){}.", sums.account, sums.is_least ? "at least " : "", sums_in_words(sums),
        plural(sums.known, "day"),
        sums.known < sums.days ? fmt::format("; of {} more it is not known", sums.days - sums.known) : "");
}

std::string words_without_the_day(const day_spending& sums)
{
    return fmt::format("{0}{1} {2} spent; {1} {3} topped up in {4}; {1} {5} left",
                       sums.is_least ? "at least " : "", sums.currency, to_text(sums.spent),
                       to_text(sums.topped_up), plural(sums.payments, "payment"), to_text(sums.available));
}

std::string words_of(const spending_today& today)
{
    return fmt::format("{}{} {} spent; {}", today.is_least ? "at least " : "", today.currency, today.spent,
                       today.available.empty() ? "the balance is not known"
                                               : fmt::format("{} {} left", today.currency, today.available));
}

// Sums are of the whole day, also where the period has a part of it.
std::string day_in_words(const day_spending& sums, const report_period& period)
{
    auto out = iso_date(sums.date);
    if (start_of(sums.date) < period.from)
        out += " from its beginning";
    if (start_of(sums.date + std::chrono::days(1)) > period.to)
        out += " to its end";
    return out;
}

json::object day_json(const reported_day& each)
{
    json::object out;
    out["account"] = view(each.account);
    out["day"] = view(iso_date(each.sums.date));
    out["currency"] = view(each.sums.currency);
    out["spent"] = view(to_text(each.sums.spent));
    out["topped_up"] = view(to_text(each.sums.topped_up));
    out["payments"] = each.sums.payments;
    out["left"] = view(to_text(each.sums.available));
    out["at_least"] = each.sums.is_least;
    return out;
}

json::object today_json(const spending_today& today)
{
    json::object out;
    out["account"] = view(today.account);
    out["currency"] = view(today.currency);
    out["spent"] = or_null(today.spent);
    out["left"] = or_null(today.available);
    out["at_least"] = today.is_least;
    return out;
}

json::object coverage_of_account_json(const account_coverage& seen)
{
    json::array unwatched;
    for (const auto& each : seen.unwatched)
        unwatched.push_back({{"resource", view(each.resource)},
                             {"state", view(each.state)},
                             {"reason", or_null(each.reason)}});
    json::array not_proven;
    for (const auto& sentence : seen.not_proven)
        not_proven.emplace_back(view(sentence));
    json::object out;
    out["account"] = view(seen.account);
    out["resources"] = seen.resources;
    out["complete"] = seen.complete;
    out["refused"] = or_null(seen.refused);
    out["unwatched"] = std::move(unwatched);
    out["not_proven"] = std::move(not_proven);
    return out;
}

constexpr std::string_view no_account = "No account is watched at this moment.";

// The accounts of the daemon, and those that the report is about and the daemon does not have. There is a
// coverage.
std::vector<account_coverage> accounts_now(const period_report& report)
{
    auto out = *report.now.coverage;
    std::set<std::string> without(report.period.accounts.begin(), report.period.accounts.end());
    if (!report.period.account.empty())
        without.insert(report.period.account);  // it may have left the settings
    for (const auto& seen : out)
        without.erase(seen.account);
    for (const auto& account : without)
        out.push_back({.account = account, .refused = "not watched by this daemon"});
    return out;
}

bool is_read_whole(const account_coverage& seen)
{
    return seen.refused.empty() && seen.resources > 0 && seen.complete == seen.resources;
}

std::vector<std::string> refusal_facts(const std::vector<account_coverage>& refused)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < std::min(refused.size(), most_names); ++at)
        out.push_back(fmt::format("{}: nothing is judged at this moment: {}", refused[at].account,
                                  refused[at].refused));
    if (refused.size() > most_names)
        out.push_back(fmt::format("Of {} nothing is judged at this moment; the table has each.",
                                  plural(refused.size() - most_names, "more account")));
    return out;
}

}  // namespace

std::vector<account_spending> spending_by_account(const period_report& report)
{
    // A day that is over at the end of the period.
    const auto first = std::chrono::floor<std::chrono::days>(report.period.from);
    const auto end = std::chrono::floor<std::chrono::days>(report.period.to);
    const auto days = end > first ? static_cast<std::size_t>((end - first).count()) : 0;
    std::map<std::string, account_spending> by_account;
    for (const auto& account : accounts_with_money(report))
        by_account[account] = {.account = account, .days = days};
    for (const auto& each : report.spent) {
        if (each.sums.date >= end)
            continue;
        auto& sums = by_account[each.account];
        auto& [spent, topped_up] = sums.by_currency[each.sums.currency];
        spent += each.sums.spent;
        topped_up += each.sums.topped_up;
        ++sums.known;
        sums.is_least = sums.is_least || each.sums.is_least;
    }
    std::vector<account_spending> out;
    out.reserve(by_account.size());
    for (auto& [account, sums] : by_account)
        out.push_back(std::move(sums));
    return out;
}

std::vector<std::string> spending_facts(const period_report& report)
{
    std::vector<std::string> out;
    std::vector<std::string> not_known;
    bool has_days = false;
    for (const auto& sums : spending_by_account(report)) {
        has_days = sums.days > 0;  // of all accounts the same
        if (sums.known == 0)
            not_known.push_back(sums.account);
        else
            out.push_back(spending_fact(sums));
    }
    if (!not_known.empty())
        out.push_back(fmt::format(
            "Spending by day is not known of {}, because {}.", first_of(not_known, most_names),
            has_days
                ? "the history has no day of it: the daemon reads the balance while the baseline has the "
                  "section spending"
                : "no day (UTC) of this time is over"));
    if (!report.period.is_over && !report.now.coverage)
        out.push_back(fmt::format("Today's spending is not known: {}.", report.now.trouble));
    return out;
}

report_table spending_table(const period_report& report)
{
    report_table out{.heading = "Spending by day (UTC)",
                     .columns = {"day", "account", "spending"},
                     .when_empty = "Not known."};
    for (const auto& each : report.spent)
        out.rows.push_back(
            {day_in_words(each.sums, report.period), each.account, words_without_the_day(each.sums)});
    if (!report.now.coverage || report.period.is_over)
        return out;
    const auto so_far = iso_date(std::chrono::floor<std::chrono::days>(report.period.to)) + " so far";
    for (const auto& today : report.now.today)
        out.rows.push_back({so_far, today.account, words_of(today)});
    if (const auto without = accounts_without_today(report); !without.empty())
        out.rows.push_back(
            {so_far, first_of(without, most_names), "not known: the daemon has no balance of it"});
    return out;
}

void put_spending(json::object& into, const period_report& report)
{
    json::array days;
    for (const auto& each : report.spent)
        days.push_back(day_json(each));
    json::array today;
    for (const auto& each : report.now.today)
        today.push_back(today_json(each));
    json::object unknown;
    for (const auto& sums : spending_by_account(report))
        unknown[view(sums.account)] = sums.days - std::min(sums.days, sums.known);
    into["spending"] = std::move(days);
    into["spending_days_unknown"] = std::move(unknown);
    const bool is_asked = report.now.coverage && !report.period.is_over;
    into["spending_today"] = is_asked ? json::value(std::move(today)) : json::value(nullptr);
}

std::vector<std::string> coverage_facts(const period_report& report)
{
    if (!report.now.coverage)
        return {
            fmt::format("Which resources are watched at this moment is not known: {}.", report.now.trouble)};
    std::vector<std::string> incomplete;
    std::vector<std::string> whole;
    std::vector<account_coverage> refused;
    for (auto& seen : accounts_now(report)) {
        if (!seen.refused.empty())
            refused.push_back(std::move(seen));
        else if (is_read_whole(seen))
            whole.push_back(seen.account);
        else
            incomplete.push_back(fmt::format("{}: {} of {} are read completely at this moment.", seen.account,
                                             seen.complete, plural(seen.resources, "resource")));
    }
    if (incomplete.empty() && whole.empty() && refused.empty())
        return {std::string(no_account)};
    auto out = std::move(incomplete);
    if (out.size() > most_names)
        out = {
            fmt::format("{} accounts are not read completely, or not judged, at this moment.", out.size())};
    std::ranges::move(refusal_facts(refused), std::back_inserter(out));
    if (!whole.empty())
        out.push_back(fmt::format("Every resource is read completely at this moment: {}.",
                                  first_of(whole, most_names)));
    return out;
}

report_table coverage_table(const period_report& report)
{
    report_table out{.heading = "Not read completely at this moment",
                     .columns = {"account", "resource", "state", "reason"},
                     .when_empty = "Not known."};
    if (!report.now.coverage)
        return out;
    const auto accounts = accounts_now(report);
    out.when_empty = accounts.empty() ? no_account : "Nothing: everything is read.";
    for (const auto& seen : accounts) {
        if (!seen.refused.empty())
            out.rows.push_back({seen.account, "", "not judged", seen.refused});
        else if (seen.resources == 0)
            out.rows.push_back({seen.account, "", "not read", "no resource of it is known to be read"});
        for (const auto& each : seen.unwatched)
            out.rows.push_back({each.account, each.resource, each.state,
                                each.reason.empty() ? "no reason is known" : each.reason});
        for (const auto& sentence : seen.not_proven)
            out.rows.push_back({seen.account, "", "not proven", sentence});
    }
    return out;
}

void put_coverage(json::object& into, const period_report& report)
{
    if (!report.now.coverage) {
        into["coverage"] = nullptr;
        return;
    }
    json::array accounts;
    for (const auto& seen : accounts_now(report))
        accounts.push_back(coverage_of_account_json(seen));
    into["coverage"] = std::move(accounts);
}

}  // namespace trunkwarden
