#pragma once

#include <boost/asio/ssl/context.hpp>

#include <filesystem>

#include "support/result.hpp"

namespace trunkwarden {

struct tls_client_files {
    std::filesystem::path ca_file;    // PEM, trusted beside the system's; "" for none
    std::filesystem::path cert_file;  // our certificate for a server that asks for one; "": none
    std::filesystem::path key_file;
};

// Of a client that verifies whom it speaks to. Reads the files; fails with bad_file, and names the file.
result<boost::asio::ssl::context> make_tls_client_context(const tls_client_files& files);

}  // namespace trunkwarden
