#include "web/html.hpp"

#include "support/escape.hpp"

namespace trunkwarden {

html html::text(std::string_view raw, std::size_t limit)
{
    html out;
    for (const char c : printable(raw, limit)) {
        switch (c) {
            case '&':
                out.markup_ += "&amp;";
                break;
            case '<':
                out.markup_ += "&lt;";
                break;
            case '>':
                out.markup_ += "&gt;";
                break;
            case '"':
                out.markup_ += "&quot;";
                break;
            case '\'':
                out.markup_ += "&#39;";
                break;
            default:
                out.markup_ += c;
        }
    }
    return out;
}

}  // namespace trunkwarden
