#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fetch/rate_budget.hpp"
#include "fetch/request_queue.hpp"
#include "fetch/retry.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Where requests wait for their turn: at most so many in flight, none before the budget allows it, the most
// urgent first. A request whose endpoint stays closed for longer than its patience is turned away. Must
// outlive every permit and every enter() that has not ended.
class rate_limiter {
public:
    // The right to send one request. Giving it up lets the next one in.
    class permit {
    public:
        permit(rate_limiter& limiter, std::string endpoint)
            : limiter_(&limiter), endpoint_(std::move(endpoint))
        {
        }
        permit(permit&& other) noexcept : limiter_(other.limiter_), endpoint_(std::move(other.endpoint_))
        {
            other.limiter_ = nullptr;
        }
        permit(const permit&) = delete;
        permit& operator=(const permit&) = delete;
        permit& operator=(permit&& other) noexcept
        {
            std::swap(limiter_, other.limiter_);  // the turn that this one held is given up with `other`
            std::swap(endpoint_, other.endpoint_);
            return *this;
        }
        ~permit();

    private:
        rate_limiter* limiter_;
        std::string endpoint_;
    };

    rate_limiter(const rate_limits& limits, unsigned concurrency, const retry_policy& retries = {});
    rate_limiter(const rate_limiter&) = delete;
    rate_limiter& operator=(const rate_limiter&) = delete;

    // The turn of a request to `endpoint` (endpoint_of). `since` is when it first asked for one. Fails with
    // rate_limited when it is turned away.
    task<result<permit>> enter(request_priority priority, std::string endpoint, rate_budget::instant since);
    task<result<permit>> enter(request_priority priority);  // first, and of no endpoint

    void learn(const allowance& told, std::string_view endpoint = {});
    void pause(std::string_view endpoint, std::chrono::milliseconds span);
    std::optional<std::uint64_t> fewest_remaining() const;

private:
    class waiter;

    void let_in();
    void turn_away(rate_budget::instant now);

    rate_budget budget_;
    request_queue queue_;
    std::map<request_queue::ticket, waiter*> waiting_;  // each lives in its enter()
    unsigned in_flight_ = 0;
    unsigned concurrency_;
    retry_policy retries_;
};

}  // namespace trunkwarden
