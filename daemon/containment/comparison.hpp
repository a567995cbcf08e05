#pragma once

#include <string>

#include "catalogue/resource_type.hpp"
#include "containment/execution.hpp"
#include "containment/observed_object.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// How far an object shows that a request was carried out.
struct comparison {
    bool is_shown = false;     // the API's answers can show whether the request was carried out
    optional_reason mismatch;  // how the object differs from the aim of the request
};

// `now` is the object as it was read since, nullptr when it is not there. A secret that is shown neither
// there nor in the answer to the request, or as asterisks, cannot be compared.
comparison compare(const resource_type& type, const execution& execution, const observed_object* now);

}  // namespace trunkwarden
