#include "cli/report/explanation_report.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "catalogue/severity.hpp"
#include "cli/report/findings_report.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_state.hpp"
#include "status/explanation.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_shown = 400;

const json::object& object_or_empty(const json::object& from, std::string_view member)
{
    static const json::object empty;
    const auto* found = object_at(from, member);
    return found == nullptr ? empty : *found;
}

// 2026-11-22T12:00:00Z (3 min ago); "" when there is no time.
std::string moment_at(const json::object& from, std::string_view member, time_point now)
{
    const auto at = parse_time(string_at(from, member));
    return at ? fmt::format("{} ({})", rfc3339(*at), relative(*at, now)) : std::string();
}

std::string value_at(const json::object& from, std::string_view member)
{
    const auto* found = from.if_contains(view(member));
    return found == nullptr || !found->is_string() ? "(empty)" : printable_at(from, member, longest_shown);
}

class page {
public:
    page(time_point now, const layout& layout)
        : now_(now), how_(layout), narrow_(layout.width > 0 && layout.width < 60)
    {
    }

    void chapter(std::string_view title) { out_ += '\n' + styled(title, colour::bold, how_.style) + '\n'; }

    // Nothing for an empty text.
    void row(std::string_view name, const std::string& text, colour in = colour::plain)
    {
        if (text.empty())
            return;
        const auto first =
            narrow_ ? fmt::format("  {}{}", name, name.empty() ? "" : " ") : "  " + padded(name, 12);
        const std::size_t indent = narrow_ ? 4 : 14;
        bool is_first = true;
        for (const auto& line : wrapped(text, how_.width, {width_of(first), indent})) {
            out_ += (is_first ? first : "") + styled(line, in, how_.style) + '\n';
            is_first = false;
        }
    }

    void sentence(std::string_view text, colour in = colour::plain)
    {
        std::string before = "  ";
        for (const auto& line : wrapped(text, how_.width, {before.size(), 4})) {
            out_ += before + styled(line, in, how_.style) + '\n';
            before.clear();
        }
    }

    void headline(std::string_view text, colour in)
    {
        for (const auto& line : wrapped(text, how_.width, {0, 2}))
            out_ += styled(line, in, how_.style) + '\n';
    }

    time_point now() const { return now_; }
    std::string take() { return std::move(out_); }

private:
    time_point now_;
    layout how_;
    bool narrow_;
    std::string out_;
};

void write_finding(const json::object& f, page& to)
{
    const auto level = value_named<severity>(string_at(f, "severity")).value_or(severity::critical);
    to.headline(fmt::format("{}: {}", printable_at(f, "severity"), printable_at(f, "title")),
                colour_of(level));
    to.row("finding", id_with_state(printable_at(f, "id"), printable_at(f, "state")));
    to.row("status", printable_at(f, "status"));
    to.row("account", printable_at(f, "account"));
    to.row("resource", printable_at(f, "resource"));
    to.row("object", printable_at(f, "resource_id"));
    to.row("kind", printable_at(f, "kind"));
    to.row("opened", moment_at(f, "since", to.now()));
    for (const auto* object : objects_at(f, "earlier"))
        to.row("earlier",
               fmt::format("{} to {}", printable_at(*object, "from"), printable_at(*object, "to")));
    to.row("gone since", moment_at(f, "absent_since", to.now()));
    to.row("resolved", moment_at(f, "resolved_at", to.now()));
    if (const auto times = whole_number_at(f, "times").value_or(0); times > 1)
        to.row("came", fmt::format("{} times", times));
    to.row("incident", printable_at(f, "incident"));
    to.row("attack", printable_at(f, "attack"));
    for (const auto* field : objects_at(f, "fields"))
        to.row("shows", fmt::format("{} = {}", printable_at(*field, "field"), value_at(*field, "actual")));
}

