#include "fetch/fetch_list.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "fetch/paging.hpp"

namespace trunkwarden {
namespace {

// Everything one reading works on. The workers share it: one thread, and all end before the reading does.
struct reading_in_hand {
    api_client& api;
    const listing& from;
    request_priority priority;
    page_sink& into;
    list_reading pages;
    std::optional<failure> failed;  // the first one; it stops the others
};

result<void> take_page(reading_in_hand& work, std::size_t number, std::string body)
{
    const auto facts = work.into.take(number, std::move(body));
    if (!facts)
        return facts.error();
    return work.pages.take(number, *facts);
}

// Reads pages until none is left to ask for, or until anything fails.
task<> read_pages(reading_in_hand& work)
{
    while (!work.failed) {
        const auto number = work.pages.next();
        if (!number)
            co_return;
        auto target = page_target(work.from, *number);
        auto body = co_await work.api.get(std::move(target), work.priority);
        if (work.failed)
            co_return;
        if (!body) {
            work.failed = body.error();
            co_return;
        }
        const auto taken = take_page(work, *number, std::move(*body));
        if (!taken) {
            work.failed = taken.error();
            co_return;
        }
        // Without a promise of where it ends, a server that repeats a page would be read for ever.
        if (work.pages.unannounced() && *number > 1 && work.into.repeated_id())
            co_return;
    }
}

// Tells the parallel group to cancel the other workers as soon as one has failed.
class stop_at_failure {
public:
    explicit stop_at_failure(const reading_in_hand& work) : work_(&work) {}
    asio::cancellation_type operator()(const std::exception_ptr& thrown) const
    {
        return thrown || work_->failed ? asio::cancellation_type::all : asio::cancellation_type::none;
    }

private:
    const reading_in_hand* work_;
};

using started_worker =
    decltype(asio::co_spawn(std::declval<asio::any_io_executor>(), std::declval<task<>>(), asio::deferred));

// The workers read side by side; this ends when all of them have.
task<> read_side_by_side(reading_in_hand& work, std::size_t workers)
{
    const auto here = co_await asio::this_coro::executor;
    std::vector<started_worker> group;
    group.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i)
        group.push_back(asio::co_spawn(here, read_pages(work), asio::deferred));
    auto all = asio::experimental::make_parallel_group(std::move(group));
    const stop_at_failure stop(work);
    const auto [order, thrown] = co_await all.async_wait(stop, asio::use_awaitable);
    if (work.failed)
        co_return;  // what the others threw is their being cancelled
    for (const auto& exception : thrown)
        if (exception)
            std::rethrow_exception(exception);
}

task<result<std::size_t>> read_once(reading_in_hand& work, std::size_t side_by_side)
{
    // Alone at first: page one tells how many there are.
    auto number = work.pages.next();
    auto target = page_target(work.from, *number);
    auto first = co_await work.api.get(std::move(target), work.priority);
    if (!first)
        co_return first.error();
    const auto taken = take_page(work, *number, std::move(*first));
    if (!taken)
        co_return taken.error();
    const auto workers = std::min(side_by_side, work.pages.pages_left());
    if (workers == 1)
        co_await read_pages(work);
    else if (workers > 1)
        co_await read_side_by_side(work, workers);
    if (work.failed)
        co_return *work.failed;
    co_return work.pages.verdict(work.into.repeated_id());
}

failure kept_moving(failure last, unsigned readings)
{
    last.what += " (read " + std::to_string(readings) + " times, and it kept changing)";
    return last;
}

}  // namespace

task<result<std::size_t>> fetch_list(api_client& api, const listing& from, page_sink& into,
                                     fetch_limits limits)
{
    const auto here = co_await asio::this_coro::executor;
    const auto side_by_side = std::max<std::size_t>(1, limits.side_by_side);
    const auto priority = limits.priority.value_or(from.order);
    for (unsigned reading = 1;; ++reading) {
        reading_in_hand work{api, from, priority, into, list_reading(from, limits.max_pages), std::nullopt};
        auto outcome = co_await read_once(work, side_by_side);
        if (outcome || outcome.error().kind != errc::moved)
            co_return outcome;
        if (reading >= limits.readings)
            co_return kept_moving(outcome.error(), reading);
        into.restart();
        asio::steady_timer pause(here, limits.pause);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace trunkwarden
