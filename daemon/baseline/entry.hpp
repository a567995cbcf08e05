#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/clock.hpp"

// One entry of a baseline, as plain values.

namespace trunkwarden {

// One value that a field may have.
struct accepted_value {
    enum class form : std::uint8_t { exact, wildcard, network };
    form kind = form::exact;
    std::string text;  // canonical; of a wildcard as written ("*" any run, "\*" a star); of a network
                       // "address/prefix"
};

// One listed field of an entry: any of these values.
struct constraint {
    std::uint16_t field = 0;  // index into resource_type::fields
    std::uint32_t line = 0;   // 1-based, of its key
    std::vector<accepted_value> any_of;
};

struct entry {
    std::uint32_t line = 0;  // 1-based, of the entry's first key
    std::uint32_t expires_line = 0;
    std::vector<std::string>
        pins;  // the objects it names, by id (or by the field that is the resource's id); empty: a rule
    std::vector<constraint> where;  // in the order of resource_type::fields
    std::optional<day> expires;     // trusts through the end of this day, UTC
    std::string reason;
    std::string approved_by;
    std::string ticket;
};

}  // namespace trunkwarden
