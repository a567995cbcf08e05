#include "containment/objection.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "containment/expired_object.hpp"
#include "containment/json_path.hpp"
#include "containment/requests.hpp"
#include "containment/stopped_judgement.hpp"

namespace trunkwarden {

namespace {

optional_reason objection_to_containing(action& planned, const observed_object& now, const plan_context& at)
{
    if (now.seen().id() != planned.object_id)
        return "it is another object by now";
    if (auto why = protected_because(*now.type, now.seen(), at.self))
        return why;
    if (has_expired(*now.type, now.seen(), at.now))
        return "it has expired, so that it opens nothing any more";
    auto again = containing_request(now);  // fields that have to be sent back are sent as they are now
    if (!again)
        return again.error().message;
    planned.request = std::move(*again);
    return std::nullopt;
}

// Whether two requests write the same values into the fields that a person approved to restore; fields that
// are only sent back may differ.
bool restores_the_same(const api_write& write, const api_write& other, const resource_type& type,
                       const std::vector<std::string>& fields)
{
    if (write.method != other.method || write.target != other.target)
        return false;
    const auto a = boost::json::parse(write.body).as_object();
    const auto b = boost::json::parse(other.body).as_object();
    return std::ranges::all_of(type.fields, [&](const watched_field& field) {
        return std::ranges::find(fields, field.name) == fields.end() ||
               mean_the_same(value_at(a, field.path), value_at(b, field.path));
    });
}

// The trusted values replace any others; but a person approved only the change of the values that were shown.
optional_reason objection_to_restoring(action& planned, const observed_object& now, const judgement& judged)
{
    if (planned.decided_at && values_of(now, planned.fields) != planned.fields_seen)
        return "the object is not what it was when this was planned";
    auto again = restoring_request_for(now, judged);
    if (!again)
        return again.error().message;
    if (planned.decided_at &&
        (again->restored != planned.fields ||
         !restores_the_same(again->request, planned.request, *now.type, planned.fields)))
        return "the baseline says other values by now";
    planned.request = std::move(again->request);
    planned.fields = std::move(again->restored);
    return std::nullopt;
}

// It is off, or over, already: that is no step of ours.
optional_reason objection_to_stopping(action& planned, const observed_object& now)
{
    if (!now.is_reported() || now.seen().id() != planned.object_id)
        return "it is another object by now";
    auto again = containing_request(now);
    if (!again)
        return again.error().message;
    if (!mismatch_of(*now.type, *again, &now))
        return now.type->role == resource_role::active_calls ? "the call is over"
                                                             : "it is switched off already";
    planned.request = std::move(*again);
    return std::nullopt;
}

}  // namespace

optional_reason precondition_failure(action& planned, const observed_object* now,
                                     const terms_of_action& terms)
{
    const auto& [trusted, context, stopped] = terms;
    if (now == nullptr)
        return "the object is not there any more";
    if (planned.measure == measure::escalate)
        return planned.decided_at ? std::nullopt : optional_reason("nobody approved it");
    if (planned.measure == measure::stop)
        return objection_to_stopping(planned, *now);
    if (!now->is_reported())
        return "it is not what the finding is about any more";
    auto judged = judge(*now->type, trusted.entries_of(*now->type), now->seen(), context.today);
    leave_stopped(judged, *now, stopped);
    const auto expected = planned.measure == measure::contain ? trust::unknown : trust::differs;
    if (judged.verdict == trust::covered)
        return "the baseline covers the object by now";
    if (judged.verdict != expected)
        return "the baseline says something else about the object by now";
    if (judged.verdict == trust::differs && judged.differing.empty())
        return "it was switched off to stop a theft";
    return planned.measure == measure::contain ? objection_to_containing(planned, *now, context)
                                               : objection_to_restoring(planned, *now, judged);
}

optional_reason undone_meanwhile(const action& planned, const observed_object& now,
                                 const std::vector<action>& history)
{
    const auto wanted_since = planned.decided_at.value_or(planned.planned_at);
    for (const auto& action : history) {
        const bool is_same_object = action.resource == planned.resource &&
                                    (action.object_id == planned.object_id ||
                                     (!action.new_id.empty() && action.new_id == planned.object_id));
        if (is_same_object && action.state == action_state::undone && action.seen == now.state &&
            action.decided_at && *action.decided_at >= wanted_since)
            return fmt::format("{} was undone since: nothing is done as long as the object stays as it is",
                               action.id);
    }
    return std::nullopt;
}

}  // namespace trunkwarden
