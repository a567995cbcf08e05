#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/known_secrets.hpp"
#include "support/result.hpp"

// The meaning of an answer that is not a success, and its sentence for people. Pure.

namespace trunkwarden {

// Nothing for a success with a body to read (200).
std::optional<errc> kind_of_status(unsigned status);

// "403 Forbidden"
std::string name_of_status(unsigned status);

// Code and title out of an error body, in any of the API's five shapes: "10010 Not permitted: ..."; "" when
// it says nothing readable. As the API wrote it: not yet fit for printing.
std::string error_detail(std::string_view body);

// The members of `request`, the body that was sent, that the error in the body of the answer names: by its
// place where the error has one ("source.pointer", "loc"), else as a word of a sentence. By their own names
// ("channel_limit"), so that nothing else of the answer is in them.
std::vector<std::string> members_named(std::string_view request, std::string_view answer);

// A target as people write it: page[number]=2, not page%5Bnumber%5D=2.
std::string readable_target(std::string_view target);

// "GET /ips?page[number]=2: 403 Forbidden (10010 Not permitted)". `hidden`, the API key, is not in it even
// when the answer repeats it, nor is a secret that the API showed before, nor a word that may be another one
// (support/likely_secrets.hpp).
failure describe_answer(std::string_view request, unsigned status, std::string_view body,
                        std::string_view hidden, const known_secrets* known = nullptr);

}  // namespace trunkwarden
