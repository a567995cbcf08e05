#include "snapshot/json_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "fetch/api_client.hpp"
#include "support/repaired_json.hpp"

namespace trunkwarden {
namespace {

static_assert(body_padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t parser_worth_keeping = 2U << 20U;  // bytes of body it was grown for

void pad(std::string& body)
{
    body.reserve(body.size() + body_padding);
}

}  // namespace

result<json_element> json_reader::parse_as_it_is(const std::string& body, std::size_t deepest)
{
    if (body.size() > parser_worth_keeping || parser_.capacity() > parser_worth_keeping)
        parser_ = simdjson::dom::parser();
    const auto max_depth = deepest + 1;  // simdjson counts what is inside the innermost one, too
    if (body.size() > parser_.capacity() || parser_.max_depth() != max_depth) {
        // Another depth must not make it smaller: lists and single objects come in turn.
        const auto capacity = std::max(parser_.capacity(), body.size() + body.size() / 4 + 1024);
        if (parser_.allocate(capacity, max_depth))
            return failure{errc::too_large, "the answer is too large to parse"};
    }
    json_element root;
    if (const auto error = parser_.parse(body.data(), body.size(), false).get(root))
        return failure{errc::not_understood, fmt::format("the answer is not JSON as documented: {}",
                                                         simdjson::error_message(error))};
    return root;
}

// A repaired body parses as a whole, unless it was no JSON to begin with: then its items are tried one by
// one.
result<json_element> json_reader::parse_repaired(std::string& body, std::size_t deepest)
{
    body = repaired_json(body, deepest);
    pad(body);
    auto root = parse_as_it_is(body, deepest);
    if (root)
        return root;
    json_reader alone;
    body = without_broken_items(body, [&alone, deepest](std::string_view item) {
        std::string text(item);
        pad(text);
        return alone.parse_as_it_is(text, deepest).has_value();
    });
    pad(body);
    return parse_as_it_is(body, deepest);
}

result<json_element> json_reader::parse(const std::string& body, std::size_t deepest)
{
    auto root = parse_as_it_is(body, deepest);
    if (root || root.error().kind != errc::not_understood)
        return root;
    auto text = body;
    const auto repaired = parse_repaired(text, deepest);
    return repaired ? repaired : root;
}

std::string readable_json(std::string body, std::size_t deepest)
{
    json_reader reader;
    pad(body);
    if (reader.parse_as_it_is(body, deepest))
        return body;
    auto text = body;
    if (reader.parse_repaired(text, deepest))
        return text;
    return body;
}

std::string readable_answer(const std::string& body)
{
    auto text = readable_json(body, deepest_answer);
    json_reader reader;
    const auto root = reader.parse(text, deepest_answer);
    json_element data;
    if (!root || !root->is_object() || (*root)["data"].get(data) == simdjson::SUCCESS)
        return text;
    return readable_json("{\"data\":" + body + "}", deepest_answer);
}

}  // namespace trunkwarden
