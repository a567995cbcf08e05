#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/secret.hpp"

// The usual mistakes in files that hold one key or token: it is a part of something else there.

namespace trunkwarden {

// Why a text cannot be a key or a token as it is: it is a line of a shell or a header, in quotes, or two
// words. The end of a sentence ("is in quotes; …"), which calls it `noun`, without anything of the text.
// Nothing when it may be one.
std::optional<std::string> fault_of_bare_token(const secret& token, std::string_view noun);

// The same for what follows `scheme` in an Authorization header. Schemes other than Bearer have parameters
// (NAME="value", RFC 9110 11.4): of these, only the scheme itself or the header's name is refused.
std::optional<std::string> fault_of_credentials(const secret& credentials, std::string_view scheme);

}  // namespace trunkwarden
