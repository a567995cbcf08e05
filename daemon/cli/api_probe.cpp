#include "cli/api_probe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "cli/first_answers.hpp"
#include "cli/further_answers.hpp"
#include "snapshot/member_names.hpp"
#include "snapshot/organization.hpp"

namespace trunkwarden {
namespace {

constexpr std::uint16_t items_looked_at = 25;

std::string outcome_of(const result<http_answer>& answer)
{
    return answer ? fmt::format("{}", answer->status) : "no answer that could be read";
}

// A group that holds a path that is read counts as read.
bool is_read(const std::set<std::string>& read, const std::string& name)
{
    const auto inside = name + '.';
    const auto next = read.lower_bound(inside);
    return read.contains(name) || (next != read.end() && next->starts_with(inside));
}

void take_members(member_names names, const std::set<std::string>& read, probed_list& into)
{
    into.understood = true;
    into.items = names.items;
    into.around = std::move(names.around);
    for (const auto& name : names.in_items)
        (is_read(read, name) ? into.watched : into.not_watched).insert(name);
    if (names.items > 0)
        std::ranges::set_difference(read, names.in_items, std::inserter(into.not_seen, into.not_seen.end()));
}

using types_watched = std::vector<const resource_type*>;

std::set<std::string> names_read(const types_watched& types, std::string_view request)
{
    if (request == key_owner_path)
        return {key_owner_members.begin(), key_owner_members.end()};
    return paths_read(types);
}

probed_list look_at(json_reader& reader, const std::string& request, const result<http_answer>& answer,
                    const types_watched& types, answer_about about)
{
    probed_list out;
    out.request = "GET " + request;
    out.outcome = outcome_of(answer);
    if (!answer)
        return out;
    out.headers.insert(answer->header_names.begin(), answer->header_names.end());
    if (answer->status != 200)
        return out;
    auto names = member_names_in(reader, answer->body, types, about);
    if (names)
        take_members(std::move(*names), names_read(types, request), out);
    else
        out.fault = names.error().message;
    return out;
}

}  // namespace

result<probed_account> probe_api(account& watched, const secret& key,
                                 const std::function<void(const std::string&)>& on_list)
{
    first_answers_options options;
    options.items = items_looked_at;
    options.on_list = on_list;
    const auto answers = ask_every_list(watched, key, options);
    if (!answers)
        return answers.error();
    if (!answers->front().answer)
        return answers->front().answer.error();
    probed_account out;
    out.lists_asked_for = lists_to_ask_for(watched.view).size();
    json_reader reader;
    for (const auto& answer : *answers)
        out.lists.push_back(look_at(reader, answer.request, answer.answer, answer.types, answer_about::list));
    if (answers->size() < out.lists_asked_for)
        return out;
    const auto further = ask_further(watched, key, *answers, on_list);
    if (!further)
        return further.error();
    out.others = further->all.size();
    for (const auto& answer : further->all) {
        const bool is_object = !answer.shows.empty() || answer.path == key_owner_path;
        out.lists.push_back(look_at(reader, answer.path, answer.answer, answer.shows,
                                    is_object ? answer_about::object : answer_about::list));
    }
    return out;
}

}  // namespace trunkwarden
