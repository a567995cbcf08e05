#include "containment/thief/search.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace trunkwarden::thief {

namespace {

// True when a rule is broken.
bool look_at_rules(const thief_world& at, run_of_schedule& out)
{
    const auto rules = all_rules();
    for (std::size_t which = 0; which < rules.size(); ++which) {
        auto found = rules[which].look(at);
        out.closeness[which] = std::max(out.closeness[which], found.closeness);
        if (!found.broken.empty()) {
            out.broken = broken_rule{rules[which].name, std::move(found.broken), {}};
            return true;
        }
    }
    return false;
}

}  // namespace

run_of_schedule run_schedule(const schedule& all, planted planted)
{
    run_of_schedule out;
    out.closeness.resize(all_rules().size());
    thief_world here(planted);
    const auto is_broken = [&] { return look_at_rules(here, out); };
    for (const auto& moves : all) {
        here.take(moves);
        ++out.cycles;
        if (is_broken())
            break;
    }
    if (!out.broken) {
        here.undo_everything();
        is_broken();
    }
    if (out.broken)
        out.broken->steps = {all.begin(), all.begin() + static_cast<long>(out.cycles)};
    out.writes = here.writes_in_all;
    out.undone = here.undone;
    return out;
}

schedule search::next()
{
    if (tried_++ < begin_with || random_() % 8 == 0)
        return random_schedule(random_, steps_in_a_schedule);
    std::vector<const schedule*> good;
    for (const auto& kept : closest_)
        if (kept.closeness > 0)
            good.push_back(&kept.steps);
    if (good.empty())
        return random_schedule(random_, steps_in_a_schedule);
    return mutated(random_, *good[random_() % good.size()], *good[random_() % good.size()]);
}

std::optional<broken_rule> search::go_on()
{
    const auto schedule = next();
    auto outcome = run_schedule(schedule);
    cycles_ += outcome.cycles;
    writes_ += outcome.writes;
    undone_ += outcome.undone;
    closest_.resize(outcome.closeness.size());
    for (std::size_t which = 0; which < closest_.size(); ++which)
        if (outcome.closeness[which] >= closest_[which].closeness)  // the newest of equals: they drift
            closest_[which] = {schedule, outcome.closeness[which]};
    if (!outcome.broken)
        return std::nullopt;
    return shortened(std::move(*outcome.broken));
}

// Leaves out one step after the other, and one move after the other, as long as the same rule breaks.
broken_rule search::shortened(broken_rule found)
{
    constexpr int most_tries = 200;
    int tries = 0;
    const auto breaks_too = [&](schedule schedule) {
        if (++tries > most_tries)
            return false;
        auto again = run_schedule(schedule);
        if (!again.broken || again.broken->rule != found.rule)
            return false;
        found = std::move(*again.broken);
        return true;
    };
    for (std::size_t at = 0; at < found.steps.size();) {
        auto without = found.steps;
        without.erase(without.begin() + static_cast<long>(at));
        at += breaks_too(std::move(without)) ? 0 : 1;
    }
    for (std::size_t at = 0; at < found.steps.size(); ++at)
        for (std::size_t which = 0; at < found.steps.size() && which < found.steps[at].size();) {
            auto without = found.steps;
            without[at].erase(without[at].begin() + static_cast<long>(which));
            which += breaks_too(std::move(without)) ? 0 : 1;
        }
    return found;
}

std::string search::closest() const
{
    std::string out;
    for (std::size_t which = 0; which < closest_.size(); ++which)
        out += fmt::format("{}{} {:.2f}", out.empty() ? "" : ", ", all_rules()[which].name,
                           closest_[which].closeness);
    return out;
}

}  // namespace trunkwarden::thief
