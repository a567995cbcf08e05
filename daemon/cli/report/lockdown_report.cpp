#include "cli/report/lockdown_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>

#include "catalogue/names.hpp"
#include "cli/report/markdown_cell.hpp"
#include "findings/finding_json.hpp"
#include "support/escape.hpp"
#include "support/first_of.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string undo_words(undoing undo)
{
    return undo == undoing::exact          ? "can be taken back"
           : undo == undoing::new_identity ? "can be made again, under a new id"
                                           : "cannot be taken back";
}

void add_wrapped(std::string& out, std::string_view text, colour in, const layout& layout, std::size_t indent)
{
    const auto lines = wrapped(text, layout.width, {indent, indent + 2});
    for (std::size_t at = 0; at < lines.size(); ++at)
        out += (at == 0 ? std::string(indent, ' ') : "") + styled(lines[at], in, layout.style) + '\n';
}

void add_item(std::string& out, const lockdown_item& item, const layout& layout)
{
    constexpr std::size_t indent = 4;
    if (item.leave) {
        add_wrapped(out,
                    fmt::format("left   {}: {}", printable(item.words, 200), printable(*item.leave, 400)),
                    colour::yellow, layout, indent);
        return;
    }
    add_wrapped(out, printable(item.words, 300), colour::bold, layout, indent);
    add_wrapped(out, undo_words(item.undo), item.undo == undoing::impossible ? colour::yellow : colour::dim,
                layout, indent + 2);
    add_wrapped(out, "stops working: " + item.impact, colour::dim, layout, indent + 2);
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
    out["left_because"] = text_or_null(item.leave);
    return out;
}

json::array texts(const std::vector<std::string>& lines)
{
    json::array out;
    for (const auto& line : lines)
        out.emplace_back(view(line));
    return out;
}

// As part of a JSON text in single quotes of a shell: ASCII only, without a quote, so that neither a shell
// nor a terminal reads anything else in it.
std::string quotable_json(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto letter = first_character(text);
        const auto length = std::max<std::size_t>(letter.length, 1);
        const auto value = letter.length == 0 ? 0xfffdU : static_cast<std::uint32_t>(letter.value);
        if (value >= 0x10000U)
            out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800U + ((value - 0x10000U) >> 10U),
                               0xdc00U + ((value - 0x10000U) & 0x3ffU));
        else if (value >= 0x7fU || value == '\'' || value < ' ')
            out += fmt::format("\\u{:04x}", value);
        else
            out += static_cast<char>(value);
        text.remove_prefix(length);
    }
    return out;
}

// One word of a shell.
std::string shell_word(std::string_view text)
{
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

void add_list(std::string& out, std::string_view title, const std::vector<std::string>& texts)
{
    if (texts.empty())
        return;
    out += fmt::format("\n## {}\n\n", title);
    for (const auto& text : texts)
        out += fmt::format("* {}\n", cell(text));
}

// A block in which nothing is marked up. The fence is longer than any in it.
void add_undo(std::string& out, const account_config& config, const lockdown_outcome& outcome)
{
    std::string block;
    for (const auto& request : outcome.undo)
        block += pasted_request(config, request) + '\n';
    std::string fence = "```";
    while (block.find(fence) != std::string::npos)
        fence += '`';
    out += fmt::format("\nTo take back: {}\n\n{}sh\n{}{}\n", cell(outcome.item.words), fence, block, fence);
}

}  // namespace

std::vector<std::string> holes_of(const account_view& view)
{
    std::vector<std::string> out;
    for (const auto& coverage : view.coverage)
        if (coverage.type->pages != paging::no_endpoint && coverage.state != reading_state::complete)
            out.push_back(
                fmt::format("{} could not be read completely, and what was not seen is not put right: {}",
                            coverage.type->name, printable(coverage.reason, 300)));
    return out;
}

std::string pasted_request(const account_config& config, const api_write& request)
{
    const auto& settings = config.settings;
    const auto key =
        settings.api_key.file.empty() ? std::string("API_KEY_FILE") : settings.api_key.file.string();
    auto out = fmt::format("curl -X {} {} -H \"Authorization: Bearer $(cat {})\"", request.method,
                           shell_word(settings.api_url + request.target), shell_word(key));
    if (!request.body.empty())
        out +=
            fmt::format(" -H 'Content-Type: application/json' --data-raw '{}'", quotable_json(request.body));
    return out;
}

std::string warning_of_trusted_ways(const ways_in& ways)
{
    constexpr std::size_t most = 10;
    return fmt::format(
        "The baseline trusts {}, and they stay: if a thief has one of them, he can read the new secrets. Then "
        "remove it, and make the secrets again with --rotate-again",
        first_of(ways.trusted, most));
}

