#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/settings.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// How the database is reached: the keywords of libpq.
class connection_words {
public:
    // The values of the file, and defaults for a connection that notices a dead host. Blocks. Fails with
    // not_found, bad_file or bad_usage; the sentence names the file and no value.
    static result<connection_words> read(const database_settings& from);

    // The text of a connection file; lines that begin with "#" are comments.
    static result<connection_words> parse(std::string_view text);

    // "" when it is not there.
    std::string_view value_of(std::string_view keyword) const;

    // Where the database is, for people: its hosts and its name.
    std::string place() const;

    // A sentence's end when the file leaves open whether the way to another host is protected; nullopt when
    // sslmode is written out, or the server is on this host.
    optional_reason weakness() const;

    // One for each of its hosts, in their order: libpq alone would wait for the first for ever.
    std::vector<connection_words> by_host() const;

    void set(std::string_view keyword, std::string value);
    void set_default(std::string_view keyword, std::string value);
    void add_defaults();
    void set_password(secret password) { password_ = std::move(password); }

    const std::vector<std::pair<std::string, secret>>& all() const { return words_; }
    const secret& password() const { return password_; }

    // Of these texts of libpq the passwords are taken out.
    std::string without_passwords(std::string text) const;

private:
    bool is_on_this_host() const;

    std::vector<std::pair<std::string, secret>> words_;
    secret password_;
    bool is_unprotected_ = false;  // as the file has it
};

// A sentence when others than its owner, and root's group, may read the file that may hold a password, or
// change it; nullopt when all is well.
optional_reason exposure_of_connection_file(const std::filesystem::path& file);

}  // namespace trunkwarden
