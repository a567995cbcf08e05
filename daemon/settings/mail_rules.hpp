#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/settings_rules.hpp"
#include "support/listen_address.hpp"
#include "support/result.hpp"

// The rules for the keys of an email sink.

namespace trunkwarden {

// Whether it is an address such as noc@example.com: without a name beside it and without quotes, so that it
// can stand in a header and in a command of SMTP as it is.
bool is_mail_address(std::string_view text);

// "a@example.com, b@example.com" as its parts; empty ones stay.
std::vector<std::string> mail_addresses_in(std::string_view list);

// HOST:PORT. Fails with bad_usage; the sentence begins with the key.
result<listen_address> parse_smarthost(std::string_view text);

void check_mail(yaml_section& section, const mail_settings& mail);

}  // namespace trunkwarden
