#include "cli/report/quarantine_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <vector>

#include "cli/report/findings_report.hpp"
#include "containment/action.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// States in the order in which they are shown; actions that need a person come first.
struct shown_state {
    std::string_view name;
    colour in;
    bool lasts;  // shown without --all however old it is
};
constexpr std::array<shown_state, 13> states{{{"waiting", colour::yellow, true},
                                              {"unverified", colour::red, true},
                                              {"failed", colour::red, true},
                                              {"sending", colour::yellow, true},
                                              {"undoing", colour::yellow, true},
                                              {"approved", colour::yellow, true},
                                              {"planned", colour::yellow, true},
                                              {"done", colour::green, true},
                                              {"dry_run", colour::cyan, true},
                                              {"undone", colour::dim, false},
                                              {"rejected", colour::dim, false},
                                              {"expired", colour::dim, false},
                                              {"stale", colour::dim, false}}};

std::size_t place_of(std::string_view state)
{
    return static_cast<std::size_t>(std::ranges::find(states, state, &shown_state::name) - states.begin());
}

colour colour_of_state(std::string_view state)
{
    const auto at = place_of(state);
    return at < states.size() ? states[at].in : colour::plain;
}

std::string when(const json::object& object, std::string_view member, time_point now)
{
    const auto at = parse_time(printable_at(object, member));
    return at ? relative(*at, now) : std::string();
}

void add_lines(std::string& out, const std::vector<std::string>& lines, colour in, styling style)
{
    for (const auto& line : lines)
        out += styled(line, in, style) + '\n';
}

void add_words(std::string& out, std::string_view text, colour in, const layout& layout,
               std::size_t indent = 10)
{
    if (text.empty())
        return;
    const auto lines = wrapped(text, layout.width, {indent, indent + 2});
    for (std::size_t at = 0; at < lines.size(); ++at)
        out += (at == 0 ? std::string(indent, ' ') : "") + styled(lines[at], in, layout.style) + '\n';
}

std::string next_of(const json::object& object)
{
    const auto* commands = object.if_contains("commands");
    if (commands == nullptr || !commands->is_array() || commands->get_array().empty())
        return {};
    const auto& first = commands->get_array().front();
    return first.is_string() ? printable({first.get_string().data(), first.get_string().size()})
                             : std::string();
}

struct coloured_word {
    std::string_view text;
    colour in;
};

void add_heading(std::string& out, coloured_word word, std::string_view title, const layout& layout)
{
    const auto head = fmt::format("{:<10}", word.text);
    out += styled(head, word.in, layout.style);
    for (const auto& line : wrapped(title, layout.width, {head.size(), 10}))
        out += styled(line, colour::bold, layout.style) + '\n';
}

void add_action(std::string& out, const json::object& object, time_point now, const layout& layout)
{
    const auto state = printable_at(object, "state");
    add_heading(out, {state, colour_of_state(state)}, printable_at(object, "summary"), layout);
    auto facts =
        fmt::format("{}  {}  {}  planned {}", printable_at(object, "id"), printable_at(object, "account"),
                    printable_at(object, "resource"), when(object, "planned_at", now));
    if (const auto ended = when(object, "ended_at", now); !ended.empty() && state != "dry_run")
        facts += fmt::format("  {} {}", state, ended);
    add_words(out, facts, colour::dim, layout);
    add_words(out, printable_at(object, "reason"), colour::plain, layout);
    if (const auto held = printable_at(object, "held"); !held.empty())
        add_words(out, "held: " + held, colour::yellow, layout);
    if (state != "done")
        add_words(out, printable_at(object, "outcome"), colour::plain, layout);
    if (const auto next = next_of(object); !next.empty())
        add_words(out, next, colour::cyan, layout);
    out += '\n';
}

// Whether a real action replaced this plan of a dry run.
bool is_answered(const json::object& object, const std::vector<const json::object*>& all)
{
    return printable_at(object, "state") == "dry_run" &&
           std::ranges::any_of(all, [&object](const json::object* other) {
               return printable_at(*other, "finding") == printable_at(object, "finding") &&
                      printable_at(*other, "state") != "dry_run" &&
                      printable_at(*other, "planned_at") >= printable_at(object, "planned_at");
           });
}

bool is_current(const json::object& object, time_point now)
{
    const auto at = place_of(printable_at(object, "state"));
    if (at >= states.size() || !states[at].lasts)
        return false;
    const auto ended = parse_time(printable_at(object, "ended_at"));
    return !ended || now - *ended < std::chrono::hours(24);
}

// " by dana", or "" where that is not known.
std::string by_whom(const json::object& object, std::string_view member)
{
    const auto by = printable_at(object, member, 100);
    return by.empty() ? by : " by " + by;
}

std::string verdict_of(const json::object& report, std::size_t waiting)
{
    const auto mode = printable_at(report, "mode");
    const auto* frozen = report.if_contains("frozen");
    std::string out = fmt::format("Mode {}.", mode);
    if (frozen != nullptr && frozen->is_object())
        out += fmt::format(" FROZEN since {}{}: nothing is done until \"trunkwarden quarantine thaw\".",
                           printable_at(frozen->get_object(), "since"), by_whom(frozen->get_object(), "by"));
    if (waiting > 0)
        out += fmt::format(" {} for a decision: \"trunkwarden quarantine approve ID\" or \"reject ID\".",
                           waiting == 1 ? "1 action waits" : fmt::format("{} actions wait", waiting));
    return out;
}

