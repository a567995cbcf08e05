#include "state/background_writer.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <utility>
#include <vector>

#include "support/async/run_all.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto before_trying_again = 5s;
constexpr auto slow_disk = 5s;  // a write that takes longer holds back no alert any more

}  // namespace

background_writer::background_writer(std::unique_ptr<state_file> file, std::string trouble, logger& log,
                                     callbacks call)
    : file_(std::move(file)), trouble_(std::move(trouble)), log_(log), call_(std::move(call))
{
}

void background_writer::put(state_change change)
{
    if (!file_ || change.empty())
        return;
    pending_.add(std::move(change));
    ++put_;
    something_to_write_.notify_all();
}

task<result<void>> background_writer::put_and_wait(state_change change)
{
    if (!file_)
        co_return failure{errc::bad_file, trouble_};
    put(std::move(change));
    const auto wanted = put_;
    const auto until = std::chrono::steady_clock::now() + slow_disk;
    while (written_ < wanted) {
        if (!trouble_.empty())
            co_return failure{errc::bad_file, trouble_};
        if (std::chrono::steady_clock::now() > until)
            co_return failure{errc::bad_file, "the disk has not taken the last change for more than 5 s"};
        co_await written_or_failed_.wait_until(until);
    }
    co_return result<void>();
}

void background_writer::written(const state_change& change)
{
    if (!trouble_.empty())
        log_.info("the state file can be written again");
    trouble_.clear();
    written_or_failed_.notify_all();
    if (call_.on_written)
        call_.on_written(change);
    if (const auto forgotten = file_->take_forgotten(); forgotten.any() && call_.on_forgotten)
        call_.on_forgotten(forgotten);
}

void background_writer::failed(const std::string& why)
{
    if (trouble_.empty())
        log_.error(
            "the state file cannot be written; the watch goes on, but what happens now would be told twice, or forgotten, if the daemon stopped",
            {{"reason", why}});
    trouble_ = why;
    written_or_failed_.notify_all();
    if (call_.on_trouble)
        call_.on_trouble();
}

task<> background_writer::write_forever()
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        while (pending_.empty())
            co_await something_to_write_.wait();
        in_hand_ = std::exchange(pending_, {});
        in_hand_up_to_ = put_;
        writing_since_ = std::chrono::steady_clock::now();
        const auto outcome = co_await write_on_the_disks_thread();
        writing_since_.reset();
        if (outcome) {
            const auto change = std::exchange(in_hand_, {});
            written_ = in_hand_up_to_;
            written(change);
            continue;
        }
        take_back();
        failed(outcome.error().what);
        pause.expires_after(before_trying_again);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// What was put meanwhile is newer. A disk that takes nothing for days must not fill the memory: of what the
// audit log said there is a copy at its source.
void background_writer::take_back()
{
    constexpr std::size_t most_audited = 10'000;
    in_hand_.add(std::exchange(pending_, {}));
    pending_ = std::exchange(in_hand_, {});
    if (pending_.audited.size() > most_audited)
        pending_.audited.clear();
}

// Waited for even when the caller is cancelled, because the file and the change are used until it ends.
// (Cancelling a co_spawn on another thread would emit the signal here while that thread ends what it belongs
// to.)
task<result<void>> background_writer::write_on_the_disks_thread()
{
    return asio::async_initiate<const asio::use_awaitable_t<>, void(result<void>)>(
        [this](auto handler) {
            auto here = asio::make_work_guard(asio::get_associated_executor(handler));
            asio::post(disk_, [this, here = std::move(here), handler = std::move(handler)]() mutable {
                auto outcome = file_->write(in_hand_);
                asio::post(here.get_executor(),
                           [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                               std::move(handler)(std::move(outcome));
                           });
            });
        },
        asio::use_awaitable);
}

task<> background_writer::notice_a_slow_disk()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
        if (writing_since_ && std::chrono::steady_clock::now() - *writing_since_ > slow_disk)
            failed("the disk has not taken the last change for more than 5 s");
    }
}

task<> background_writer::keep_forever()
{
    std::vector<task<>> work;
    work.push_back(write_forever());
    work.push_back(notice_a_slow_disk());
    co_await run_all(std::move(work));
}

void background_writer::write_rest()
{
    disk_.join();
    in_hand_.add(std::exchange(pending_, {}));
    if (!file_ || in_hand_.empty())
        return;
    if (const auto outcome = file_->write(in_hand_); !outcome)
        log_.error("what happened last could not be written to the state file",
                   {{"reason", outcome.error().what}});
}

}  // namespace trunkwarden
