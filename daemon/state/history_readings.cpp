#include "state/history_readings.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "support/async/async_event.hpp"
#include "support/clock.hpp"

namespace trunkwarden {
namespace {

struct asked_page {
    std::optional<result<history_page>> read;
    async_event came;
};

result<history_page> outcome_of(const history_readings::reading& work)
{
    try {
        return work();
    } catch (const std::exception& e) {
        return failure{errc::bad_file, e.what()};
    }
}

}  // namespace

task<result<history_page>> history_readings::read(reading work, std::size_t places)
{
    if (*under_way_ >= places)
        co_return failure{errc::timed_out,
                          fmt::format("{} readings of the history are under way: try again in a moment, and "
                                      "look at the disk of the state file when that does not help",
                                      places)};
    const auto until = std::chrono::steady_clock::now() + patience_;
    const auto asked = std::make_shared<asked_page>();
    const auto here = co_await asio::this_coro::executor;
    ++*under_way_;
    asio::post(thread_, [asked, here, work = std::move(work), under_way = under_way_] {
        auto out = outcome_of(work);
        --*under_way;
        asio::post(here, [asked, out = std::move(out)]() mutable {
            asked->read = std::move(out);
            asked->came.notify_all();
        });
    });
    while (!asked->read && std::chrono::steady_clock::now() < until)
        co_await asked->came.wait_until(until);
    if (!asked->read)
        co_return failure{errc::timed_out,
                          fmt::format("the disk of the state file has not given the history for {}",
                                      for_people(patience_))};
    co_return std::move(*asked->read);
}

}  // namespace trunkwarden
