#include "containment/plan_context.hpp"

#include <string_view>
#include <utility>

namespace trunkwarden {
namespace {

bool matches(const std::string& wanted, std::string_view is)
{
    return wanted.empty() || wanted == is;
}

// A rule about unknown objects, or about changed ones, holds also for those that came back.
bool matches(const std::optional<deviation_kind>& wanted, const deviation& deviation)
{
    return !wanted || *wanted == deviation.kind || *wanted == kind_by_itself(deviation);
}

}  // namespace

std::string containing_verb(const containment& containment)
{
    if (!containment.verb.empty())
        return std::string(containment.verb);
    if (containment.method == "DELETE")
        return containment.undo == undoing::impossible ? "delete" : "remove";
    return "switch off";
}

quarantine_mode mode_for(const quarantine_settings& policy, const finding& about)
{
    const bool of_use = is_about_use(*about.deviation.type);
    for (const auto& rule : policy.rules)
        if (!(of_use && rule.resource.empty()) && matches(rule.resource, about.deviation.type->name) &&
            matches(rule.kind, about.deviation) && matches(rule.account, about.account))
            return rule.mode;
    return of_use ? quarantine_mode::approve : policy.mode;
}

void wait_for_a_person(action& step, std::string why, time_point now)
{
    step.state = action_state::waiting;
    step.held = std::move(why);
    step.expires_at = now + approval_patience;
}

quarantine_mode mode_after_its_finding(const quarantine_settings& policy, std::string_view use,
                                       std::string_view account)
{
    for (const auto& rule : policy.rules)
        if (rule.resource == use && matches(rule.account, account) &&
            (!rule.kind || rule.mode == quarantine_mode::off))
            return rule.mode;
    return quarantine_mode::approve;
}

}  // namespace trunkwarden
