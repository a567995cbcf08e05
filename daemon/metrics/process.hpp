#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

// The kernel's numbers about this process. Under a sandbox parts of /proc are hidden; those stay nullopt.

namespace trunkwarden {

struct process_facts {
    std::optional<double> cpu_seconds;
    std::optional<std::uint64_t> resident_bytes;
    std::optional<std::uint64_t> virtual_bytes;
    std::optional<std::uint64_t> open_fds;
    std::optional<std::uint64_t> max_fds;  // absent when unlimited
    std::optional<double> started;         // seconds after boot
};

// `proc` is the directory /proc/self; tests give another.
process_facts read_process(const std::filesystem::path& proc = "/proc/self");

// Unix time of a moment given in seconds after boot. Not taken from /proc/stat, which ProtectProc= may hide.
double unix_time_of(double seconds_after_boot);

}  // namespace trunkwarden
