#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <exception>
#include <utility>
#include <vector>

#include "support/async/async.hpp"

namespace trunkwarden {

// Runs the tasks side by side and waits for all of them. When one throws, or the caller is cancelled, the
// others are cancelled and waited for: nothing outlives the call. The first exception is passed on.
inline task<> run_all(std::vector<task<>> work)
{
    if (work.empty())
        co_return;
    const auto executor = co_await asio::this_coro::executor;
    using operation = decltype(asio::co_spawn(executor, std::declval<task<>>(), asio::deferred));
    std::vector<operation> operations;
    operations.reserve(work.size());
    for (auto& job : work)
        operations.push_back(asio::co_spawn(executor, std::move(job), asio::deferred));
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    const auto [order, thrown] =
        co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    for (const auto finished : order)
        if (thrown[finished])
            std::rethrow_exception(thrown[finished]);
}

}  // namespace trunkwarden
