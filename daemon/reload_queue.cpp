#include "reload_queue.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {

task<reload_queue::outcome> reload_queue::ask(reload_cause why)
{
    const auto mine = std::make_shared<ticket>();
    mine->why = why;
    waiting_.push_back(mine);
    somebody_asks_.now();
    while (!mine->how)
        co_await mine->answered.wait_until(wake_up::moment::max());
    co_return *mine->how;
}

task<reload_cause> reload_queue::next()
{
    while (waiting_.empty())
        co_await somebody_asks_.wait_until(wake_up::moment::max());
    in_hand_ = std::exchange(waiting_, {});
    const bool asked =
        std::ranges::any_of(in_hand_, [](const auto& one) { return one->why == reload_cause::asked; });
    co_return asked ? reload_cause::asked : reload_cause::files_changed;
}

void reload_queue::done(const outcome& how)
{
    for (const auto& one : std::exchange(in_hand_, {})) {
        one->how = how;
        one->answered.now();
    }
}

}  // namespace trunkwarden
