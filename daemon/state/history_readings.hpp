#pragma once

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "state/history_event.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Reads the history aside, one page after the other. A disk that hangs holds up each who asks for a moment,
// and few of them: those who wait for it have places that all other requests need.
class history_readings {
public:
    static constexpr std::size_t most = 4;  // under way, those that nobody waits for any more among them

    explicit history_readings(std::chrono::milliseconds patience = std::chrono::seconds(5))
        : patience_(patience)
    {
    }

    // Does `work` on a thread of its own; that may continue when this has ended, so the work owns all that it
    // uses. Fails as it does, and with timed_out when so many are under way, or it takes too long.
    using reading = std::function<result<history_page>()>;
    task<result<history_page>> read(reading work, std::size_t places = most);

    // While there are any, destroying this waits for them.
    std::size_t under_way() const { return *under_way_; }

private:
    using counter = std::atomic<std::size_t>;

    std::chrono::milliseconds patience_;
    std::shared_ptr<counter> under_way_ = std::make_shared<counter>(0);
    asio::thread_pool thread_{1};
};

}  // namespace trunkwarden
