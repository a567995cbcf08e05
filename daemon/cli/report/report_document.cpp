#include "cli/report/report_document.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <string_view>

#include "cli/report/markdown_cell.hpp"
#include "support/escape.hpp"
#include "web/html.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t longest_cell = 600;
constexpr std::size_t text_indent = 2;

// Lines for the page on a screen, on a phone, and on paper.
constexpr std::string_view document_style = R"css(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.warning { border-left: .3rem solid #b00020; padding-left: .7rem; font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
th { white-space: nowrap; }
@media screen and (max-width: 40rem) { thead { display: none; } tr, td { display: block; } tr { padding: .5rem 0; border-bottom: 1px solid #8886; } td { border: 0; padding: .1rem 0; } td:empty { display: none; } td::before { content: attr(data-label) ": "; font-weight: 600; } }
@media print { :root { color-scheme: light; } body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } .wide { overflow: visible; } }
)css";

void add_styled_lines(std::string& out, const std::vector<std::string>& lines, std::size_t indent, colour in,
                      const layout& layout)
{
    for (std::size_t at = 0; at < lines.size(); ++at)
        out += (at == 0 ? std::string(indent, ' ') : "") + styled(lines[at], in, layout.style) + '\n';
}

// The first cell and all others of a row, those without text left out.
void add_row(std::string& out, const std::vector<std::string>& row, const layout& layout)
{
    std::vector<std::string> pieces;
    for (const auto& raw : row)
        if (auto text = printable(raw, longest_cell); !text.empty())
            pieces.push_back(std::move(text));
    std::string line;
    for (const auto& piece : pieces)
        line += (line.empty() ? "" : "  ") + piece;
    add_styled_lines(out, wrapped(line, layout.width, {text_indent, 2 * text_indent}), text_indent,
                     colour::plain, layout);
}

html paragraph_of(std::string_view pattern, const std::string& text)
{
    return html::format(pattern, html::text(text, longest_cell));
}

html table_of(const report_table& table)
{
    html head;
    for (const auto& column : table.columns)
        head += paragraph_of("<th scope=\"col\">{}</th>", column);
    html body;
    for (const auto& row : table.rows) {
        html cells;
        for (std::size_t at = 0; at < row.size(); ++at)
            cells += html::format(R"(<td data-label="{}">{}</td>)", html::text(table.columns.at(at)),
                                  html::text(row[at], longest_cell));
        body += html::format("<tr>{}</tr>\n", cells);
    }
    return html::format(
        "<div class=\"wide\"><table><thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n", head,
        body);
}

}  // namespace

std::string document_text(const report_document& document, const layout& layout)
{
    std::string out = styled(printable(document.title), colour::bold, layout.style) + '\n';
    for (const auto& fact : document.facts)
        add_styled_lines(out, wrapped(printable(fact, longest_cell), layout.width, {0, text_indent}), 0,
                         colour::plain, layout);
    for (const auto& warning : document.warnings)
        add_styled_lines(out, wrapped(printable(warning, longest_cell), layout.width, {0, text_indent}), 0,
                         colour::yellow, layout);
    for (const auto& table : document.tables) {
        out += '\n' + styled(table.heading, colour::bold, layout.style) + '\n';
        for (const auto& row : table.rows)
            add_row(out, row, layout);
        if (table.rows.empty())
            add_styled_lines(out, wrapped(table.when_empty, layout.width, {text_indent, text_indent}),
                             text_indent, colour::plain, layout);
    }
    return out;
}

std::string document_markdown(const report_document& document)
{
    auto out = fmt::format("# {}\n\n", cell(document.title));
    for (const auto& fact : document.facts)
        out += fmt::format("- {}\n", cell(fact));
    for (const auto& warning : document.warnings)
        out += fmt::format("\n**{}**\n", cell(warning));
    for (const auto& table : document.tables) {
        out += fmt::format("\n## {}\n\n", table.heading);
        if (table.rows.empty()) {
            out += cell(table.when_empty) + '\n';
            continue;
        }
        std::string rule;
        for (const auto& column : table.columns) {
            out += fmt::format("| {} ", column);
            rule += "|---";
        }
        out += fmt::format("|\n{}|\n", rule);
        for (const auto& row : table.rows) {
            for (const auto& text : row)
                out += fmt::format("| {} ", cell(printable(text, longest_cell)));
            out += "|\n";
        }
    }
    return out;
}

std::string document_html(const report_document& document)
{
    html body = paragraph_of("<h1>{}</h1>\n", document.title);
    for (const auto& fact : document.facts)
        body += paragraph_of("<p>{}</p>\n", fact);
    for (const auto& warning : document.warnings)
        body += paragraph_of("<p class=\"warning\">{}</p>\n", warning);
    for (const auto& table : document.tables) {
        body += paragraph_of("<h2>{}</h2>\n", table.heading);
        body += table.rows.empty() ? paragraph_of("<p>{}</p>\n", table.when_empty) : table_of(table);
    }
    // The style holds braces, which have a meaning in a pattern.
    auto out = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{}</style>\n",
        document_style);
    out += paragraph_of("<title>{}</title>\n</head>\n<body>\n", document.title).take();
    out += std::move(body).take();
    return out + "</body>\n</html>\n";
}

}  // namespace trunkwarden
