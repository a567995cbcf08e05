#pragma once

#include "account/stopped_values.hpp"
#include "baseline/match.hpp"
#include "containment/observed_object.hpp"

namespace trunkwarden {

// Leaves out of a judgement what a containment of use switched off: it is contained, and not put back.
void leave_stopped(judgement& judged, const observed_object& object, const stopped_values& stopped);

}  // namespace trunkwarden
