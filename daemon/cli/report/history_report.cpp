#include "cli/report/history_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/severity.hpp"
#include "cli/report/findings_report.hpp"
#include "cli/report/local_time.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_sentence = 600;
constexpr std::size_t indent = 4;

// 2026-11-30T23:24:58Z (00:24:58 CET)
std::string moment_words(const json::object& event)
{
    const auto at = parse_time(string_at(event, "at"));
    if (!at)
        return printable_at(event, "at");
    const auto local = local_time(*at);
    return local.empty() ? rfc3339(*at) : fmt::format("{} ({})", rfc3339(*at), local);
}

void add_paragraph(std::string& out, const std::vector<std::string>& lines, colour in, const layout& layout)
{
    if (lines.size() == 1 && lines.front().empty())
        return;
    for (std::size_t at = 0; at < lines.size(); ++at)
        out += (at == 0 ? std::string(indent, ' ') : "") + styled(lines[at], in, layout.style) + '\n';
}

std::vector<std::string> facts_of(const json::object& event)
{
    std::vector<std::string> out;
    for (const auto* member : {"account", "resource", "finding", "incident", "action"})
        if (auto text = printable_at(event, member); !text.empty())
            out.push_back(std::move(text));
    return out;
}

void add_event(std::string& out, const json::object& event, const layout& layout)
{
    const auto level = value_named<severity>(string_at(event, "severity"));
    auto kind = printable_at(event, "kind");
    std::replace(kind.begin(), kind.end(), '_', ' ');
    if (level)
        kind += fmt::format(", {}", name_of(*level));
    for (const auto& line : wrapped(std::vector{moment_words(event), kind}, layout.width, {0, indent}))
        out += styled(line, level ? colour_of(*level) : colour::bold, layout.style) + '\n';
    auto sentence = printable_at(event, "sentence", longest_sentence);
    if (const auto by = printable_at(event, "by"); !by.empty())
        sentence += fmt::format(" (by {})", by);
    add_paragraph(out, wrapped(sentence, layout.width, {indent, indent}), colour::plain, layout);
    add_paragraph(out, wrapped(facts_of(event), layout.width, {indent, indent}), colour::dim, layout);
}

void add_remark(std::string& out, std::string_view text, colour in, const layout& layout)
{
    for (const auto& line : wrapped(text, layout.width, {0, 2}))
        out += styled(line, in, layout.style) + '\n';
}

}  // namespace

std::string history_text(const json::object& history, layout layout)
{
    std::string out;
    const auto events = objects_at(history, "events");
    if (!string_at(history, "earlier").empty())
        add_remark(
            out,
            fmt::format("These are the newest {}; there are earlier ones: narrow it down, or see more with "
                        "--limit",
                        events.size()),
            colour::yellow, layout);
    for (const auto* event : events)
        add_event(out, *event, layout);
    if (events.empty())
        out += "No events.\n";
    if (string_at(history, "source") == "state_file")
        add_remark(
            out,
            fmt::format("As of {}, by the state file: no daemon answered.", printable_at(history, "as_of")),
            colour::yellow, layout);
    if (const auto trouble = printable_at(history, "trouble", longest_sentence); !trouble.empty())
        add_remark(out, fmt::format("The newest events may be missing: {}", trouble), colour::red, layout);
    return out;
}

}  // namespace trunkwarden
