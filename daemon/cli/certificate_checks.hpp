#pragma once

#include <string>

#include "cli/doctor_checks.hpp"
#include "fetch/shown_certificate.hpp"

namespace trunkwarden {

// Looks at the certificate of a server: whether it is trusted, and how long it lasts. Adds nothing for
// http://.
void check_certificate(const std::string& about, https_options way, doctor_checks& out);

// Looks at the certificate that we show to a server (cert_file), before any connection: a server that refuses
// it does not say why. Adds nothing where the settings have none.
void check_own_certificate(const std::string& about, const https_options& way, doctor_checks& out);

// A warning when less than two weeks, and less than a third of its time, is left; a failure outside of its
// time. Pure.
doctor_check judge_validity(const std::string& about, const validity& validity, time_point now);

}  // namespace trunkwarden
