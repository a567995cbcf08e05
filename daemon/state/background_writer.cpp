#include "state/background_writer.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "support/async/run_all.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto before_trying_again = 5s;
constexpr auto between_looks = 2s;  // whether the file is still in its place
constexpr auto slow_disk = 5s;      // a write that takes longer holds back no alert any more

}  // namespace

background_writer::background_writer(std::unique_ptr<state_file> file, optional_reason trouble, logger& log,
                                     callbacks call)
    : file_(std::move(file)), trouble_(std::move(trouble)), log_(log), call_(std::move(call))
{
}

void background_writer::put(state_change change)
{
    for (auto& event : change.events)
        shorten(event);
    remember(change.events);
    if (!file_ || change.empty())
        return;
    pending_.add(std::move(change));
    hold_little_history();
    ++put_;
    something_to_write_.notify_all();
}

task<result<void>> background_writer::put_and_wait(state_change change)
{
    if (!file_)
        co_return failure{errc::bad_file, trouble_.value_or("there is no state file")};
    put(std::move(change));
    const auto wanted = put_;
    const auto until = std::chrono::steady_clock::now() + slow_disk;
    while (written_ < wanted) {
        if (trouble_)
            co_return failure{errc::bad_file, *trouble_};
        if (std::chrono::steady_clock::now() > until)
            co_return failure{errc::bad_file, slow_sentence()};
        co_await written_or_failed_.wait_until(until);
    }
    co_return result<void>();
}

std::string background_writer::slow_sentence() const
{
    return fmt::format("{} has not taken the last change for more than 5 s", file_->medium());
}

optional_reason background_writer::notice() const
{
    constexpr auto as_long = 10min;
    if (trouble_ || !made_anew_ || std::chrono::steady_clock::now() - *made_anew_ > as_long)
        return trouble_;
    return "the state file was removed or replaced while the daemon ran; it is made again with everything that is "
           "known: who did it?";
}

void background_writer::works_again()
{
    if (trouble_)
        log_.info("the state file can be written again");
    trouble_.reset();
}

void background_writer::written(const state_change& change)
{
    works_again();
    written_or_failed_.notify_all();
    if (call_.on_written)
        call_.on_written(change);
    if (const auto forgotten = file_->take_forgotten(); forgotten.any() && call_.on_forgotten)
        call_.on_forgotten(forgotten);
}

void background_writer::failed(const std::string& why)
{
    if (!trouble_)
        log_.error(
            "the state file cannot be written; monitoring continues, but a restart now may repeat or lose alerts",
            {{"reason", why}});
    trouble_ = why;
    written_or_failed_.notify_all();
    if (call_.on_trouble)
        call_.on_trouble();
}

// Whether it may be written to.
task<bool> background_writer::keep_its_place()
{
    const std::function<result<void>()> work = [this]() -> result<void> {
        const auto place = file_->keep_its_place();
        if (!place)
            return place.error();
        place_ = *place;
        return {};
    };
    const auto outcome = co_await on_the_disks_thread(work);
    writing_since_.reset();
    if (!outcome) {
        is_out_of_place_ = true;
        failed(outcome.error().message);
        co_return false;
    }
    if (std::exchange(is_out_of_place_, false))
        works_again();
    look_again_ = std::chrono::steady_clock::now() + between_looks;
    if (std::exchange(place_, file_place::unchanged) == file_place::made_anew) {
        log_.error("the state file was removed or replaced; it is made again with everything that is known");
        made_anew_ = std::chrono::steady_clock::now();
    }
    co_return true;
}

task<bool> background_writer::write_pending()
{
    in_hand_ = std::exchange(pending_, {});
    in_hand_up_to_ = put_;
    in_hand_is_written_ = false;
    const std::function<result<void>()> work = [this] {
        auto outcome = file_->write(in_hand_);
        in_hand_is_written_ = outcome.has_value();
        return outcome;
    };
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = co_await on_the_disks_thread(work);
    writing_since_.reset();
    if (outcome) {
        last_write_took_ = std::chrono::steady_clock::now() - began;
        const auto change = std::exchange(in_hand_, {});
        written_ = in_hand_up_to_;
        written(change);
        co_return true;
    }
    take_back();
    failed(outcome.error().message);
    co_return false;
}