std::string words_for_nearness(const json::object& entry, const json::object& f)
{
    const auto near = value_named<nearness>(string_at(entry, "how")).value_or(nearness::alike);
    if (near == nearness::names_it && string_at(f, "kind") == name_of(deviation_kind::missing))
        return "This entry names the object, and the object is not there.";
    if (near == nearness::names_it)
        return "This entry names the object. These fields differ:";
    if (near == nearness::ran_out)
        return fmt::format("This entry trusts such an object, but ran out on {}.",
                           printable_at(entry, "expires"));
    return "No entry names the object. Of all entries this one is nearest; these fields differ:";
}

void write_entry(const json::object& told, const json::object& f, page& to)
{
    to.chapter("Baseline");
    const auto& entry = object_or_empty(told, "entry");
    if (entry.empty()) {
        const auto why = printable_at(told, "no_entry");
        to.sentence(why.empty() ? "Which entry is nearest is not known." : "No entry: " + why + ".");
        return;
    }
    to.row(
        "entry",
        fmt::format("{}:{}", printable_at(entry, "file", 1000), whole_number_at(entry, "line").value_or(0)),
        colour::cyan);
    to.row("reason", printable_at(entry, "reason"));
    to.row("approved by", printable_at(entry, "approved_by"));
    to.sentence(words_for_nearness(entry, f));
    const auto differing = objects_at(entry, "differing");
    for (const auto* object : differing) {
        const auto line = whole_number_at(*object, "line").value_or(0);
        to.row("differs", fmt::format("{} is {}; expected: {}{}", printable_at(*object, "field"),
                                      value_at(*object, "actual"), value_at(*object, "expected"),
                                      line == 0 ? "" : fmt::format(" (line {})", line)));
    }
    if (differing.empty() && string_at(entry, "how") == name_of(nearness::alike))
        to.sentence("None of the fields that are known: the entry names another object.");
}

void write_reading(const json::object& told, const json::object& f, page& to)
{
    to.chapter("When it was read");
    to.row("object", moment_at(f, "last_seen", to.now()));
    const auto list = moment_at(told, "list_read", to.now());
    to.row("whole list", list.empty() ? "not known" : list);
    if (const auto trouble = printable_at(told, "reading_trouble"); !trouble.empty())
        to.row("not read", trouble, colour::yellow);
}

std::string fields_of_event(const json::object& event)
{
    constexpr std::size_t most = 8;
    std::string out;
    std::size_t count = 0;
    const auto* fields = event.if_contains("fields");
    if (fields == nullptr || !fields->is_array())
        return out;
    for (const auto& item : fields->get_array())
        if (item.is_string() && count++ < most)
            out += (out.empty() ? ": " : ", ") +
                   printable({item.get_string().data(), item.get_string().size()}, 100);
    return count > most ? out + fmt::format(" and {} more", count - most) : out;
}

void write_who(const json::object& told, const json::object& f, page& to)
{
    to.chapter("Who did it");
    const auto& actor = object_or_empty(f, "actor");
    if (!actor.empty())
        to.row("by", fmt::format("{}, {}", words_of(actor_in(actor), user_ids::whole),
                                 moment_at(actor, "at", to.now())));
    else
        to.row("by", string_at(f, "audit_trail") == name_of(audit_trail::none)
                         ? "not known: the account's log was read, and has no event about it"
                         : "not known (yet)");
    const auto events = objects_at(told, "audit_events");
    for (const auto* object : events)
        to.row("event",
               fmt::format("{} {} by {}{}", printable_at(*object, "at"), printable_at(*object, "change_type"),
                           words_of(actor_in(*object), user_ids::whole), fields_of_event(*object)));
    if (events.empty())
        to.row("event", "none that is remembered names the object");
    const auto read = moment_at(told, "audit_read", to.now());
    to.row("log read", read.empty() ? "not known" : read);
    if (const auto trouble = printable_at(told, "audit_trouble"); !trouble.empty())
        to.row("not read", trouble, colour::yellow);
}

