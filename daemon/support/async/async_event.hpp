#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>

#include "support/async/async.hpp"

namespace trunkwarden {

// Where tasks wait until something happens, or until a moment. Any number of them, in one thread.
//
// Nothing is remembered, as with a condition variable: notify_all() wakes the tasks that wait at that moment.
// A task asks first whether it has to wait at all, and asks again when it is woken:
//
//     while (queue_.empty())
//         co_await something_came_.wait();
//
// Nothing else runs between the question and the wait. The event outlives those who wait for it.
class async_event {
public:
    using moment = std::chrono::steady_clock::time_point;

    async_event() = default;
    async_event(const async_event&) = delete;
    async_event& operator=(const async_event&) = delete;

    // Wakes every task that waits. They run later, not inside this call.
    void notify_all()
    {
        for (auto* timer : waiting_)
            timer->cancel();
    }

    // Until notify_all(), or until `latest`. A task that is cancelled returns from it as well.
    task<> wait_until(moment latest)
    {
        asio::steady_timer timer(co_await asio::this_coro::executor, latest);
        const registration here(waiting_, timer);
        co_await timer.async_wait(as_error);
    }

    task<> wait() { return wait_until(moment::max()); }

private:
    using timers = std::list<asio::steady_timer*>;

    // Also undone when the task that waits is cancelled, or its frame destroyed.
    class registration {
    public:
        registration(timers& all, asio::steady_timer& timer)
            : all_(all), place_(all.insert(all.end(), &timer))
        {
        }
        ~registration() { all_.erase(place_); }
        registration(const registration&) = delete;
        registration& operator=(const registration&) = delete;

    private:
        timers& all_;
        timers::iterator place_;
    };

    timers waiting_;
};

}  // namespace trunkwarden
