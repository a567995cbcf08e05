#pragma once

#include <openssl/types.h>

namespace trunkwarden {

// Trusts what the system trusts. Where its certificates can be looked up one by one (a folder of hash links,
// as Debian keeps it) only those that are met are read: parsing the whole bundle costs more than a sweep of a
// small account. SSL_CERT_FILE and SSL_CERT_DIR work as for every OpenSSL program. False when OpenSSL cannot
// use them.
bool use_system_ca_bundle(SSL_CTX* context);

}  // namespace trunkwarden
