#include "web/page_findings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/names.hpp"
#include "containment/first_steps.hpp"
#include "findings/accepting.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_state.hpp"
#include "findings/incident_group.hpp"
#include "findings/links.hpp"
#include "status/action_json.hpp"
#include "support/plural.hpp"
#include "use/exposure.hpp"
#include "web/page_elements.hpp"

namespace trunkwarden::page {
namespace {

constexpr std::size_t most_findings = 100;

bool is_shown(const finding& one, const page_filter& filter)
{
    return (filter.account.empty() || one.account == filter.account) &&
           (filter.severity.empty() || name_of(one.what.level) == filter.severity) &&
           (filter.incident.empty() || one.incident == filter.incident);
}

html value_of(const std::optional<std::string>& value)
{
    return value ? html::of("<code>{}</code>", html::text(*value, 300)) : html::of("<em>nothing</em>");
}

html fields_of(const finding& one)
{
    if (one.what.fields.empty())
        return {};
    html rows;
    for (const auto& field : one.what.fields)
        rows += row({text(field.field), value_of(field.expected), value_of(field.actual)});
    return table("Differences in " + one.title, {"Field", "Expected", "Actual"}, rows);
}

html author_of(const finding& one, time_point now)
{
    if (!is_a_change(one.what.kind))
        return {};
    if (one.by)
        return html::of("<dt>By</dt><dd>{}, {}</dd>", html::text(words_of(*one.by), 600),
                        ago(one.by->at, now));
    return html::of("<dt>By</dt><dd>{}</dd>",
                    one.trail == audit_trail::none
                        ? text("no audit trail: the account's log has no event about it")
                        : text("not known (yet)"));
}

html facts_of(const finding& one, const link_settings& links, time_point now)
{
    auto out = html::of("<dt>Open since</dt><dd>{}, last seen {}</dd>", ago(open_since(one), now),
                        ago(one.last_seen, now));
    if (one.what.exposure)
        out += html::of("<dt>Exposure</dt><dd>{}</dd>", text(words_of(*one.what.exposure)));
    out += author_of(one, now);
    if (one.absent_since)
        out += html::of("<dt>Gone</dt><dd>{}; it resolves when that stays so for an hour</dd>",
                        ago(*one.absent_since, now));
    if (one.occurrences > 1)
        out += html::of("<dt>Came</dt><dd>{} times</dd>", number(one.occurrences));
    for (const auto& before : one.earlier)
        out += html::of("<dt>Earlier</dt><dd>{} to {}</dd>", text(utc_text(before.from, now)),
                        text(utc_text(before.to, now)));
    if (!one.incident.empty())
        out += html::of(R"(<dt>Incident</dt><dd><a href="?incident={}">{}</a></dd>)", text(one.incident),
                        text(one.incident));
    if (one.acknowledged)
        out += html::of("<dt>Acknowledged</dt><dd>{}{}: {}</dd>", ago(one.acknowledged->at, now),
                        text(one.acknowledged->by.empty() ? "" : " by " + one.acknowledged->by),
                        text(one.acknowledged->reason));
    if (!one.quarantine.empty())
        out += html::of("<dt>Quarantine</dt><dd>{}</dd>", html::text(one.quarantine, 800));
    out += html::of("<dt>What it means</dt><dd>{}</dd>", link(runbook_url(one.what.type->name, links)));
    return html::of("<dl>{}</dl>\n", out);
}

// The commands about a finding, ready to copy, in the order of first_steps(): the money is at the head of the
// page, and to trust the finding comes last.
html commands_for(const finding& one, const std::vector<action>& actions)
{
    html out;
    for (const auto& done : actions)
        if (done.finding == one.id)
            for (const auto& line : commands_of(done))
                out += command(line);
    if (one.status == finding_status::acknowledged)
        out += command(fmt::format("trunkwarden unack {}", one.id));
    const auto about = urgent_of(one);
    for (const auto& step : first_steps({&about, 1})) {
        if (step.is == first_step::sort::accept)
            out += html::of(R"(<p class="last">{}</p>)", text(step.words));
        if (step.is == first_step::sort::acknowledge || step.is == first_step::sort::accept)
            out += command(step.command);
    }
    return out;
}

html article_of(const finding& one, const page_content& content)
{
    auto out =
        html::of(R"(<article id="{}" class="finding {}" aria-labelledby="{}-t"><h3 id="{}-t">{} {}</h3>)",
                 text(one.id), text(name_of(one.what.level)), text(one.id), text(one.id),
                 badge(name_of(one.what.level)), html::text(one.title, 500));
    out += html::of(
        R"(<p class="names"><code>{}</code> <span>{}</span> <span>{}</span> <span>{}</span> {}</p>)",
        text(id_with_state(one)), text(one.account), text(one.what.type->name), text(name_of(one.what.kind)),
        one.status == finding_status::open ? html() : badge(name_of(one.status)));
    out += fields_of(one);
    out += facts_of(one, content.status.links, content.now);
    out += commands_for(one, content.quarantine.actions);
    out += html::of("</article>\n");
    return out;
}

html line_of(const finding& one)
{
    return html::of(R"(<li>{} <a href="#{}">{}</a> <code>{}</code> {}</li>)"
                    "\n",
                    badge(name_of(one.what.level)), text(one.id), html::text(one.title, 500),
                    text(id_with_state(one)),
                    one.status == finding_status::open ? html() : badge(name_of(one.status)));
}

// One entry, however many findings there are: a line for each of the first `most`, in the order of the
// playbook, and all about each behind them.
html article_of(const incident_group& group, std::size_t most, const page_content& content)
{
    const auto& first = *group.members.front();
    if (group.members.size() == 1)
        return article_of(first, content);
    html lines;
    html articles;
    auto heaviest = severity::info;
    std::size_t open = 0;
    for (const auto* one : group.members) {
        if (most > 0) {
            --most;
            lines += line_of(*one);
            articles += article_of(*one, content);
        }
        heaviest = std::max(heaviest, one->what.level);
        open += one->status == finding_status::open && !one->absent_since ? 1 : 0;
    }
    const auto name = group.id.empty() ? "at-" + first.id : group.id;
    auto out =
        html::of(R"(<article id="{}" class="incident {}" aria-labelledby="{}-t"><h3 id="{}-t">{} {}</h3>)",
                 text(name), text(name_of(heaviest)), text(name), text(name), badge(name_of(heaviest)),
                 html::text(words_of(group, content.now), 800));
    out += html::of("<p class=\"names\"><span>{}</span></p>\n<ol>\n{}</ol>\n", text(first.account), lines);
    const bool is_alone = !content.filter.incident.empty();
    if (!group.id.empty() && open > 0)
        out += command(fmt::format("trunkwarden ack --incident {} --reason TEXT", group.id));
    if (!group.id.empty() && !is_alone)
        out += html::of(R"(<p><a href="?incident={}">Only this incident</a></p>)", text(group.id));
    out += html::of(is_alone ? R"(<details id="{}-d" open><summary>All about each</summary>{}</details>)"
                             : R"(<details id="{}-d"><summary>All about each</summary>{}</details>)",
                    text(name), articles);
    out += html::of("</article>\n");
    return out;
}

std::vector<const finding*> findings_of(const page_content& content)
{
    std::vector<const finding*> out;
    for (const auto& account : content.status.accounts)
        for (const auto& one : account.findings)
            if (is_shown(one, content.filter))
                out.push_back(&one);
    return out;
}

html options_of(std::string_view all, const std::vector<std::string>& values, std::string_view chosen)
{
    auto out = html::of(R"(<option value="">{}</option>)", text(all));
    for (const auto& value : values)
        out += html::of(value == chosen ? R"(<option selected>{}</option>)" : "<option>{}</option>",
                        text(value));
    return out;
}

html filter_of(const page_content& content)
{
    std::vector<std::string> accounts;
    for (const auto& account : content.status.accounts)
        accounts.push_back(account.name);
    const std::vector<std::string> levels{"critical", "high", "medium", "low", "info"};
    auto out = html::of(
        R"(<form method="get" action="./" class="filter"><label>Account <select name="account">{}</select></label>)"
        R"(<label>Severity <select name="severity">{}</select></label><button>Show</button></form>)"
        "\n",
        options_of("all", accounts, content.filter.account),
        options_of("all", levels, content.filter.severity));
    if (!content.filter.incident.empty())
        out += html::of(R"(<p>Only incident {}. <a href="./">Show all findings</a></p>)"
                        "\n",
                        text(content.filter.incident));
    return out;
}

}  // namespace

html findings_section(const page_content& content)
{
    const auto findings = findings_of(content);
    auto out = html::of(R"(<section aria-labelledby="findings"><h2 id="findings">Findings</h2>{})",
                        filter_of(content));
    if (findings.empty())
        out += html::of("<p>{}</p>", content.filter.lets_all_through()
                                         ? text("No finding is open. The top of this page says whether "
                                                "every list was read.")
                                         : text("No finding matches this filter."));
    auto room = most_findings;
    for (const auto& group : grouped(findings)) {
        if (room == 0)
            break;
        out += article_of(group, room, content);
        room -= std::min(room, group.members.size());
    }
    if (findings.size() > most_findings)
        out += html::of("<p>And {}, which \"trunkwarden findings\" shows.</p>",
                        text(plural(findings.size() - most_findings, "more finding")));
    out += html::of("</section>\n");
    return out;
}

}  // namespace trunkwarden::page
