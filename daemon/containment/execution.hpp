#pragma once

#include <optional>
#include <string>

#include "containment/action.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// A secret that is sent in a request and never written down with it.
struct fresh_secret {
    std::string member;  // of the request's body, and of the object: "password"
    secret value;
    secret shown_in_answer = {};   // by the answer to the request; "" when it shows none
    std::string answered_at = {};  // updated_at of the object, as that answer says
};

// One action on its way to the API.
struct execution {
    action step;
    std::optional<fresh_secret> fresh;
};

}  // namespace trunkwarden
