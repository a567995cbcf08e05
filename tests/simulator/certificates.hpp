#pragma once

#include <string>

// A certificate authority that lives as long as a process, and a certificate from it.

namespace trunkwarden::simulator {

struct certificates {
    std::string authority;    // PEM; self-signed
    std::string issuer;       // PEM of the authority that signed the certificate
    std::string certificate;  // PEM
    std::string key;          // PEM
};

enum class issued_by { the_authority, an_intermediate_one };

// New EC P-256 keys for the hosts of a subjectAltName as OpenSSL writes it. Throws std::runtime_error when
// OpenSSL refuses.
certificates make_certificates(const std::string& hosts = "DNS:localhost,IP:127.0.0.1,IP:::1",
                               issued_by signed_by = issued_by::the_authority);

}  // namespace trunkwarden::simulator
