#include "alerts/slack_sink.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "alerts/message.hpp"
#include "alerts/sink_url.hpp"
#include "diff/deviation.hpp"
#include "findings/links.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// docs.slack.dev/reference/block-kit/blocks: 3000 characters of text in a section, 50 blocks in a message.
constexpr std::size_t max_section = 3000;
constexpr std::size_t max_blocks = 50;
constexpr std::size_t max_findings = 20;

// "&", "<" and ">" begin what Slack acts on: <!channel> calls everybody, <https://…|bank.example> is a link
// in disguise.
std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

// As code, in which nothing is formatted; a backtick would end it.
std::string code(std::string text)
{
    std::ranges::replace(text, '`', '\'');
    return '`' + escaped(text) + '`';
}

// An address of the settings as a word to tap on: the account writes nothing in it (findings/links.hpp). A
// file of the monitor's host cannot be opened from a chat; its name stays text.
std::string slack_link(std::string_view url, std::string_view words)
{
    return is_web_link(url) ? fmt::format("<{}|{}>", escaped(url), words)
                            : fmt::format("{}: {}", words, escaped(url));
}

void add_slack_link(std::vector<std::string>& to, const std::string& url, std::string_view words)
{
    if (!url.empty())
        to.push_back(slack_link(url, words));
}

json::object section(std::string_view text)
{
    json::object words;
    words["type"] = "mrkdwn";
    words["text"] = view(text);
    words["verbatim"] = true;  // names of channels and people and bare URLs stay text
    json::object out;
    out["type"] = "section";
    out["text"] = std::move(words);
    return out;
}

// A line that fits into one section. message_of() keeps texts short, but each of their characters may need
// five to be escaped.
std::string fitting(const std::string& line)
{
    constexpr std::string_view ellipsis = "\u2026";
    if (line.size() <= max_section)
        return line;
    auto end = max_section - ellipsis.size();
    while (continues_character(line[end]))
        --end;
    constexpr std::size_t longest_escape = 5;  // "&amp;"
    if (const auto last = line.rfind('&', end - 1);
        last != std::string::npos && end - last < longest_escape && line.find(';', last) >= end)
        end = last;
    return line.substr(0, end).append(ellipsis);
}

// As few sections as hold the lines.
json::array sections(const std::vector<std::string>& lines)
{
    json::array out;
    std::string text;
    const auto close = [&out, &text] {
        if (!text.empty() && out.size() < max_blocks)
            out.push_back(section(text));
        text.clear();
    };
    for (const auto& each : lines) {
        const auto line = fitting(each);
        if (text.size() + 1 + line.size() > max_section)
            close();
        text += text.empty() ? "" : "\n";
        text += line;
    }
    close();
    return out;
}

void add_named(std::vector<std::string>& to, std::string_view name, const std::string& value)
{
    if (!value.empty())
        to.push_back(fmt::format("{}: {}", name, escaped(value)));
}

void add_steps(std::vector<std::string>& to, const std::vector<first_step>& first)
{
    std::size_t number = 0;
    for (const auto& step : first)
        to.push_back(fmt::format("{}. {}{}{}", ++number, escaped(step.words), step.command.empty() ? "" : " ",
                                 step.command.empty() ? "" : code(step.command)));
}

void add_what_is_next(std::vector<std::string>& to, const message& about)
{
    const auto id = code(id_with_state(about));
    if (about.first.empty()) {
        to.push_back(fmt::format("Finding {}, next: {}", id, code(next_command(about))));
        return;
    }
    to.push_back(fmt::format("Finding {}, what to do first:", id));
    add_steps(to, about.first);
}

std::string headline(std::string_view event, const message& about)
{
    return fmt::format("{} - {} on {}", shouted(about.severity), words_for_event(event), about.account);
}

std::vector<std::string> lines_of(std::string_view event, const message& about)
{
    std::vector<std::string> out{fmt::format("*{}*", escaped(headline(event, about))), escaped(about.title)};
    for (const auto& field : about.fields)
        out.push_back(are_two_secrets(field.expected, field.actual)
                          ? fmt::format("{} {}", code(field.name), secret_was_changed)
                          : fmt::format("{} is {}; expected: {}", code(field.name), code(field.actual),
                                        code(field.expected)));
    if (about.more_fields > 0)
        out.push_back(fmt::format("and {} more fields", about.more_fields));
    add_named(out, "Changed by", about.actor);
    add_named(out, "Since", about.since);
    add_named(out, "Again", about.occurrences);
    add_named(out, "Part of incident", incident_line(about));
    add_slack_link(out, about.incident_url, "All of this incident");
    add_named(out, "Acknowledged", about.acknowledged);
    add_named(out, "Quarantine", about.quarantine);
    add_slack_link(out, about.url, "On the status page");
    add_slack_link(out, about.runbook_url, "What it means");
    if (event != "test")
        add_what_is_next(out, about);
    return out;
}

std::vector<std::string> lines_of_many(const notification& notification)
{
    const auto told = std::min(notification.findings.size(), max_findings);
    std::vector<std::string> out{fmt::format(
        "*{}*", escaped(words_of_many(notification.account, findings_in_all(notification), told)))};
    for (const auto& finding : heaviest_first(notification.findings, told)) {
        const auto about = message_of(finding);
        out.push_back(fmt::format("{} - {} ({})", escaped(shouted(about.severity)), escaped(about.title),
                                  code(id_with_state(about))));
    }
    add_slack_link(out, notification.url, "On the status page");
    out.push_back(fmt::format("Next: {}", code("trunkwarden findings")));
    return out;
}

// A webhook cannot answer in a thread: messages after the first one are short, and name their incident.
std::vector<std::string> lines_of_incident(const notification& notification)
{
    const auto& its = *notification.incident;
    std::vector<std::string> out{fmt::format("*{}*", escaped(headline_of_incident(notification)))};
    for (const auto& finding : notification.findings)
        out.push_back(escaped(line_of_incident(finding)));
    add_slack_link(out, its.url, "All of this incident");
    if (reports_worse(notification) && !its.first.empty()) {
        out.emplace_back("What to do first:");
        add_steps(out, its.first);
    }
    return out;
}

class slack_sink final : public alert_sink {
public:
    explicit slack_sink(sink_url to) : to_(std::move(to)) {}

    const std::string& base_url() const override { return to_.base; }

    std::vector<http_request> requests_for(const notification& notification, time_point now) const override;

private:
    sink_url to_;
};

std::vector<http_request> slack_sink::requests_for(const notification& notification, time_point /*now*/) const
{
    const bool many = notification.event == "opened_many" || notification.incident;
    const auto lines = notification.incident ? lines_of_incident(notification)
                       : many                ? lines_of_many(notification)
                              : lines_of(notification.event, message_of(notification.findings.at(0)));
    json::object body;
    // A phone's notification shows this text instead of the blocks.
    body["text"] = view(many ? lines[0] : fmt::format("{}: {}", lines[0], lines[1]));
    body["blocks"] = sections(lines);
    body["unfurl_links"] = false;  // else Slack fetches a URL that an intruder chose
    body["unfurl_media"] = false;
    http_request request;
    request.method = "POST";
    request.target = to_.path.empty() ? "/" : to_.path.reveal();
    request.target += to_.query.reveal();
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::serialize(body);
    return {std::move(request)};
}

}  // namespace

result<std::unique_ptr<alert_sink>> create_slack_sink(const sink_settings& settings)
{
    auto to = read_sink_url(settings);
    if (!to)
        return to.error();
    return std::make_unique<slack_sink>(std::move(*to));
}

}  // namespace trunkwarden
