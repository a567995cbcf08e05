#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/request_priority.hpp"

// How many requests an account may still send, and when. The API's allowance belongs to the account's own
// traffic first: the monitor takes its share and leaves the rest. When others use more than their share, a
// request that is due takes the monitor's own share all the same. Pure: time is an argument.

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
    // once. `endpoint` is the path that it asks.
    instant earliest(const request_priority& priority, instant now, std::string_view endpoint = {}) const;

    void sent(instant now);  // a request goes out
    void ended();            // one that went out has its answer, or never will

    void learn(const allowance& told, instant now);
    // After a 429: nothing asks this endpoint before. The others find out by themselves: the API has a limit
    // for each endpoint, and whoever uses up one of them must not stop the rest.
    void block(std::string_view endpoint, instant until, instant now);

private:
    bool window_known(instant now) const { return window_.has_value() && now < window_->ends; }
    bool allowed(urgency order) const;
    bool share_is_left() const;
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
    std::map<std::string, instant, std::less<>> blocked_until_;  // by endpoint
    std::optional<window> window_;
    std::uint64_t sent_in_window_ = 0;
    std::uint64_t sent_at_its_end_ = 0;  // of those, the ones that the next window may have counted
    std::uint64_t in_flight_ = 0;
    bool told_before_ = false;  // the API has said what it allows
};

}  // namespace trunkwarden
