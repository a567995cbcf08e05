#pragma once

#include <string_view>

namespace trunkwarden {

// Whether it may stand in the name of a host, and so behind the @.
bool is_in_domain(char c);

// Whether it is an address such as noc@example.com: without a name beside it and without quotes, so that it
// can stand in a header, in a command of SMTP and in a sentence as it is.
bool is_mail_address(std::string_view text);

}  // namespace trunkwarden
