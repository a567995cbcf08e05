#include "cli/report/status_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "cli/report/findings_report.hpp"
#include "status/nothing_read.hpp"
#include "support/escape.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// Everything a daemon says of itself may hold what a file system, a receiver or the API said.
std::string text_of(const json::value& text)
{
    constexpr std::size_t a_paragraph = 1000;
    const auto& raw = text.as_string();
    return printable({raw.data(), raw.size()}, a_paragraph);
}

std::string text_or(const json::value& text, std::string_view otherwise)
{
    return text.is_null() ? std::string(otherwise) : text_of(text);
}

std::string when(const json::value& at, time_point now)
{
    if (at.is_null())
        return "never";
    const auto moment = parse_time(text_of(at));
    if (!moment)
        throw std::runtime_error("no time");
    return relative(*moment, now);
}

// With the moment itself, to be laid beside what others say.
std::string with_moment(const json::value& at, time_point now)
{
    const auto moment = at.is_null() ? std::nullopt : parse_time(text_of(at));
    return moment ? moment_and_age(*moment, now) : std::string("never");
}

std::size_t number_of(const json::value& number)
{
    return number.to_number<std::size_t>();
}

// Rows of a name and a sentence about it, below a heading.
class section {
public:
    section(const std::string& heading, const layout& layout, std::string& out) : how_(layout), out_(out)
    {
        out_ += '\n' + styled(heading, colour::bold, how_.style) + '\n';
    }

    void row(std::string_view name, const std::string& text, colour in = colour::plain)
    {
        constexpr std::size_t narrow = 60;
        constexpr std::size_t column = 16;
        const bool below = how_.width > 0 && how_.width < narrow;  // no room for a second column
        const std::size_t indent = below ? 4 : column;
        const auto label =
            below ? fmt::format("  {}\n{:4}", name, "") : padded(fmt::format("  {}", name), column - 1) + ' ';
        const auto start = below ? indent : std::max(column, width_of(label));
        out_ += label;
        bool first = true;
        for (const auto& line : wrapped(text, how_.width, {start, indent})) {
            const auto from = first ? 0 : indent;
            out_ +=
                std::string(from, ' ') + styled(std::string_view(line).substr(from), in, how_.style) + '\n';
            first = false;
        }
    }

private:
    const layout& how_;
    std::string& out_;
};

void write_findings(const json::object& counts, section& to)
{
    const auto open = number_of(counts.at("open"));
    const auto acknowledged = number_of(counts.at("acknowledged"));
    const auto contained = number_of(counts.at("contained"));
    auto text = fmt::format("{} open, {} critical", open, number_of(counts.at("open_critical")));
    if (acknowledged > 0)
        text += fmt::format("; {} acknowledged", acknowledged);
    if (contained > 0)
        text += fmt::format("; {} contained", contained);
    to.row("findings", text, open > 0 ? colour::red : colour::plain);
}

void write_not_read(const json::array& resources, time_point now, section& to)
{
    for (const auto& item : resources) {
        const auto& resource = item.as_object();
        to.row("not read",
               fmt::format("{}: {}; last read {}", text_of(resource.at("resource")),
                           text_or(resource.at("reason"), "not tried yet"),
                           when(resource.at("last_complete"), now)),
               colour::red);
    }
}

void write_names(std::string_view label, const json::array& names, section& to)
{
    std::string all;
    for (const auto& item : names)
        all += (all.empty() ? "" : ", ") + text_of(item);
    if (!all.empty())
        to.row(label, all);
}

void write_two_factor(const json::object& known, section& to)
{
    const auto state = text_of(known.at("state"));
    const auto reason = text_or(known.at("reason"), "");
    const bool shown = state == "shown";
    to.row("two-factor", reason.empty() ? (shown ? "shown by an attestation" : state) : state + ": " + reason,
           shown || state == "accepted" ? colour::plain : colour::red);
}

void write_audit_log(const json::object& log, time_point now, section& to)
{
    const auto state = text_of(log.at("state"));
    if (state == "read")
        to.row("audit log", "read " + when(log.at("last_read"), now));
    else if (state == "off")
        to.row("audit log", "not watched (poll.audit_interval is 0s)");
    else if (state == "not read yet")
        to.row("audit log", state, colour::yellow);
    else
        to.row("audit log",
               fmt::format("not read: {}; last read {}", text_or(log.at("reason"), state),
                           when(log.at("last_read"), now)),
               colour::red);
}

void write_account(const json::object& account, time_point now, const layout& layout, std::string& out)
{
    section to("Account " + text_of(account.at("account")), layout, out);
    if (!account.at("refused").is_null()) {
        to.row("not judged", text_of(account.at("refused")), colour::red);
        return;
    }
    const auto& not_read = account.at("not_read").as_array();
    const auto& accepted = account.at("accepted_blind_spots").as_array();
    const auto resources = number_of(account.at("resources"));
    const auto unseen = not_read.size() + accepted.size();
    const bool complete = account.at("complete").as_bool();
    to.row("read whole",
           complete ? with_moment(account.at("last_complete"), now)
                    : fmt::format("{}; last attempt {}", with_moment(account.at("last_complete"), now),
                                  when(account.at("last_sweep"), now)),
           complete ? colour::plain : colour::red);
    to.row("read", fmt::format("{} of {}", resources < unseen ? 0 : resources - unseen,
                               plural(resources, "resource")));
    if (const auto& nothing = account.at("nothing_read"); !nothing.is_null())
        to.row("not read",
               fmt::format("{} of {}, all: {}", not_read.size(), plural(resources, "resource"),
                           text_or(nothing.as_object().at("reason"), "no reason is known")),
               colour::red);
    else
        write_not_read(not_read, now, to);
    write_names("accepted", accepted, to);
    write_findings(account.at("findings").as_object(), to);
    write_two_factor(account.at("two_factor").as_object(), to);
    write_audit_log(account.at("audit_log").as_object(), now, to);
    if (const auto* sentences = account.if_contains("not_proven"))  // not there in an older daemon's answer
        for (const auto& item : sentences->as_array())
            to.row("not proven", text_of(item), colour::yellow);
    for (const auto& item : account.at("warnings").as_array())
        to.row("unconfirmed", text_of(item), colour::yellow);
}

