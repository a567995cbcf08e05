#include "state_keeper.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>
#include <vector>

#include "support/run_all.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto before_trying_again = 5s;
constexpr auto slow_disk = 5s;  // a write that takes longer holds back no alert any more

// Runs on the disk's thread; the caller waits for it even when it is cancelled, so the references last.
task<result<void>> write_on_this_thread(state_file& into, const state_change& change)
{
    co_return into.write(change);
}

}  // namespace

state_keeper::state_keeper(std::unique_ptr<state_file> file, std::string trouble, logger& log)
    : file_(std::move(file)), trouble_(std::move(trouble)), log_(log)
{
}

void state_keeper::put(state_change change)
{
    if (!file_ || change.empty())
        return;
    pending_.add(std::move(change));
    something_to_write_.now();
}

void state_keeper::written(const state_change& change)
{
    if (!trouble_.empty())
        log_.info("the state file can be written again");
    trouble_.clear();
    if (on_written_)
        on_written_(change);
}

void state_keeper::failed(const std::string& why)
{
    if (trouble_.empty())
        log_.error(
            "the state file cannot be written; the watch goes on, but what happens now would be told twice, "
            "or "
            "forgotten, if the daemon stopped",
            {{"reason", why}});
    trouble_ = why;
    if (on_trouble_)
        on_trouble_();
}

task<> state_keeper::write_forever()
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        while (pending_.empty())
            co_await something_to_write_.wait_until(wake_up::moment::max());
        auto change = std::exchange(pending_, {});
        writing_since_ = std::chrono::steady_clock::now();
        auto work = write_on_this_thread(*file_, change);
        const auto outcome = co_await asio::co_spawn(disk_, std::move(work), asio::use_awaitable);
        writing_since_.reset();
        if (outcome) {
            written(change);
            continue;
        }
        // What was put meanwhile is newer.
        change.add(std::exchange(pending_, {}));
        pending_ = std::move(change);
        failed(outcome.error().what);
        pause.expires_after(before_trying_again);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

task<> state_keeper::notice_a_slow_disk()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
        if (writing_since_ && std::chrono::steady_clock::now() - *writing_since_ > slow_disk)
            failed("the disk has not taken the last change for more than 5 s");
    }
}

task<> state_keeper::keep_forever()
{
    std::vector<task<>> work;
    work.push_back(write_forever());
    work.push_back(notice_a_slow_disk());
    co_await run_all(std::move(work));
}

void state_keeper::write_rest()
{
    disk_.join();
    if (!file_ || pending_.empty())
        return;
    if (const auto outcome = file_->write(pending_); !outcome)
        log_.error("what happened last could not be written to the state file",
                   {{"reason", outcome.error().what}});
}

}  // namespace trunkwarden
