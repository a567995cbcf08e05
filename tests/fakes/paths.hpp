#pragma once

#include <string>
#include <string_view>

// Where things are on this machine. Only paths.cpp is compiled with these paths, so that every other object is the same in
// every clone, and the compiler cache serves all of them.

namespace trunkwarden::fakes {

// A file of the project: "docs/baseline.md" below its folder.
std::string in_project(std::string_view name);

std::string daemon_binary();     // the daemon that was built with these tests
std::string die_at_library();    // tests/crash/die_at.cpp, for LD_PRELOAD
std::string openapi_document();  // Telnyx's own; it may not be there

}  // namespace trunkwarden::fakes
