#pragma once

#include <string>

// A certificate authority that lives as long as a process, and a certificate from it.

namespace trunkwarden::simulator {

struct certificates {
    std::string authority;    // PEM
    std::string certificate;  // PEM, for localhost, 127.0.0.1 and ::1
    std::string key;          // PEM
};

// EC P-256 keys, made anew. Throws std::runtime_error when OpenSSL refuses.
certificates make_certificates();

}  // namespace trunkwarden::simulator
