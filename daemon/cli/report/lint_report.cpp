#include "cli/report/lint_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/escape.hpp"
#include "support/first_of.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

colour colour_of(lint_issue_kind kind)
{
    return kind == lint_issue_kind::dangerous || kind == lint_issue_kind::expired ? colour::red
                                                                                  : colour::yellow;
}

std::string count_of(std::size_t weaknesses, const std::vector<linted_account>& accounts, styling style)
{
    const bool all_known =
        std::ranges::all_of(accounts, [](const auto& account) { return account.not_read.empty(); });
    const auto where =
        accounts.size() == 1 ? printable(accounts.front().file, 400) : plural(accounts.size(), "baseline");
    if (weaknesses > 0)
        return styled(
            fmt::format("{} in {}.\n",
                        weaknesses == 1 ? "1 weakness" : fmt::format("{} weaknesses", weaknesses), where),
            colour::bold, style);
    if (!all_known)
        return styled(fmt::format("No weakness in {} as far as it could be judged.\n", where), colour::yellow,
                      style);
    return styled(fmt::format("No weakness in {}.\n", where), colour::green, style);
}

}  // namespace

std::string lint_report_text(const std::vector<linted_account>& accounts, styling style)
{
    std::string out;
    std::size_t count = 0;
    for (const auto& account : accounts)
        for (const auto& found : account.weaknesses) {
            ++count;
            out += fmt::format("{}:{}: {} {}\n", printable(account.file, 400), found.line,
                               styled(fmt::format("[{}]", name_of(found.kind)), colour_of(found.kind), style),
                               printable(found.message, 1000));
        }
    return out + count_of(count, accounts, style);
}

std::string lint_report_json(const std::vector<linted_account>& accounts)
{
    json::array weaknesses;
    json::array not_read;
    for (const auto& account : accounts) {
        for (const auto& found : account.weaknesses)
            weaknesses.push_back({{"file", view(account.file)},
                                  {"line", found.line},
                                  {"account", view(account.account)},
                                  {"resource", view(found.resource)},
                                  {"kind", view(name_of(found.kind))},
                                  {"message", view(found.message)}});
        for (const auto& unread : account.not_read)
            not_read.push_back({{"account", view(account.account)},
                                {"resource", view(unread.resource)},
                                {"reason", view(unread.reason)}});
    }
    json::object out;
    out["weaknesses"] = std::move(weaknesses);
    out["not_read"] = std::move(not_read);
    return json::serialize(out) + '\n';
}

std::string not_read_text(const std::vector<linted_account>& accounts)
{
    constexpr std::size_t most_named = 8;
    std::string out;
    for (const auto& account : accounts) {
        if (account.not_read.empty())
            continue;
        const auto names =
            first_of(account.not_read, most_named, [](const auto& list) { return list.resource; });
        out += fmt::format("account {}: cannot count matches of {}: {}\n", account.account, names,
                           printable(account.not_read.front().reason, 400));
    }
    return out;
}

std::string not_limited_text(const std::vector<linted_account>& accounts)
{
    std::string out;
    for (const auto& account : accounts)
        if (!account.not_limited.empty())
            out += fmt::format(
                "account {}: the baseline says nothing about {}: a theft by stolen SIP credentials or API keys "
                "changes nothing else (limits: man 5 trunkwarden-baseline)\n",
                account.account, fmt::join(account.not_limited, ", "));
    return out;
}

std::string marks_text(const std::vector<linted_account>& accounts)
{
    std::string out;
    for (const auto& account : accounts)
        if (account.marks > 0)
            out += fmt::format("account {}: {} of the capture to look at: grep -n '# REVIEW:' {}\n",
                               account.account, plural(account.marks, "mark"), printable(account.file, 400));
    return out;
}

int lint_exit_code(const std::vector<linted_account>& accounts)
{
    const auto can_be_mended = [](const lint_issue& found) {
        return found.kind != lint_issue_kind::not_shown;
    };
    const bool something = std::ranges::any_of(accounts, [can_be_mended](const auto& account) {
        return !account.not_read.empty() || std::ranges::any_of(account.weaknesses, can_be_mended);
    });
    return something ? 2 : 0;
}

}  // namespace trunkwarden
