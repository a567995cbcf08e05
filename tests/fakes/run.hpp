#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "support/async/async.hpp"

namespace trunkwarden {

// For a coroutine started beside others: what it throws leaves io.run() and fails the test.
inline void must_not_throw(std::exception_ptr thrown)
{
    if (thrown)
        std::rethrow_exception(thrown);
}

// Runs one coroutine to its end on `io` and returns what it returned, or throws what it threw.
template <class T>
T run_on(asio::io_context& io, task<T> work)
{
    std::optional<T> value;
    asio::co_spawn(io, std::move(work), [&value](std::exception_ptr thrown, T returned) {
        if (thrown)
            std::rethrow_exception(thrown);
        value.emplace(std::move(returned));
    });
    io.restart();
    io.run();
    if (!value)
        throw std::logic_error("the coroutine did not finish");
    return std::move(*value);
}

template <class T>
T run(task<T> work)
{
    asio::io_context io(1);
    return run_on(io, std::move(work));
}

inline void run(task<> work)
{
    asio::io_context io(1);
    asio::co_spawn(io, std::move(work), must_not_throw);
    io.run();
}

}  // namespace trunkwarden
