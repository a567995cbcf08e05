#include "containment/undo_verdict.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "containment/json_path.hpp"
#include "containment/requests.hpp"

namespace trunkwarden {
namespace {

boost::json::object body_written_by(const action& action)
{
    return action.request.body.empty() ? boost::json::object()
                                       : boost::json::parse(action.request.body).as_object();
}

// A member that was null before may be one for which the API does not take null.
bool was_empty(const std::string& before, const std::string& path)
{
    boost::json::error_code failed;
    const auto parsed = boost::json::parse(before, failed);
    if (failed || !parsed.is_object())
        return false;
    const auto* value = value_at(parsed.get_object(), path);
    return value != nullptr && value->is_null();
}

// The members that differ from before, among those that the action wrote, or from which the object was
// created. Changes that others made meanwhile are not ours to take back.
std::vector<std::string> not_as_before(const resource_type& type, const action& action,
                                       const observed_object& now)
{
    const auto body = body_written_by(action);
    auto out = differences_from(action.before, now);
    const bool has_no_body = action.measure == measure::contain && action.request.body.empty();
    std::erase_if(out, [&](const std::string& path) {
        if (has_no_body && path == type.contain.expected_state.path)
            return false;  // a field that the request changes without naming it
        return action.undo == undoing::new_identity
                   ? std::ranges::find(type.contain.echo, std::string_view(path)) == type.contain.echo.end()
                   : value_at(body, path) == nullptr;
    });
    return out;
}

}  // namespace

optional_reason left_undone(const resource_type& type, const action& action, const observed_object* now,
                            const result<write_answer>& answer)
{
    auto said = answer ? std::nullopt : std::optional(answer.error().message);
    if (action.undo == undoing::exact && !can_be_verified(type, action.request))
        return said;
    if (now == nullptr)
        return answer ? "the API took it, but the object is not there" : said;
    const auto differs = not_as_before(type, action, *now);
    const bool is_refused = std::ranges::any_of(
        differs, [&action](const std::string& path) { return !was_empty(action.before, path); });
    if (differs.empty() || (answer && !is_refused))
        return std::nullopt;
    return answer ? fmt::format("the API took it, but these are not as before: {}", fmt::join(differs, ", "))
                  : said;
}

std::string words_of_undo(const resource_type& type, const action& action, const observed_object* now,
                          const std::string& parts)
{
    std::string out = "undone: the object is as it was before";
    if (now != nullptr) {
        auto differs = differences_from(action.before, *now);
        if (action.undo == undoing::new_identity)
            std::erase(differs, std::string(type.id));
        if (!differs.empty())
            out = fmt::format("undone; these differ from before: {}", fmt::join(differs, ", "));
    }
    if (!parts.empty())
        out += fmt::format("; {}", parts);
    return action.new_id.empty() ? out : fmt::format("{}; its new id is {}", out, action.new_id);
}

optional_reason changed_since(const resource_type& type, const action& action, const observed_object& now)
{
    const auto changed = mismatch_of(type, action.request, &now);
    if (!changed)
        return std::nullopt;
    const auto differs = differences_from(action.before, now);
    return fmt::format("the object is not as the action left it ({}): somebody changed it since{}", *changed,
                       differs.empty() ? ", and it is as it was before" : "; put it right by hand");
}

}  // namespace trunkwarden
