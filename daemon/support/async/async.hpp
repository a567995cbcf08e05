#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <tuple>
#include <utility>
#include <variant>

#include "support/result.hpp"

namespace trunkwarden {

namespace asio = boost::asio;

template <class T = void>
using task = asio::awaitable<T>;

// The completion token of operations whose failure is a value: they give (error_code, ...).
inline constexpr auto as_error = asio::as_tuple(asio::use_awaitable);

// Turns an escaped exception into a return value. Wrap every operand of `||` in it:
// `||` waits for the first *success*, so a bare exception would leave the others running.
inline task<std::exception_ptr> guarded(task<> work)
{
    try {
        co_await std::move(work);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

// For operations that report errors as values: being cancelled is not one of their failures, the whole task
// has to go.
inline void throw_if_cancelled(const boost::system::error_code& problem)
{
    if (problem == asio::error::operation_aborted)
        throw boost::system::system_error(problem);
}

namespace detail {

template <class T>
task<> assign(task<T> work, T& to)
{
    to = co_await std::move(work);
}

}  // namespace detail

// Cancels `work` when `limit` passes. (asio::cancel_after needs Boost 1.86; Debian 12 has 1.81.)
template <class T>
task<result<T>> with_deadline(std::chrono::milliseconds limit, task<result<T>> work)
{
    using namespace asio::experimental::awaitable_operators;
    result<T> outcome = failure{errc::timed_out, "no answer within the deadline"};
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    // The timer is cancelled by each work that ends in time: an exception for that would cost more than a
    // small request does.
    const auto first =
        co_await (guarded(detail::assign(std::move(work), outcome)) || timer.async_wait(as_error));
    if (const auto* ended = std::get_if<1>(&first))
        throw_if_cancelled(std::get<0>(*ended));  // before the work was: all of this is to end
    if (const auto* thrown = std::get_if<0>(&first); thrown != nullptr && *thrown != nullptr)
        std::rethrow_exception(*thrown);
    // Cancelled work may end with a failure that says so; the reason is that its time was over.
    if (first.index() == 1 && !outcome)
        outcome = failure{errc::timed_out, "no answer within the deadline"};
    co_return outcome;
}

}  // namespace trunkwarden
