#include "containment/need_to_look.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// Whether the action was planned about the finding in its present state.
bool is_of_now(const action& action, const finding& about)
{
    return is_about(action, about) && !is_about_another(action) && action.finding == about.id &&
           action.planned_at >= about.last_changed;
}

// Somebody puts it back again and again, or the API refuses: the next attempt comes later each time.
optional_reason why_later(severity level, const recurrence& back, const failed_attempts& failed,
                          time_point now)
{
    if (now < back.next)
        return fmt::format("it came back {} after it was contained; it is contained again at {}",
                           plural(back.times, "time"), rfc3339(back.next));
    if (const auto next = failed.next_attempt(level); now < next)
        return fmt::format("it failed {}, last because {}; it is tried again at {}",
                           plural(failed.times, "time"), failed.last->outcome, rfc3339(next));
    return {};
}

// Findings about which nothing can be done, or is to be done.
bool is_left_alone(const finding& about)
{
    return about.status == finding_status::contained || about.status == finding_status::resolved ||
           !measure_for(about.deviation) || about.deviation.from_event || about.absent_since;
}

// A step that waits about what the object was before. Of a list that is never read whole nothing ends the
// finding that it was planned for.
bool is_of_before(const action& action, const finding& about)
{
    return action.state == action_state::waiting && action.finding != about.id &&
           (action.measure != measure_for(about.deviation) || is_outgrown(action, about));
}

bool is_under_way(const finding& about, const std::vector<const action*>& history)
{
    return std::ranges::any_of(history, [&about](const action* action) {
        return is_about(*action, about) && !is_about_another(*action) && !has_ended(action->state) &&
               !is_of_before(*action, about);
    });
}

// The API has no request about it in any state of the object: reading it is of no use.
optional_reason why_no_request(const deviation& deviation)
{
    if (measure_for(deviation) == measure::contain)
        return deviation.type->contain.possible()
                   ? optional_reason()
                   : fmt::format("the API has no request that makes one of {} harmless",
                                 deviation.type->name);
    const bool has_words_of_its_own = deviation.type->role == resource_role::api_keys;  // a key that woke up
    if (!deviation.type->restore.possible() && !has_words_of_its_own)
        return fmt::format("the API has no request that writes values back into one of {}",
                           deviation.type->name);
    return std::nullopt;
}

// Whether the finding is about a field that the step is not about.
bool has_more_fields(const action& step, const std::vector<std::string>& fields)
{
    return std::ranges::any_of(fields, [&step](const std::string& field) {
        return std::ranges::find(step.fields, field) == step.fields.end();
    });
}

bool has_more_limits(const action& step, const finding& about)
{
    std::vector<std::string> limits;
    for (const auto& passed : about.deviation.fields)
        limits.push_back(passed.field);
    return has_more_fields(step, limits);
}

}  // namespace

bool settles(const action& action, quarantine_mode mode)
{
    return action.state == action_state::undone || action.state == action_state::rejected ||
           (action.state == action_state::dry_run && mode == quarantine_mode::dry_run);
}

optional_reason words_of_decision(const action& settled)
{
    if (settled.state == action_state::undone)
        return fmt::format("{} was undone: it is not done again as long as the object stays as it is",
                           settled.id);
    if (settled.state == action_state::rejected)
        return fmt::format("{} was rejected: it is not planned again as long as the object stays as it is",
                           settled.id);
    return {};
}

bool is_outgrown(const action& step, const finding& about)
{
    if (step.measure == measure::hang_up)
        return has_more_limits(step, about);
    if (step.measure != measure_for(about.deviation) || about.last_changed <= step.planned_at)
        return false;
    if (step.measure == measure::contain)
        return level_by_itself(about.deviation) > step.level;
    const auto fields = fields_to_put_back(about.deviation);
    return weight_of(about, fields) > step.level || has_more_fields(step, fields);
}

std::vector<std::string> fields_to_put_back(const deviation& deviation)
{
    std::vector<std::string> out;
    for (const auto& differs : deviation.fields) {
        const auto known = std::ranges::find(deviation.type->fields, differs.field, &watched_field::name);
        const auto& restoration = deviation.type->restore;
        const bool is_written =
            is_taken(restoration, differs.field) ||
            std::ranges::find(restoration.other_fields, differs.field) != restoration.other_fields.end();
        if (known != deviation.type->fields.end() && known->kind != value_kind::secret && is_written)
            out.push_back(differs.field);
    }
    return out;
}

optional_reason why_later(const action& step, const finding& about, const std::vector<const action*>& history,
                          time_point now)
{
    const auto back = step.measure == measure::restore ? recurrence_of(about, step.fields, history, now)
                                                       : recurrence_of(about, history, now);
    return why_later(step.level, back, failed_attempts_at(about, history, now), now);
}

need_to_look is_worth_a_look(const quarantine_settings& policy, const finding& about,
                             const std::vector<const action*>& history, time_point now)
{
    const auto mode = mode_for(policy, about);
    if (is_left_alone(about) || mode == quarantine_mode::off)
        return {};
    if (about.deviation.type->step == playbook::none)
        return {
            false,
            fmt::format("the API has no request that makes one of {} harmless", about.deviation.type->name),
            refusal_reason::no_request};
    if (is_under_way(about, history))
        return {};
    // A decision about the present state of the finding needs no further look.
    for (const auto* action : history)
        if (is_of_now(*action, about) && settles(*action, mode))
            return {false, words_of_decision(*action), refusal_reason::decided};
    if (auto why = why_no_request(about.deviation))
        return {false, std::move(why), refusal_reason::no_request};
    const bool is_contained = measure_for(about.deviation) == measure::contain;
    const auto fields = is_contained ? std::vector<std::string>() : fields_to_put_back(about.deviation);
    need_to_look out;
    out.back = is_contained ? recurrence_of(about, history, now) : recurrence_of(about, fields, history, now);
    out.why = why_later(is_contained ? level_by_itself(about.deviation) : weight_of(about, fields), out.back,
                        failed_attempts_at(about, history, now), now);
    out.is_needed = !out.why;
    return out;
}

}  // namespace trunkwarden
