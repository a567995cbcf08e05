#include "cli/id_lookup.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "findings/finding_state.hpp"
#include "support/escape.hpp"
#include "support/hex_id.hpp"
#include "support/json_member.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t fewest_digits = 6;
constexpr std::size_t whole = 14;

struct choice {
    std::string id;
    std::string title;
};

// The words for findings or actions in sentences about their ids.
struct words {
    std::string_view prefix;
    std::string_view singular;
    std::string_view many;
    std::string_view open;  // the words for those that are chosen from
    std::string_view command;
    std::string_view title;  // the member that says what it is
};

const words& words_for(id_kind kind)
{
    static constexpr words finding{"f-",   "finding", "findings", "open finding", "trunkwarden findings",
                                   "title"};
    static constexpr words action{
        "a-", "action", "actions", "action", "trunkwarden quarantine list --all", "summary"};
    return kind == id_kind::finding ? finding : action;
}

std::string list_of(const std::vector<choice>& found)
{
    std::string out;
    for (const auto& choice : found)
        out += fmt::format("\n  {}  {}", printable(choice.id), printable(choice.title, 120));
    return out;
}

}  // namespace

result<id_extent> extent_of_id(std::string_view written, id_kind kind)
{
    const auto& say = words_for(kind);
    if (!is_id(written, say.prefix, fewest_digits))
        return bad_usage(
            "{} is no {}'s id: write \"{}\" and at least {} of its hex digits, as "
            "\"{}\" shows them",
            quoted_text(written), say.singular, say.prefix, fewest_digits, say.command);
    return written.size() == whole ? id_extent::whole : id_extent::beginning;
}

result<written_finding> split_state(std::string_view written)
{
    const auto point = written.find('.');
    if (point == std::string_view::npos)
        return written_finding{std::string(written), {}};
    const auto state = written.substr(point + 1);
    if (!is_state(state))
        return bad_usage(
            "{}: behind the point of an id comes the state of the finding, 4 hex digits, as \"trunkwarden "
            "findings\" shows it",
            quoted_text(written));
    return written_finding{std::string(written.substr(0, point)), std::string(state)};
}

result<std::string> look_up_id(std::string_view written, const boost::json::value& list, id_kind kind)
{
    const auto& say = words_for(kind);
    const auto not_understood = [&say] {
        return failure{errc::not_understood,
                       fmt::format("the daemon's list of {} is not understood", say.many)};
    };
    if (const auto extent = extent_of_id(written, kind); !extent)
        return extent.error();
    if (!list.is_array())
        return not_understood();
    std::vector<choice> found;
    for (const auto& item : list.get_array())
        if (item.is_object())
            if (const auto id = string_at(item.get_object(), "id"); id.starts_with(written))
                found.push_back({std::string(id), std::string(string_at(item.get_object(), say.title))});
    if (found.empty())
        return failure{errc::not_found, fmt::format("no {}'s id begins with {}: \"{}\" lists them", say.open,
                                                    quoted_text(written), say.command)};
    if (found.size() > 1)
        return bad_usage("{} begins the ids of {} {}; write more of the one that is meant:{}",
                         quoted_text(written), found.size(), say.many, list_of(found));
    if (const auto extent = extent_of_id(found.front().id, kind); !extent || *extent != id_extent::whole)
        return not_understood();
    return std::move(found.front().id);
}

}  // namespace trunkwarden
