#pragma once

#include <boost/json/object.hpp>

#include <functional>
#include <string>

#include "settings/settings.hpp"
#include "state/history_event.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// A part of the history, as status/history_json.hpp has it, with "source": "daemon" or "state_file". The
// running daemon is asked first: members of its group may not read the state file. When it gives no answer,
// `unanswered` hears why, and the state file is read. Fails as either of them does.
result<boost::json::object> read_history(const history_selection& chosen, const settings& configured,
                                         const std::function<void(const failure&)>& unanswered);

// The request for a page of it.
std::string history_target(const history_selection& chosen);

}  // namespace trunkwarden