task<> background_writer::write_forever()
{
    if (!file_)
        co_return;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        while (pending_.empty() && std::chrono::steady_clock::now() < look_again_)
            co_await something_to_write_.wait_until(look_again_);
        bool fine = std::chrono::steady_clock::now() < look_again_ || co_await keep_its_place();
        if (fine && !pending_.empty())
            fine = co_await write_pending();
        if (fine)
            continue;
        pause.expires_after(before_trying_again);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// A change that was put meanwhile is newer. A disk that takes nothing for days must not fill the memory: of
// audit events there is a copy at their source.
void background_writer::take_back()
{
    constexpr std::size_t most_audited = 10'000;
    in_hand_.add(std::exchange(pending_, {}));
    pending_ = std::exchange(in_hand_, {});
    if (pending_.audited.size() > most_audited)
        pending_.audited.clear();
    hold_little_history();
}

void background_writer::remember(const std::vector<history_event>& events)
{
    constexpr std::size_t most = 200;
    for (const auto& event : events)
        if (is_news(event))
            recent_.push_back(event);
    while (recent_.size() > most)
        recent_.pop_front();
}

// A disk that takes nothing for days, or hangs, must not fill the memory.
void background_writer::hold_little_history()
{
    constexpr std::size_t most = 20'000;
    constexpr std::size_t kept = 10'000;
    if (pending_.events.size() <= most)
        return;
    const auto gone = keep_heaviest(pending_.events, kept);
    log_.error("too many events wait for the state file; the lightest are not written", {{"events", gone}});
    const auto now = std::chrono::system_clock::now();
    pending_.events.push_back(
        {.at = now,
         .kind = history_kind::forgotten,
         .sentence =
             fmt::format("{} events were not written down, the lightest and of those the oldest: the state "
                         "file could not be written for too long",
                         gone)});
}

// Waited for even when the caller is cancelled, because the file and the change are used until it ends.
// (Cancelling a co_spawn on another thread would emit the signal here while that thread ends what it belongs
// to.)
task<result<void>> background_writer::on_the_disks_thread(std::function<result<void>()> work)
{
    writing_since_ = std::chrono::steady_clock::now();
    return asio::async_initiate<const asio::use_awaitable_t<>, void(result<void>)>(
        [this](auto handler, std::function<result<void>()> to_do) {
            auto here = asio::make_work_guard(asio::get_associated_executor(handler));
            asio::post(disk_, [to_do = std::move(to_do), here = std::move(here),
                               handler = std::move(handler)]() mutable {
                auto outcome = to_do();
                asio::post(here.get_executor(),
                           [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
                               std::move(handler)(std::move(outcome));
                           });
            });
        },
        asio::use_awaitable, std::move(work));
}

task<> background_writer::notice_a_slow_disk()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
        if (writing_since_ && std::chrono::steady_clock::now() - *writing_since_ > slow_disk)
            failed(slow_sentence());
    }
}

task<> background_writer::keep_forever()
{
    std::vector<task<>> work;
    work.push_back(write_forever());
    work.push_back(notice_a_slow_disk());
    co_await run_all(std::move(work));
}

// On the disk's thread, after the work that is under way. Nobody may know how that ended, and an event that
// is written twice counts as two.
result<void> background_writer::write_what_is_left()
{
    if (in_hand_is_written_)
        in_hand_ = {};
    in_hand_.add(std::exchange(pending_, {}));
    // Also when nothing is left to write: with this process, the last copy of a removed file would go.
    const auto place = file_->keep_its_place();
    if (!place)
        return place.error();
    return in_hand_.empty() ? result<void>() : file_->write(in_hand_);
}

bool background_writer::write_rest()
{
    if (!file_)
        return true;
    const auto promised = std::make_shared<std::promise<result<void>>>();
    auto outcome = promised->get_future();
    asio::post(disk_, [this, promised] { promised->set_value(write_what_is_left()); });
    const bool hangs = outcome.wait_for(slow_disk) != std::future_status::ready;
    const auto written =
        hangs ? failure{errc::bad_file, fmt::format("{} has not taken it for 5 s", file_->medium())}
              : outcome.get();
    if (!written)
        log_.error("the last changes could not be written to the state file",
                   {{"reason", written.error().message}});
    if (!hangs)
        disk_.join();
    return !hangs;
}

}  // namespace trunkwarden
