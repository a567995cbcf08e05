#include "web/page_accounts.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/hidden_secrets.hpp"
#include "status/nothing_read.hpp"
#include "support/plural.hpp"
#include "web/page_elements.hpp"
#include "web/page_use.hpp"
#include "web/sparkline.hpp"

namespace trunkwarden::page {
namespace {

// Why it was not read, or which secrets it does not show.
html remark_on(const coverage& seen)
{
    if (seen.reason.empty() && !seen.not_shown.empty())
        return html::text(words_for_hidden(seen.not_shown), 300);
    return html::text(seen.reason, 300);
}

html coverage_of(const account_status& account, time_point now)
{
    html rows;
    for (const auto& seen : account.seen)
        rows += row({text(seen.type->name), badge(name_of(seen.state)),
                     seen.last_complete ? number(seen.items) : text("not known"),
                     ago(seen.last_complete, now), remark_on(seen)});
    return table("Resources of " + account.name, {"Resource", "State", "Objects", "Last read", "Remark"},
                 rows);
}

html sparks_of(const account_status& account)
{
    if (account.recent.size() < 2)
        return {};
    std::vector<double> seconds;
    std::vector<double> findings;
    for (const auto& sweep : account.recent) {
        seconds.push_back(std::chrono::duration<double>(sweep.took).count());
        findings.push_back(static_cast<double>(sweep.findings));
    }
    const auto says = [&account](std::string_view trouble, std::string_view last) {
        return text(fmt::format("{} in the last {} sweeps; now {}", trouble, account.recent.size(), last));
    };
    const auto took = for_people(account.recent.back().took);
    const auto open = std::to_string(account.recent.back().findings);
    return html::format(R"(<p class="sparks"><span>sweep time {} {}</span> <span>findings {} {}</span></p>)",
                        sparkline(seconds, says("sweep time", took)), text(took),
                        sparkline(findings, says("findings", open)), text(open));
}

html audit_of(const account_status& account, time_point now)
{
    if (!account.audit_watched)
        return text("The audit log is not watched (poll.audit_interval is 0s).");
    if (account.audit_trouble)
        return html::format("The audit log could not be read: {}", text(*account.audit_trouble));
    return html::format("Audit log read {}.", ago(account.audit_read, now));
}

html account_section(const account_status& account, time_point now)
{
    const auto read = std::ranges::count(account.seen, reading_state::complete, &coverage::state);
    const auto unread = static_cast<std::size_t>(
        std::ranges::count_if(account.seen, [](const coverage& seen) { return !seen.satisfied(); }));
    auto out =
        html::format(R"(<section class="account" aria-labelledby="account-{}"><h3 id="account-{}">{}</h3>)",
                     text(account.name), text(account.name), text(account.name));
    if (account.refused)
        out += html::format(R"(<p class="trouble">Not judged: {}</p>)", text(*account.refused));
    if (const auto nothing = nothing_read_of(account.seen))
        out += html::format(R"(<p class="trouble">{}.</p>)",
                            html::text(sentence_of(*nothing, account.name, now), 600));
    out += html::format(
        "<p>Last complete reading {}{}; {}. {}</p>{}",
        account.last_complete ? text(moment_and_age(*account.last_complete, now)) : text("never"),
        account.complete ? html() : html::format("; last attempt {}", ago(account.last_sweep, now)),
        text(plural(account.findings.size(), "finding")), audit_of(account, now), sparks_of(account));
    out += use_of(account.use, account.name);
    for (const auto& sentence : account.not_proven)
        out += html::format("<p>Not proven: {}.</p>", html::text(sentence, 600));
    for (const auto& warning : account.warnings)
        out += html::format(R"(<p class="trouble">{}</p>)", html::text(warning, 600));
    out += html::format(
        unread > 0 ? R"(<details open id="coverage-{}"><summary>{}</summary>{}</details></section>)"
                   : R"(<details id="coverage-{}"><summary>{}</summary>{}</details></section>)",
        text(account.name), text(fmt::format("{} of {} read", read, plural(account.seen.size(), "resource"))),
        coverage_of(account, now));
    out += html::format("\n");
    return out;
}

}  // namespace

html accounts_section(const page_content& content)
{
    auto out = html::format(R"(<section aria-labelledby="accounts"><h2 id="accounts">Accounts</h2>)");
    for (const auto& account : content.status.accounts)
        if (content.filter.account.empty() || account.name == content.filter.account)
            out += account_section(account, content.now);
    out += html::format("</section>\n");
    return out;
}

}  // namespace trunkwarden::page
