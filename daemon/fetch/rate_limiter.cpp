#include "fetch/rate_limiter.hpp"

#include <algorithm>

#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using clock = std::chrono::steady_clock;

}  // namespace

// One request in the line, from joining to its permit; a request that leaves before, by cancellation too,
// gives back what it has.
class rate_limiter::waiter {
public:
    waiter(rate_limiter& limiter, request_priority request_priority, std::string asked,
           rate_budget::instant since, const asio::any_io_executor& on)
        : timer(on, clock::time_point::max()),
          priority(request_priority),
          endpoint(std::move(asked)),
          limiter_(limiter),
          who_(limiter.queue_.join(priority, since, endpoint))
    {
        limiter_.waiting_.emplace(who_, this);
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    ~waiter()
    {
        limiter_.waiting_.erase(who_);
        limiter_.queue_.leave(who_);
        if (granted) {
            const permit unused(limiter_, endpoint);
        } else if (!done_) {
            limiter_.let_in();  // it may have been the one that was to look again for all
        }
    }

    permit take_permit()
    {
        granted = false;
        done_ = true;
        return permit(limiter_, endpoint);
    }

    asio::steady_timer timer;  // wakes it when it is its turn, or when it may be
    const request_priority priority;
    const std::string endpoint;
    bool granted = false;
    bool turned_away = false;

private:
    rate_limiter& limiter_;
    request_queue::ticket who_;
    bool done_ = false;
};

rate_limiter::permit::~permit()
{
    if (limiter_ == nullptr)
        return;
    --limiter_->in_flight_;
    limiter_->budget_.ended(endpoint_);
    limiter_->let_in();
}

rate_limiter::rate_limiter(const rate_limits& limits, unsigned concurrency, const retry_policy& retries)
    : budget_(limits), concurrency_(std::max(1U, concurrency)), retries_(retries)
{
}

void rate_limiter::turn_away(rate_budget::instant now)
{
    for (const auto& [who, waiter] : waiting_) {
        if (waiter->granted || budget_.opens(waiter->priority, now, waiter->endpoint) <=
                                   now + patience_of(retries_, waiter->priority))
            continue;
        waiter->turned_away = true;
        waiter->timer.cancel();
    }
}

void rate_limiter::let_in()
{
    const auto now = clock::now();
    while (in_flight_ < concurrency_) {
        const auto who = queue_.next(budget_, now);
        if (!who)
            break;
        auto& next = *waiting_.at(*who);
        budget_.sent(now, next.endpoint);
        ++in_flight_;
        next.granted = true;
        next.timer.cancel();
    }
    turn_away(now);
    const auto front = queue_.front();
    if (!front || in_flight_ >= concurrency_)
        return;
    // Nobody may go yet: one of those who wait looks again when somebody may.
    auto& timer = waiting_.at(*front)->timer;
    const auto at = *queue_.look_again(budget_, now);
    if (timer.expiry() != at)
        timer.expires_at(at);
}

task<result<rate_limiter::permit>> rate_limiter::enter(request_priority priority)
{
    return enter(priority, std::string(), clock::now());
}

task<result<rate_limiter::permit>> rate_limiter::enter(request_priority priority, std::string endpoint,
                                                       rate_budget::instant since)
{
    const auto here = co_await asio::this_coro::executor;
    waiter self(*this, priority, std::move(endpoint), since, here);
    let_in();
    while (!self.granted && !self.turned_away) {
        co_await self.timer.async_wait(as_error);
        if (self.granted || self.turned_away)
            break;
        self.timer.expires_at(
            clock::time_point::max());  // a timer in the past would turn this into a busy loop
        let_in();
    }
    if (!self.granted)
        co_return failure{errc::rate_limited,
                          "not sent, because the API allows no more requests to this endpoint for now"};
    co_return self.take_permit();
}

void rate_limiter::learn(const allowance& told, std::string_view endpoint)
{
    const auto now = clock::now();
    budget_.learn(told, now, endpoint);
    turn_away(now);
}

void rate_limiter::pause(std::string_view endpoint, std::chrono::milliseconds span)
{
    const auto now = clock::now();
    budget_.block(endpoint, now + span, now);
    turn_away(now);
}

std::optional<std::uint64_t> rate_limiter::fewest_remaining() const
{
    return budget_.fewest_remaining(clock::now());
}

}  // namespace trunkwarden
