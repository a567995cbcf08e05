#pragma once

#include <chrono>

#include "support/async/async.hpp"

namespace trunkwarden {

// Where one task waits until a moment, or until another task has something for it. One thread.
class wake_up {
public:
    using moment = std::chrono::steady_clock::time_point;

    wake_up() = default;
    wake_up(const wake_up&) = delete;
    wake_up& operator=(const wake_up&) = delete;

    // Ends the wait, if there is one.
    void now()
    {
        if (timer_ != nullptr)
            timer_->cancel();
    }

    task<> wait_until(moment when)
    {
        asio::steady_timer timer(co_await asio::this_coro::executor, when);
        const registration here(timer_, timer);
        co_await timer.async_wait(as_error);
    }

private:
    // Also undone when the task that waits is cancelled.
    class registration {
    public:
        registration(asio::steady_timer*& place, asio::steady_timer& timer) : place_(place)
        {
            place_ = &timer;
        }
        ~registration() { place_ = nullptr; }
        registration(const registration&) = delete;
        registration& operator=(const registration&) = delete;

    private:
        asio::steady_timer*& place_;
    };

    asio::steady_timer* timer_ = nullptr;  // of the wait
};

}  // namespace trunkwarden
