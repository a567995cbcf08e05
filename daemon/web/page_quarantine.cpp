#include "web/page_quarantine.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "status/action_json.hpp"
#include "web/page_elements.hpp"

namespace trunkwarden::page {
namespace {

constexpr std::size_t most_actions = 20;

html actions_of(const page_content& content)
{
    html rows;
    std::size_t count = 0;
    for (const auto& action : content.quarantine.actions) {
        if (count++ == most_actions)
            break;
        html commands;
        for (const auto& line : commands_of(action))
            commands += command(line);
        rows += row({html::format("<code>{}</code>", text(action.id)), badge(name_of(action.state)),
                     html::text(action.summary, 300), ago(action.planned_at, content.now),
                     html::text(action.outcome, 300), commands});
    }
    if (rows.empty())
        return html::format("<p>Nothing was planned or done.</p>");
    auto out = table("Actions of the quarantine",
                     {"Action", "State", "Summary", "Planned", "Outcome", "Commands"}, rows);
    if (content.quarantine.actions.size() > most_actions)
        out += html::format("<p>The first {}; \"trunkwarden quarantine list --all\" shows all.</p>",
                            number(most_actions));
    return out;
}

}  // namespace

html quarantine_section(const page_content& content)
{
    const auto& all = content.quarantine;
    auto out = html::format(
        R"(<section aria-labelledby="quarantine"><h2 id="quarantine">Quarantine</h2><p>Mode {}.</p>)",
        text(name_of(all.mode)));
    if (all.frozen)
        out += html::format(R"(<p class="trouble">Frozen {}{}: nothing is done until it is thawed.</p>{})",
                            ago(all.frozen->since, content.now),
                            text(all.frozen->by.empty() ? "" : " by " + all.frozen->by),
                            command("trunkwarden quarantine thaw"));
    out += actions_of(content);
    if (!all.refused.empty()) {
        html rows;
        for (const auto& refused : std::span(all.refused).first(std::min(all.refused.size(), most_actions)))
            rows += row({html::format("<code>{}</code>", text(refused.finding)),
                         html::text(refused.title, 300), html::text(refused.why, 400)});
        out += table("Findings that the quarantine leaves alone", {"Finding", "Title", "Why nothing is done"},
                     rows);
    }
    out += html::format("</section>\n");
    return out;
}

}  // namespace trunkwarden::page
