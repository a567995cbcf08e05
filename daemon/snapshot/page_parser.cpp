#include "snapshot/page_parser.hpp"

#include <fmt/format.h>
#include <functional>
#include <optional>

#include "snapshot/json_text.hpp"
#include "snapshot/page_meta.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

static_assert(body_padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t deepest_nesting = 64;
constexpr std::size_t parser_worth_keeping = 2U << 20U;  // bytes of body it was grown for

failure not_understood(std::string sentence)
{
    return {errc::not_understood, std::move(sentence)};
}

std::string label_of(json_element item, const resource_type& type)
{
    auto label = type.label.empty() ? std::string{} : text_at(item, type.label);
    if (!type.label_suffix.empty())
        if (const auto suffix = text_at(item, type.label_suffix); !suffix.empty())
            label += ':' + suffix;
    for (const auto other : type.other_labels)
        if (label.empty())
            if (auto text = text_at(item, other); !looks_like_api_key(text))
                label = std::move(text);
    return label;
}

// Every list's items carry the same kind of id, whichever resource looks at them.
std::string_view item_key(const resource_type& type)
{
    return type.address;
}

std::string modified_at(json_element item)
{
    auto updated = text_at(item, "updated_at");
    return updated.empty() ? text_at(item, "created_at") : updated;
}

}  // namespace

struct page_parser::state {
    std::vector<const resource_type*> watched;
    const fingerprinter* secrets = nullptr;
    dom::parser parser;
    std::vector<std::string> values;  // of the item in hand

    using taking = std::optional<failure> (state::*)(json_element, parsed_page&, std::vector<object_page>&);

    result<parsed_page> read(const std::string& body, taking take);
    result<json_element> root_of(const std::string& body);
    result<dom::array> items_of(json_element body, parsed_page& out) const;
    result<dom::array> list_in(json_element body) const;
    result<json_element> only_object(json_element body) const;
    result<json_element> one_item(json_element body) const;
    std::optional<failure> take(json_element item, std::vector<object_page>& pages);
    std::optional<failure> take_item(json_element item, parsed_page& out, std::vector<object_page>& pages);
    std::optional<failure> take_one(json_element body, parsed_page& out, std::vector<object_page>& pages);
    std::optional<failure> take_all(json_element body, parsed_page& out, std::vector<object_page>& pages);
    void add(json_element item, const resource_type& type, object_heading heading, object_page& to);
};

page_parser::page_parser(std::vector<const resource_type*> watched, const fingerprinter& secrets)
    : state_(std::make_unique<state>())
{
    state_->watched = std::move(watched);
    state_->secrets = &secrets;
}

page_parser::page_parser(page_parser&&) noexcept = default;
page_parser::~page_parser() = default;

result<dom::array> page_parser::state::items_of(json_element body, parsed_page& out) const
{
    dom::array items;
    if (watched.front()->pages == paging::bare_array) {
        if (body.get_array().get(items) != simdjson::SUCCESS)
            return not_understood("the answer is not an array");
        return items;
    }
    auto list = list_in(body);
    if (!list)
        return list.error();
    if (!read_meta(body, out.facts))
        return not_understood("\"meta\" of the answer holds something else than counts");
    return list;
}

// Two lists in one body would leave it open which of them is the account's.
result<dom::array> page_parser::state::list_in(json_element body) const
{
    std::optional<dom::array> found;
    dom::array items;
    if (body.is_object() && body["data"].get_array().get(items) == simdjson::SUCCESS)
        found = items;
    for (const auto place : watched.front()->also_at) {
        const bool there = place.empty()
                               ? body.get_array().get(items) == simdjson::SUCCESS
                               : body.is_object() && body[place].get_array().get(items) == simdjson::SUCCESS;
        if (there && found)
            return not_understood("the answer has two lists");
        if (there)
            found = items;
    }
    if (!found)
        return not_understood("the answer has no \"data\" array");
    return *found;
}

result<json_element> page_parser::state::only_object(json_element body) const
{
    json_element object;
    if (!body.is_object() || body["data"].get(object) != simdjson::SUCCESS || !object.is_object())
        return not_understood("the answer has no \"data\" object");
    return object;
}

// Some endpoints answer the object itself (docs/telnyx-api.md), and errors are objects, too: one without an
// id is none of these.
result<json_element> page_parser::state::one_item(json_element body) const
{
    json_element data;
    if (!body.is_object())
        return not_understood("the answer is not an object");
    if (body["data"].get(data) != simdjson::SUCCESS)
        return body;
    if (!data.is_object())
        return not_understood("the answer has no \"data\" object");
    return data;
}

