#pragma once

#include <string>
#include <string_view>

// How an error sentence repeats what somebody wrote.

namespace trunkwarden {

// Telnyx API keys begin with KEY; anything that holds such a word counts as one, unless it is the id of a
// key.
bool looks_like_api_key(std::string_view text);

// The id of an API key, which Telnyx IAM shows: KEY and 32 hex digits. A key continues with "_" after it.
bool is_api_key_id(std::string_view text);

// `text` in double quotes, on one line and not too long; "(secret)" when it looks like an API key, or
// is a URL with a user name.
std::string quoted_text(std::string_view text);

}  // namespace trunkwarden
