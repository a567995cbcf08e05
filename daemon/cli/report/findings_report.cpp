#include "cli/report/findings_report.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "cli/report/local_time.hpp"
#include "containment/first_steps.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_order.hpp"
#include "findings/finding_state.hpp"
#include "findings/incident_group.hpp"
#include "findings/links.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "use/exposure.hpp"

namespace trunkwarden {
namespace {

using pieces = std::vector<std::string>;

constexpr std::size_t longest_value = 120;

bool is_narrow(const layout& layout)
{
    constexpr std::size_t narrow = 60;
    return layout.width > 0 && layout.width < narrow;
}

// Below a finding's title: on a narrow terminal there is no room for a column of severities.
std::size_t indent_for(const layout& layout)
{
    constexpr std::size_t below_title = 10;
    return is_narrow(layout) ? 2 : below_title;
}

// Writes paragraphs of one finding below each other.
class block {
public:
    block(const layout& layout, std::string& out) : how_(layout), indent_(indent_for(layout)), out_(out) {}

    void heading(const finding& f)
    {
        const auto level = fmt::format("{:<8}", name_of(f.deviation.level));
        const auto lines = wrapped(printable(f.title, 400), how_.width, {level.size() + 2, indent_});
        out_ += styled(level, colour_of(f.deviation.level), how_.style) + "  ";
        for (std::size_t at = 0; at < lines.size(); ++at)
            out_ +=
                (at == 0 ? "" : std::string(indent_, ' ')) +
                styled(std::string_view(lines[at]).substr(at == 0 ? 0 : indent_), colour::bold, how_.style) +
                '\n';
    }

    void facts(const pieces& parts, colour in) { write(wrapped(parts, how_.width, {indent_, indent_}), in); }

    void sentence(std::string_view text, colour in)
    {
        write(wrapped(text, how_.width, {indent_, indent_ + 2}), in);
    }

private:
    void write(const pieces& lines, colour in)
    {
        bool first = true;
        for (const auto& line : lines) {
            const auto text = std::string_view(line);
            const auto start = first ? 0 : std::min(text.find_first_not_of(' '), text.size());
            out_ +=
                std::string(first ? indent_ : start, ' ') + styled(text.substr(start), in, how_.style) + '\n';
            first = false;
        }
    }

