#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "fetch/allowance.hpp"
#include "fetch/request_priority.hpp"

namespace trunkwarden {

// One window of the allowance of one endpoint, and the next one after it ended. The window belongs to the
// account's own traffic first: the monitor takes its share, `1 - reserve`, and leaves the rest. Pure.
class rate_window {
public:
    using instant = request_priority::instant;

    // As an answer reported it for the first time, with so many requests of the monitor on their way.
    rate_window(const allowance& told, instant now, std::uint64_t in_flight);

    std::chrono::seconds length() const { return length_; }

    // From when the window allows a request.
    instant earliest(const request_priority& priority, double reserve, std::uint64_t in_flight,
                     instant now) const;

    void sent(instant now);
    void learn(const allowance& told, instant now);

    // How many requests are left, as the API said; nothing when the window is over.
    std::optional<std::uint64_t> remaining(instant now) const;

private:
    // The API reports `reset` in whole seconds, so the end of the window is known only to the second.
    struct open_window {
        allowance told;
        instant ends;
        instant earliest_end;
        instant latest_end;
    };
    static open_window opened(const allowance& told, instant now);

    bool is_open(instant now) const { return open_.has_value() && now < open_->ends; }
    bool share_is_left(double reserve) const;
    bool allowed(urgency order, double reserve, std::uint64_t in_flight) const;
    void close();

    std::chrono::seconds length_;
    std::optional<open_window> open_;
    std::uint64_t sent_ = 0;
    std::uint64_t sent_at_its_end_ = 0;  // of those, the ones that the next window may have counted
};

}  // namespace trunkwarden
