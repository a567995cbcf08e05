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
    if (!is_critical(weight) || overtaken() || now - delivery.queued > retried_for)
        return std::nullopt;
    return delivery.next_attempt;
}

void dead_letters::add(dead_letter letter, time_point now, state_change& change)
{
    letter.delivery.dead = true;
    letter.delivery.next_attempt =
        now + (now - letter.delivery.queued < later_retry ? first_retry : later_retry);
    change.deliveries.insert_or_assign(letter.delivery.number, letter.delivery);
    restore(std::move(letter), change);
}

void dead_letters::restore(dead_letter letter, state_change& change)
{
    const auto sink = letter.delivery.sink;
    const auto number = letter.delivery.number;
    bytes_[sink] += bytes_of(letter.delivery);
    letters_[sink].insert_or_assign(number, std::move(letter));
    make_room(sink, change);
}

void dead_letters::make_room(const std::string& sink, state_change& change)
{
    auto& all = letters_[sink];
    auto& bytes = bytes_[sink];
    while (all.size() > max_letters || bytes > max_bytes) {
        const auto lightest = std::ranges::min_element(
            all, {}, [](const auto& pair) { return pair.second.weight; });  // the first of equals: the oldest
        bytes -= bytes_of(lightest->second.delivery);
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
        bytes_[sink] -= bytes_of(each.second.delivery);
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
    for (const auto& [number, letter] : its->second)
        if (const auto when = letter.tried_again_at(now); when && (!soonest || *when < *soonest))
            soonest = when;
    return soonest;
}

void dead_letters::overtake(const std::string& sink, const std::string& finding, std::int64_t by,
                            state_change& change)
{
    const auto its = letters_.find(sink);
    if (its == letters_.end())
        return;
    for (auto& [number, letter] : its->second) {
        const bool is_older =
            number < by && letter.delivery.findings.size() == 1 && letter.delivery.findings[0] == finding;
        if (!is_older || letter.overtaken())
            continue;
        letter.delivery.next_attempt = {};
        change.deliveries.insert_or_assign(number, letter.delivery);
    }
}

std::optional<dead_letter> dead_letters::take(const std::string& id)
{
    for (auto& [sink, all] : letters_)
        for (auto at = all.begin(); at != all.end(); ++at)
            if (at->second.delivery.id == id) {
                auto out = std::move(at->second);
                bytes_[sink] -= bytes_of(out.delivery);
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
