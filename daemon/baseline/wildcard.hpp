#pragma once

#include <string>
#include <string_view>

// "*" in a baseline's text is any run of characters, the empty one and "/" included; "\*" is a star. Of URLs:
// url_pattern.hpp.

namespace trunkwarden {

bool has_wildcard(std::string_view written);

// The text that `written`, which has no wildcard, means: every "\*" a star.
std::string unescaped(std::string_view written);

// How a baseline writes `text` so that it means just that: every star as "\*".
std::string escaped(std::string_view text);

// The text before the first wildcard of a pattern that has one, and after the last, stars unescaped.
std::string text_before_wildcard(std::string_view pattern);
std::string text_after_wildcard(std::string_view pattern);

// Whether `pattern` covers all that `narrower`, another pattern, covers.
bool covers_pattern(std::string_view pattern, std::string_view narrower);

// Whether `pattern` covers all of `text`. At worst as many steps as the product of both lengths.
bool matches_wildcard(std::string_view pattern, std::string_view text);

// The same with wildcards that cover only runs of characters which `may_hold` accepts.
bool matches_wildcard(std::string_view pattern, std::string_view text, bool (*may_hold)(char));

}  // namespace trunkwarden