    const layout& how_;
    std::size_t indent_;
    std::string& out_;
};

std::chrono::milliseconds span_of(time_point::duration span)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
}

// "00:24:58 CET, 3 min ago": the words in brackets behind a time in UTC.
std::string local_and_relative(time_point at, time_point now)
{
    const auto local = local_time(at);
    return local.empty() ? relative(at, now) : fmt::format("{}, {}", local, relative(at, now));
}

// "came 2 times, before from 10:00:00 UTC to 11:00:00 UTC"
std::string times_it_came(const finding& f, time_point now, const layout& layout)
{
    auto out = fmt::format("came {} times", f.occurrences);
    if (!f.earlier.empty() && !is_narrow(layout))
        out += fmt::format(", before from {} to {}", utc_text(f.earlier.back().from, now),
                           utc_text(f.earlier.back().to, now));
    return out;
}

pieces history_of(const finding& f, time_point now, const layout& layout)
{
    const auto opened = open_since(f);
    pieces out{is_narrow(layout)
                   ? "opened " + relative(opened, now)
                   : fmt::format("opened {} ({})", utc_text(opened, now), local_and_relative(opened, now))};
    if (f.status == finding_status::resolved)
        out.push_back("resolved " + relative(f.resolved_at.value_or(f.last_seen), now));
    else if (f.absent_since)
        out.push_back("gone for " + for_people(span_of(now - *f.absent_since)));
    else
        out.push_back("seen " + relative(f.last_seen, now));
    if (f.occurrences > 1)
        out.push_back(times_it_came(f, now, layout));
    if (!f.incident.empty())
        out.push_back("incident " + printable(f.incident));
    return out;
}

std::string author_of(const finding& f, time_point now)
{
    if (f.by)
        return fmt::format("by {}, {}", words_of(*f.by), relative(f.by->at, now));
    return f.trail == audit_trail::none ? "the audit log does not say who: it has no event about it"
                                        : "the actor is not known (yet)";
}

// A finding that is no change of the account has no author.
bool has_author(const finding& f)
{
    return is_a_change(f.deviation.kind);
}

void write_fields(const finding& f, block& to, std::size_t longest = longest_value)
{
    const bool compares =
        f.deviation.kind == deviation_kind::changed || f.deviation.kind == deviation_kind::weakened;
    std::size_t width = 0;
    for (const auto& field : f.deviation.fields)
        width = std::max(width, width_of(field.field));
    const auto shown = [longest](const std::optional<std::string>& value) {
        return value ? printable(*value, longest) : std::string("(empty)");
    };
    for (const auto& field : f.deviation.fields) {
        const bool hides =
            compares && are_two_secrets(field.expected.value_or(""), field.actual.value_or(""));
        pieces line{padded(field.field, width),
                    hides ? std::string(secret_was_changed) : shown(field.actual)};
        if (compares && !hides)
            line.push_back("expected: " + shown(field.expected));
        to.facts(line, colour::plain);
    }
}

void write_acknowledgement(const finding& f, time_point now, block& to)
{
    if (!f.acknowledged)
        return;
    const auto until = f.acknowledged->until ? " until " + rfc3339(*f.acknowledged->until) : std::string();
    const auto by = f.acknowledged->by.empty() ? "" : " by " + printable(f.acknowledged->by);
    to.sentence(fmt::format("acknowledged {}{}{}: {}", relative(f.acknowledged->at, now), by, until,
                            printable(f.acknowledged->reason, 400)),
                colour::cyan);
}

pieces names_of_finding(const finding& f)
{
    pieces names{id_with_state(f), f.account, std::string(f.deviation.type->name),
                 std::string(name_of(f.deviation.kind))};
    if (f.status != finding_status::open)
        names.emplace_back(name_of(f.status));
    return names;
}

// In short: its fields are shown when it is asked for by its id.
void write_finding(const finding& f, time_point now, const layout& layout, std::string& out)
{
    block to(layout, out);
    to.heading(f);
    to.facts(names_of_finding(f), colour::dim);
    to.facts(history_of(f, now, layout), colour::dim);
    if (f.deviation.exposure)
        to.sentence("exposure: " + words_of(*f.deviation.exposure), colour::yellow);
    if (has_author(f))
        to.sentence(author_of(f, now), f.trail == audit_trail::none ? colour::yellow : colour::dim);
    write_acknowledgement(f, now, to);
    if (!f.quarantine.empty())
        to.sentence("quarantine: " + printable(f.quarantine, 600), colour::cyan);
    out += '\n';
}

std::string cut_to_columns(std::string text, std::size_t columns)
{
    constexpr std::string_view dots = "...";
    if (width_of(text) <= columns)
        return text;
    while (!text.empty() && width_of(text) + dots.size() > columns) {
        while (continues_character(text.back()) && text.size() > 1)
            text.pop_back();
        text.pop_back();
    }
    return text.append(dots);
}

// One line: severity, id and title; on a narrow terminal the title is below them.
void write_member(const finding& f, const layout& layout, std::string& out)
{
    const auto level = fmt::format("{:<8}", name_of(f.deviation.level));
    const auto id = id_with_state(f);
    const auto status =
        f.status == finding_status::open ? std::string() : fmt::format("{}: ", name_of(f.status));
    const auto title = status + printable(f.title, 400);
    out += styled(level, colour_of(f.deviation.level), layout.style) + "  " +
           styled(id, colour::dim, layout.style);
    const auto begun = level.size() + id.size() + 4;
    if (layout.width == 0) {
        out += "  " + title + '\n';
        return;
    }
    constexpr std::size_t least_room = 24;
    if (layout.width >= begun + least_room) {
        out += "  " + cut_to_columns(title, layout.width - begun) + '\n';
        return;
    }
    const auto indent = indent_for(layout);
    out += '\n' + std::string(indent, ' ') + cut_to_columns(title, layout.width - indent) + '\n';
}

void write_group(const incident_group& group, time_point now, const layout& layout, std::string& out)
{
    const auto head = fmt::format("{}: {}", printable(group.members.front()->account), words_of(group, now));
    for (const auto& line : wrapped(head, layout.width, {0, 2}))
        out += styled(line, colour::bold, layout.style) + '\n';
    for (const auto* f : group.members)
        write_member(*f, layout, out);
}

// A command is a line of its own, as long as it is: a terminal copies it whole. One with "ID..." has to be
// written anyway.
void write_steps(const std::vector<first_step>& steps, const layout& layout, std::string& out)
{
    constexpr std::size_t indent = 3;
    std::size_t number = 0;
    for (const auto& step : steps) {
        const bool to_copy = step.command.find("ID...") == std::string::npos;
        const auto words = to_copy ? step.words : fmt::format("{} {}", step.words, step.command);
        for (const auto& line : wrapped(fmt::format("{}. {}", ++number, words), layout.width, {0, indent}))
            out += line + '\n';
        if (to_copy && !step.command.empty())
            out += std::string(indent, ' ') + styled(step.command, colour::cyan, layout.style) + '\n';
    }
}

std::string exactly(std::string_view text, time_point at, time_point now)
{
    return fmt::format("{} {} ({})", text, rfc3339(at), local_and_relative(at, now));
}

pieces times_of(const finding& f, time_point now)
{
    pieces out{exactly("opened", open_since(f), now)};
    if (f.last_changed > open_since(f))
        out.push_back(exactly("changed", f.last_changed, now));
    out.push_back(exactly("last seen", f.last_seen, now));
    if (f.status == finding_status::resolved)
        out.push_back(exactly("resolved", f.resolved_at.value_or(f.last_seen), now));
    else if (f.absent_since)
        out.push_back(exactly("gone since", *f.absent_since, now));
    if (f.occurrences > 1)
        out.push_back(fmt::format("came {} times", f.occurrences));
    for (const auto& opening : f.earlier)
        out.push_back(fmt::format("also open {} to {}", rfc3339(opening.from), rfc3339(opening.to)));
    return out;
}

// Findings that are left out are counted: a filter must not make it look as if all were well.
std::string count_of(const std::vector<finding>& findings, const left_by_filter& filter)
{
    const auto in = [&findings](finding_status status) {
        return static_cast<std::size_t>(std::ranges::count(findings, status, &finding::status));
    };
    const auto critical = std::ranges::count_if(findings, [](const finding& f) {
        return f.status == finding_status::open && f.deviation.level == severity::critical;
    });
    const auto open = in(finding_status::open);
    // Objects that could not be read show in coverage: an empty list is no proof that all is well.
    auto out = open > 0 ? fmt::format("{}, {} critical", plural(open, "open finding"), critical)
               : filter.filtered
                   ? std::string("No open findings pass the filter")
                   : std::string("No open findings (\"trunkwarden status\" tells whether all was read)");
    for (const auto status :
         {finding_status::acknowledged, finding_status::contained, finding_status::resolved})
        if (const auto count = in(status); count > 0)
            out += fmt::format("; {} {}", count, name_of(status));
    if (filter.open_left_out > 0)
        out += fmt::format("; {} left out by the filter", plural(filter.open_left_out, "open finding"));
    return out + '.';
}

}  // namespace

