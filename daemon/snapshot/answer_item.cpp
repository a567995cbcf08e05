#include "snapshot/answer_item.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <optional>

#include "fetch/api_client.hpp"
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
std::string list_of(json_element item, std::string_view id, std::string_view address)
{
    auto text = simdjson::minify(item);
    if (!said_in(item, id))
        text.insert(1, quoted(id) + ':' + quoted(address) + (text == "{}" ? "" : ","));
    return R"({"data":[)" + text + "]}";
}

}  // namespace

result<std::string> answer_as_list(json_reader& reader, const std::string& body, std::string_view id,
                                   std::string_view address)
{
    const auto root = reader.parse(body, deepest_answer);
    if (!root)
        return root.error();
    if (!root->is_object())
        return failure{errc::not_understood, "the answer is not an object"};
    auto item = *root;
    json_element data;
    const bool is_wrapped = (*root)["data"].get(data) == simdjson::SUCCESS;
    if (is_wrapped)
        item = data;
    std::string out = R"({"data":[]})";
    if (!item.is_null()) {
        if (!item.is_object())
            return failure{errc::not_understood, "the answer has no \"data\" object"};
        for (const auto place : {item, *root})
            if (const auto said = said_in(place, id); said && *said != address)
                return failure{errc::not_understood,
                               "the API answered about another object: " + printable(*said, 80)};
        out = list_of(item, id, address);
    }
    out.reserve(out.size() + body_padding);
    return out;
}

}  // namespace trunkwarden
