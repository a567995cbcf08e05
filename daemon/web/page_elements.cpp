#include "web/page_elements.hpp"

#include <algorithm>
#include <string>

#include "findings/links.hpp"

namespace trunkwarden::page {

using std::chrono::milliseconds;

html text(std::string_view raw)
{
    return html::text(raw);
}

html number(std::size_t count)
{
    return text(std::to_string(count));
}

milliseconds span_between(time_point from, time_point to)
{
    return std::chrono::duration_cast<milliseconds>(to - from);
}

html ago(time_point at, time_point now)
{
    const auto span = std::max(span_between(at, now), milliseconds(0));
    const auto words = span < std::chrono::seconds(1) ? "just now" : for_people(span) + " ago";
    return html::format(R"(<time datetime="{}" title="{}">{}</time>)", text(rfc3339(at)), text(rfc3339(at)),
                        text(words));
}

html ago(const std::optional<time_point>& at, time_point now)
{
    return at ? ago(*at, now) : text("never");
}

html badge(std::string_view word)
{
    return html::format(R"(<span class="badge {}">{}</span>)", text(word), text(word));
}

html command(std::string_view line)
{
    return html::format(R"(<pre class="command"><code>{}</code></pre>)", text(line));
}

html link(const std::string& url)
{
    return is_web_link(url)
               ? html::format(R"(<a href="{}" rel="noreferrer">{}</a>)", html::text(url, 2000), text(url))
               : html::format("<code>{}</code>", text(url));
}

html row(std::initializer_list<html> cells)
{
    html out = html::format("<tr>");
    bool is_first = true;
    for (const auto& cell : cells) {
        out +=
            is_first ? html::format(R"(<th scope="row">{}</th>)", cell) : html::format("<td>{}</td>", cell);
        is_first = false;
    }
    out += html::format("</tr>\n");
    return out;
}

html table(std::string_view label, std::initializer_list<std::string_view> heads, const html& rows)
{
    html head;
    for (const auto name : heads)
        head += html::format(R"(<th scope="col">{}</th>)", text(name));
    return html::format(
        R"(<div class="wide" role="region" aria-label="{}" tabindex="0"><table><thead><tr>{}</tr></thead>)"
        "<tbody>\n{}</tbody></table></div>\n",
        text(label), head, rows);
}

}  // namespace trunkwarden::page
