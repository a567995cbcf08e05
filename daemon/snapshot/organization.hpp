#pragma once

#include <array>
#include <string>
#include <string_view>

namespace trunkwarden {

// The organisation that an answer of the API names: `data.organization_id`, or that of the first item of
// `data`.
// "" when it names none, or is not understood. `body` has body_padding bytes of capacity to spare.
std::string organization_in(const std::string& body);

// The answer of /whoami about an API key: the organisation that it belongs to, and its user. A text is ""
// where the API does not say.
struct key_owner {
    std::string organization;
    std::string user_id;
    std::string email;
};

// Where the API says that; it does not document it.
inline constexpr std::string_view key_owner_path = "/whoami";

// The members of its `data` that are read.
inline constexpr std::array<std::string_view, 4> key_owner_members{"organization_id", "user_id", "user_email",
                                                                   "email"};

// `body` as above.
key_owner key_owner_in(const std::string& body);

}  // namespace trunkwarden
