#include "reload/reload_queue.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {

std::shared_ptr<reload_queue::ticket> reload_queue::wait_in_line(reload_cause why)
{
    auto last = std::make_shared<ticket>();
    last->why = why;
    waiting_.push_back(last);
    somebody_asks_.notify_all();
    return last;
}

task<reload_queue::outcome> reload_queue::ask(reload_cause why)
{
    const auto mine = wait_in_line(why);
    while (!mine->ended)
        co_await mine->answered.wait();
    co_return *mine->ended;
}

task<reload_cause> reload_queue::next()
{
    while (waiting_.empty())
        co_await somebody_asks_.wait();
    in_hand_ = std::exchange(waiting_, {});
    const bool asked =
        std::ranges::any_of(in_hand_, [](const auto& ticket) { return ticket->why == reload_cause::asked; });
    co_return asked ? reload_cause::asked : reload_cause::files_changed;
}

void reload_queue::done(const outcome& outcome)
{
    for (const auto& ticket : std::exchange(in_hand_, {})) {
        ticket->ended = outcome;
        ticket->answered.notify_all();
    }
}

}  // namespace trunkwarden
