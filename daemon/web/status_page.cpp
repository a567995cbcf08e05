#include "web/status_page.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>
#include <utility>

#include "status/health.hpp"
#include "status/nothing_read.hpp"
#include "support/version.hpp"
#include "web/html.hpp"
#include "web/page_accounts.hpp"
#include "web/page_elements.hpp"
#include "web/page_findings.hpp"
#include "web/page_first_steps.hpp"
#include "web/page_history.hpp"
#include "web/page_quarantine.hpp"

namespace trunkwarden {
namespace {

using std::chrono::milliseconds;

html deliveries_section(const page_content& content)
{
    auto out = html::format(R"(<section aria-labelledby="deliveries"><h2 id="deliveries">Deliveries</h2>)");
    html rows;
    for (const auto& sink : content.status.sinks)
        rows += page::row({page::text(sink.name), page::text(name_of(sink.type)), page::number(sink.pending),
                           page::number(sink.dead), page::ago(sink.last_delivered, content.now),
                           html::text(sink.last_error, 300)});
    out +=
        rows.empty()
            ? html::format("<p>No sink: findings go to the log and to /metrics only.</p>")
            : page::table("Deliveries",
                          {"Sink", "Type", "Pending", "Refused for good", "Last taken", "Last error"}, rows);
    out += html::format("</section>\n");
    return out;
}

html troubles_of(const daemon_status& status, time_point now)
{
    html out;
    if (status.state_trouble)
        out += html::format(R"(<p class="trouble">State file {}: {}</p>)", page::text(status.state_file),
                            page::text(*status.state_trouble));
    if (status.refused) {
        out += html::format(
            R"(<p class="trouble">The last reload was refused {}; the configuration from before is still active.</p>)",
            page::ago(status.refused->at, now));
        constexpr std::size_t max_listed = 5;
        for (const auto& section :
             std::span(status.refused->problems).first(std::min(status.refused->problems.size(), max_listed)))
            out += page::command(section);
    }
    return out;
}

html last_readings(const daemon_status& status, time_point now)
{
    std::optional<time_point> oldest = now;
    for (const auto& account : status.accounts)
        oldest = std::min(oldest, account.last_complete);  // nothing is less than any time
    if (!oldest || status.accounts.empty())
        return page::text("Not every account has been read completely yet.");
    return html::format(R"({} <time datetime="{}">{}</time>.)",
                        page::text(status.accounts.size() == 1 ? "Last complete reading"
                                                               : "Last complete reading of every account"),
                        page::text(rfc3339(*oldest)), page::text(moment_and_age(*oldest, now)));
}

std::string_view class_of(const health& says)
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
<link rel="stylesheet" href="style.css">
<link rel="icon" href="icon.svg" type="image/svg+xml">
<script src="refresh.js" defer></script>
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
<a href="metrics">Metrics</a>, <a href="-/healthy">health</a>, <a href="-/ready">readiness</a>;
as JSON: <a href="api/v1/status">status</a>, <a href="api/v1/findings">findings</a>,
<a href="api/v1/coverage">coverage</a>, <a href="api/v1/actions">actions</a>,
<a href="api/v1/history">history</a>.</p></footer>
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
    for (const auto& param : parsed->params()) {
        if (param.key == "account")
            out.account = param.value;
        if (param.key == "severity")
            out.severity = param.value;
        if (param.key == "incident")
            out.incident = param.value;
    }
    return out;
}

std::string status_page(const page_content& content)
{
    const auto& status = content.status;
    const auto says = health_of(status, content.now);
    const auto sentence = html::text(says.sentence, 1500);
    html out = html::format(head, html::text(says.sentence, 80), page::text(class_of(says)), sentence,
                            last_readings(status, content.now), page::text(rfc3339(content.now)));
    out += troubles_of(status, content.now);
    out += page::first_steps_section(content);
    out += page::findings_section(content);
    out += page::history_section(content);
    out += page::accounts_section(content);
    out += page::quarantine_section(content);
    out += deliveries_section(content);
    out +=
        html::format(foot, page::text(version), page::text(revision), page::ago(status.started, content.now));
    return std::move(out).take();
}

}  // namespace trunkwarden
