#include "snapshot/answer_item.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>

#include "fetch/api_client.hpp"
#include "snapshot/answer_form.hpp"
#include "snapshot/json_text.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

// The text of the member; nullopt where there is none.
std::optional<std::string> said_in(json_element object, std::string_view member)
{
    json_element value;
    if (object[member].get(value) != simdjson::SUCCESS)
        return std::nullopt;
    auto text = scalar_text(value);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string quoted(std::string_view text)
{
    return boost::json::serialize(boost::json::value(view(text)));
}

// The item as the API wrote it, a member that it has twice included: page_parser refuses that one.
std::string with_member(json_element item, std::string_view name, std::string_view value)
{
    auto text = simdjson::minify(item);
    if (!said_in(item, name))
        text.insert(1, quoted(name) + ':' + quoted(value) + (text == "{}" ? "" : ","));
    return text;
}

failure about_another(std::string_view said)
{
    return {errc::not_understood, "the API answered about another object: " + printable(said, 80)};
}

bool may_hold_the_list(const resource_type& type, std::string_view member)
{
    return member == "data" ||
           std::find(type.also_at.begin(), type.also_at.end(), member) != type.also_at.end();
}

result<std::string> items_with_owner(simdjson::dom::array items, std::string_view owner,
                                     std::string_view address)
{
    std::string out;
    for (const json_element item : items) {
        if (!out.empty())
            out += ',';
        if (!item.is_object()) {
            out += simdjson::minify(item);
            continue;
        }
        if (const auto said = said_in(item, owner); said && *said != address)
            return about_another(*said);
        out += with_member(item, owner, address);
    }
    return '[' + out + ']';
}

// The object, with the owner in each item of its list.
result<std::string> members_with_owner(simdjson::dom::object members, const resource_type& type,
                                       std::string_view owner, std::string_view address)
{
    std::string out;
    for (const auto& [name, value] : members) {
        result<std::string> text = simdjson::minify(value);
        if (value.is_array() && may_hold_the_list(type, name))
            text = items_with_owner(value.get_array(), owner, address);
        if (!text)
            return text.error();
        out += (out.empty() ? "" : ",") + quoted(name) + ':' + *text;
    }
    return '{' + out + '}';
}

}  // namespace

result<std::string> answer_as_list(json_reader& reader, const std::string& body, std::string_view id,
                                   std::string_view address)
{
    const auto root = reader.parse(body, deepest_answer);
    if (!root)
        return root.error();
    if (!root->is_object())
        return failure{errc::not_understood, "the answer is not an object; " + form_of(*root)};
    auto item = *root;
    json_element data;
    const bool is_wrapped = (*root)["data"].get(data) == simdjson::SUCCESS;
    if (is_wrapped)
        item = data;
    std::string out = R"({"data":[]})";
    if (!item.is_null()) {
        if (!item.is_object())
            return failure{errc::not_understood, "the answer has no \"data\" object; " + form_of(*root)};
        for (const auto place : {item, *root})
            if (const auto said = said_in(place, id); said && *said != address)
                return about_another(*said);
        out = R"({"data":[)" + with_member(item, id, address) + "]}";
    }
    out.reserve(out.size() + body_padding);
    return out;
}

result<std::string> answer_with_owner(json_reader& reader, const std::string& body, const resource_type& type,
                                      std::string_view owner, std::string_view address)
{
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return root.error();
    if (!root->is_array() && !root->is_object())
        return failure{errc::not_understood, "the answer is no list; " + form_of(*root)};
    auto out = root->is_array() ? items_with_owner(root->get_array(), owner, address)
                                : members_with_owner(root->get_object(), type, owner, address);
    if (out)
        out->reserve(out->size() + body_padding);
    return out;
}

}  // namespace trunkwarden
