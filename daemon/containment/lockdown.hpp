#pragma once

#include <functional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/lockdown_folder.hpp"
#include "containment/lockdown_plan.hpp"
#include "containment/ways_in.hpp"
#include "findings/own_changes.hpp"
#include "support/async/async.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// How one item of the playbook went.
struct lockdown_outcome {
    enum class status : std::uint8_t { done, not_needed, failed, left };
    lockdown_item item;
    status went{};
    std::string detail;
    std::string request;          // the request as sent, secrets left out; ""
    std::vector<api_write> undo;  // the requests that take back what was sent, in this order
    time_point at;
    own_change change = {};  // for a running daemon; without a resource when nothing was sent
};

template <>
inline constexpr auto names_of<lockdown_outcome::status> =
    word_table<lockdown_outcome::status>("done", "not needed", "failed", "left");

// The terms of a whole run. `self` is the identity of the monitor, as far as it is known.
struct lockdown_terms {
    monitor_identity self;
    lockdown_basis basis = lockdown_basis::baseline;
    // Called before each request, once it is in the journal.
    std::function<void(const own_change&)> announce = {};
};

// How a run went.
struct lockdown_run {
    std::vector<lockdown_outcome> outcomes;
    ways_in ways;  // as they were when new secrets were made; empty when none were due
};

// A request as one line of text.
std::string shown_request(const api_write& request);

// The account as the playbook judges it.
lockdown_account lockdown_view(const account& watched, const lockdown_terms& by);

// The identity of the monitor: asks /whoami, and looks for the key among those that were read.
task<monitor_identity> read_monitor_identity(account& watched);

// Reads who changed what lately, so that findings say it; without the log they do not.
task<> read_actors(account_memory& memory, const account_io& io);

// Carries out the items in order, each on its object as it is by then; one failure does not stop the rest.
// Looks for ways in before the first new secret is made and after the last one: where one is open, the folder
// remembers that the secrets have to be made again.
task<lockdown_run> carry_out_lockdown(account& watched, lockdown_terms by, std::vector<lockdown_item> items,
                                      lockdown_folder& folder,
                                      std::function<void(const lockdown_outcome&)> told);

}  // namespace trunkwarden
