#pragma once

#include "baseline/edit/acceptance.hpp"
#include "findings/finding.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The parts of a finding that a baseline can be made to trust, and those that only the daemon can.
struct acceptable {
    untrusted_object seen;
    bool in_baseline = true;  // false: nothing but secrets differs
    bool secrets = false;     // a secret changed: the daemon has to accept the one it saw
};

// Fails with bad_usage where a baseline is not what ends the finding; the sentence says what does.
result<acceptable> acceptable_of(const finding& f);

}  // namespace trunkwarden