// The effect of a measure in words; an unknown one as it is written.
std::string effect_of(const std::string& written)
{
    constexpr auto words = word_table<measure>(
        "makes the object harmless", "writes trusted values back", "switches the outbound voice profile off",
        "gives the object a new secret", "stops the use", "hangs up running calls");
    const auto known = value_named<measure>(written);
    return known ? std::string(words[*known]) : written;
}

// Boost.JSON writes a fraction as 2.5E-1; people write 0.25.
std::string text_of_json(const json::value& value)
{
    std::string out;
    if (const auto* members = value.if_object()) {
        for (const auto& [name, member] : *members)
            out += fmt::format("{}{}:{}", out.empty() ? "" : ",", json::serialize(json::value(name)),
                               text_of_json(member));
        return '{' + out + '}';
    }
    if (const auto* items = value.if_array()) {
        for (const auto& item : *items)
            out += (out.empty() ? "" : ",") + text_of_json(item);
        return '[' + out + ']';
    }
    const auto* fraction = value.if_double();
    return fraction != nullptr ? fmt::format("{}", *fraction) : json::serialize(value);
}

// The object as it was; "" where that is not kept.
std::string before_text(const json::object& object)
{
    const auto* before = object.if_contains("before");
    if (before == nullptr || !before->is_object())
        return {};
    std::string out = "\n  The object before, secrets left out:\n";
    for (const auto& [name, value] : before->get_object())
        fmt::format_to(std::back_inserter(out), "    {}: {}\n", printable({name.data(), name.size()}, 100),
                       printable(text_of_json(value), 500));
    return out;
}

}  // namespace

std::string quarantine_list_text(const json::object& report, actions_shown which, time_point now,
                                 layout layout)
{
    auto actions = objects_at(report, "actions");
    std::ranges::stable_sort(
        actions, {}, [](const json::object* object) { return place_of(printable_at(*object, "state")); });
    std::string out;
    std::size_t waiting = 0;
    std::size_t hidden = 0;
    for (const auto* object : actions) {
        waiting += printable_at(*object, "state") == "waiting" ? 1 : 0;
        if (which == actions_shown::all || (is_current(*object, now) && !is_answered(*object, actions)))
            add_action(out, *object, now, layout);
        else
            ++hidden;
    }
    for (const auto* object : objects_at(report, "refused")) {
        add_heading(out, {"not done", colour::yellow}, printable_at(*object, "title"), layout);
        add_words(out,
                  fmt::format("{}  {}", printable_at(*object, "finding"), printable_at(*object, "account")),
                  colour::dim, layout);
        add_words(out, printable_at(*object, "why"), colour::plain, layout);
        out += '\n';
    }
    if (out.empty())
        out = "No actions.\n";
    if (hidden > 0)
        add_lines(out,
                  wrapped(fmt::format("{} not shown: --all shows what is over.", plural(hidden, "action")),
                          layout.width, {}),
                  colour::dim, layout.style);
    if (!printable_at(report, "next").empty())
        add_lines(out,
                  wrapped("There are more actions, which have ended or are older: --limit reads so many.",
                          layout.width, {}),
                  colour::dim, layout.style);
    add_lines(out, wrapped(verdict_of(report, waiting), layout.width, {}),
              waiting > 0 ? colour::yellow : colour::plain, layout.style);
    return out;
}

std::string action_text(const json::object& object, time_point now, layout layout)
{
    std::string out;
    add_action(out, object, now, layout);
    const auto row = [&](std::string_view name, const std::string& value) {
        if (!value.empty())
            add_words(out, fmt::format("{:<14}{}", name, value), colour::plain, layout, 2);
    };
    row("finding", printable_at(object, "finding"));
    row("object",
        fmt::format("{} {}", printable_at(object, "resource"), printable_at(object, "resource_id")));
    row("what it does", effect_of(printable_at(object, "measure")));
    row("stops working", printable_at(object, "breaks"));
    row("can be undone", printable_at(object, "undo") == "exact"    ? "yes, exactly"
                         : printable_at(object, "undo") == "new id" ? "yes, under a new id"
                                                                    : "no");
    row("new id", printable_at(object, "new_id"));
    row("outcome", printable_at(object, "outcome"));
    for (const auto* member : {"planned_at", "expires_at", "decided_at", "sent_at", "ended_at"})
        row(std::string_view(member).substr(0, std::string_view(member).find('_')),
            printable_at(object, member) +
                (std::string_view(member) == "decided_at" ? by_whom(object, "decided_by") : std::string()));
    if (const auto* request = object.if_contains("request"); request != nullptr && request->is_object()) {
        const auto& sent = request->get_object();
        row("request", fmt::format("{} {}", printable_at(sent, "method"), printable_at(sent, "target")));
        if (const auto* body = sent.if_contains("body"); body != nullptr && !body->is_null())
            row("", printable(text_of_json(*body), 2000));
    }
    return out + before_text(object);
}

}  // namespace trunkwarden
