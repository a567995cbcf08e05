#include "containment/plan_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "containment/action_index.hpp"
#include "containment/stop_use.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// Whether steps for it act, and how severe it is.
using place_class = std::pair<bool, severity>;

constexpr std::size_t max_in_a_round = 50;
constexpr std::size_t max_in_an_hour = 100;

// An action of the mode auto that waits was held: it took no place.
bool takes_a_place(const action& one, bool acts)
{
    const bool is_automatic = one.mode == quarantine_mode::automatic;
    return one.state != action_state::stale && !is_about_another(one) && is_automatic == acts &&
           !(is_automatic && one.state == action_state::waiting);
}

std::size_t room_for(const place_class& kind, const std::vector<action>& history, time_point now)
{
    const auto& [acts, level] = kind;
    if (level == severity::critical)
        return max_in_a_round;
    const auto planned = static_cast<std::size_t>(
        std::ranges::count_if(history, [acts = acts, level = level, since = now - 1h](const action& one) {
            return one.planned_at > since && one.level == level && takes_a_place(one, acts);
        }));
    return planned >= max_in_an_hour ? 0 : max_in_an_hour - planned;
}

// Gives the heaviest their places; `waiting` is in that order.
void give_places(std::vector<finding> waiting, const quarantine_settings& policy,
                 const std::vector<action>& history, time_point now, plan_queue& out)
{
    std::map<place_class, std::size_t> room;
    for (auto& one : waiting) {
        const place_class kind(mode_for(policy, one) == quarantine_mode::automatic, one.what.level);
        auto& left = room.try_emplace(kind, room_for(kind, history, now)).first->second;
        if (left == 0) {
            out.refused.push_back({one.account, one.id, one.title,
                                   "100 steps for findings of this severity were planned within an hour"});
        } else if (out.due.size() == max_in_a_round) {
            out.refused.push_back({one.account, one.id, one.title,
                                   "heavier findings come first; its turn is in one of the next rounds"});
        } else {
            --left;
            out.due.push_back(std::move(one));
        }
    }
}

// Lets the finding wait for its place, or notes why it need not.
void queue(const finding& one, const need_to_look& need, const optional_reason& blocked,
           std::vector<finding>& waiting, plan_queue& out)
{
    if (need.back.times >= returns_before_escalation)
        out.recurring.push_back(one);
    const auto& why = need.is_needed ? blocked : need.why;
    if (need.is_needed && !blocked)
        waiting.push_back(one);
    else if (why)
        out.refused.push_back({one.account, one.id, one.title, *why});
}

}  // namespace

plan_queue queue_of(const ledger& findings, const quarantine_settings& policy,
                    const std::vector<action>& history, const optional_reason& blocked, time_point now)
{
    plan_queue out;
    std::vector<finding> waiting;
    const action_index actions(history);
    for (const auto& [resource, open] : findings.open())
        for (const auto& [id, one] : open)
            if (!is_about_use(*one.what.type))
                queue(one, is_worth_a_look(policy, one, actions.concerning(one), now), blocked, waiting, out);
            else if (is_use_to_stop(one) && mode_for(policy, one) != quarantine_mode::off)
                out.uses.push_back(one);
    std::ranges::stable_sort(waiting, {}, [](const finding& one) {
        return std::pair(-static_cast<int>(one.what.level), one.what.type->step);
    });
    std::ranges::stable_sort(out.uses, std::greater<>(), [](const finding& one) { return one.what.level; });
    give_places(std::move(waiting), policy, history, now, out);
    return out;
}

}  // namespace trunkwarden
