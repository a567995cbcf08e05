#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/capture/capture_request.hpp"
#include "support/result.hpp"

namespace trunkwarden {

struct captured_baseline {
    std::string text;
    std::size_t entries = 0;
    std::size_t marks = 0;  // of "# REVIEW: "
    struct count {
        std::string_view resource;
        std::size_t objects = 0;
    };
    std::vector<count> objects;  // of every resource that has any, in the order of types
};

// A baseline that trusts the account as it is, as a person would have written it. Its text was read back, and
// covers every object: else it fails, with the object that could not be written.
result<captured_baseline> capture(const capture_request& from);

}  // namespace trunkwarden