void write_acknowledgement(const json::object& f, page& to)
{
    to.chapter("Acknowledged");
    const auto& taken = object_or_empty(f, "acknowledged");
    if (taken.empty()) {
        to.sentence("No.");
        return;
    }
    to.row("at", moment_at(taken, "at", to.now()));
    const auto until = moment_at(taken, "until", to.now());
    to.row("until", until.empty() ? "it changes or resolves" : until);
    to.row("reason", printable_at(taken, "reason", 1000));
    const auto by = printable_at(taken, "by");
    to.row("by", by.empty() ? "not known" : by);
}

void write_actions(const json::object& told, const json::object& f, page& to)
{
    to.chapter("Quarantine");
    to.row("", printable_at(f, "quarantine", 600));
    const auto actions = objects_at(told, "actions");
    for (const auto* object : actions) {
        to.row(printable_at(*object, "state"),
               fmt::format("{} {}", printable_at(*object, "id"), printable_at(*object, "summary")));
        to.row("", "planned " + moment_at(*object, "planned_at", to.now()));
        to.row("", printable_at(*object, "outcome", 600));
    }
    if (actions.empty())
        to.sentence("No action was planned about it.");
}

void write_message(const json::object& object, page& to)
{
    const auto* refused = object.if_contains("refused");
    const bool is_dead = refused != nullptr && refused->is_bool() && refused->get_bool();
    to.row(is_dead ? "not taken" : "waits",
           fmt::format("{} to {}, since {}, {}", printable_at(object, "event"), printable_at(object, "sink"),
                       moment_at(object, "queued", to.now()),
                       plural(whole_number_at(object, "attempts").value_or(0), "attempt")),
           is_dead ? colour::red : colour::yellow);
    to.row("", printable_at(object, "last_error", 600));
}

void write_messages(const json::object& told, page& to)
{
    to.chapter("Messages");
    const auto last = moment_at(told, "last_told", to.now());
    to.row("last made", last.empty() ? "none" : last);
    const auto messages = objects_at(told, "messages");
    for (const auto* object : messages)
        write_message(*object, to);
    if (messages.empty())
        to.sentence("No message about it waits, and none that was refused is kept.");
    for (const auto* object : objects_at(told, "sinks")) {
        const auto taken = moment_at(*object, "last_taken", to.now());
        to.row("sink", fmt::format("{}: {}", printable_at(*object, "sink"),
                                   taken.empty() ? "never took a message" : "last took a message " + taken));
    }
    if (told.if_contains("history") == nullptr)
        to.sentence("Which messages a sink took is not known: the history cannot be read.", colour::dim);
}

void write_history(const json::object& told, page& to)
{
    const auto events = objects_at(told, "history");
    if (events.empty())
        return;
    to.chapter("History");
    for (const auto* event : events) {
        const auto at = parse_time(string_at(*event, "at"));
        const auto by = printable_at(*event, "by");
        to.sentence(fmt::format("{}  {}: {}{}", at ? rfc3339(*at) : "", printable_at(*event, "kind"),
                                printable_at(*event, "sentence", 600),
                                by.empty() ? "" : fmt::format(" (by {})", by)));
    }
}

}  // namespace

std::string explanation_text(const json::object& told, time_point now, layout layout)
{
    page out(now, layout);
    const auto& f = object_or_empty(told, "finding");
    if (string_at(told, "source") == name_of(explained_by::state_file))
        out.headline(fmt::format("As of {}: the daemon could not be asked.", moment_at(told, "as_of", now)),
                     colour::yellow);
    write_finding(f, out);
    write_entry(told, f, out);
    write_reading(told, f, out);
    write_who(told, f, out);
    write_acknowledgement(f, out);
    write_actions(told, f, out);
    write_messages(told, out);
    write_history(told, out);
    out.chapter("Runbook");
    out.sentence(printable_at(f, "runbook_url", 1000));
    return out.take();
}

}  // namespace trunkwarden
