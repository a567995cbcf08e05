#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/report/doctor_report.hpp"

namespace trunkwarden {

using doctor_checks = std::vector<doctor_check>;

inline doctor_check passes(std::string about, std::string found)
{
    return {doctor_check::state::ok, std::move(about), std::move(found), {}};
}

inline doctor_check warns(std::string about, std::string found, std::string todo)
{
    return {doctor_check::state::warn, std::move(about), std::move(found), std::move(todo)};
}

inline doctor_check fails(std::string about, std::string found, std::string todo)
{
    return {doctor_check::state::fail, std::move(about), std::move(found), std::move(todo)};
}

}  // namespace trunkwarden
