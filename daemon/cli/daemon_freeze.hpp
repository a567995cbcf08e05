#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace trunkwarden {

// The outcome of a request to freeze a running daemon.
struct daemon_freeze {
    enum class outcome : std::uint8_t {
        frozen,      // by this
        was_frozen,  // before, and it stays so for the reason that it was
        not_frozen,  // no daemon answers, or it refused
    };
    outcome went = outcome::not_frozen;
    std::string sentence;  // for people
};

// Freezes the quarantine of the daemon that listens on `socket`, in every account: it knows no other freeze.
// When this returns `frozen`, no request of it is on its way. Blocks, for ten seconds at most.
daemon_freeze freeze_daemon(const std::filesystem::path& socket, std::string_view reason);

}  // namespace trunkwarden