std::string lockdown_plan_text(const account_config& config, const lockdown_plan& plan, layout layout)
{
    std::string out;
    const auto to_do = static_cast<std::size_t>(
        std::ranges::count_if(plan.items, [](const lockdown_item& item) { return !item.leave; }));
    add_wrapped(out,
                fmt::format("Lockdown of account {}: {} to carry out, in this order", config.settings.name,
                            plural(to_do, "item")),
                colour::bold, layout, 0);
    for (const auto& warning : plan.warnings)
        add_wrapped(out, "warning: " + printable(warning, 1000), colour::red, layout, 2);
    for (const auto& hole : plan.holes)
        add_wrapped(out, hole, colour::red, layout, 2);
    std::size_t number = 0;
    for (const auto step : plan.steps) {
        const auto here = std::ranges::count(plan.items, step, &lockdown_item::step);
        out += '\n';
        add_wrapped(out, fmt::format("{}. {}: {}", ++number, name_of(step), purpose_of(step)), colour::cyan,
                    layout, 0);
        for (const auto& item : plan.items)
            if (item.step == step)
                add_item(out, item, layout);
        if (here == 0)
            add_wrapped(out, step == lockdown_step::evidence ? "every object" : "nothing to do", colour::dim,
                        layout, 4);
    }
    out += '\n';
    add_wrapped(out, "What only a person can do", colour::bold, layout, 0);
    for (const auto& line : plan.by_hand)
        add_wrapped(out, "[ ] " + line, colour::plain, layout, 2);
    return out;
}

std::string lockdown_plan_json(const account_config& config, const lockdown_plan& plan)
{
    json::object out;
    json::array planned;
    planned.reserve(plan.items.size());
    for (const auto& item : plan.items)
        planned.push_back(json_of(item));
    json::array names;
    names.reserve(plan.steps.size());
    for (const auto step : plan.steps)
        names.emplace_back(view(name_of(step)));
    out["account"] = view(config.settings.name);
    out["applied"] = false;
    out["steps"] = std::move(names);
    out["items"] = std::move(planned);
    out["holes"] = texts(plan.holes);
    out["warnings"] = texts(plan.warnings);
    out["people"] = texts(plan.by_hand);
    return json::serialize(out) + '\n';
}

std::string lockdown_report_markdown(const account& watched, const lockdown_summary& all,
                                     const lockdown_folder& folder)
{
    std::string out = fmt::format(
        "# Incident report: account {}\n\nLockdown of {}. Times are in UTC.\n\n"
        "* Evidence: {}\n* Journal: {}\n* New secrets: {}\n",
        watched.config.settings.name, rfc3339(watched.io.now()), (folder.path() / "evidence.jsonl").string(),
        (folder.path() / "journal.jsonl").string(), folder.secrets().credentials().string());
    add_list(out, "What is left", all.left);
    add_list(out, "What to know", all.warnings);
    if (!all.run.ways.trusted.empty())
        out += fmt::format("\n{}.\n", cell(warning_of_trusted_ways(all.run.ways)));
    out += found_markdown(watched.memory, all.record);
    out += "\n## What was done\n\n| at | step | item | outcome |\n|---|---|---|---|\n";
    for (const auto& outcome : all.run.outcomes)
        out += fmt::format("| {} | {} | {} | {}: {} |\n", rfc3339(outcome.at), name_of(outcome.item.step),
                           cell(outcome.item.words), name_of(outcome.went), cell(outcome.detail));
    out += earlier_runs_markdown(all.record);
    out += history_markdown(all.record);
    out += "\n## What takes it back\n";
    for (const auto& outcome : all.run.outcomes)
        if (!outcome.undo.empty())
            add_undo(out, watched.config, outcome);
    add_list(out, "What could not be seen", all.holes);
    out += "\n## What only a person can do\n\n";
    for (const auto& line : all.by_hand)
        out += fmt::format("- [ ] {}\n", cell(line));
    return out;
}

std::string lockdown_report_json(const account& watched, const lockdown_summary& all, const link_settings& to)
{
    json::object out;
    json::array findings;
    for (const auto& finding : findings_of_incident(watched.memory, all.record))
        findings.push_back(to_json(finding, to));
    json::array earlier;
    for (const auto& run : all.record.earlier)
        earlier.emplace_back(view(run.file));
    json::array done;
    done.reserve(all.run.outcomes.size());
    for (const auto& outcome : all.run.outcomes) {
        auto item = json_of(outcome.item);
        std::vector<std::string> undo;
        std::ranges::transform(outcome.undo, std::back_inserter(undo), shown_request);
        item["outcome"] = view(name_of(outcome.went));
        item["detail"] = view(outcome.detail);
        item["request"] = outcome.request.empty() ? json::value(nullptr) : json::value(view(outcome.request));
        item["undo_requests"] = texts(undo);
        item["at"] = view(rfc3339(outcome.at));
        done.push_back(std::move(item));
    }
    json::object ways;
    ways["open"] = texts(all.run.ways.open);
    ways["trusted"] = texts(all.run.ways.trusted);
    out["account"] = view(watched.config.settings.name);
    out["applied"] = true;
    out["at"] = view(rfc3339(watched.io.now()));
    out["findings"] = std::move(findings);
    out["items"] = std::move(done);
    out["history"] = all.record.history;
    out["history_trouble"] = text_or_null(all.record.trouble);
    out["earlier_reports"] = std::move(earlier);
    out["ways_in"] = std::move(ways);
    out["holes"] = texts(all.holes);
    out["warnings"] = texts(all.warnings);
    out["left"] = texts(all.left);
    out["people"] = texts(all.by_hand);
    return json::serialize(out) + '\n';
}

}  // namespace trunkwarden
