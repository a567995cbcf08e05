#pragma once

#include <boost/asio/io_context.hpp>

#include <exception>
#include <utility>

#include "support/async/run_to_end.hpp"

namespace trunkwarden {

// For a coroutine started beside others: its exceptions leave io.run() and fail the test.
inline void must_not_throw(std::exception_ptr thrown)
{
    if (thrown)
        std::rethrow_exception(thrown);
}

// Runs one coroutine to its end on an io_context of its own.
template <class T>
T run(task<T> work)
{
    asio::io_context io(1);
    return run_to_end(io, std::move(work));
}

}  // namespace trunkwarden
