#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <functional>
#include <string>

#include "settings/settings.hpp"
#include "state/history_event.hpp"
#include "state/state_file.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// A part of the history, as status/history_json.hpp has it, with "source": "daemon" or "state_file". The
// running daemon is asked first: members of its group may not read the state file. When it gives no answer,
// `unanswered` gets the reason, and the state file is read. Fails as either of them does.
result<boost::json::object> read_history(const history_selection& chosen, const settings& configured,
                                         const std::function<void(const failure&)>& unanswered);

// The same from the state file alone. A daemon that gave no answer is not asked again: each time a command
// would wait for it as long.
result<boost::json::object> read_kept_history(const history_selection& chosen, const state_place& place);

// Whether what was read is from the state file, because the daemon gave no answer.
bool is_from_the_file(const boost::json::object& answer);

// The request for a page of it.
std::string history_target(const history_selection& chosen);

}  // namespace trunkwarden
