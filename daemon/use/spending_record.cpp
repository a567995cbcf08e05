#include "use/spending_record.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {
namespace {

top_up cause_of(const balance& before, const balance& now, const recharge& known)
{
    if (before.currency != now.currency || now.available <= before.available)
        return top_up::none;
    if (!known.is_known)
        return top_up::not_known;
    const bool is_enough = known.by && now.available - before.available >= *known.by;
    return is_enough ? top_up::auto_recharge : top_up::by_hand;
}

balance_change between(const balance_sample& before, const balance_sample& after)
{
    balance_change out{before.until, after.since, {}, {}, after.cause};
    if (after.is.available < before.is.available)
        out.spent = before.is.available - after.is.available;
    else
        out.topped_up = after.is.available - before.is.available;
    return out;
}

}  // namespace

void spending_record::restore(std::vector<balance_sample> kept)
{
    samples_ = std::move(kept);
    if (!samples_.empty())
        forget_the_old(samples_.back().until);
}

void spending_record::add(time_point at, const balance& read, const recharge& known,
                          std::chrono::milliseconds gap)
{
    forget_what_is_later(at);
    const bool goes_on = !samples_.empty() && samples_.back().is == read && at - samples_.back().until <= gap;
    if (goes_on) {
        samples_.back().until = at;
    } else {
        const auto cause = samples_.empty() ? top_up::none : cause_of(samples_.back().is, read, known);
        samples_.push_back({at, at, read, cause});
        count_change();
    }
    unsaved_.insert_or_assign(samples_.back().since, samples_.back());
    forget_the_old(at);
}

void spending_record::count_change()
{
    if (samples_.size() < 2)
        return;
    const auto& before = samples_[samples_.size() - 2];
    if (before.is.currency != last().is.currency) {
        spent_ = {};
        top_ups_ = {};
        return;
    }
    spent_ += between(before, last()).spent;
    if (last().cause != top_up::none)
        ++top_ups_.at(static_cast<std::size_t>(last().cause));
}

void spending_record::forget_what_is_later(time_point at)
{
    while (!samples_.empty() && samples_.back().since >= at)
        samples_.pop_back();
    if (!samples_.empty())
        samples_.back().until = std::min(samples_.back().until, at);
}

void spending_record::forget_the_old(time_point now)
{
    const auto is_needed = [oldest = now - kept_for](const balance_sample& sample) {
        return sample.until >= oldest;
    };
    // The last one before that stays: a change that ended since then began with it.
    const auto first = std::ranges::find_if(samples_.begin(), samples_.end() - 1, is_needed);
    if (first != samples_.begin())
        samples_.erase(samples_.begin(), first - 1);
    if (samples_.size() <= most_samples)
        return;
    std::vector<balance_sample> thinned;
    for (std::size_t at = 0; at < samples_.size(); ++at)
        if (at >= most_samples / 2 || at % 2 == 0)
            thinned.push_back(std::move(samples_[at]));
    samples_ = std::move(thinned);
}

std::vector<balance_change> spending_record::changes() const
{
    std::vector<balance_change> out;
    for (std::size_t at = 1; at < samples_.size(); ++at)
        if (samples_[at - 1].is != samples_[at].is &&
            samples_[at - 1].is.currency == samples_[at].is.currency)
            out.push_back(between(samples_[at - 1], samples_[at]));
    return out;
}

std::optional<time_point> spending_record::currency_changed_at() const
{
    for (std::size_t at = samples_.size(); at > 1; --at)
        if (samples_[at - 2].is.currency != samples_[at - 1].is.currency)
            return samples_[at - 1].since;
    return std::nullopt;
}

bool spending_record::covers(time_point since, std::chrono::milliseconds longest) const
{
    if (samples_.empty() || samples_.front().since > since)
        return false;
    for (std::size_t at = 1; at < samples_.size(); ++at)
        if (samples_[at].since > since && samples_[at].since - samples_[at - 1].until > longest)
            return false;
    return true;
}

std::map<time_point, balance_sample> spending_record::take_unsaved()
{
    return std::exchange(unsaved_, {});
}

}  // namespace trunkwarden
