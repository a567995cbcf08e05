#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <exception>
#include <map>
#include <memory>

#include "support/async/async.hpp"
#include "support/async/async_event.hpp"

namespace boost::asio {
class cancellation_signal;
}

namespace trunkwarden {

// Tasks that begin and end while others continue. The owner of the group runs run(): nothing outlives it. One
// thread; the group outlives what runs on its executor.
class task_group {
public:
    using number = std::size_t;

    explicit task_group(asio::any_io_executor on);
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    number start(task<> work);

    // Cancels one and waits until it has ended; at once when it has. A task must not end itself with it.
    task<> end(number which);

    // Until it is cancelled, or one of the tasks fails: then all are cancelled and waited for, and the
    // failure is passed on. A task that returns is just over.
    task<> run();

private:
    struct member;
    void ended(number which, std::exception_ptr thrown);
    void cancel_all();

    asio::any_io_executor on_;
    std::map<number, std::unique_ptr<member>> members_;
    number last_ = 0;
    std::exception_ptr failed_;
    async_event something_ended_;
};

}  // namespace trunkwarden
