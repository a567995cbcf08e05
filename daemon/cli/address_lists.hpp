#pragma once

#include <string>

#include "support/address_countries.hpp"

namespace trunkwarden {

struct looked_up_countries {
    address_countries countries;
    std::string
        not_known;  // why they were not looked up, a sentence without its full stop; "" when they were
};

// Where addresses are registered, by the lists that Debian's tor-geoipdb installs, when they are there. Asks
// nobody.
looked_up_countries countries_of(address_countries addresses);

}  // namespace trunkwarden
