#include "settings/inline_secrets.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "support/minisign.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

struct misplaced {
    std::string_view key;
    std::string_view instead;
};

constexpr std::array<misplaced, 11> secret_keys{{{"api_key", "api_key_file"},
                                                 {"apikey", "api_key_file"},
                                                 {"key", "api_key_file"},
                                                 {"token", "api_key_file"},
                                                 {"secret", "secret_file"},
                                                 {"routing_key", "routing_key_file"},
                                                 {"integration_key", "routing_key_file"},
                                                 {"password", "password_file"},
                                                 {"credentials", "credentials_file"},
                                                 {"bearer_token", "credentials_file, in authorization"},
                                                 {"http_headers", "http_headers_file"}}};

constexpr std::string_view elsewhere =
    "this looks like an API key; settings hold no secrets: put it into a file of mode 0640 and name that "
    "with api_key_file";
constexpr std::string_view only_its_id =
    "this looks like a whole API key, which is a secret; own_key_id takes the id of the key only: KEY "
    "and 32 hex digits, without what follows them. Replace this key: anyone who reads the file could use "
    "it";

void refuse_key_text(yaml_node& value, std::string_view why, problem_list& problems)
{
    if (value.is != yaml_node::form::scalar || !looks_like_api_key(value.text))
        return;
    problems.add(value.at, std::string(why));
    value.text = "(secret)";
}

// One public key in some thousands holds the letters by which an API key is known.
bool is_public_key(const yaml_member& member)
{
    return member.name == "baseline_public_key" && !fault_of_minisign_key(member.value.text);
}

}  // namespace

void refuse_inline_secrets(yaml_node& tree, problem_list& problems)
{
    refuse_key_text(tree, elsewhere, problems);
    for (auto& item : tree.items)
        refuse_inline_secrets(item, problems);
    for (auto& member : tree.members) {
        if (is_public_key(member))
            continue;
        if (member.name == "own_key_id")
            refuse_key_text(member.value, only_its_id, problems);
        const auto* found = std::ranges::find(secret_keys, member.name, &misplaced::key);
        if (found == secret_keys.end()) {
            refuse_inline_secrets(member.value, problems);
            continue;
        }
        problems.add(member.at,
                     fmt::format("{} would be a secret in the settings; put it into a file of mode 0640 "
                                 "and name that with {}",
                                 found->key, found->instead));
        member.name.clear();
    }
    std::erase_if(tree.members, [](const yaml_member& member) { return member.name.empty(); });
}

}  // namespace trunkwarden
