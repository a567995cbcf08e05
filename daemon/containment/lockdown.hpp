#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/lockdown_folder.hpp"
#include "containment/lockdown_plan.hpp"
#include "support/async/async.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// How one item of the playbook went.
struct lockdown_outcome {
    enum class how : std::uint8_t { done, not_needed, failed, left };
    lockdown_item item;
    how went{};
    std::string detail;
    std::string request;  // what was sent, secrets left out; ""
    std::string undo;     // the request that takes it back; ""
    time_point at;
};

template <>
inline constexpr auto names_of<lockdown_outcome::how> = word_table<lockdown_outcome::how>("done",
                                                                                          "not needed",
                                                                                          "failed", "left");

// The account as the playbook sees it. `self` is what is known of the monitor itself.
lockdown_account lockdown_view(const account& watched, monitor_identity self);

// Who the monitor is: asks /whoami, and looks for the key among those that were read.
task<monitor_identity> read_monitor_identity(account& watched);

// Reads who changed what lately, so that findings say it; without the log they do not.
task<> read_actors(account& watched);

// Writes every object down as it is. Fails when that cannot be written; what cannot be read is named in
// `holes`.
task<result<void>> keep_evidence(account& watched, lockdown_folder& folder, std::vector<std::string>& holes);

// Carries out the items in order, each on its object as it is by then; one failure does not stop the rest.
task<std::vector<lockdown_outcome>> carry_out_lockdown(account& watched, monitor_identity self,
                                                       std::vector<lockdown_item> items,
                                                       lockdown_folder& folder,
                                                       std::function<void(const lockdown_outcome&)> told);

}  // namespace trunkwarden
