#include "cli/report/lockdown_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_order.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::vector<finding> all_findings_of(const account& watched)
{
    auto out = watched.memory.findings.all_open();
    std::ranges::sort(out, is_shown_before);
    return out;
}

std::string undo_words(undoing undo)
{
    return undo == undoing::exact          ? "can be taken back"
           : undo == undoing::new_identity ? "can be made again, under a new id"
                                           : "cannot be taken back";
}

void add_wrapped(std::string& out, std::string_view text, colour in, const layout& how, std::size_t indent)
{
    const auto lines = wrapped(text, how.width, {indent, indent + 2});
    for (std::size_t at = 0; at < lines.size(); ++at)
        out += (at == 0 ? std::string(indent, ' ') : "") + styled(lines[at], in, how.style) + '\n';
}

void add_item(std::string& out, const lockdown_item& item, const layout& how)
{
    constexpr std::size_t indent = 4;
    if (!item.leave.empty()) {
        add_wrapped(out, fmt::format("left   {}: {}", printable(item.words, 200), printable(item.leave, 400)),
                    colour::yellow, how, indent);
        return;
    }
    add_wrapped(out, printable(item.words, 300), colour::bold, how, indent);
    add_wrapped(out, undo_words(item.undo), item.undo == undoing::impossible ? colour::yellow : colour::dim,
                how, indent + 2);
    add_wrapped(out, "stops working: " + item.impact, colour::dim, how, indent + 2);
}

json::object json_of(const lockdown_item& item)
{
    json::object out;
    out["step"] = view(name_of(item.step));
    out["resource"] = view(item.kind);
    out["resource_id"] = view(item.object_id);
    out["label"] = view(item.label);
    out["does"] = view(item.words);
    out["undo"] = view(name_of(item.undo));
    out["stops_working"] = view(item.impact);
    out["left_because"] = item.leave.empty() ? json::value(nullptr) : json::value(view(item.leave));
    return out;
}

json::array texts(const std::vector<std::string>& of)
{
    json::array out;
    for (const auto& one : of)
        out.emplace_back(view(one));
    return out;
}

std::string actor_words(const finding& f)
{
    if (f.by)
        return fmt::format("{} {} at {}", printable(f.by->made_by), printable(f.by->user_id),
                           rfc3339(f.by->at));
    return "not known";
}

