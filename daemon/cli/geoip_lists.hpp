#pragma once

#include <string>

#include "support/address_countries.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

struct looked_up_countries {
    address_countries countries;
    optional_reason not_known;  // why they were not looked up, a sentence without its full stop
};

// Where addresses are registered, by the lists geoip and geoip6 of Debian's tor-geoipdb, when they are there:
// in trunkwarden/ or tor/ of one of the folders of XDG_DATA_DIRS (default /usr/local/share and /usr/share).
// Makes no network request.
looked_up_countries countries_of(address_countries addresses);

}  // namespace trunkwarden
