#pragma once

#include <string>

#include "cli/doctor_checks.hpp"
#include "fetch/shown_certificate.hpp"

namespace trunkwarden {

// Looks at the certificate of a server: whether it is trusted, and how long it lasts. Adds nothing for
// http://.
void check_certificate(const std::string& about, https_options way, doctor_checks& out);

// A warning when less than two weeks, and less than a third of its time, is left. Pure.
doctor_check judge_validity(const std::string& about, const validity& of, time_point now);

}  // namespace trunkwarden
