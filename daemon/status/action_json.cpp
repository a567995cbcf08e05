#include "status/action_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::value parsed(const std::string& text)
{
    json::error_code failed;
    auto value = text.empty() ? json::value(nullptr) : json::parse(text, failed);
    return failed ? json::value(nullptr) : value;
}

json::value to_json(const std::optional<freeze>& frozen)
{
    if (!frozen)
        return nullptr;
    return {{"since", view(rfc3339(frozen->since))},
            {"reason", or_null(frozen->reason)},
            {"by", or_null(frozen->by)}};
}

}  // namespace

std::vector<std::string> commands_of(const action& action)
{
    const auto command = [&action](std::string_view verb) {
        return fmt::format("trunkwarden quarantine {} {}", verb, action.id);
    };
    if (action.state == action_state::waiting)
        return {command("approve"), command("reject")};
    if (action.state == action_state::done && action.undo != undoing::impossible)
        return {command("undo")};
    return {};
}

json::object to_json(const action& action)
{
    json::array commands;
    for (const auto& line : commands_of(action))
        commands.emplace_back(view(line));
    json::object out;
    out["id"] = view(action.id);
    out["account"] = view(action.account);
    out["finding"] = view(action.finding);
    out["resource"] = view(action.resource);
    out["resource_id"] = view(action.object_id);
    out["label"] = view(action.label);
    out["measure"] = view(name_of(action.measure));
    out["state"] = view(name_of(action.state));
    out["mode"] = view(name_of(action.mode));
    out["summary"] = view(action.summary);
    out["reason"] = view(action.reason);
    out["severity"] = view(name_of(action.level));
    out["breaks"] = view(action.impact);
    out["held"] = or_null(action.held);
    out["undo"] = view(name_of(action.undo));
    out["request"] = json::object{{"method", view(action.request.method)},
                                  {"target", view(action.request.target)},
                                  {"body", parsed(action.request.body)}};
    out["before"] = parsed(action.before);
    out["new_id"] = or_null(action.new_id);
    out["outcome"] = or_null(action.outcome);
    out["planned_at"] = view(rfc3339(action.planned_at));
    out["expires_at"] = or_null(action.expires_at);
    out["decided_at"] = or_null(action.decided_at);
    out["decided_by"] = or_null(action.decided_by);
    out["sent_at"] = or_null(action.sent_at);
    out["ended_at"] = or_null(action.ended_at);
    out["commands"] = std::move(commands);
    return out;
}

json::object quarantine_json(const quarantine_report& all)
{
    json::array actions;
    for (const auto& action : all.actions)
        actions.push_back(to_json(action));
    json::array refused;
    for (const auto& step : all.refused)
        refused.push_back(json::object{{"account", view(step.account)},
                                       {"finding", view(step.finding)},
                                       {"title", view(step.title)},
                                       {"why", view(step.why)}});
    json::object out;
    out["mode"] = view(name_of(all.mode));
    out["frozen"] = to_json(all.frozen);
    out["actions"] = std::move(actions);
    out["refused"] = std::move(refused);
    out["all_actions"] = all.all_actions;
    out["all_refused"] = all.all_refused;
    out["next"] = or_null(all.next);
    return out;
}

json::object outcome_json(const quarantine_outcome& outcome)
{
    json::object out;
    out["action"] = outcome.about ? json::value(to_json(*outcome.about)) : json::value(nullptr);
    out["frozen"] = to_json(outcome.frozen);
    return out;
}

}  // namespace trunkwarden