colour colour_of(severity level)
{
    switch (level) {
        case severity::critical:
        case severity::high:
            return colour::red;
        case severity::medium:
            return colour::yellow;
        default:
            return colour::cyan;
    }
}

std::string relative(time_point at, time_point now)
{
    const auto span = span_of(now - at);
    if (span > std::chrono::seconds(-1) && span < std::chrono::seconds(1))
        return "just now";
    return span.count() < 0 ? "in " + for_people(-span) : for_people(span) + " ago";
}

std::string finding_text(const finding& f, time_point now, layout layout, const link_settings& links)
{
    constexpr std::size_t whole = 4000;
    std::string out;
    block to(layout, out);
    to.heading(f);
    to.facts(names_of_finding(f), colour::dim);
    if (!f.deviation.id.empty())
        to.facts(f.deviation.address.empty() || f.deviation.address == f.deviation.id
                     ? pieces{"object " + printable(f.deviation.id)}
                     : pieces{"object " + printable(f.deviation.id), printable(f.deviation.address)},
                 colour::dim);
    for (const auto& time : times_of(f, now))
        to.sentence(time, colour::dim);
    if (!f.incident.empty())
        to.facts({"incident " + printable(f.incident)}, colour::dim);
    if (!f.deviation.type->attack.empty())
        to.facts({fmt::format("attack {}", f.deviation.type->attack)}, colour::dim);
    write_fields(f, to, whole);
    if (has_author(f))
        to.sentence(author_of(f, now), f.trail == audit_trail::none ? colour::yellow : colour::dim);
    write_acknowledgement(f, now, to);
    if (!f.quarantine.empty())
        to.sentence("quarantine: " + printable(f.quarantine, 600), colour::cyan);
    const auto about = urgent_of(f);
    if (const auto steps = first_steps({&about, 1}); steps.size() > 1) {
        to.sentence("what to do first:", colour::bold);
        write_steps(steps, layout, out);
    }
    to.sentence("runbook: " + runbook_url(f.deviation.type->name, links), colour::dim);
    if (const auto page = finding_url(f.id, f.incident, links); !page.empty())
        to.sentence("page: " + page, colour::dim);
    return out + '\n';
}

