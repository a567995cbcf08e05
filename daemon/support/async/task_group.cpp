#include "support/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <utility>
#include <vector>

namespace trunkwarden {

struct task_group::member {
    asio::cancellation_signal cancel;
    bool is_to_end = false;
    // Shared with the one who waits, because the member is gone by then.
    std::shared_ptr<async_event> over = std::make_shared<async_event>();
};

task_group::task_group(asio::any_io_executor on) : on_(std::move(on)) {}

task_group::~task_group() = default;

task_group::number task_group::start(task<> work)
{
    const auto which = ++last_;
    auto& started = *members_.emplace(which, std::make_unique<member>()).first->second;
    auto note_the_end = [this, which](std::exception_ptr thrown) { ended(which, std::move(thrown)); };
    asio::co_spawn(on_, std::move(work),
                   asio::bind_cancellation_slot(started.cancel.slot(), std::move(note_the_end)));
    return which;
}

void task_group::ended(number which, std::exception_ptr thrown)
{
    const auto found = members_.find(which);
    auto finished = std::move(found->second);
    members_.erase(found);
    if (thrown && !finished->is_to_end && !failed_)
        failed_ = std::move(thrown);
    finished->over->notify_all();
    something_ended_.notify_all();
    // The task's frame still knows its cancellation signal while this is called.
    asio::post(on_, [gone = std::move(finished)] {});
}

task<> task_group::end(number which)
{
    const auto found = members_.find(which);
    if (found == members_.end())
        co_return;
    const auto over = found->second->over;
    found->second->is_to_end = true;
    found->second->cancel.emit(asio::cancellation_type::terminal);
    while (members_.contains(which))
        co_await over->wait();
}

void task_group::cancel_all()
{
    std::vector<number> all;
    for (auto& [which, running] : members_) {
        running->is_to_end = true;
        all.push_back(which);
    }
    for (const auto which : all)
        if (const auto found = members_.find(which); found != members_.end())
            found->second->cancel.emit(asio::cancellation_type::terminal);
}

task<> task_group::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);  // the tasks are waited for first
    const auto state = co_await asio::this_coro::cancellation_state;
    const auto is_cancelled = [&state] { return state.cancelled() != asio::cancellation_type::none; };
    while (!failed_ && !is_cancelled())
        co_await something_ended_.wait();
    cancel_all();
    while (!members_.empty())
        co_await something_ended_.wait();
    co_await asio::this_coro::throw_if_cancelled(true);
    if (failed_)
        std::rethrow_exception(failed_);
    throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace trunkwarden
