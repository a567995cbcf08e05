#pragma once

#include <openssl/types.h>

namespace trunkwarden {

// Trusts what the system trusts. In a folder of hash links, as Debian keeps it, only the certificates that
// are needed are read. A file is read when a certificate is met whose issuer is not known yet, once for each
// context: parsing the whole bundle costs more than a sweep of a small account, and a ca_file that says whom
// to trust makes it unnecessary. SSL_CERT_FILE and SSL_CERT_DIR work as for every OpenSSL program; a file
// that cannot be read trusts nobody. False when OpenSSL cannot use them.
bool use_system_ca_bundle(SSL_CTX* context);

}  // namespace trunkwarden
