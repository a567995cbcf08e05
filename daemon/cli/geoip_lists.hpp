#pragma once

#include <string>

#include "support/address_countries.hpp"

namespace trunkwarden {

struct looked_up_countries {
    address_countries countries;
    std::string
        not_known;  // why they were not looked up, a sentence without its full stop; "" when they were
};

// Where addresses are registered, by the lists geoip and geoip6 of Debian's tor-geoipdb, when they are there:
// in trunkwarden/ or tor/ of one of the folders of XDG_DATA_DIRS (default /usr/local/share and /usr/share).
// Makes no network request.
looked_up_countries countries_of(address_countries addresses);

}  // namespace trunkwarden
