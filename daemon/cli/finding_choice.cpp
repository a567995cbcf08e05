#include "cli/finding_choice.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "support/escape.hpp"
#include "support/in_quotes.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t fewest_digits = 6;
constexpr std::size_t whole = 14;

struct choice {
    std::string id;
    std::string title;
};

std::string text_of(const boost::json::object& in, const char* name)
{
    const auto* const text = in.if_contains(name);
    return text == nullptr || !text->is_string()
               ? std::string()
               : std::string(text->get_string().begin(), text->get_string().end());
}

bool begins_an_id(std::string_view text)
{
    return text.starts_with("f-") && text.size() <= whole &&
           text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

std::string list_of(const std::vector<choice>& found)
{
    std::string out;
    for (const auto& one : found)
        out += fmt::format("\n  {}  {}", printable(one.id), printable(one.title, 120));
    return out;
}

}  // namespace

result<id_extent> extent_of_id(std::string_view written)
{
    if (!begins_an_id(written) || written.size() < 2 + fewest_digits)
        return failure{
            errc::bad_usage,
            fmt::format("{} is no finding's id: write \"f-\" and at least {} of its hex digits, as "
                        "\"trunkwarden findings\" shows them",
                        in_quotes(written), fewest_digits)};
    return written.size() == whole ? id_extent::whole : id_extent::beginning;
}

result<std::string> choose_finding(std::string_view written, const boost::json::value& findings)
{
    if (const auto extent = extent_of_id(written); !extent)
        return extent.error();
    if (!findings.is_array())
        return failure{errc::not_understood, "the daemon's list of findings is not understood"};
    std::vector<choice> found;
    for (const auto& one : findings.get_array())
        if (one.is_object())
            if (auto id = text_of(one.get_object(), "id"); id.starts_with(written))
                found.push_back({std::move(id), text_of(one.get_object(), "title")});
    if (found.empty())
        return failure{errc::not_found,
                       fmt::format("no open finding's id begins with {}: \"trunkwarden findings\" lists them",
                                   in_quotes(written))};
    if (found.size() > 1)
        return failure{errc::bad_usage,
                       fmt::format("{} begins the ids of {} findings; write more of the one that is meant:{}",
                                   in_quotes(written), found.size(), list_of(found))};
    if (const auto extent = extent_of_id(found.front().id); !extent || *extent != id_extent::whole)
        return failure{errc::not_understood, "the daemon's list of findings is not understood"};
    return std::move(found.front().id);
}

}  // namespace trunkwarden
