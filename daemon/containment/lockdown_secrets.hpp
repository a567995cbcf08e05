#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/enum_names.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The maker of a new secret.
enum class secret_maker : std::uint8_t { trunkwarden, api };

template <>
inline constexpr auto names_of<secret_maker> = word_table<secret_maker>("trunkwarden", "api");

// Whether a new secret is active.
enum class secret_state : std::uint8_t {
    written,  // it is on the disk; whether the API has it is not known
    active,
};

template <>
inline constexpr auto names_of<secret_state> = word_table<secret_state>("written", "active");

// The place of a secret: an object, and the member that holds the secret.
struct secret_key {
    std::string resource;
    std::string object_id;
    std::string member;
    unsigned round = 1;  // 2 and more: --rotate-again asked for another one
    friend bool operator==(const secret_key&, const secret_key&) = default;
};

struct new_secret {
    secret_key key;
    std::string label;  // of the object
    secret_maker made_by{};
    secret value;
    secret_state state = secret_state::written;
    std::string at;
};

// The new secrets of one incident, in two files of its folder, each written whole or not at all:
//   secrets.jsonl     what trunkwarden remembers, one JSON object a line, found by id
//   credentials.txt   the same for people, written from it and never read
class lockdown_secrets {
public:
    // The secrets that earlier runs wrote. Fails with bad_file when the file is damaged, is of another
    // account, or is not there although credentials.txt is: a secret in it may be active, so that nothing is
    // written over it.
    static result<lockdown_secrets> read(const std::filesystem::path& folder, const std::string& account);

    // nullptr when there is none that may be used.
    const new_secret* find(const secret_key& key) const;

    // Writes a secret down, on the disk when this succeeds; one of the same key is replaced.
    result<void> keep(new_secret secret);

    // Notes that a secret is active; nothing when there is none of this key.
    result<void> note_active(const secret_key& key);

    // Sentences about remembered secrets that are not used, because trunkwarden cannot have made them.
    const std::vector<std::string>& not_used() const { return not_used_; }

    std::filesystem::path credentials() const { return folder_ / "credentials.txt"; }
    bool empty() const { return known_.empty(); }

private:
    lockdown_secrets(std::filesystem::path folder, std::string account)
        : folder_(std::move(folder)), account_(std::move(account))
    {
    }
    result<void> take(const std::string& line, std::size_t number);
    result<void> write_both() const;
    std::string for_people() const;
    bool is_shown(const new_secret& secret) const;

    std::filesystem::path folder_;
    std::string account_;
    std::vector<new_secret> known_;      // in the order in which they were made
    std::vector<std::string> unused_;    // lines that are kept as they are, and not used
    std::vector<std::string> not_used_;  // why, a sentence each
};

// 32 letters and digits from the system's random source, without those that are read for each other.
secret random_password();

// Whether random_password() can have made it.
bool has_form_of_random_password(std::string_view text);

}  // namespace trunkwarden
