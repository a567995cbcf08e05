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

bool is_shown(const finding& finding, const page_filter& filter)
{
    return (filter.account.empty() || finding.account == filter.account) &&
           (filter.severity.empty() || name_of(finding.deviation.level) == filter.severity) &&
           (filter.incident.empty() || finding.incident == filter.incident);
}

html value_of(const std::optional<std::string>& value)
{
    return value ? html::format("<code>{}</code>", html::text(*value, 300))
                 : html::format("<em>nothing</em>");
}

html fields_of(const finding& finding)
{
    if (finding.deviation.fields.empty())
        return {};
    html rows;
    for (const auto& field : finding.deviation.fields)
        rows += row({text(field.field), value_of(field.expected), value_of(field.actual)});
    return table("Differences in " + finding.title, {"Field", "Expected", "Actual"}, rows);
}

html author_of(const finding& finding, time_point now)
{
    if (!is_a_change(finding.deviation.kind))
        return {};
    if (finding.by)
        return html::format("<dt>By</dt><dd>{}, {}</dd>", html::text(words_of(*finding.by), 600),
                            ago(finding.by->at, now));
    return html::format("<dt>By</dt><dd>{}</dd>",
                        finding.trail == audit_trail::none
                            ? text("the audit log does not say who: it has no event about it")
                            : text("not known (yet)"));
}

html facts_of(const finding& finding, const link_settings& links, time_point now)
{
    auto out = html::format("<dt>Open since</dt><dd>{}, last seen {}</dd>", ago(open_since(finding), now),
                            ago(finding.last_seen, now));
    if (finding.deviation.exposure)
        out += html::format("<dt>Exposure</dt><dd>{}</dd>", text(words_of(*finding.deviation.exposure)));
    out += author_of(finding, now);
    if (finding.absent_since)
        out += html::format("<dt>Gone</dt><dd>{}; it resolves when that stays so for an hour</dd>",
                            ago(*finding.absent_since, now));
    if (finding.occurrences > 1)
        out += html::format("<dt>Came</dt><dd>{} times</dd>", number(finding.occurrences));
    for (const auto& before : finding.earlier)
        out += html::format("<dt>Earlier</dt><dd>{} to {}</dd>", text(utc_text(before.from, now)),
                            text(utc_text(before.to, now)));
    if (!finding.incident.empty())
        out += html::format(R"(<dt>Incident</dt><dd><a href="?incident={}">{}</a></dd>)",
                            text(finding.incident), text(finding.incident));
    if (finding.acknowledged)
        out += html::format("<dt>Acknowledged</dt><dd>{}{}: {}</dd>", ago(finding.acknowledged->at, now),
                            text(finding.acknowledged->by.empty() ? "" : " by " + finding.acknowledged->by),
                            text(finding.acknowledged->reason));
    if (!finding.quarantine.empty())
        out += html::format("<dt>Quarantine</dt><dd>{}</dd>", html::text(finding.quarantine, 800));
    out += html::format("<dt>What it means</dt><dd>{}</dd>",
                        link(runbook_url(finding.deviation.type->name, links)));
    return html::format("<dl>{}</dl>\n", out);
}

// The commands about a finding, ready to copy, in the order of first_steps(): the money is at the head of the
// page, and to trust the finding comes last.
html commands_for(const finding& finding, const std::vector<action>& actions)
{
    html out;
    for (const auto& done : actions)
        if (done.finding == finding.id)
            for (const auto& line : commands_of(done))
                out += command(line);
    if (finding.status == finding_status::acknowledged)
        out += command(fmt::format("trunkwarden unack {}", finding.id));
    const auto about = urgent_of(finding);
    for (const auto& step : first_steps({&about, 1})) {
        if (step.is == first_step::sort::accept)
            out += html::format(R"(<p class="last">{}</p>)", text(step.words));
        if (step.is == first_step::sort::acknowledge || step.is == first_step::sort::accept)
            out += command(step.command);
    }
    return out;
}

