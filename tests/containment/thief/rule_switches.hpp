#pragma once

// Rules whose part of the daemon is not there yet are left out: true takes one in. The last also says what
// the model's daemon does when it starts without its state, since the state file decides it
// (state/state_file.hpp).

namespace trunkwarden::thief {

inline constexpr bool heaviest_alerts_first = false;
inline constexpr bool blind_to_money_is_critical = false;
inline constexpr bool lost_state_begins_frozen = true;

}  // namespace trunkwarden::thief
