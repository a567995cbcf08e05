#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

#include "support/optional_reason.hpp"

// Which files the service of the package can read: its unit hides home folders and temporary ones, and it
// runs as a user of its own.

namespace trunkwarden {

// A sentence that says where to put the file, when the unit hides the folder that it is in.
optional_reason hidden_by_sandbox(const std::filesystem::path& file);

struct service_user {
    uid_t user = 0;
    gid_t group = 0;
};
std::optional<service_user> user_of_service();  // nothing where the package is not installed

// Why the service cannot read a file, and what to do about that: two sentences.
struct access_problem {
    std::string sentence;
    std::string todo;
};
// Nothing when the service can read it.
std::optional<access_problem> find_access_problem(const service_user& who, const std::filesystem::path& file);

// Whether systemd runs here and has the unit of the package.
bool has_unit();

}  // namespace trunkwarden
