#include "web/page_history.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "web/page_elements.hpp"

namespace trunkwarden::page {
namespace {

constexpr std::size_t most_events = 25;

std::set<std::string> open_incidents(const daemon_status& status)
{
    std::set<std::string> out;
    for (const auto& account : status.accounts)
        for (const auto& finding : account.findings)
            if (!finding.incident.empty())
                out.insert(finding.incident);
    return out;
}

html item_of(const history_event& event)
{
    auto kind = std::string(name_of(event.kind));
    std::ranges::replace(kind, '_', ' ');
    auto out =
        html::format(R"(<li class="{}"><time datetime="{}">{}</time> <strong>{}</strong> {})",
                     event.finding.empty() ? html() : text(name_of(event.level)), text(rfc3339(event.at)),
                     text(rfc3339(event.at)), text(kind), html::text(event.sentence, 600));
    if (!event.by.empty())
        out += html::format(" <span>by {}</span>", html::text(event.by, 200));
    if (!event.account.empty())
        out += html::format(" <span>· account {}</span>", text(event.account));
    if (!event.finding.empty())
        out += html::format(" <code>{}</code>", text(event.finding));
    out += html::format("</li>\n");
    return out;
}

}  // namespace

html history_section(const page_content& content)
{
    constexpr auto a_day = std::chrono::hours(24);
    const auto incidents = open_incidents(content.status);
    html items;
    std::size_t count = 0;
    for (auto event = content.recent.rbegin(); event != content.recent.rend() && count < most_events;
         ++event) {
        const bool is_of_account = content.filter.account.empty() || event->account.empty() ||
                                   event->account == content.filter.account;
        const bool is_wanted = event->at >= content.now - a_day || incidents.contains(event->incident);
        if (!is_of_account || !is_wanted)
            continue;
        items += item_of(*event);
        ++count;
    }
    auto out = html::format(R"(<section aria-labelledby="history"><h2 id="history">History</h2>)");
    out += items.empty()
               ? html::format("<p>No important event happened within the last day.</p>")
               : html::format("<p>The newest first, in UTC. All of it:</p>{}<ol class=\"history\">\n{}</ol>",
                              command("trunkwarden history"), items);
    out += html::format("</section>\n");
    return out;
}

}  // namespace trunkwarden::page
