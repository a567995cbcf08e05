#include "fetch/rate_limiter.hpp"

#include <algorithm>

#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using clock = std::chrono::steady_clock;

}  // namespace

// One request in the line, from joining to its permit; whoever leaves before, by cancellation too, gives back
// what it has.
class rate_limiter::waiter {
public:
    waiter(rate_limiter& limiter, request_queue::ticket who, const asio::any_io_executor& on)
        : timer(on, clock::time_point::max()), limiter_(limiter), who_(who)
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
            const permit unused(limiter_);
        } else if (!done_) {
            limiter_.let_in();  // it may have been the one that was to look again for all
        }
    }

    permit take_permit()
    {
        granted = false;
        done_ = true;
        return permit(limiter_);
    }

    asio::steady_timer timer;  // wakes it when it is its turn, or when it may be
    bool granted = false;

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
    limiter_->budget_.ended();
    limiter_->let_in();
}

rate_limiter::rate_limiter(const rate_limits& limits, unsigned concurrency)
    : budget_(limits), concurrency_(std::max(1U, concurrency))
{
}

void rate_limiter::let_in()
{
    const auto now = clock::now();
    while (in_flight_ < concurrency_) {
        const auto who = queue_.next(budget_, now);
        if (!who)
            break;
        budget_.sent(now);
        ++in_flight_;
        auto& next = *waiting_.at(*who);
        next.granted = true;
        next.timer.cancel();
    }
    const auto front = queue_.front();
    if (!front || in_flight_ >= concurrency_)
        return;
    // Nobody may go yet: one of those who wait looks again when somebody may.
    auto& timer = waiting_.at(*front)->timer;
    const auto at = *queue_.look_again(budget_, now);
    if (timer.expiry() != at)
        timer.expires_at(at);
}

task<rate_limiter::permit> rate_limiter::enter(request_priority priority)
{
    return enter(priority, std::string(), clock::now());
}

task<rate_limiter::permit> rate_limiter::enter(request_priority priority, std::string endpoint,
                                               rate_budget::instant since)
{
    const auto here = co_await asio::this_coro::executor;
    waiter self(*this, queue_.join(priority, since, std::move(endpoint)), here);
    let_in();
    while (!self.granted) {
        co_await self.timer.async_wait(as_error);
        if (self.granted)
            break;
        self.timer.expires_at(
            clock::time_point::max());  // a timer in the past would turn this into a busy loop
        let_in();
    }
    co_return self.take_permit();
}

void rate_limiter::learn(const allowance& told)
{
    budget_.learn(told, clock::now());
}

void rate_limiter::pause(std::string_view endpoint, std::chrono::milliseconds span)
{
    const auto now = clock::now();
    budget_.block(endpoint, now + span, now);
}

}  // namespace trunkwarden
