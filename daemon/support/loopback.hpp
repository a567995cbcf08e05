#pragma once

#include <string>

namespace trunkwarden {

// Whether the host of a URL or of a setting is this host: "localhost", or an address that leads nowhere else.
// A name that only begins like one ("127.example.com") is another host's.
bool is_loopback(const std::string& host);

}  // namespace trunkwarden
