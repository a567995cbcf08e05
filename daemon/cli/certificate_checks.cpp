#include "cli/certificate_checks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace trunkwarden {

doctor_check judge_validity(const std::string& about, const validity& validity, time_point now)
{
    using std::chrono::milliseconds;
    constexpr milliseconds two_weeks = std::chrono::days(14);
    const auto whole = std::chrono::floor<milliseconds>(validity.until - validity.from);
    if (now < validity.from)
        return fails(about, fmt::format("the certificate is valid only from {} on", rfc3339(validity.from)),
                     "is the clock of this host right?");
    if (now >= validity.until)
        return fails(about, fmt::format("the certificate ended at {}", rfc3339(validity.until)),
                     "have it renewed: no connection is made with it");
    const auto left = std::chrono::floor<milliseconds>(validity.until - now);
    if (left < std::min(two_weeks, whole / 3))
        return warns(
            about,
            fmt::format("the certificate ends in {}, at {}", for_people(left), rfc3339(validity.until)),
            "have it renewed before: after that no connection is made");
    return passes(about, fmt::format("the certificate is valid until {}", rfc3339(validity.until)));
}

void check_own_certificate(const std::string& about, const https_options& way, doctor_checks& out)
{
    const auto own = own_certificate(way);
    if (!own)
        out.push_back(fails(about, own.error().message, "correct it there"));
    else if (*own)
        out.push_back(judge_validity(about + ", cert_file", **own, std::chrono::system_clock::now()));
}

void check_certificate(const std::string& about, https_options way, doctor_checks& out)
{
    const auto seen = look_at_certificate(std::move(way));
    if (!seen)
        out.push_back(fails(about, seen.error().message,
                            "correct it there; an authority of your own goes into ca_file. Is the clock of "
                            "this host right?"));
    else if (*seen)
        out.push_back(judge_validity(about, **seen, std::chrono::system_clock::now()));
}

}  // namespace trunkwarden
