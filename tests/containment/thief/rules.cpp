#include "containment/thief/rules.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

namespace trunkwarden::thief {

namespace {

using namespace std::chrono_literals;

template <class Number>
double share(Number part, Number whole)
{
    return std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
}

double nearness(std::size_t steps)
{
    return 0.9 / (1 + static_cast<double>(steps));
}

verdict nothing_trusted_is_written(const thief_world& at)
{
    verdict out;
    for (const auto& write : at.writes) {
        const auto wanted = write.step == measure::restore ? trust::differs : trust::unknown;
        if (!write.resource.empty() && write.is != wanted)
            out.broken = fmt::format("written although the baseline trusts it as it is: {}", write.name);
        out.closeness = std::max(out.closeness, nearness(write.steps_since_trust_changed));
    }
    return out;
}

verdict nothing_is_written_while_frozen(const thief_world& at)
{
    verdict out;
    for (const auto& write : at.writes) {
        if (write.was_frozen)
            out.broken = fmt::format("written while frozen: {}", write.name);
        out.closeness = std::max(out.closeness, nearness(write.steps_since_freeze));
    }
    if (at.is_frozen())
        out.closeness = std::max(out.closeness, share<std::size_t>(at.due(), 10));
    return out;
}

verdict only_what_may_be_is_written(const thief_world& at)
{
    verdict out;
    for (const auto& write : at.writes)
        if (write.broken != nullptr)
            out.broken = fmt::format("{}: {}", write.broken, write.name);
    return out;
}

// Seen at the next look, which may be broken off by the power.
verdict heavy_is_told(const thief_world& at)
{
    constexpr std::size_t most = 3;
    verdict out;
    for (const auto& [key, heavy] : at.deviations) {
        out.closeness = std::max(out.closeness, share(heavy.untold_looks, most));
        if (heavy.untold_looks > most)
            out.broken = fmt::format("{} is there since {}, and nobody heard of it in {} looks", key,
                                     rfc3339(heavy.since), heavy.untold_looks);
    }
    return out;
}

// An alert alone is no answer where a request would help.
verdict heavy_is_answered(const thief_world& at)
{
    constexpr std::size_t most = 3;
    verdict out;
    for (const auto& [key, heavy] : at.deviations) {
        if (heavy.unanswered_since)
            out.closeness = std::max(
                out.closeness,
                share<double>(std::chrono::duration<double>(at.now - *heavy.unanswered_since) / 1min, 45));
        if (heavy.overdue_looks > most)
            out.broken = fmt::format(
                "{} is neither contained nor held by a step of its own since {}, nor is it one that can only be told",
                key, rfc3339(*heavy.unanswered_since));
    }
    return out;
}

verdict heaviest_alerts_go_first(const thief_world& at)
{
    constexpr auto most = 60s;
    verdict out{share(at.critical_alert_waited.count(), most.count()), ""};
    if (at.critical_alert_waited > most)
        out.broken = fmt::format("a critical alert waited {} s while lighter ones were sent",
                                 at.critical_alert_waited.count());
    return out;
}

verdict blind_to_money_is_told_critically(const thief_world& at)
{
    constexpr std::size_t most = 2;
    verdict out;
    for (const auto& [path, blind_list] : at.blind) {
        out.closeness =
            std::max(out.closeness,
                     share<double>(std::chrono::duration<double>(at.now - blind_list.since) / 1min, 10));
        if (blind_list.untold_looks > most)
            out.broken = fmt::format("{} cannot be read since {}, and no critical alert says so", path,
                                     rfc3339(blind_list.since));
    }
    return out;
}

verdict lost_state_is_frozen(const thief_world& at)
{
    verdict out;
    for (const auto& write : at.writes)
        if (write.forgot_freeze)
            out.broken = fmt::format("written after the state was lost, and before thaw: {}", write.name);
    return out;
}

verdict limits_hold(const thief_world& at)
{
    const auto of_hour = [&at](std::string_view resource) {
        return static_cast<unsigned>(std::ranges::count_if(at.written_by_itself, [&](const auto& pair) {
            return pair.first > at.now - 1h && (resource.empty() || pair.second == resource);
        }));
    };
    unsigned in_cycle = 0;  // a round between two looks belongs to the first
    for (const auto& write : at.writes)
        in_cycle = std::max(
            in_cycle, static_cast<unsigned>(std::ranges::count(at.written_by_itself, write.at,
                                                               [](const auto& some) { return some.first; })));
    verdict out{std::max(share(in_cycle, max_in_a_cycle + 1), share(of_hour(""), max_in_an_hour + 1)), ""};
    if (in_cycle > max_in_a_cycle)
        out.broken = fmt::format("{} actions in one sweep", in_cycle);
    if (of_hour("") > max_in_an_hour)
        out.broken = fmt::format("{} actions in one hour", of_hour(""));
    for (const auto& write : at.writes)
        if (write.is_by_itself && write.counts && write.listed >= 8 &&
            of_hour(write.resource) > max_fraction * static_cast<double>(write.listed))
            out.broken =
                fmt::format("{} of {} {} in one hour", of_hour(write.resource), write.listed, write.resource);
    return out;
}

verdict what_is_undone_is_as_before(const thief_world& at)
{
    verdict out{share(at.undo_refused, at.undone + at.undo_refused + 1), ""};
    if (!at.undone_wrongly.empty())
        out.broken = at.undone_wrongly.front();
    return out;
}

// Each record has its reason: something that was made, ordered or written, or an object that a baseline which
// was saved by a third does not trust.
verdict memory_is_bounded(const thief_world& at)
{
    const auto most = 40 + 3 * at.objects_there + 3 * (at.things_made + at.moves_made + at.writes_in_all);
    const auto kept = std::max({at.on_disk.actions.size(), at.guard->actions().size(),
                                at.watched->memory.findings.size(), at.alerts_waiting()});
    verdict out{share(kept, most), ""};
    if (kept > most)
        out.broken = fmt::format("{} records are kept of {} things that happened", kept, most);
    return out;
}

constexpr std::array rules{
    rule{"nothing_trusted_is_written", nothing_trusted_is_written},
    rule{"nothing_is_written_while_frozen", nothing_is_written_while_frozen},
    rule{"only_what_may_be_is_written", only_what_may_be_is_written},
    rule{"heavy_is_told", heavy_is_told},
    rule{"heavy_is_answered", heavy_is_answered},
    rule{"heaviest_alerts_go_first", heaviest_alerts_go_first},
    rule{"blind_to_money_is_told_critically", blind_to_money_is_told_critically},
    rule{"lost_state_is_frozen", lost_state_is_frozen},
    rule{"limits_hold", limits_hold},
    rule{"what_is_undone_is_as_before", what_is_undone_is_as_before},
    rule{"memory_is_bounded", memory_is_bounded},
};

}  // namespace

std::span<const rule> all_rules()
{
    return rules;
}

const rule& rule_named(std::string_view name)
{
    const auto found = std::ranges::find(rules, name, &rule::name);
    if (found == rules.end())
        throw std::out_of_range("there is no rule " + std::string(name));
    return *found;
}

}  // namespace trunkwarden::thief
