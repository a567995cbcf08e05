#include "audit/audit_memory.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace trunkwarden {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr auto usual_look_back = minutes(2);  // before the look-up before
constexpr auto wide_look_back = minutes(15);
constexpr auto wide_every = minutes(1);
constexpr auto deep_look_back = hours(24);
constexpr auto deep_every = minutes(10);
constexpr auto farthest_look_back = hours(47);  // less than `kept_for`: a known event stays known
constexpr auto kept_for = hours(48);
constexpr auto close_together = minutes(5);

// Many more than the events kept: a look-up over 24 hours of a busy account must not find its older events to
// be new, again and again.
constexpr std::size_t max_seen = 200'000;

bool older(const audit_event& a, const audit_event& b)
{
    return a.by.at < b.by.at;
}

}  // namespace

time_point audit_memory::look_back_to(time_point now) const
{
    const bool clock_went_back = read_at_ && now < *read_at_;
    if (deep_at_ && !clock_went_back && now - *deep_at_ < deep_every) {
        const auto wide = now - wide_look_back;
        return now - *wide_at_ < wide_every ? std::max(wide, *read_at_ - usual_look_back) : wide;
    }
    auto back_to = now - deep_look_back;
    if (const auto& before = read_at_ ? read_at_ : restored_to_)
        back_to = std::min(back_to, *before - wide_look_back);
    return std::max(back_to, now - farthest_look_back);
}

bool audit_memory::note(const audit_event& event)
{
    return event.by.at > floor_ && seen_.emplace(std::hash<std::string>{}(event.id), event.by.at).second;
}

void audit_memory::forget(time_point before)
{
    std::erase_if(seen_, [before](const auto& known) { return known.second < before; });
    if (seen_.size() <= max_seen)
        return;
    std::vector<time_point> times;
    times.reserve(seen_.size());
    for (const auto& known : seen_)
        times.push_back(known.second);
    // A tenth more than must go, so that this is not done at every look-up.
    const auto last_to_go =
        times.begin() + static_cast<std::ptrdiff_t>(seen_.size() - max_seen + max_seen / 10);
    std::nth_element(times.begin(), last_to_go, times.end());
    floor_ = std::max(floor_, *last_to_go);
    std::erase_if(seen_, [this](const auto& known) { return known.second <= floor_; });
}

void audit_memory::add(std::vector<audit_event> fresh)
{
    const auto middle = static_cast<std::ptrdiff_t>(recent_.size());
    for (auto& event : fresh)
        recent_.push_back(shortened(std::move(event)));
    std::inplace_merge(recent_.begin(), recent_.begin() + middle, recent_.end(), older);
    while (recent_.size() > max_recent)
        recent_.pop_front();
}

std::vector<audit_event> audit_memory::take(std::vector<audit_event> read, time_point began, reach extent)
{
    const auto back_to = look_back_to(began);
    const bool was_deep = back_to <= began - deep_look_back;
    if (back_to <= began - wide_look_back)
        wide_at_ = began;
    if (!read_at_ || extent == reach::part_of_it || began < *read_at_ || began - *read_at_ > close_together)
        covered_from_ = began;
    if (was_deep)
        deep_at_ = began;
    read_at_ = began;

    const auto oldest = began - kept_for;
    std::vector<audit_event> fresh;
    for (auto& event : read)
        if (event.by.at >= oldest && note(event))
            fresh.push_back(std::move(event));
    std::ranges::stable_sort(fresh, older);

    while (!recent_.empty() && recent_.front().by.at < oldest)
        recent_.pop_front();
    if (!fresh.empty())
        add(fresh);
    if (was_deep || seen_.size() > max_seen)
        forget(oldest);
    return fresh;
}

void audit_memory::restore(std::vector<audit_event> known, time_point forgotten_to)
{
    floor_ = std::max(floor_, forgotten_to);
    std::vector<audit_event> taken;
    for (auto& event : known)
        if (note(event))
            taken.push_back(std::move(event));
    std::ranges::stable_sort(taken, older);
    if (!taken.empty())
        restored_to_ = taken.back().by.at;
    add(std::move(taken));
}

void audit_memory::leave_out(const std::string& id)
{
    std::erase_if(recent_, [&id](const audit_event& known) { return known.id == id; });
}

bool audit_memory::covers(time_point from, time_point to) const
{
    return read_at_ && *covered_from_ <= from && to <= *read_at_;
}

}  // namespace trunkwarden
