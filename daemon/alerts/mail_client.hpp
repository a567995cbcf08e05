#pragma once

#include <memory>

#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Hands mails to the mail server of an email sink, as an https_client that has another protocol below it: the
// body of a request is a mail, and an answer has status 250. One that the server refused for good (5yz) is
// bad_usage; one that it may take later (4yz) is not_understood; the others are those of https_client. The
// sentence names the server and a code, never the password, and no text of the server.
//
// libcurl speaks SMTP, on a thread of its own for each mail. A mail that is under way is not cancelled; it
// has half a minute.
//
// Fails with bad_file, not_found or bad_usage.
result<std::unique_ptr<https_client>> create_mail_client(const sink_settings& settings);

}  // namespace trunkwarden
