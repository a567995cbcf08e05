#include "simulator/merge.hpp"

#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

void collect_differences(json::array& found, const std::string& prefix, const json::object& before,
                         const json::object& after)
{
    for (const auto& [key, to] : after) {
        const std::string name = prefix + std::string(key);
        const json::value* from = before.if_contains(key);
        if (from != nullptr && *from == to) {
            continue;
        }
        if (from != nullptr && from->is_object() && to.is_object()) {
            collect_differences(found, name + ".", from->get_object(), to.get_object());
            continue;
        }
        json::object difference{
            {"field", name}, {"from", from == nullptr ? json::value(nullptr) : *from}, {"to", to}};
        found.push_back(std::move(difference));
    }
}

void append_string(std::string& to, std::string_view text)
{
    to += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                to += "\\\"";
                break;
            case '\\':
                to += "\\\\";
                break;
            case '\n':
                to += "\\n";
                break;
            case '\r':
                to += "\\r";
                break;
            case '\t':
                to += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned>(c));
                } else {
                    to += c;
                }
        }
    }
    to += '"';
}

}  // namespace

void merge(json::object& into, const json::object& from)
{
    for (const auto& [key, value] : from) {
        json::value* mine = into.if_contains(key);
        if (mine != nullptr && mine->is_object() && value.is_object()) {
            merge(mine->get_object(), value.get_object());
        } else {
            into[key] = value;
        }
    }
}

json::array differences(const json::object& before, const json::object& after)
{
    json::array found;
    collect_differences(found, "", before, after);
    return found;
}

const json::value* at_dotted(const json::object& in, std::string_view dotted)
{
    const std::size_t dot = dotted.find('.');
    const json::value* here = in.if_contains(dotted.substr(0, dot));
    if (here == nullptr || dot == std::string_view::npos) {
        return here;
    }
    return here->is_object() ? at_dotted(here->get_object(), dotted.substr(dot + 1)) : nullptr;
}

void set_dotted(json::object& in, std::string_view dotted, json::value to)
{
    const std::size_t dot = dotted.find('.');
    json::value& here = in[dotted.substr(0, dot)];
    if (dot == std::string_view::npos) {
        here = std::move(to);
        return;
    }
    if (!here.is_object()) {
        here.emplace_object();
    }
    set_dotted(here.get_object(), dotted.substr(dot + 1), std::move(to));
}

std::string scalar_text(const json::value& item)
{
    return item.is_string() ? std::string(item.get_string()) : to_text(item);
}

void append_text(std::string& to, const json::value& item)
{
    const auto append = std::back_inserter(to);
    switch (item.kind()) {
        case json::kind::null:
            to += "null";
            break;
        case json::kind::bool_:
            to += item.get_bool() ? "true" : "false";
            break;
        case json::kind::int64:
            fmt::format_to(append, "{}", item.get_int64());
            break;
        case json::kind::uint64:
            fmt::format_to(append, "{}", item.get_uint64());
            break;
        case json::kind::double_:
            fmt::format_to(append, "{}", item.get_double());
            break;
        case json::kind::string:
            append_string(to, item.get_string());
            break;
        case json::kind::array: {
            char before = '[';
            for (const json::value& each : item.get_array()) {
                to += before;
                append_text(to, each);
                before = ',';
            }
            to += before == '[' ? "[]" : "]";
            break;
        }
        case json::kind::object: {
            char before = '{';
            for (const auto& [key, value] : item.get_object()) {
                to += before;
                append_string(to, key);
                to += ':';
                append_text(to, value);
                before = ',';
            }
            to += before == '{' ? "{}" : "}";
            break;
        }
    }
}

std::string member_text(const json::object& in, std::string_view name, std::string_view otherwise)
{
    const json::value* value = in.if_contains(name);
    return value == nullptr ? std::string(otherwise) : scalar_text(*value);
}

std::string to_text(const json::value& item)
{
    std::string text;
    append_text(text, item);
    return text;
}

}  // namespace trunkwarden::simulator
