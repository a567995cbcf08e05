#include "web/status_page.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "catalogue/names.hpp"
#include "findings/finding_order.hpp"
#include "status/action_json.hpp"
#include "status/verdict.hpp"
#include "support/plural.hpp"
#include "support/version.hpp"
#include "web/html.hpp"
#include "web/sparkline.hpp"

namespace trunkwarden {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_findings = 100;
constexpr std::size_t most_actions = 20;

html text(std::string_view raw)
{
    return html::text(raw);
}

html number(std::size_t count)
{
    return text(std::to_string(count));
}

milliseconds span_between(time_point from, time_point to)
{
    return std::chrono::duration_cast<milliseconds>(to - from);
}

html ago(time_point at, time_point now)
{
    const auto span = std::max(span_between(at, now), milliseconds(0));
    const auto words = span < std::chrono::seconds(1) ? "just now" : for_people(span) + " ago";
    return html::of(R"(<time datetime="{}" title="{}">{}</time>)", text(rfc3339(at)), text(rfc3339(at)),
                    text(words));
}

html ago(const std::optional<time_point>& at, time_point now)
{
    return at ? ago(*at, now) : text("never");
}

html badge(std::string_view word)
{
    return html::of(R"(<span class="badge {}">{}</span>)", text(word), text(word));
}

html command(std::string_view line)
{
    return html::of(R"(<pre class="command"><code>{}</code></pre>)", text(line));
}

html row(std::initializer_list<html> cells)
{
    html out = html::of("<tr>");
    bool is_first = true;
    for (const auto& cell : cells) {
        out += is_first ? html::of(R"(<th scope="row">{}</th>)", cell) : html::of("<td>{}</td>", cell);
        is_first = false;
    }
    out += html::of("</tr>\n");
    return out;
}

// Scrolls by itself on a phone; a table that scrolls must be reachable by keyboard.
html table(std::string_view label, std::initializer_list<std::string_view> heads, const html& rows)
{
    html head;
    for (const auto name : heads)
        head += html::of(R"(<th scope="col">{}</th>)", text(name));
    return html::of(
        R"(<div class="wide" role="region" aria-label="{}" tabindex="0"><table><thead><tr>{}</tr></thead>)"
        "<tbody>\n{}</tbody></table></div>\n",
        text(label), head, rows);
}

// ---- findings

bool is_shown(const finding& one, const page_filter& filter)
{
    return (filter.account.empty() || one.account == filter.account) &&
           (filter.severity.empty() || name_of(one.what.level) == filter.severity);
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
    return table("What differs in " + one.title, {"Field", "Expected", "Actual"}, rows);
}

html author_of(const finding& one, time_point now)
{
    if (one.what.kind == deviation_kind::blind || one.what.kind == deviation_kind::expired)
        return {};
    if (one.by)
        return html::of("<dt>By</dt><dd>{} {}, {}</dd>", text(one.by->made_by), text(one.by->user_id),
                        ago(one.by->at, now));
    return html::of("<dt>By</dt><dd>{}</dd>",
                    one.trail == audit_trail::none
                        ? text("no audit trail: the account's log has no event about it")
                        : text("not known (yet)"));
}

html facts_of(const finding& one, time_point now)
{
    auto out = html::of("<dt>Seen</dt><dd>first {}, last {}</dd>", ago(one.first_seen, now),
                        ago(one.last_seen, now));
    out += author_of(one, now);
    if (one.times > 1)
        out += html::of("<dt>Came</dt><dd>{} times</dd>", number(one.times));
    if (!one.incident.empty())
        out += html::of("<dt>Incident</dt><dd>{}</dd>", text(one.incident));
    if (one.acknowledged)
        out += html::of("<dt>Acknowledged</dt><dd>{}: {}</dd>", ago(one.acknowledged->at, now),
                        text(one.acknowledged->reason));
    if (!one.quarantine.empty())
        out += html::of("<dt>Quarantine</dt><dd>{}</dd>", html::text(one.quarantine, 800));
    return html::of("<dl>{}</dl>\n", out);
}

// What can be typed about it, ready to copy.
html commands_for(const finding& one, const std::vector<action>& actions)
{
    html out;
    if (one.what.kind != deviation_kind::blind)
        out += command(fmt::format("trunkwarden baseline accept {} --reason \"…\"", one.id));
    out += one.status == finding_status::acknowledged
               ? command(fmt::format("trunkwarden unack {}", one.id))
               : command(fmt::format("trunkwarden ack {} --reason \"…\"", one.id));
    for (const auto& done : actions)
        if (done.finding == one.id)
            for (const auto& line : commands_of(done))
                out += command(line);
    return out;
}

html article_of(const finding& one, const page_content& content)
{
    auto out =
        html::of(R"(<article id="{}" class="finding {}" aria-labelledby="{}-t"><h3 id="{}-t">{} {}</h3>)",
                 text(one.id), text(name_of(one.what.level)), text(one.id), text(one.id),
                 badge(name_of(one.what.level)), html::text(one.title, 500));
    out +=
        html::of(R"(<p class="names"><code>{}</code> <span>{}</span> <span>{}</span> <span>{}</span> {}</p>)",
                 text(one.id), text(one.account), text(one.what.type->name), text(name_of(one.what.kind)),
                 one.status == finding_status::open ? html() : badge(name_of(one.status)));
    out += fields_of(one);
    out += facts_of(one, content.now);
    out += commands_for(one, content.quarantine.actions);
    out += html::of("</article>\n");
    return out;
}

// The first of them in their order.
std::vector<const finding*> findings_of(const page_content& content)
{
    std::vector<const finding*> out;
    for (const auto& account : content.status.accounts)
        for (const auto& one : account.findings)
            if (is_shown(one, content.filter))
                out.push_back(&one);
    const auto shown = static_cast<std::ptrdiff_t>(std::min(out.size(), most_findings));
    std::ranges::partial_sort(out, out.begin() + shown,
                              [](const finding* a, const finding* b) { return is_shown_before(*a, *b); });
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
    return html::of(
        R"(<form method="get" action="/" class="filter"><label>Account <select name="account">{}</select></label>)"
        R"(<label>Severity <select name="severity">{}</select></label><button>Show</button></form>)"
        "\n",
        options_of("all", accounts, content.filter.account),
        options_of("all", levels, content.filter.severity));
}

html findings_section(const page_content& content)
{
    const auto findings = findings_of(content);
    auto out = html::of(R"(<section aria-labelledby="findings"><h2 id="findings">Findings</h2>{})",
                        filter_of(content));
    if (findings.empty())
        out += html::of("<p>{}</p>", content.filter.account.empty() && content.filter.severity.empty()
                                         ? text("None is open. Whether all was read stands above.")
                                         : text("None that this filter lets through."));
    for (const auto* one : std::span(findings).first(std::min(findings.size(), most_findings)))
        out += article_of(*one, content);
    if (findings.size() > most_findings)
        out += html::of("<p>And {}, which \"trunkwarden findings\" shows.</p>",
                        text(plural(findings.size() - most_findings, "more finding")));
    out += html::of("</section>\n");
    return out;
}

// ---- accounts

html coverage_of(const account_status& account, time_point now)
{
    html rows;
    for (const auto& seen : account.seen)
        rows += row({text(seen.type->name),
                     badge(seen.state == reading_state::never ? "not read yet" : name_of(seen.state)),
                     seen.last_complete ? number(seen.items) : text("not known"),
                     ago(seen.last_complete, now), html::text(seen.reason, 300)});
    return table("What was read of " + account.name, {"Resource", "State", "Objects", "Last read", "Why not"},
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
    const auto says = [&account](std::string_view what, std::string_view last) {
        return text(fmt::format("{} in the last {} sweeps; now {}", what, account.recent.size(), last));
    };
    const auto took = for_people(account.recent.back().took);
    const auto open = std::to_string(account.recent.back().findings);
    return html::of(R"(<p class="sparks"><span>sweep time {} {}</span> <span>findings {} {}</span></p>)",
                    sparkline(seconds, says("sweep time", took)), text(took),
                    sparkline(findings, says("findings", open)), text(open));
}

html audit_of(const account_status& account, time_point now)
{
    if (!account.audit_watched)
        return text("The audit log is not watched (poll.audit_interval is 0s).");
    if (!account.audit_trouble.empty())
        return html::of("The audit log could not be read: {}", text(account.audit_trouble));
    return html::of("Audit log read {}.", ago(account.audit_read, now));
}

html account_section(const account_status& account, time_point now)
{
    const auto read = std::ranges::count(account.seen, reading_state::complete, &coverage::state);
    const auto unread = static_cast<std::size_t>(
        std::ranges::count_if(account.seen, [](const coverage& seen) { return !seen.satisfied(); }));
    auto out =
        html::of(R"(<section class="account" aria-labelledby="account-{}"><h3 id="account-{}">{}</h3>)",
                 text(account.name), text(account.name), text(account.name));
    if (!account.refused.empty())
        out += html::of(R"(<p class="trouble">Not judged: {}</p>)", text(account.refused));
    out += html::of("<p>Last sweep {}{}; {}. {}</p>{}", ago(account.last_sweep, now),
                    account.complete ? html() : text(", not complete"),
                    text(plural(account.findings.size(), "finding")), audit_of(account, now),
                    sparks_of(account));
    for (const auto& warning : account.warnings)
        out += html::of(R"(<p class="trouble">{}</p>)", html::text(warning, 600));
    out += html::of(
        unread > 0 ? R"(<details open id="coverage-{}"><summary>{}</summary>{}</details></section>)"
                   : R"(<details id="coverage-{}"><summary>{}</summary>{}</details></section>)",
        text(account.name), text(fmt::format("{} of {} read", read, plural(account.seen.size(), "resource"))),
        coverage_of(account, now));
    out += html::of("\n");
    return out;
}

html accounts_section(const page_content& content)
{
    auto out = html::of(R"(<section aria-labelledby="accounts"><h2 id="accounts">Accounts</h2>)");
    for (const auto& account : content.status.accounts)
        if (content.filter.account.empty() || account.name == content.filter.account)
            out += account_section(account, content.now);
    out += html::of("</section>\n");
    return out;
}

// ---- quarantine, deliveries

html actions_of(const page_content& content)
{
    html rows;
    std::size_t count = 0;
    for (const auto& one : content.quarantine.actions) {
        if (count++ == most_actions)
            break;
        html commands;
        for (const auto& line : commands_of(one))
            commands += command(line);
        rows += row({html::of("<code>{}</code>", text(one.id)), badge(name_of(one.state)),
                     html::text(one.summary, 300), ago(one.planned_at, content.now),
                     html::text(one.outcome, 300), commands});
    }
    if (rows.empty())
        return html::of("<p>Nothing was planned or done.</p>");
    auto out = table("Actions of the quarantine",
                     {"Action", "State", "What", "Planned", "Outcome", "Commands"}, rows);
    if (content.quarantine.actions.size() > most_actions)
        out += html::of("<p>The newest {}; \"trunkwarden quarantine list --all\" shows all.</p>",
                        number(most_actions));
    return out;
}

html quarantine_section(const page_content& content)
{
    const auto& all = content.quarantine;
    auto out = html::of(
        R"(<section aria-labelledby="quarantine"><h2 id="quarantine">Quarantine</h2><p>Mode {}.</p>)",
        text(name_of(all.mode)));
    if (all.frozen)
        out += html::of(R"(<p class="trouble">Frozen {}: nothing is done until it is thawed.</p>{})",
                        ago(all.frozen->since, content.now), command("trunkwarden quarantine thaw"));
    out += actions_of(content);
    if (!all.refused.empty()) {
        html rows;
        for (const auto& one : std::span(all.refused).first(std::min(all.refused.size(), most_actions)))
            rows += row({html::of("<code>{}</code>", text(one.finding)), html::text(one.title, 300),
                         html::text(one.why, 400)});
        out += table("What the quarantine does not do", {"Finding", "What", "Why nothing is done"}, rows);
    }
    out += html::of("</section>\n");
    return out;
}

html deliveries_section(const page_content& content)
{
    auto out = html::of(R"(<section aria-labelledby="deliveries"><h2 id="deliveries">Deliveries</h2>)");
    html rows;
    for (const auto& sink : content.status.sinks)
        rows += row({text(sink.name), text(name_of(sink.type)), number(sink.pending), number(sink.dead),
                     ago(sink.last_taken, content.now), html::text(sink.last_error, 300)});
    out += rows.empty()
               ? html::of("<p>No sink: findings go to the log and to /metrics only.</p>")
               : table("Deliveries",
                       {"Sink", "Type", "Pending", "Refused for good", "Last taken", "Last error"}, rows);
    out += html::of("</section>\n");
    return out;
}

// ---- the whole

html troubles_of(const daemon_status& status, time_point now)
{
    html out;
    if (!status.state_trouble.empty())
        out += html::of(R"(<p class="trouble">State file {}: {}</p>)", text(status.state_file),
                        text(status.state_trouble));
    if (status.refused) {
        out += html::of(
            R"(<p class="trouble">The last reload was refused {}; what was in force before still is.</p>)",
            ago(status.refused->at, now));
        constexpr std::size_t enough = 5;
        for (const auto& one :
             std::span(status.refused->problems).first(std::min(status.refused->problems.size(), enough)))
            out += command(one);
    }
    return out;
}

html last_sweeps(const daemon_status& status, time_point now)
{
    std::optional<time_point> oldest = now;
    for (const auto& account : status.accounts)
        oldest = std::min(oldest, account.last_sweep);  // nothing is less than any time
    if (!oldest || status.accounts.empty())
        return text("Not every account has been swept yet.");
    const auto span = std::max<milliseconds>(span_between(*oldest, now), std::chrono::seconds(1));
    return html::of(R"(Every account was swept within the last <time datetime="{}">{}</time>.)",
                    text(rfc3339(*oldest)), text(for_people(std::chrono::ceil<std::chrono::seconds>(span))));
}

std::string_view class_of(const verdict& says)
{
    return says.well ? "well" : says.found ? "bad" : "unsure";
}

constexpr std::string_view head = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{} - trunkwarden</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="/refresh.js" defer></script>
</head>
<body>
<header><a class="skip" href="#findings">Skip to the findings</a><h1>trunkwarden</h1>
<noscript><p>Without a script this page does not refresh itself.</p></noscript></header>
<main>
<p class="verdict {}" role="status">{}</p>
<p>{} This page is of {}.</p>
)html";

constexpr std::string_view foot = R"html(</main>
<footer><p>trunkwarden {} ({}), started {}.
<a href="/metrics">Metrics</a>, <a href="/-/healthy">health</a>, <a href="/-/ready">readiness</a>;
as JSON: <a href="/api/v1/status">status</a>, <a href="/api/v1/findings">findings</a>,
<a href="/api/v1/coverage">coverage</a>, <a href="/api/v1/actions">actions</a>.</p></footer>
</body>
</html>
)html";

}  // namespace

page_filter filter_in(std::string_view target)
{
    page_filter out;
    const auto parsed = boost::urls::parse_uri_reference(target);
    if (!parsed)
        return out;
    for (const auto& one : parsed->params()) {
        if (one.key == "account")
            out.account = one.value;
        if (one.key == "severity")
            out.severity = one.value;
    }
    return out;
}

std::string status_page(const page_content& content)
{
    const auto& status = content.status;
    const auto says = verdict_of(status, content.now);
    const auto sentence = html::text(says.sentence, 1500);
    html page = html::of(head, html::text(says.sentence, 80), text(class_of(says)), sentence,
                         last_sweeps(status, content.now), text(rfc3339(content.now)));
    page += troubles_of(status, content.now);
    page += findings_section(content);
    page += accounts_section(content);
    page += quarantine_section(content);
    page += deliveries_section(content);
    page += html::of(foot, text(version), text(revision), ago(status.started, content.now));
    return std::move(page).take();
}

}  // namespace trunkwarden
