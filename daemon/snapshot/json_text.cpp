#include "snapshot/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "snapshot/canonical.hpp"
#include "support/repaired_json.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

template <class Number>
std::string digits_of(Number value)
{
    std::array<char, 32> out{};
    const auto end = std::to_chars(out.data(), out.data() + out.size(), value).ptr;
    return {out.data(), end};
}

void collect(json_element at, std::string_view path, std::vector<std::string>& out)
{
    if (at.is_array()) {
        for (const json_element member : dom::array(at))
            collect(member, path, out);
        return;
    }
    if (path.empty()) {
        if (!at.is_null())
            out.push_back(scalar_text(at));
        return;
    }
    dom::object object;
    if (at.get_object().get(object) != simdjson::SUCCESS) {
        // The value that the path leads to may be in there, and must not be hidden.
        if (at.is_string() && is_deep_value(std::string_view(at)))
            out.push_back(scalar_text(at));
        return;
    }
    const auto dot = path.find('.');
    json_element next;
    if (object.at_key(path.substr(0, dot)).get(next) == simdjson::SUCCESS)
        collect(next, dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1), out);
}

// The common case without a vector: a plain path to a scalar.
bool find_scalar(json_element at, std::string_view path, json_element& out)
{
    while (!path.empty()) {
        dom::object object;
        const auto dot = path.find('.');
        if (at.get_object().get(object) != simdjson::SUCCESS ||
            object.at_key(path.substr(0, dot)).get(at) != simdjson::SUCCESS)
            return false;
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    out = at;
    return !at.is_array();
}

}  // namespace

std::string scalar_text(json_element value)
{
    switch (value.type()) {
        case dom::element_type::STRING:
            return std::string(std::string_view(value));
        case dom::element_type::BOOL:
            return bool(value) ? "true" : "false";
        case dom::element_type::INT64:
            return digits_of(std::int64_t(value));
        case dom::element_type::UINT64:
            return digits_of(std::uint64_t(value));
        case dom::element_type::DOUBLE:
            return digits_of(double(value));
        case dom::element_type::NULL_VALUE:
            return {};
        default:
            return simdjson::minify(value);
    }
}

std::vector<std::string> texts_at(json_element item, std::string_view path)
{
    std::vector<std::string> out;
    collect(item, path, out);
    return out;
}

std::string text_at(json_element item, std::string_view path)
{
    json_element value;
    if (find_scalar(item, path, value))
        return scalar_text(value);
    std::string joined;
    for (const auto& text : texts_at(item, path))
        joined += (joined.empty() ? "" : ", ") + text;
    return joined;
}

std::optional<json_element> scalar_at(json_element item, std::string_view path)
{
    json_element value;
    return find_scalar(item, path, value) ? std::optional(value) : std::nullopt;
}

bool leads_to_object(json_element item, std::string_view path)
{
    if (item.is_array()) {
        for (const json_element member : dom::array(item))
            if (leads_to_object(member, path))
                return true;
        return false;
    }
    if (path.empty() || !item.is_object())
        return item.is_object();
    const auto dot = path.find('.');
    json_element next;
    return item.at_key(path.substr(0, dot)).get(next) == simdjson::SUCCESS &&
           leads_to_object(next, dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1));
}

std::string field_text(json_element item, std::string_view path, value_kind kind)
{
    if (holds_a_set(kind))
        return canonical_set(kind, texts_at(item, path));
    json_element value;
    if (find_scalar(item, path, value)) {
        if (value.is_string())
            return canonical(kind, std::string_view(value));
        return value.is_null() ? std::string{} : canonical(kind, scalar_text(value));
    }
    return canonical_set(kind, texts_at(item, path));
}

bool is_set(json_element value, const fixed_list<std::string_view, 4>& unless)
{
    const auto text = value.is_null() ? std::string{} : scalar_text(value);
    return !text.empty() && text != "false" && std::ranges::find(unless, text) == unless.end();
}

}  // namespace trunkwarden
