#include "containment/json_path.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/canonical.hpp"
#include "snapshot/json_reader.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {

namespace json = boost::json;

const json::value* value_at(const json::object& in, std::string_view path)
{
    const auto dot = path.find('.');
    const auto* found = in.if_contains(view(path.substr(0, dot)));
    if (found == nullptr || dot == std::string_view::npos)
        return found;
    const auto* inner = found->if_object();
    return inner == nullptr ? nullptr : value_at(*inner, path.substr(dot + 1));
}

std::string text_at(const json::object& in, std::string_view path)
{
    const auto* value = value_at(in, path);
    if (value == nullptr || value->is_null())
        return {};
    const auto* text = value->if_string();
    return text != nullptr ? std::string(text->data(), text->size()) : json::serialize(*value);
}

std::string text_at(const std::string& body, std::string_view path)
{
    json::error_code failed;
    const auto parsed = json::parse(readable_json(body, deepest_answer), failed);
    return failed || !parsed.is_object() ? std::string() : text_at(parsed.get_object(), path);
}

void put_at(json::object& into, std::string_view path, json::value value)
{
    const auto dot = path.find('.');
    auto& place = into[view(path.substr(0, dot))];
    if (dot == std::string_view::npos) {
        place = std::move(value);
        return;
    }
    if (!place.is_object())
        place.emplace_object();
    put_at(place.get_object(), path.substr(dot + 1), std::move(value));
}

void remove_at(json::object& from, std::string_view path)
{
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) {
        from.erase(view(path));
        return;
    }
    if (auto* inner = from.if_contains(view(path.substr(0, dot))); inner != nullptr && inner->is_object())
        remove_at(inner->get_object(), path.substr(dot + 1));
}

namespace {

std::string comparable(const json::value* value)
{
    if (value == nullptr || value->is_null())
        return {};
    if (const auto* text = value->if_string())
        return {text->data(), text->size()};
    if (const auto* array = value->if_array()) {
        std::vector<std::string> members;
        for (const auto& member : *array)
            members.push_back(comparable(&member));
        std::ranges::sort(members);
        std::string out;
        for (const auto& member : members)
            out.append(member).append(1, '\x1f');
        return out;
    }
    return json::serialize(*value);
}

}  // namespace

bool mean_the_same(const json::value* a, const json::value* b)
{
    const auto left = comparable(a);
    const auto right = comparable(b);
    if (left == right)
        return true;
    const auto decimals = compare_decimals(left, right);
    return decimals.valid && decimals.order == 0;
}

}  // namespace trunkwarden
