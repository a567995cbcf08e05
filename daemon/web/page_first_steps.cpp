#include "web/page_first_steps.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

#include "containment/first_steps.hpp"
#include "findings/links.hpp"
#include "web/page_elements.hpp"

namespace trunkwarden::page {
namespace {

html list_of(const std::vector<first_step>& steps)
{
    html items;
    for (const auto& step : steps)
        items += html::format("<li>{}{}</li>\n", text(step.words),
                              step.command.empty() ? html() : command(step.command));
    return html::format("<ol>\n{}</ol>\n", items);
}

}  // namespace

html first_steps_section(const page_content& content)
{
    std::vector<const finding*> findings;
    for (const auto& account : content.status.accounts)
        for (const auto& each : account.findings)
            findings.push_back(&each);
    html out;
    for (const auto& [account, urgent] : emergencies_in(findings))
        out += html::format(
            R"(<section class="first" aria-labelledby="first-{}"><h2 id="first-{}">What to do first about account {}</h2>{})"
            "<p>More: {}</p></section>\n",
            text(account), text(account), text(account), list_of(first_steps(urgent)),
            link(runbook_url("first", content.status.links)));
    return out;
}

}  // namespace trunkwarden::page
