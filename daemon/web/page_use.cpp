#include "web/page_use.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "support/plural.hpp"
#include "web/page_elements.hpp"
#include "web/sparkline.hpp"

namespace trunkwarden::page {
namespace {

// A thief chooses how many there are.
constexpr std::size_t most_rows = 100;

html money_of(const money_summary& money)
{
    const auto left = money.available
                          ? fmt::format("{} {} left", money.currency, to_text(*money.available))
                          : fmt::format("what is left of the {} is not known now", money.currency);
    const auto words = fmt::format("{}; spent {} today (UTC), {} in the last 24 hours{}", left,
                                   to_text(money.today), to_text(money.last_day),
                                   money.has_pauses ? ", at least: the balance was not read throughout" : "");
    const auto says =
        fmt::format("spent by the hour, in the last {}", plural(money.spent_by_hour.size(), "hour"));
    return html::of(R"(<p class="sparks"><span>{} {}</span></p>)", text(words),
                    sparkline(money.spent_by_hour, text(says)));
}

html calls_of(const use_summary& use)
{
    html out;
    if (use.running_calls)
        out += html::of("<p>{} where the baseline limits them.</p>",
                        text(plural(*use.running_calls, "running call")));
    html rows;
    for (std::size_t at = 0; at < std::min(use.calls_by_country.size(), most_rows); ++at)
        rows += row({text(use.calls_by_country[at].first), number(use.calls_by_country[at].second)});
    if (!use.calls_by_country.empty())
        out += table("Calls of the last hour by country", {"Country", "Calls"}, rows);
    return out;
}

// The clients that no entry covers first.
html registered_in(const std::vector<registered_client>& clients, std::string_view account)
{
    auto sorted = clients;
    std::ranges::stable_sort(sorted, {}, &registered_client::is_trusted);
    html rows;
    for (std::size_t at = 0; at < std::min(sorted.size(), most_rows); ++at)
        rows += row({text(sorted[at].user_name), text(sorted[at].connection), text(sorted[at].address),
                     text(sorted[at].is_trusted ? "trusted" : "not trusted")});
    return html::of("<details><summary>{}</summary>{}</details>",
                    text(fmt::format("{} registered", plural(clients.size(), "client"))),
                    table(fmt::format("Clients registered with SIP passwords of {}", account),
                          {"User name", "Connection", "Address", "Baseline"}, rows));
}

}  // namespace

html use_of(const use_summary& use, std::string_view account)
{
    html out;
    if (use.money)
        out += money_of(*use.money);
    out += calls_of(use);
    if (use.registered)
        out += registered_in(*use.registered, account);
    return out;
}

}  // namespace trunkwarden::page