// Not there in the answer of an older daemon.
void write_heartbeat(const json::object& status, time_point now, section& to)
{
    const auto* found = status.if_contains("heartbeat");
    if (found == nullptr || found->is_null())
        return;
    const auto& error = found->at("last_error");
    const auto& held_back = found->at("held_back");
    auto text = "last taken " + when(found->at("last_taken"), now);
    if (!held_back.is_null())
        text += "; held back, because " + text_of(held_back);
    if (!error.is_null())
        text += "; last error: " + text_of(error);
    to.row("heartbeat", text, error.is_null() && held_back.is_null() ? colour::plain : colour::red);
}

void write_sinks(const json::object& status, time_point now, const layout& layout, std::string& out)
{
    section to("Alerts", layout, out);
    const auto& sinks = status.at("sinks").as_array();
    if (sinks.empty())
        to.row("no sink", "findings go to the log and to /metrics only (alerts.sinks in the settings)");
    for (const auto& item : sinks) {
        const auto& sink = item.as_object();
        const auto dead = number_of(sink.at("dead"));
        const auto& error = sink.at("last_error");
        auto text =
            fmt::format("{}: {} waiting, {} refused for good, {}", text_of(sink.at("type")),
                        number_of(sink.at("pending")), dead,
                        sink.at("last_taken").is_null() ? std::string("nothing sent yet")
                                                        : "last taken " + when(sink.at("last_taken"), now));
        if (!error.is_null())
            text += "; last error: " + text_of(error);
        to.row(text_of(sink.at("sink")), text, dead > 0 || !error.is_null() ? colour::red : colour::plain);
    }
    write_heartbeat(status, now, to);
    if (status.at("unheard").as_bool())
        to.row("unheard", "there are findings, and no sink ever took a message", colour::red);
}

// The beginning of a long list: the log has them all.
void write_refused_reload(const json::value& refused, time_point now, section& to)
{
    constexpr std::size_t enough = 5;
    if (refused.is_null())
        return;
    const auto& problems = refused.at("problems").as_array();
    to.row("reload",
           fmt::format("the last reload was refused at {}, {}; the files before it stay active",
                       text_of(refused.at("at")), when(refused.at("at"), now)),
           colour::red);
    for (std::size_t at = 0; at < std::min(enough, problems.size()); ++at)
        to.row("problem", text_of(problems.at(at)), colour::red);
    if (problems.size() > enough)
        to.row("problem", fmt::format("and {} more", problems.size() - enough), colour::red);
}

void write_quarantine(const json::object& status, time_point now, section& to)
{
    const auto& frozen = status.at("frozen_since");
    to.row("quarantine",
           frozen.is_null() ? text_of(status.at("quarantine_mode"))
                            : fmt::format("{}, frozen {} (\"trunkwarden quarantine thaw\")",
                                          text_of(status.at("quarantine_mode")), when(frozen, now)),
           frozen.is_null() ? colour::plain : colour::yellow);
    if (const auto waiting = number_of(status.at("actions_waiting")); waiting > 0)
        to.row("waiting",
               fmt::format("{} for approval: \"trunkwarden quarantine list\"", plural(waiting, "action")),
               colour::yellow);
    if (const auto failed = number_of(status.at("actions_failed")); failed > 0)
        to.row("failed", fmt::format("{}: \"trunkwarden quarantine list\"", plural(failed, "action")),
               colour::red);
}

void write_daemon(const json::object& status, time_point now, const layout& layout, std::string& out)
{
    section to("Daemon", layout, out);
    to.row("version", fmt::format("{} (revision {}), started {}", text_of(status.at("version")),
                                  text_of(status.at("revision")), when(status.at("started"), now)));
    write_quarantine(status, now, to);
    write_refused_reload(status.at("refused_reload"), now, to);
    const auto& scraped = status.at("metrics_last_read");
    to.row("metrics", scraped.is_null() ? "nobody has read them yet" : "last read " + when(scraped, now));
    const auto& file = status.at("state_file").as_object();
    const auto& trouble = file.at("trouble");
    to.row("state file",
           trouble.is_null() ? text_of(file.at("path"))
                             : fmt::format("{}: {}", text_of(file.at("path")), text_of(trouble)),
           trouble.is_null() ? colour::plain : colour::red);
}

std::string report(const json::object& status, time_point now, const layout& layout)
{
    std::string out;
    const bool well = status.at("well").as_bool();
    for (const auto& line : wrapped(text_of(status.at("summary")), layout.width, {}))
        out += styled(line, well ? colour::green : colour::red, layout.style) + '\n';
    for (const auto& account : status.at("accounts").as_array())
        write_account(account.as_object(), now, layout, out);
    write_sinks(status, now, layout, out);
    write_daemon(status, now, layout, out);
    return out;
}

}  // namespace

result<std::string> status_report_text(const json::value& status, time_point now, layout layout)
{
    try {
        return report(status.as_object(), now, layout);
    } catch (
        const std::exception&) {  // Boost.JSON's way of saying that a member is not there, or of another type
        return failure{errc::not_understood,
                       "the daemon's status is not understood: is it a "
                       "trunkwarden of another version? (systemctl restart trunkwarden)"};
    }
}

}  // namespace trunkwarden
