#include "containment/observed_object.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <utility>

#include "containment/json_path.hpp"
#include "snapshot/json_reader.hpp"
#include "support/digest.hpp"
#include "support/json_view.hpp"
#include "support/without.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string hash_of(const std::string& text)
{
    return hex(sha256(text).data(), 16);
}

// Of {"data": {...}}.
result<json::object> object_in(const std::string& readable, const resource_type& type)
{
    json::error_code failed;
    auto parsed = json::parse(readable, failed);
    if (failed || !parsed.is_object())
        return failure{errc::not_understood,
                       fmt::format("the answer about one of {} is not a JSON object", type.name)};
    auto& outer = parsed.get_object();
    auto* data = outer.if_contains("data");
    if (data == nullptr || !data->is_object())
        return failure{errc::not_understood,
                       fmt::format("the answer about one of {} has no \"data\" object", type.name)};
    return std::move(data->get_object());
}

bool names(const json::object& whole, std::string_view path, std::string_view address)
{
    const auto* value = value_at(whole, path);
    const json::value wanted(view(address));
    return value != nullptr && mean_the_same(value, &wanted);
}

// Nobody but us checks that the API answered about the object that was asked for.
bool is_the_one(const resource_type& type, const json::object& whole, std::string_view address)
{
    return type.id.empty() || names(whole, type.address, address) || names(whole, type.id, address);
}

// The fields by which it is created again.
bool makes_it(const resource_type& type, std::string_view field_path)
{
    return std::ranges::find(type.contain.echo, field_path) != type.contain.echo.end();
}

}  // namespace

std::string values_of(const observed_object& object, const std::vector<std::string>& fields)
{
    std::string text;
    const auto seen = object.seen();
    for (std::size_t at = 0; at < object.type->fields.size(); ++at)
        if (std::ranges::find(fields, object.type->fields[at].name) != fields.end())
            text += fmt::format("{}={}\n", object.type->fields[at].name, seen.field(at));
    return hex(sha256(text).data(), 16);
}

std::string state_of(const resource_type& type, const object_view& object)
{
    std::string text(type.name);
    for (std::size_t field = 0; field < type.fields.size(); ++field)
        text.append(1, '\n').append(object.field(field));
    return hash_of(text);
}

std::string identity_hash_of(const resource_type& type, const object_view& object)
{
    if (type.contain.undo != undoing::new_identity)
        return {};
    std::string text(type.name);
    for (std::size_t field = 0; field < type.fields.size(); ++field)
        if (makes_it(type, type.fields[field].path))
            text += fmt::format("\n{}={}", type.fields[field].name, object.field(field));
    return hash_of(text);
}

std::string identity_hash_of(const deviation& unknown)
{
    const auto& type = *unknown.type;
    if (type.contain.undo != undoing::new_identity)
        return {};
    std::string text(type.name);
    for (const auto& field : type.fields) {
        if (!makes_it(type, field.path))
            continue;
        const auto found = std::ranges::find(unknown.fields, field.name, &field_difference::field);
        text +=
            fmt::format("\n{}={}", field.name,
                        found == unknown.fields.end() ? std::string{} : found->canonical_value.value_or(""));
    }
    return hash_of(text);
}

result<observed_object> observe(page_parser& parser, std::size_t watcher, const resource_type& type,
                                std::string_view address, const std::string& body)
{
    const auto text = readable_answer(body);
    auto whole = object_in(text, type);
    if (!whole)
        return whole.error();
    if (!is_the_one(type, *whole, address))
        return failure{
            errc::not_understood,
            fmt::format("the API answered about another object than {} of {}", address, type.name)};
    const auto page = parser.parse_one(text);
    if (!page)
        return page.error();
    observed_object out{&type, std::move(*whole), page->objects.at(watcher), {}};
    if (out.is_reported())
        out.state = state_of(type, out.seen());
    return out;
}

namespace {

// Beside the catalogue's secret fields: Telnyx adds members to answers without asking us.
bool may_name_a_secret(std::string_view member)
{
    static constexpr std::array<std::string_view, 12> words{
        "password",    "secret",   "token",    "pin",      "api_key", "private_key",
        "credentials", "passcode", "api_user", "auth_key", "pem",     "prefix"};
    std::string small(member);
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(words, [&small](std::string_view word) {
        const auto at = small.find(word);
        if (at == std::string::npos)
            return false;
        // "pin" alone, or as a word of its own: not "mapping".
        const auto end = at + word.size();
        const bool starts = at == 0 || small[at - 1] == '_';
        const bool ends = end == small.size() || small[end] == '_' || small[end] == 's';
        return starts && ends;
    });
}

void hide_secrets(json::value& in)
{
    if (auto* array = in.if_array())
        for (auto& member : *array)
            hide_secrets(member);
    auto* object = in.if_object();
    if (object == nullptr)
        return;
    for (auto& [name, value] : *object) {
        const bool may_be = may_name_a_secret({name.data(), name.size()});
        if (may_be && (value.is_string() || value.is_number()) && value != json::value(""))
            value = "(secret)";
        else
            hide_secrets(value);
    }
}

}  // namespace

std::string journaled_text(const resource_type& type, const json::object& whole)
{
    auto copy = whole;
    for (const auto& field : type.fields)
        if (const auto* value = value_at(copy, field.path);
            field.kind == value_kind::secret && value != nullptr && !value->is_null())
            put_at(copy, field.path, "(secret)");
    json::value out(std::move(copy));
    hide_secrets(out);
    // The catalogue knows better than the name of a member: findings show these, and an undo writes them
    // back.
    for (const auto& field : type.fields)
        if (const auto* value = value_at(whole, field.path); field.kind != value_kind::secret &&
                                                             value != nullptr &&
                                                             (value->is_string() || value->is_number()))
            put_at(out.get_object(), field.path, *value);
    return json::serialize(out);
}

namespace {

// Takes out of the text each value of `whole` for which `journaled` has another.
void take_out(const json::value& whole, const json::value& journaled, std::string& text)
{
    constexpr std::size_t shortest = 4;  // a pin; anything shorter is part of many words
    if (const auto* from = whole.if_object(), *to = journaled.if_object(); from != nullptr && to != nullptr)
        for (const auto& [name, value] : *from)
            if (const auto* shown = to->if_contains(name); shown != nullptr)
                take_out(value, *shown, text);
    if (const auto* from = whole.if_array(), *to = journaled.if_array();
        from != nullptr && to != nullptr && from->size() == to->size())
        for (std::size_t at = 0; at < from->size(); ++at)
            take_out((*from)[at], (*to)[at], text);
    const auto secret = whole.is_string()   ? std::string(whole.get_string())
                        : whole.is_number() ? json::serialize(whole)
                                            : std::string();
    if (whole != journaled && secret.size() >= shortest)
        text = without(std::move(text), secret);
}

}  // namespace

std::string without_secrets_of(const observed_object& object, std::string text)
{
    const auto journaled = json::parse(view(journaled_text(*object.type, object.whole)));
    take_out(json::value(object.whole), journaled, text);
    return text;
}

}  // namespace trunkwarden
