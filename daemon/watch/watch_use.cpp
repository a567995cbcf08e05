#include "watch/watch_use.hpp"

#include <algorithm>
#include <chrono>

namespace trunkwarden {

task<> watch_use(account& account, use_reading use, std::function<void()> when_read)
{
    using namespace std::chrono_literals;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        const bool is_asked_for = use.is_asked_for(account.config.baseline);
        const auto interval = account.config.poll.usage_interval;
        timer.expires_after(is_asked_for ? interval : std::min<duration>(interval, 5s));
        co_await use.read(account);
        if (is_asked_for)
            when_read();
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace trunkwarden
