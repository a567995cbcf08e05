#include "fetch/api_failure.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/likely_secrets.hpp"
#include "support/repaired_json.hpp"
#include "support/without.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t max_error_body = 64UL * 1024;

// Text of a member that is a string or an integer (`code` is either); "" for anything else.
std::string text_of(const json::object& in, std::string_view name)
{
    const auto* value = in.if_contains(json::string_view(name.data(), name.size()));
    if (value == nullptr)
        return {};
    if (const auto* text = value->if_string())
        return std::string(text->data(), text->size());
    return value->is_int64() || value->is_uint64() ? json::serialize(*value) : std::string();
}

std::string joined(std::string first, std::string_view with, std::string_view second)
{
    if (first.empty() || second.empty() || first == second)
        return first.empty() ? std::string(second) : first;
    return first.append(with).append(second);
}

// {"code": "10015", "title": ..., "detail": ...}; the AI endpoints say "msg", OAuth "error" and
// "error_description".
std::string one_error(const json::object& error)
{
    auto sentence = joined(text_of(error, "code"), " ", text_of(error, "title"));
    sentence = joined(std::move(sentence), " ", text_of(error, "error"));
    sentence = joined(std::move(sentence), ": ", text_of(error, "detail"));
    sentence = joined(std::move(sentence), ": ", text_of(error, "error_description"));
    return joined(std::move(sentence), ": ", text_of(error, "msg"));
}

const json::object* first_object(const json::value* list)
{
    if (list == nullptr || !list->is_array() || list->get_array().empty())
        return nullptr;
    return list->get_array().front().if_object();
}

// A value that an intruder wrote into an object, and that the error repeats, may need a repair.
std::optional<json::object> error_in(std::string_view body)
{
    constexpr std::size_t deepest = 16;
    if (body.empty() || body.size() > max_error_body)
        return std::nullopt;
    json::error_code not_json;
    auto parsed = json::parse(repaired_json(body, deepest), not_json);
    if (not_json || !parsed.is_object())
        return std::nullopt;
    return std::move(parsed.get_object());
}

// Every error that the body has, in any of its shapes.
std::vector<const json::object*> errors_in(const json::object& body)
{
    auto out = objects_at(body, "errors");
    for (const auto* listed : objects_at(body, "detail"))
        out.push_back(listed);
    if (out.empty())
        out.push_back(&body);
    return out;
}

// The member to which the error points, by its own name; "" where it points to none.
std::string_view member_pointed_to(const json::object& error)
{
    if (const auto* source = object_at(error, "source"))
        if (const auto pointer = string_at(*source, "pointer"); !pointer.empty())
            return pointer.substr(pointer.find_last_of("/.") + 1);
    const auto* path = error.if_contains("loc");
    const auto* steps = path == nullptr ? nullptr : path->if_array();
    if (steps == nullptr || steps->empty() || !steps->back().is_string())
        return {};
    const auto& last = steps->back().get_string();
    return {last.data(), last.size()};
}

bool is_part_of_a_name(char c)
{
    return is_letter_or_digit(c) || c == '_';
}

bool names_the_word(std::string_view text, std::string_view word)
{
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool goes_on = (at > 0 && is_part_of_a_name(text[at - 1])) ||
                             (end < text.size() && is_part_of_a_name(text[end]));
        if (!goes_on)
            return true;
    }
    return false;
}

// The names of all members that hold no object.
void collect_names(const json::object& in, std::vector<std::string>& out)
{
    for (const auto& [name, value] : in)
        if (const auto* inner = value.if_object())
            collect_names(*inner, out);
        else
            out.emplace_back(name.data(), name.size());
}

}  // namespace

std::optional<errc> kind_of_status(unsigned status)
{
    switch (status) {
        case 200:
            return std::nullopt;
        case 401:
            return errc::unauthorised;
        case 403:
            return errc::forbidden;
        case 404:
        case 410:
            return errc::not_found;
        case 408:
            return errc::timed_out;
        case 409:
            return errc::busy;
        case 429:
            return errc::rate_limited;
        default:
            break;
    }
    if (status >= 500)
        return errc::server_error;
    return status > 200 && status < 300 ? errc::not_understood : errc::refused;
}

std::string name_of_status(unsigned status)
{
    constexpr std::array<std::pair<unsigned, std::string_view>, 22> names{{
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {422, "Unprocessable Entity"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    }};
    const auto* const it =
        std::find_if(names.begin(), names.end(), [status](const auto& n) { return n.first == status; });
    auto name = std::to_string(status);
    if (it != names.end())
        name.append(" ").append(it->second);
    return name;
}

std::string error_detail(std::string_view body)
{
    const auto object = error_in(body);
    if (!object)
        return {};
    if (const auto* listed = first_object(object->if_contains("errors")))
        return one_error(*listed);
    if (const auto* listed = first_object(object->if_contains("detail")))
        return one_error(*listed);
    return one_error(*object);
}

std::vector<std::string> members_named(std::string_view request, std::string_view answer)
{
    json::error_code not_json;
    const auto sent = json::parse(view(request), not_json);
    const auto object = error_in(answer);
    if (not_json || !sent.is_object() || !object)
        return {};
    std::vector<std::string> members;
    collect_names(sent.get_object(), members);
    std::vector<std::string_view> places;
    std::string words;
    for (const auto* error : errors_in(*object)) {
        places.push_back(member_pointed_to(*error));
        words.append(one_error(*error)).append(" ");
    }
    std::vector<std::string> out;
    std::ranges::copy_if(members, std::back_inserter(out), [&places](const std::string& member) {
        return std::ranges::find(places, member) != places.end();
    });
    if (out.empty())
        std::ranges::copy_if(members, std::back_inserter(out),
                             [&words](const std::string& member) { return names_the_word(words, member); });
    return out;
}

std::string readable_target(std::string_view target)
{
    std::string text(target);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> brackets{
        {{"%5B", "["}, {"%5D", "]"}}};
    for (const auto& [encoded, plain] : brackets)
        for (auto at = text.find(encoded); at != std::string::npos; at = text.find(encoded, at + 1))
            text.replace(at, encoded.size(), plain);
    return printable(text);
}

failure describe_answer(std::string_view request, unsigned status, std::string_view body,
                        std::string_view hidden, const known_secrets* known)
{
    auto sentence = std::string(request) + ": " + name_of_status(status);
    auto detail = without(error_detail(body), hidden);
    if (known != nullptr)
        detail = known->taken_out_of(detail);
    detail = printable(without_likely_secrets(detail));
    if (!detail.empty())
        sentence.append(" (").append(detail).append(")");
    return failure{kind_of_status(status).value_or(errc::not_understood), std::move(sentence)};
}

}  // namespace trunkwarden
