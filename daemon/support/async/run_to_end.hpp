#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "support/async/async.hpp"

namespace trunkwarden {

// Runs one coroutine to its end on `io`, which may have run before. Returns what it returned, or throws what
// it threw. Returns only when nothing else is left to do on `io`.
template <class T>
T run_to_end(asio::io_context& io, task<T> work)
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

inline void run_to_end(asio::io_context& io, task<> work)
{
    asio::co_spawn(io, std::move(work), [](std::exception_ptr thrown) {
        if (thrown)
            std::rethrow_exception(thrown);
    });
    io.restart();
    io.run();
}

}  // namespace trunkwarden
