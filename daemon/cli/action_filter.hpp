#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "cli/finding_filter.hpp"

namespace trunkwarden {

// Leaves in the answer of /api/v1/actions, as the daemon writes it, the actions and the refused steps that
// pass. `findings` is the answer of /api/v1/findings: the open ones, by which a step's kind and incident are
// known. Returns how many were left out because something about them is not known: their findings are over.
std::size_t filter_actions(boost::json::object& report, const finding_filter& filter,
                           const boost::json::value& findings);

// The accounts and incidents in both answers.
known_names names_in(const boost::json::object& report, const boost::json::value& findings);

// Leaves the actions of these ids, and those about these findings; whole ids.
void choose_actions(boost::json::object& report, const std::vector<std::string>& ids);

// Which ids none of the actions and refused steps is about.
std::vector<std::string> ids_without_action(const boost::json::object& report,
                                            const std::vector<std::string>& ids);

}  // namespace trunkwarden