void page_parser::state::add(json_element item, const resource_type& type, object_heading heading,
                             object_page& to)
{
    values.clear();
    for (const watched_field& field : type.fields) {
        auto text = field_text(item, field);
        if (field.kind == value_kind::secret && !text.empty())
            text = secrets->of(fmt::format("{}/{}/{}", type.name, heading.id, field.name), text);
        values.push_back(std::move(text));
    }
    to.add(heading, values);
}

std::optional<failure> page_parser::state::take(json_element item, std::vector<object_page>& pages)
{
    for (std::size_t at = 0; at < watched.size(); ++at) {
        const resource_type& type = *watched[at];
        const bool counts = std::ranges::all_of(
            type.only_when, [item](const condition& wanted) { return holds(item, wanted); });
        if (!counts)
            continue;
        object_heading heading{.id = type.id.empty() ? std::string(type.name) : text_at(item, type.id),
                               .address = type.id.empty() ? std::string{} : text_at(item, type.address),
                               .label = label_of(item, type),
                               .modified_at = modified_at(item),
                               .never_used = is_null_at(item, type.last_used)};
        if (heading.id.empty())
            return not_understood(fmt::format("an item has no \"{}\"", type.id));
        if (heading.label.empty())
            heading.label = heading.id;
        add(item, type, std::move(heading), pages[at]);
    }
    return std::nullopt;
}

std::optional<failure> page_parser::state::take_all(json_element body, parsed_page& out,
                                                    std::vector<object_page>& pages)
{
    if (watched.front()->pages == paging::one_object) {
        const auto object = only_object(body);
        if (!object)
            return object.error();
        out.facts.items = 1;
        return take(*object, pages);
    }
    const auto items = items_of(body, out);
    if (!items)
        return items.error();
    for (const json_element item : *items)
        if (auto failed = take_item(item, out, pages))
            return failed;
    return std::nullopt;
}

std::optional<failure> page_parser::state::take_item(json_element item, parsed_page& out,
                                                     std::vector<object_page>& pages)
{
    const auto key = item.is_object() ? text_at(item, item_key(*watched.front())) : std::string{};
    if (key.empty())
        return not_understood(
            fmt::format("item {} has no \"{}\"", out.facts.items + 1, item_key(*watched.front())));
    out.items.push_back(std::hash<std::string>{}(key));
    ++out.facts.items;
    if (out.organization_id.empty())
        out.organization_id = text_at(item, "organization_id");
    return take(item, pages);
}

std::optional<failure> page_parser::state::take_one(json_element body, parsed_page& out,
                                                    std::vector<object_page>& pages)
{
    if (watched.front()->pages == paging::one_object)
        return take_all(body, out, pages);
    const auto item = one_item(body);
    if (!item)
        return item.error();
    return take_item(*item, out, pages);
}

std::string_view page_parser::path() const
{
    return state_->watched.front()->path;
}

result<json_element> page_parser::state::root_of(const std::string& body)
{
    if (body.size() > parser_worth_keeping || parser.capacity() > parser_worth_keeping)
        parser = dom::parser();
    json_element root;
    if (body.size() > parser.capacity() || parser.max_depth() != deepest_nesting)
        if (parser.allocate(body.size() + body.size() / 4 + 1024, deepest_nesting))
            return failure{errc::too_large, "the answer is too large to parse"};
    if (const auto error = parser.parse(body.data(), body.size(), false).get(root))
        return not_understood(
            fmt::format("the answer is not JSON as documented: {}", simdjson::error_message(error)));
    return root;
}

result<parsed_page> page_parser::state::read(const std::string& body, taking take)
{
    const auto root = root_of(body);
    if (!root)
        return root.error();
    parsed_page out;
    std::vector<object_page> pages;
    for (const auto* type : watched)
        pages.emplace_back(type->fields.size());
    if (auto failed = (this->*take)(*root, out, pages))
        return *std::move(failed);
    for (auto& page : pages) {
        page.shrink();
        out.objects.push_back(std::make_shared<const object_page>(std::move(page)));
    }
    return out;
}

result<parsed_page> page_parser::parse(const std::string& body)
{
    return state_->read(body, &state::take_all);
}

result<parsed_page> page_parser::parse_one(const std::string& body)
{
    return state_->read(body, &state::take_one);
}

}  // namespace trunkwarden
