#pragma once

#include <string>
#include <string_view>

// How an error sentence repeats what somebody wrote.

namespace trunkwarden {

// Telnyx API keys begin with KEY; anything that holds such a word is taken for one.
bool looks_like_api_key(std::string_view text);

// `text` in double quotes, on one line and not too long; "(secret)" when it looks like an API key, or
// is a URL with a user name.
std::string quoted_text(std::string_view text);

}  // namespace trunkwarden
