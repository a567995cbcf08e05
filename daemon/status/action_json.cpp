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

std::vector<std::string> commands_of(const action& one)
{
    const auto command = [&one](std::string_view verb) {
        return fmt::format("trunkwarden quarantine {} {}", verb, one.id);
    };
    if (one.state == action_state::waiting)
        return {command("approve"), command("reject")};
    if (one.state == action_state::done && one.undo != undoing::impossible)
        return {command("undo")};
    return {};
}

json::object to_json(const action& one)
{
    json::array commands;
    for (const auto& line : commands_of(one))
        commands.emplace_back(view(line));
    json::object out;
    out["id"] = view(one.id);
    out["account"] = view(one.account);
    out["finding"] = view(one.finding);
    out["resource"] = view(one.resource);
    out["resource_id"] = view(one.object_id);
    out["label"] = view(one.label);
    out["measure"] = view(name_of(one.how));
    out["state"] = view(name_of(one.state));
    out["mode"] = view(name_of(one.mode));
    out["summary"] = view(one.summary);
    out["reason"] = view(one.reason);
    out["severity"] = view(name_of(one.level));
    out["breaks"] = view(one.impact);
    out["held"] = or_null(one.held);
    out["undo"] = view(name_of(one.undo));
    out["request"] = json::object{{"method", view(one.request.method)},
                                  {"target", view(one.request.target)},
                                  {"body", parsed(one.request.body)}};
    out["before"] = parsed(one.before);
    out["new_id"] = or_null(one.new_id);
    out["outcome"] = or_null(one.outcome);
    out["planned_at"] = view(rfc3339(one.planned_at));
    out["expires_at"] = or_null(one.expires_at);
    out["decided_at"] = or_null(one.decided_at);
    out["decided_by"] = or_null(one.decided_by);
    out["sent_at"] = or_null(one.sent_at);
    out["ended_at"] = or_null(one.ended_at);
    out["commands"] = std::move(commands);
    return out;
}

json::object quarantine_json(const quarantine_report& all)
{
    json::array actions;
    for (const auto& one : all.actions)
        actions.push_back(to_json(one));
    json::array refused;
    for (const auto& one : all.refused)
        refused.push_back(json::object{{"account", view(one.account)},
                                       {"finding", view(one.finding)},
                                       {"title", view(one.title)},
                                       {"why", view(one.why)}});
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
