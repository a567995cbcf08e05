#include "web/page_use.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "support/plural.hpp"
#include "use/traffic_words.hpp"
#include "web/page_elements.hpp"
#include "web/sparkline.hpp"

namespace trunkwarden::page {
namespace {

// A thief chooses how many there are.
constexpr std::size_t most_rows = 100;

html money_of(const money_summary& money)
{
    const auto left = money.available ? fmt::format("{} {} left", money.currency, to_text(*money.available))
                                      : fmt::format("the balance in {} is not known now", money.currency);
    const auto words = fmt::format("{}; spent {} today (UTC), {} in the last 24 hours{}", left,
                                   to_text(money.today), to_text(money.last_day),
                                   money.has_pauses ? ", at least: the balance was not read throughout" : "");
    const auto says =
        fmt::format("spent by the hour, in the last {}", plural(money.spent_by_hour.size(), "hour"));
    html out;
    if (money.lasts)
        out += html::format("<p>At the rate of the last ten minutes the balance is gone in {}.</p>",
                            text(for_people(*money.lasts)));
    out += html::format(R"(<p class="sparks"><span>{} {}</span></p>)", text(words),
                        sparkline(money.spent_by_hour, text(says)));
    return out;
}

std::string name_of_country(const std::string& country)
{
    return country.size() == 2 ? fmt::format("{} ({})", place_of(country), country)
                               : place_of(country == "unknown" ? "" : country);
}

html calls_of(const use_summary& use)
{
    html out;
    if (use.running_calls)
        out += html::format("<p>{} where the baseline limits them.</p>",
                            text(plural(*use.running_calls, "running call")));
    if (!use.calls)
        return out;
    const auto& countries = use.calls->by_country;
    const std::string_view least = use.calls->is_least ? ", at least: not all traffic could be read" : "";
    if (countries.empty()) {
        out += html::format("<p>No calls are known of the last hour{}.</p>", text(least));
        return out;
    }
    html rows;
    for (std::size_t at = 0; at < std::min(countries.size(), most_rows); ++at)
        rows += row({text(name_of_country(countries[at].country)), number(countries[at].calls),
                     text(to_text(countries[at].cost))});
    out += table(fmt::format("Calls of the last hour by country{}", least),
                 {"Country", "Calls", "Cost so far"}, rows);
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
    return html::format("<details><summary>{}</summary>{}</details>",
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