std::string findings_report_text(std::vector<finding> findings, time_point now, layout layout,
                                 const left_by_filter& filter)
{
    std::vector<const finding*> all;
    all.reserve(findings.size());
    for (const auto& each : findings)
        all.push_back(&each);
    std::string out;
    bool group_before = false;
    for (const auto& group : grouped(std::move(all))) {
        const bool alone = group.members.size() == 1;
        if (group_before)
            out += '\n';
        group_before = !alone;
        if (alone)
            write_finding(*group.members.front(), now, layout, out);
        else
            write_group(group, now, layout, out);
    }
    const auto open =
        std::ranges::any_of(findings, [](const finding& f) { return f.status == finding_status::open; });
    const auto end =
        count_of(findings, filter) + (findings.empty() ? "" : " All about one: trunkwarden findings ID");
    for (const auto& line : wrapped(end, layout.width, {}))
        out += styled(line, open ? colour::red : colour::plain, layout.style) + '\n';
    return out;
}

std::string first_steps_text(const std::vector<finding>& findings, layout layout, const link_settings& to)
{
    std::vector<const finding*> all;
    all.reserve(findings.size());
    for (const auto& each : findings)
        all.push_back(&each);
    std::string out;
    for (const auto& [account, urgent] : emergencies_in(all)) {
        out += out.empty() ? "" : "\n";
        const auto heading = fmt::format("What to do first about account {}:", account);
        for (const auto& line : wrapped(heading, layout.width, {0, 2}))
            out += styled(line, colour::bold, layout.style) + '\n';
        write_steps(first_steps(urgent), layout, out);
        out += fmt::format("   More: {}\n", runbook_url("first", to));
    }
    return out;
}

std::string undo_report_text(const std::vector<finding>& listed, std::vector<action> actions, time_point now,
                             layout layout)
{
    std::erase_if(actions, [&](const action& action) {
        return action.state != action_state::done || action.undo == undoing::impossible ||
               now - action.ended_at.value_or(action.planned_at) > undo_shown_for ||
               std::ranges::find(listed, action.finding, &finding::id) != listed.end();
    });
    std::ranges::sort(actions, std::ranges::greater{},
                      [](const action& action) { return action.ended_at.value_or(action.planned_at); });
    if (actions.empty())
        return {};
    std::string out = "Contained lately, and over:\n\n";
    for (const auto& action : actions) {
        block to(layout, out);
        for (const auto& line : wrapped(printable(action.summary, 400), layout.width, {}))
            out += styled(line, colour::bold, layout.style) + '\n';
        const auto when = relative(action.ended_at.value_or(action.planned_at), now);
        to.facts({action.finding, printable(action.account), printable(action.resource), when}, colour::dim);
        to.sentence("undo: trunkwarden quarantine undo " + action.id, colour::cyan);
        out += '\n';
    }
    return out;
}

}  // namespace trunkwarden
