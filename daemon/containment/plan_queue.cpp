#include "containment/plan_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "containment/action_index.hpp"
#include "containment/need_to_look.hpp"
#include "containment/planning_input.hpp"
#include "containment/stop_use.hpp"
#include "containment/turns.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// The mode of steps for it, and how severe it is.
using place_class = std::pair<quarantine_mode, severity>;

constexpr std::size_t max_in_an_hour = 100;

// An action of the mode auto that waits, or that somebody rejected, was held: it took no place.
bool takes_a_place(const action& action, quarantine_mode mode)
{
    const bool was_held = action.state == action_state::waiting || action.state == action_state::rejected;
    return action.mode == mode && action.state != action_state::stale && !is_about_another(action) &&
           !(was_held && mode == quarantine_mode::automatic);
}

std::size_t room_for(const place_class& kind, const std::vector<action>& history, time_point now)
{
    const auto& [mode, level] = kind;
    if (level == severity::critical)
        return std::numeric_limits<std::size_t>::max();
    const auto planned = static_cast<std::size_t>(
        std::ranges::count_if(history, [mode = mode, level = level, since = now - 1h](const action& action) {
            return action.planned_at > since && action.level == level && takes_a_place(action, mode);
        }));
    return planned >= max_in_an_hour ? 0 : max_in_an_hour - planned;
}

// Gives the most severe their places; `waiting` is in that order.
std::vector<finding> give_places(std::vector<finding> waiting, const queue_input& with, plan_queue& out)
{
    std::vector<finding> due;
    std::map<place_class, std::size_t> room;
    for (auto& finding : waiting) {
        const place_class kind(mode_for(with.policy, finding), level_by_itself(finding.deviation));
        auto& left = room.try_emplace(kind, room_for(kind, with.history, with.now)).first->second;
        if (left == 0) {
            out.refused.push_back(
                refused_for(finding, refusal_reason::places,
                            "100 steps for findings of this severity were planned within an hour"));
        } else {
            --left;
            due.push_back(std::move(finding));
        }
    }
    return due;
}

// Lets the finding wait for its place, or notes why it need not.
void queue(const finding& found, const need_to_look& need, const optional_reason& blocked,
           std::vector<finding>& waiting, plan_queue& out)
{
    if (need.back.times >= returns_before_escalation)
        out.recurring.push_back(found);
    const auto& why = need.is_needed ? blocked : need.why;
    if (need.is_needed && !blocked)
        waiting.push_back(found);
    else if (why)
        out.refused.push_back(refused_for(found, need.is_needed ? refusal_reason::blocked : need.kind, *why));
}

// Takes those out that were looked at in vain and did not become heavier since, the longest ago first.
std::vector<finding> take_again(std::vector<finding>& waiting, const looks_in_vain& in_vain)
{
    const auto is_new = [&in_vain](const finding& finding) {
        const auto seen = in_vain.find(finding.id);
        return seen == in_vain.end() || level_by_itself(finding.deviation) > seen->second.level;
    };
    const auto again = std::stable_partition(waiting.begin(), waiting.end(), is_new);
    std::vector<finding> out(std::make_move_iterator(again), std::make_move_iterator(waiting.end()));
    waiting.erase(again, waiting.end());
    std::ranges::stable_sort(out, {},
                             [&in_vain](const finding& finding) { return in_vain.at(finding.id).at; });
    return out;
}

}  // namespace

plan_queue queue_of(const ledger& findings, const queue_input& with)
{
    plan_queue out;
    std::vector<finding> waiting;
    const action_index actions(with.history);
    for (const auto& [resource, open] : findings.open())
        for (const auto& [id, finding] : open)
            if (!is_about_use(*finding.deviation.type))
                queue(finding, is_worth_a_look(with.policy, finding, actions.concerning(finding), with.now),
                      with.blocked, waiting, out);
            else if (is_use_to_stop(finding) && mode_for(with.policy, finding) != quarantine_mode::off)
                out.uses.push_back(finding);
    std::ranges::stable_sort(waiting, {}, [&with](const finding& finding) {
        return std::tuple(-static_cast<int>(level_by_itself(finding.deviation)),
                          mode_for(with.policy, finding) != quarantine_mode::automatic,
                          finding.deviation.type->step);
    });
    std::ranges::stable_sort(out.uses, std::greater<>(),
                             [](const finding& finding) { return finding.deviation.level; });
    auto again = take_again(waiting, with.in_vain);
    auto due = give_places(std::move(waiting), with, out);
    out.due = in_turn(std::move(due), give_places(std::move(again), with, out));
    return out;
}

}  // namespace trunkwarden
