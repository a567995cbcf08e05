#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <utility>

#include "support/async/async.hpp"

namespace trunkwarden {

// A thread for what would hold up the one that thinks: reading files, comparing hundreds of thousands of
// entries. One job after the other.
class worker_thread {
public:
    // Does `work` there and comes back. Not cancelled half-way, because the job uses what its caller holds:
    // the caller's next wait is. The values that `work` refers to must not change meanwhile.
    template <class Work>
    task<> run(Work& work)
    {
        return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
            [this, &work](auto handler) {
                auto here = asio::make_work_guard(asio::get_associated_executor(handler));
                asio::post(thread_, [&work, here = std::move(here), handler = std::move(handler)]() mutable {
                    auto thrown = outcome_of(work);
                    asio::post(here.get_executor(),
                               [handler = std::move(handler), thrown = std::move(thrown)]() mutable {
                                   std::move(handler)(std::move(thrown));
                               });
                });
            },
            asio::use_awaitable);
    }

    // Destroys something large there. Nobody else may hold a part of it.
    template <class Value>
    void dispose(Value value)
    {
        asio::post(thread_, [value = std::move(value)]() mutable { const Value gone = std::move(value); });
    }

private:
    template <class Work>
    static std::exception_ptr outcome_of(Work& work)
    {
        try {
            work();
        } catch (...) {
            return std::current_exception();
        }
        return nullptr;
    }

    asio::thread_pool thread_{1};
};

}  // namespace trunkwarden
