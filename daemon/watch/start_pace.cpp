#include "watch/start_pace.hpp"

#include <algorithm>

namespace trunkwarden {

start_pace::moment start_pace::take_turn(moment now)
{
    constexpr auto ahead = apart * (static_cast<int>(at_once) - 1);
    const auto turn = std::max(next_, now - ahead);
    next_ = turn + apart;
    return std::max(turn, now);
}

}  // namespace trunkwarden
