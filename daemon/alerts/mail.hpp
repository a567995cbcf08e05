#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"

// A mail as bytes. Pure.

namespace trunkwarden {

struct mail {
    std::string from;             // an address, as is_mail_address() takes it
    std::vector<std::string> to;  // the same
    std::string subject;          // any text
    std::string id;               // letters and digits: of this mail, the same at every attempt
    std::string thread;           // letters, digits and "-": the same in all mails about a finding; "": none
    time_point sent;
    std::string text;  // any text; lines end in \n
};

// As RFC 5322 wants it: US-ASCII, short lines that end in CRLF. The text is in base64, and so is a subject
// that is anything but plain: no text that somebody chose ends a header or begins another one.
std::string bytes_of(const mail& mail);

// "Sun, 22 Nov 2026 10:10:04 +0000"
std::string mail_date(time_point at);

}  // namespace trunkwarden