// A table cell: nothing that an intruder wrote ends a row or makes a link.
std::string cell(std::string_view text)
{
    std::string out;
    for (const char c : printable(text, 300)) {
        if (c == '|' || c == '`' || c == '<' || c == '[' || c == '*' || c == '_')
            out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::vector<std::string> holes_of(const account& watched)
{
    std::vector<std::string> out;
    for (const auto& one : watched.view.coverage)
        if (one.type->pages != paging::no_endpoint && one.state != reading_state::complete)
            out.push_back(fmt::format("{} could not be read, so nothing in it is changed: {}", one.type->name,
                                      printable(one.reason, 300)));
    return out;
}

std::string lockdown_plan_text(const account& watched, const std::vector<lockdown_item>& items,
                               const lockdown_steps& steps, layout how)
{
    std::string out;
    const auto to_do = static_cast<std::size_t>(
        std::ranges::count_if(items, [](const lockdown_item& item) { return item.leave.empty(); }));
    add_wrapped(out,
                fmt::format("Lockdown of account {}: {} to carry out, in this order",
                            watched.config.settings.name, plural(to_do, "item")),
                colour::bold, how, 0);
    for (const auto& hole : holes_of(watched))
        add_wrapped(out, hole, colour::red, how, 2);
    std::size_t number = 0;
    for (const auto step : steps) {
        const auto here = std::ranges::count(items, step, &lockdown_item::step);
        out += '\n';
        add_wrapped(out, fmt::format("{}. {}: {}", ++number, name_of(step), purpose_of(step)), colour::cyan,
                    how, 0);
        for (const auto& item : items)
            if (item.step == step)
                add_item(out, item, how);
        if (here == 0)
            add_wrapped(out,
                        step == lockdown_step::evidence ? "every object, a file each run" : "nothing to do",
                        colour::dim, how, 4);
    }
    out += '\n';
    add_wrapped(out, "What only a person can do", colour::bold, how, 0);
    for (const auto& one : what_people_do())
        add_wrapped(out, "[ ] " + one, colour::plain, how, 2);
    return out;
}

std::string lockdown_plan_json(const account& watched, const std::vector<lockdown_item>& items,
                               const lockdown_steps& steps)
{
    json::object out;
    json::array planned;
    for (const auto& item : items)
        planned.push_back(json_of(item));
    json::array names;
    for (const auto step : steps)
        names.emplace_back(view(name_of(step)));
    out["account"] = view(watched.config.settings.name);
    out["applied"] = false;
    out["steps"] = std::move(names);
    out["items"] = std::move(planned);
    out["holes"] = texts(holes_of(watched));
    out["people"] = texts(what_people_do());
    return json::serialize(out) + '\n';
}

std::string lockdown_report_markdown(const account& watched, const std::vector<lockdown_outcome>& outcomes,
                                     const std::vector<std::string>& holes, const lockdown_folder& folder)
{
    std::string out = fmt::format(
        "# Incident report: account {}\n\nLockdown of {}. Times are in UTC.\n\n"
        "* Evidence: {}\n* Journal: {}\n* New secrets: {}\n",
        watched.config.settings.name, rfc3339(watched.io.now()), (folder.path() / "evidence.jsonl").string(),
        (folder.path() / "journal.jsonl").string(), folder.credentials().string());
    out += "\n## What was found\n\n| severity | finding | changed by | since |\n|---|---|---|---|\n";
    for (const auto& one : all_findings_of(watched))
        out += fmt::format("| {} | {} | {} | {} |\n", name_of(one.what.level), cell(one.title),
                           cell(actor_words(one)), rfc3339(one.first_seen));
    out += "\n## What was done\n\n| at | step | item | outcome | takes it back |\n|---|---|---|---|---|\n";
    for (const auto& one : outcomes)
        out += fmt::format(
            "| {} | {} | {} | {}: {} | {} |\n", rfc3339(one.at), name_of(one.item.step), cell(one.item.words),
            name_of(one.went), cell(one.detail),
            one.undo.empty() || one.went != lockdown_outcome::how::done ? std::string() : cell(one.undo));
    if (!holes.empty())
        out += "\n## What could not be seen\n\n";
    for (const auto& hole : holes)
        out += fmt::format("* {}\n", cell(hole));
    out += "\n## What only a person can do\n\n";
    for (const auto& one : what_people_do())
        out += fmt::format("- [ ] {}\n", one);
    return out;
}

std::string lockdown_report_json(const account& watched, const std::vector<lockdown_outcome>& outcomes,
                                 const std::vector<std::string>& holes)
{
    json::object out;
    json::array findings;
    for (const auto& one : all_findings_of(watched))
        findings.push_back(to_json(one));
    json::array done;
    for (const auto& one : outcomes) {
        auto item = json_of(one.item);
        item["outcome"] = view(name_of(one.went));
        item["detail"] = view(one.detail);
        item["request"] = one.request.empty() ? json::value(nullptr) : json::value(view(one.request));
        item["undo_request"] = one.undo.empty() ? json::value(nullptr) : json::value(view(one.undo));
        item["at"] = view(rfc3339(one.at));
        done.push_back(std::move(item));
    }
    out["account"] = view(watched.config.settings.name);
    out["applied"] = true;
    out["at"] = view(rfc3339(watched.io.now()));
    out["findings"] = std::move(findings);
    out["items"] = std::move(done);
    out["holes"] = texts(holes);
    out["people"] = texts(what_people_do());
    return json::serialize(out) + '\n';
}

}  // namespace trunkwarden
