#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fetch/rate_budget.hpp"
#include "fetch/request_queue.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Where requests wait for their turn: at most so many in flight, none before the budget allows it, the most
// urgent first. Must outlive every permit and every enter() that has not ended.
class rate_limiter {
public:
    // The right to send one request. Giving it up lets the next one in.
    class permit {
    public:
        explicit permit(rate_limiter& limiter) : limiter_(&limiter) {}
        permit(permit&& other) noexcept : limiter_(other.limiter_) { other.limiter_ = nullptr; }
        permit(const permit&) = delete;
        permit& operator=(const permit&) = delete;
        permit& operator=(permit&& other) noexcept
        {
            std::swap(limiter_, other.limiter_);  // what this one held is given up with `other`
            return *this;
        }
        ~permit();

    private:
        rate_limiter* limiter_;
    };

    rate_limiter(const rate_limits& limits, unsigned concurrency);
    rate_limiter(const rate_limiter&) = delete;
    rate_limiter& operator=(const rate_limiter&) = delete;

    // The turn of a request to `endpoint`, a path. `since` is when it first asked for one.
    task<permit> enter(request_priority priority, std::string endpoint, rate_budget::instant since);
    task<permit> enter(request_priority priority);  // first, and of no endpoint

    void learn(const allowance& told);
    void pause(std::string_view endpoint, std::chrono::milliseconds span);

private:
    class waiter;

    void let_in();

    rate_budget budget_;
    request_queue queue_;
    std::map<request_queue::ticket, waiter*> waiting_;  // each lives in its enter()
    unsigned in_flight_ = 0;
    unsigned concurrency_;
};

}  // namespace trunkwarden
