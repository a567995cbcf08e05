#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/allowance.hpp"
#include "fetch/rate_window.hpp"
#include "fetch/request_priority.hpp"

// How many requests an account may still send, and when. The API allows so many to each endpoint, and this
// allowance belongs to the account's own traffic first: the monitor takes its share and leaves the rest. When
// others use more than their share, a request that is due takes the monitor's own share all the same. An
// endpoint whose allowance is used up holds no other. Pure: time is an argument.

namespace trunkwarden {

struct rate_limits {
    double requests_per_second = 10;  // a ceiling, also when the API allows more
    double reserve = 0.5;             // share of the API's allowance left to others
};

// The endpoint that the API's limits count a request for: method and path, where every segment with a digit
// counts as an id. "GET /phone_numbers/{id}/voice"
std::string endpoint_of(std::string_view method, std::string_view target);

class rate_budget {
public:
    using instant = rate_window::instant;

    // So many endpoints are remembered, each with so many windows; the one that was used the longest ago
    // gives way. Requests to many endpoints must not make the budget grow.
    static constexpr std::size_t max_endpoints = 256;
    static constexpr std::size_t max_windows = 4;

    explicit rate_budget(const rate_limits& limits);

    // The moment from which a request may be sent, as far as is known now; not later than `now` means at
    // once.
    instant earliest(const request_priority& priority, instant now, std::string_view endpoint = {}) const;

    // The same as far as the endpoint decides, without the ceiling.
    instant opens(const request_priority& priority, instant now, std::string_view endpoint) const;

    void sent(instant now, std::string_view endpoint = {});  // a request goes out
    void ended(std::string_view endpoint = {});  // one that went out has its answer, or never will

    void learn(const allowance& told, instant now, std::string_view endpoint = {});
    // After a 429: nothing asks this endpoint before. Other endpoints stay open: the API has a limit for
    // each, and an intruder who uses up one of them must not stop the rest.
    void block(std::string_view endpoint, instant until, instant now);

    // The fewest requests that an open window has left, of all endpoints; nothing when none is known.
    std::optional<std::uint64_t> fewest_remaining(instant now) const;

    std::size_t endpoints() const { return endpoints_.size(); }

private:
    struct endpoint_state {
        instant used{};
        instant blocked_until{};
        std::uint64_t in_flight = 0;
        std::vector<rate_window> windows;
    };
    endpoint_state& state_of(std::string_view endpoint, instant now);

    std::chrono::nanoseconds interval_{};
    std::chrono::nanoseconds tolerance_{};  // how far a small burst may run ahead of the ceiling
    double reserve_;
    instant next_slot_{};  // when the next request would go out at a perfectly even pace
    std::map<std::string, endpoint_state, std::less<>> endpoints_;
};

}  // namespace trunkwarden
