#pragma once

#include <string_view>

namespace trunkwarden {

// Whether the name of a host, and so the part behind the @, may contain it.
bool is_in_domain(char c);

// Whether it is an address such as noc@example.com: without a name beside it and without quotes, so that a
// header, a command of SMTP and a sentence can contain it as it is.
bool is_mail_address(std::string_view text);

}  // namespace trunkwarden
