#include "fetch/request_gate.hpp"

#include <algorithm>

#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using clock = std::chrono::steady_clock;

}  // namespace

// One request in the line, from joining to its permit; whoever leaves before, by cancellation too, gives back
// what it has.
class request_gate::waiter {
public:
    waiter(request_gate& gate, urgency order, const asio::any_io_executor& on)
        : timer(on, clock::time_point::max()), gate_(gate), who_(gate.line_.join(order, clock::now()))
    {
        gate_.waiting_.emplace(who_, this);
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    ~waiter()
    {
        gate_.waiting_.erase(who_);
        gate_.line_.leave(who_);
        if (granted) {
            const permit unused(gate_);
        } else if (!done_) {
            gate_.let_in();  // it may have been the one that was to look again for all
        }
    }

    permit take_permit()
    {
        granted = false;
        done_ = true;
        return permit(gate_);
    }

    asio::steady_timer timer;  // wakes it when it is its turn, or when it may be
    bool granted = false;

private:
    request_gate& gate_;
    waiting_line::ticket who_;
    bool done_ = false;
};

request_gate::permit::~permit()
{
    if (gate_ == nullptr)
        return;
    --gate_->in_flight_;
    gate_->budget_.ended();
    gate_->let_in();
}

request_gate::request_gate(const rate_limits& limits, unsigned concurrency)
    : budget_(limits), concurrency_(std::max(1U, concurrency))
{
}

void request_gate::let_in()
{
    const auto now = clock::now();
    while (in_flight_ < concurrency_) {
        const auto who = line_.next(budget_, now);
        if (!who)
            break;
        budget_.sent(now);
        ++in_flight_;
        auto& next = *waiting_.at(*who);
        next.granted = true;
        next.timer.cancel();
    }
    const auto front = line_.front();
    if (!front || in_flight_ >= concurrency_)
        return;
    // Nobody may go yet: one of those who wait looks again when somebody may.
    auto& timer = waiting_.at(*front)->timer;
    const auto at = *line_.look_again(budget_, now);
    if (timer.expiry() != at)
        timer.expires_at(at);
}

task<request_gate::permit> request_gate::enter(urgency order)
{
    const auto here = co_await asio::this_coro::executor;
    waiter self(*this, order, here);
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

void request_gate::learn(const allowance& told)
{
    budget_.learn(told, clock::now());
}

void request_gate::block_for(std::chrono::milliseconds span)
{
    budget_.block(clock::now() + span);
}

}  // namespace trunkwarden
