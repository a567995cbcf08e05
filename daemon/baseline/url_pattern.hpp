#pragma once

#include <optional>
#include <string>
#include <string_view>

// "*" in a URL of a baseline. Before the path, the query or the fragment it is letters, digits, hyphens and
// dots of the host and nothing else, so that the writer of the live value cannot end the host early and put
// his own there; from the path on it is any run of characters. "*" alone is any value. "\*" is a star.

namespace trunkwarden {

// Why a baseline may not write this pattern, and what to write instead. The sentence lacks its beginning, the
// name of the field: `cannot end its host in a wildcard, as "https://*" does: ...`. nullopt: it may.
std::optional<std::string> fault_of_url_pattern(std::string_view pattern);

// Whether `pattern`, which has no fault, covers all of `url`. Compared byte by byte: case counts, and
// percent-encoded characters are not decoded.
bool matches_url_pattern(std::string_view pattern, std::string_view url);

// Whether `pattern` covers all that `narrower`, another pattern, covers. Never says so of one with a fault.
bool covers_url_pattern(std::string_view pattern, std::string_view narrower);

// The host's pattern in a text that begins with a scheme ("https://", "sip:") and that has a wildcard in its
// host; nullopt for every other.
std::optional<std::string> host_pattern_in(std::string_view pattern);

// The same for a host, with or without a scheme and a user before it and a port behind it
// ("*.example.com:5060", "office@*.example.com"). "*" for a wildcard before or behind the host, which may
// hold a host of its own.
std::optional<std::string> host_pattern_in_address(std::string_view pattern);

// Whether a pattern of host names covers a host that anybody could have: the text after its last wildcard is
// no whole domain ("sip.example.com*", "*example.com", "*.com"), a domain under which a provider gives names
// to everybody who asks ("*.ngrok.io"), or the end of an address ("*.7"). The providers are those that are
// known here; others exist.
bool may_be_foreign_host(std::string_view host_pattern);

}  // namespace trunkwarden
