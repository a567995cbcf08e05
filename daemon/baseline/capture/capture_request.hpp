#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/capture/proposed_use.hpp"
#include "baseline/capture/review_marks.hpp"
#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"
#include "support/clock.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// An account that is to be trusted as it is.
struct capture_request {
    std::string account;          // its name in the settings
    std::string organization_id;  // "": not known
    std::string command;          // the command line that ran, for the header
    day on;
    std::span<const resource_type> types;         // the catalogue
    std::span<const object_list> objects;         // by index of types; each complete, or not_read says so
    std::vector<std::string_view> not_read = {};  // resources that the settings accept not to see
    two_factor_policy two_factor = {};      // of the baseline before this one; not present: there is none
    spending_policy spending = {};          // likewise
    traffic_policy traffic = {};            // likewise
    active_calls_policy active_calls = {};  // likewise
    proposed_use proposed = {};             // where people have not limited the use
    std::function<std::string(std::string_view id)> name_of;  // "" when nothing has that id, or no name
    address_countries countries = {};                         // of addresses_in() this account
    optional_reason countries_not_known =
        {};  // why they were not looked up, a sentence without its full stop
};

}  // namespace trunkwarden
