#pragma once

#include <optional>
#include <string>

#include "settings/settings.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The API key of an account, from its file, its systemd credential or its environment variable. The sentence
// of a failure names the account and the place, never what was found there.
result<secret> load_api_key(const account_settings& account);

// Why a text cannot be a key as it is: it is a line of a shell or a header, in quotes, or two words. The end
// of a sentence ("is in quotes; …"), without anything of the text. Nothing when it may be one.
std::optional<std::string> fault_of_api_key(const secret& key);

// The part of the key before "_" where that has the form of a key's id, which is no secret; else "".
std::string id_in_api_key(const secret& key);

// A sentence when every user of this host can read the key's file.
std::optional<std::string> api_key_exposure(const account_settings& account);

}  // namespace trunkwarden
