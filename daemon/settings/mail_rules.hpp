#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/settings_rules.hpp"
#include "support/listen_address.hpp"
#include "support/result.hpp"

// The rules for the keys of an email sink.

namespace trunkwarden {

// "a@example.com, b@example.com" as its parts; empty ones stay.
std::vector<std::string> mail_addresses_in(std::string_view list);

// HOST:PORT. Fails with bad_usage; the sentence begins with the key.
result<listen_address> parse_smarthost(std::string_view text);

// Whether it speaks TLS from the first byte (RFC 8314): on port 465. On any other STARTTLS comes after a
// greeting in clear.
bool begins_with_tls(const listen_address& smarthost);

void check_mail(yaml_section& section, const mail_settings& mail);

}  // namespace trunkwarden