html article_of(const finding& finding, const page_content& content)
{
    auto out = html::format(
        R"(<article id="{}" class="finding {}" aria-labelledby="{}-t"><h3 id="{}-t">{} {}</h3>)",
        text(finding.id), text(name_of(finding.deviation.level)), text(finding.id), text(finding.id),
        badge(name_of(finding.deviation.level)), html::text(finding.title, 500));
    out += html::format(
        R"(<p class="names"><code>{}</code> <span>{}</span> <span>{}</span> <span>{}</span> {}</p>)",
        text(id_with_state(finding)), text(finding.account), text(finding.deviation.type->name),
        text(name_of(finding.deviation.kind)),
        finding.status == finding_status::open ? html() : badge(name_of(finding.status)));
    out += fields_of(finding);
    out += facts_of(finding, content.status.links, content.now);
    out += commands_for(finding, content.quarantine.actions);
    out += html::format("</article>\n");
    return out;
}

html line_of(const finding& finding)
{
    return html::format(R"(<li>{} <a href="#{}">{}</a> <code>{}</code> {}</li>)"
                        "\n",
                        badge(name_of(finding.deviation.level)), text(finding.id),
                        html::text(finding.title, 500), text(id_with_state(finding)),
                        finding.status == finding_status::open ? html() : badge(name_of(finding.status)));
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
    for (const auto* finding : group.members) {
        if (most > 0) {
            --most;
            lines += line_of(*finding);
            articles += article_of(*finding, content);
        }
        heaviest = std::max(heaviest, finding->deviation.level);
        open += finding->status == finding_status::open && !finding->absent_since ? 1 : 0;
    }
    const auto name = group.id.empty() ? "at-" + first.id : group.id;
    auto out = html::format(
        R"(<article id="{}" class="incident {}" aria-labelledby="{}-t"><h3 id="{}-t">{} {}</h3>)", text(name),
        text(name_of(heaviest)), text(name), text(name), badge(name_of(heaviest)),
        html::text(words_of(group, content.now), 800));
    out +=
        html::format("<p class=\"names\"><span>{}</span></p>\n<ol>\n{}</ol>\n", text(first.account), lines);
    const bool is_alone = !content.filter.incident.empty();
    if (!group.id.empty() && open > 0)
        out += command(fmt::format("trunkwarden ack --incident {} --reason TEXT", group.id));
    if (!group.id.empty() && !is_alone)
        out += html::format(R"(<p><a href="?incident={}">Only this incident</a></p>)", text(group.id));
    out += html::format(is_alone ? R"(<details id="{}-d" open><summary>All about each</summary>{}</details>)"
                                 : R"(<details id="{}-d"><summary>All about each</summary>{}</details>)",
                        text(name), articles);
    out += html::format("</article>\n");
    return out;
}

std::vector<const finding*> findings_of(const page_content& content)
{
    std::vector<const finding*> out;
    for (const auto& account : content.status.accounts)
        for (const auto& finding : account.findings)
            if (is_shown(finding, content.filter))
                out.push_back(&finding);
    return out;
}

html options_of(std::string_view all, const std::vector<std::string>& values, std::string_view chosen)
{
    auto out = html::format(R"(<option value="">{}</option>)", text(all));
    for (const auto& value : values)
        out += html::format(value == chosen ? R"(<option selected>{}</option>)" : "<option>{}</option>",
                            text(value));
    return out;
}

html filter_of(const page_content& content)
{
    std::vector<std::string> accounts;
    for (const auto& account : content.status.accounts)
        accounts.push_back(account.name);
    const std::vector<std::string> levels{"critical", "high", "medium", "low", "info"};
    auto out = html::format(
        R"(<form method="get" action="./" class="filter"><label>Account <select name="account">{}</select></label>)"
        R"(<label>Severity <select name="severity">{}</select></label><button>Show</button></form>)"
        "\n",
        options_of("all", accounts, content.filter.account),
        options_of("all", levels, content.filter.severity));
    if (!content.filter.incident.empty())
        out += html::format(R"(<p>Only incident {}. <a href="./">Show all findings</a></p>)"
                            "\n",
                            text(content.filter.incident));
    return out;
}

}  // namespace

html findings_section(const page_content& content)
{
    const auto findings = findings_of(content);
    auto out = html::format(R"(<section aria-labelledby="findings"><h2 id="findings">Findings</h2>{})",
                            filter_of(content));
    if (findings.empty())
        out += html::format("<p>{}</p>", content.filter.lets_all_through()
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
        out += html::format("<p>And {}, which \"trunkwarden findings\" shows.</p>",
                            text(plural(findings.size() - most_findings, "more finding")));
    out += html::format("</section>\n");
    return out;
}

}  // namespace trunkwarden::page
