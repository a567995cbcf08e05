#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "catalogue/resource_type.hpp"

// How many requests an account may still send, and when. The API's allowance belongs to the account's own
// traffic first: the monitor takes its share and leaves the rest. Pure: time is an argument.

namespace trunkwarden {

struct rate_limits {
    double requests_per_second = 10;  // ceiling, whatever the API allows
    double reserve = 0.5;             // share of the API's allowance left to others
};

// What an answer says about the allowance of the current window.
struct allowance {
    std::uint64_t limit = 0;
    std::uint64_t remaining = 0;
    std::chrono::milliseconds until_reset{};
};

class rate_budget {
public:
    using instant = std::chrono::steady_clock::time_point;

    explicit rate_budget(const rate_limits& limits);

    // The moment from which a request may be sent, as far as is known now; not later than `now` means at
    // once.
    instant earliest(urgency order, instant now) const;

    void sent(instant now);  // a request goes out
    void ended();            // one that went out has its answer, or never will

    void learn(const allowance& told, instant now);
    void block(instant until);  // after a 429: nobody sends before

private:
    bool window_known(instant now) const { return window_.has_value() && now < window_->ends; }
    bool allowed(urgency order) const;
    double own_share() const;
    void close_window();

    // `reset` is told in whole seconds, so the end is known to a second only.
    struct window {
        allowance told;
        instant ends;
        instant earliest_end;
        instant latest_end;
    };
    static window window_of(const allowance& told, instant now);

    std::chrono::nanoseconds interval_{};
    std::chrono::nanoseconds tolerance_{};  // how far a small burst may run ahead of the ceiling
    double reserve_;
    instant next_slot_{};  // when the next request would go out at a perfectly even pace
    instant blocked_until_{};
    std::optional<window> window_;
    std::uint64_t sent_in_window_ = 0;
    std::uint64_t sent_at_its_end_ = 0;  // of those, the ones that the next window may have counted
    std::uint64_t in_flight_ = 0;
    bool told_before_ = false;  // the API has said what it allows
};

}  // namespace trunkwarden
