#include "alerts/dead_letters.hpp"

#include <algorithm>
#include <utility>

#include "alerts/sink_queue.hpp"

namespace trunkwarden {
namespace {

constexpr auto first_retry = std::chrono::minutes(10);
constexpr auto later_retry = std::chrono::hours(1);
constexpr auto retried_for = std::chrono::hours(24);

}  // namespace

std::optional<time_point> dead_letter::tried_again_at(time_point now) const
{
    if (!is_critical(weight) || overtaken() || now - what.queued > retried_for)
        return std::nullopt;
    return what.next_attempt;
}

void dead_letters::add(dead_letter one, time_point now, state_change& change)
{
    one.what.dead = true;
    one.what.next_attempt = now + (now - one.what.queued < later_retry ? first_retry : later_retry);
    change.deliveries.insert_or_assign(one.what.number, one.what);
    restore(std::move(one), change);
}

void dead_letters::restore(dead_letter one, state_change& change)
{
    const auto sink = one.what.sink;
    const auto number = one.what.number;
    bytes_[sink] += bytes_of(one.what);
    letters_[sink].insert_or_assign(number, std::move(one));
    make_room(sink, change);
}

void dead_letters::make_room(const std::string& sink, state_change& change)
{
    auto& all = letters_[sink];
    auto& bytes = bytes_[sink];
    while (all.size() > max_letters || bytes > max_bytes) {
        const auto lightest = std::ranges::min_element(
            all, {}, [](const auto& one) { return one.second.weight; });  // the first of equals: the oldest
        bytes -= bytes_of(lightest->second.what);
        change.deliveries.erase(lightest->first);
        change.delivered.insert(lightest->first);
        all.erase(lightest);
        ++forgotten_[sink];
    }
}

std::vector<dead_letter> dead_letters::due(const std::string& sink, time_point now)
{
    std::vector<dead_letter> out;
    const auto its = letters_.find(sink);
    if (its == letters_.end())
        return out;
    std::erase_if(its->second, [&](auto& each) {
        const auto when = each.second.tried_again_at(now);
        if (!when || !has_come(*when, now))
            return false;
        bytes_[sink] -= bytes_of(each.second.what);
        out.push_back(std::move(each.second));
        return true;
    });
    return out;
}

std::optional<time_point> dead_letters::next_due(const std::string& sink, time_point now) const
{
    std::optional<time_point> soonest;
    const auto its = letters_.find(sink);
    if (its == letters_.end())
        return soonest;
    for (const auto& [number, one] : its->second)
        if (const auto when = one.tried_again_at(now); when && (!soonest || *when < *soonest))
            soonest = when;
    return soonest;
}

void dead_letters::overtake(const std::string& sink, const std::string& finding, std::int64_t by,
                            state_change& change)
{
    const auto its = letters_.find(sink);
    if (its == letters_.end())
        return;
    for (auto& [number, one] : its->second) {
        const bool is_older = number < by && one.what.findings.size() == 1 && one.what.findings[0] == finding;
        if (!is_older || one.overtaken())
            continue;
        one.what.next_attempt = {};
        change.deliveries.insert_or_assign(number, one.what);
    }
}

std::optional<dead_letter> dead_letters::take(const std::string& id)
{
    for (auto& [sink, all] : letters_)
        for (auto at = all.begin(); at != all.end(); ++at)
            if (at->second.what.id == id) {
                auto out = std::move(at->second);
                bytes_[sink] -= bytes_of(out.what);
                all.erase(at);
                return out;
            }
    return std::nullopt;
}

std::size_t dead_letters::count(const std::string& sink) const
{
    const auto its = letters_.find(sink);
    return its == letters_.end() ? 0 : its->second.size();
}

std::map<std::string, std::size_t> dead_letters::forgotten()
{
    return std::exchange(forgotten_, {});
}

}  // namespace trunkwarden
