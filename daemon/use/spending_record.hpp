#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "use/balance.hpp"

namespace trunkwarden {

// Where money came from that was not there at the reading before.
enum class top_up : std::uint8_t {
    none,           // no more money than before
    auto_recharge,  // at least as much as the account recharges automatically
    by_hand,        // less, or it recharges nothing: somebody's card, through the portal or the API
    not_known,      // the preferences of auto-recharge were not read
};

template <>
inline constexpr auto names_of<top_up> = word_table<top_up>("none", "auto_recharge", "by_hand", "not_known");

// One and the same balance, as read from `since` until `until`.
struct balance_sample {
    time_point since;
    time_point until;
    balance is;
    top_up cause = top_up::none;  // of the rise that led to it

    friend bool operator==(const balance_sample&, const balance_sample&) = default;
};

// The automatic recharge of the account: none, an amount, or it was not read.
struct recharge {
    bool is_known = false;
    std::optional<amount> by;
};

// The change between two readings that differ. A rise and a fall in between show only by their sum.
struct balance_change {
    time_point began;
    time_point ended;
    amount spent;      // of a fall
    amount topped_up;  // of a rise
    top_up source = top_up::none;
};

// The balance over the last two days. Pure: time comes in. Only the sum is known of changes while nobody
// read.
class spending_record {
public:
    static constexpr auto kept_for = std::chrono::hours(49);  // two UTC days, and the hour across midnight
    // Beyond that, every other one of the older half gives way: their sum stays.
    static constexpr std::size_t most_samples = 4096;

    // As an earlier run left them, the oldest first. They count for windows, not for the totals.
    void restore(std::vector<balance_sample> kept);

    // A reading. One that is not later than the last was made with another clock: later readings are
    // forgotten. Without a reading for longer than `gap` the balance may have changed and changed back.
    void add(time_point at, const balance& read, const recharge& known, std::chrono::milliseconds gap);

    bool is_empty() const { return samples_.empty(); }
    const std::vector<balance_sample>& samples() const { return samples_; }  // the oldest first
    const balance_sample& last() const { return samples_.back(); }           // not of an empty one

    // In the order of time; none between two currencies.
    std::vector<balance_change> changes() const;

    // When the currency became another one; nothing when all samples have the same.
    std::optional<time_point> currency_changed_at() const;

    // Whether there were readings from `since` on without a pause longer than `longest`.
    bool covers(time_point since, std::chrono::milliseconds longest) const;

    // Since this process began, in the currency of the last reading.
    amount spent() const { return spent_; }
    const std::array<std::uint64_t, enumerators_of<top_up>()>& top_ups() const { return top_ups_; }

    // Samples that are new or were prolonged since the last call, by their beginning.
    std::map<time_point, balance_sample> take_unsaved();

private:
    void forget_what_is_later(time_point at);
    void forget_the_old(time_point now);
    void count_change();

    std::vector<balance_sample> samples_;
    std::map<time_point, balance_sample> unsaved_;
    amount spent_;
    std::array<std::uint64_t, enumerators_of<top_up>()> top_ups_{};
};

}  // namespace trunkwarden
