#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// The text of an error of the API without the words that may be a secret: the API repeats values that it
// refuses, and a password is one. "(secret)" replaces a word that mixes letters with digits, signs or
// capitals as keys and passwords do, or that is longer than words and ids are, and, in a text about a
// password or key, everything that is quoted or follows its name. Ids of objects, plain words and names of
// members stay. An unquoted plain word that is a password cannot be distinguished from other words.
std::string without_likely_secrets(std::string_view text);

}  // namespace trunkwarden
