#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "settings/web_config.hpp"
#include "support/async/async.hpp"
#include "support/async/worker_thread.hpp"
#include "support/digest.hpp"
#include "support/secret.hpp"
#include "support/yaml/problem.hpp"

namespace boost::asio::ssl {
class context;
}

// TLS, certificates and passwords that web.config_file requires of TCP clients.

namespace trunkwarden {

struct web_access {
    std::shared_ptr<asio::ssl::context> tls;  // nullptr: plain HTTP
    bool client_certificates = false;         // only clients with one may read
    std::vector<web_user> users;              // none: nobody needs a password
    std::vector<std::pair<std::string, std::string>> headers;
};

struct web_access_reading {
    web_access value;
    std::vector<problem> problems;      // none: the value can be used
    std::vector<std::string> warnings;  // about what can be used but is unwise: a certificate that ran out
};

// Reads the file, its certificates and its key, which blocks. No file: everybody who reaches the port may
// read.
web_access_reading load_web_access(const std::filesystem::path& config_file);

enum class login : std::uint8_t {
    right,
    wrong,
    not_judged,  // too many passwords are being checked already
};

// Whether an Authorization header names one of the users, with the right password. bcrypt takes tens of
// milliseconds by design: it runs aside, one after the other and few at once, so that guessing holds up
// nobody whose password is known already. Right and wrong attempts are both remembered.
class password_check {
public:
    task<login> judge(const secret& authorization, const std::vector<web_user>& users);

private:
    static constexpr std::size_t max_remembered = 100;
    static constexpr int max_at_once = 4;

    worker_thread aside_;
    std::set<digest> right_;  // of name, hash and password
    std::set<digest> wrong_;
    int at_once_ = 0;
};

// "Basic" credentials of RFC 7617: name and password; "" and "" when it is none.
struct basic_credentials {
    std::string name;
    secret password;
};
basic_credentials credentials_in(const secret& authorization);

}  // namespace trunkwarden
