#pragma once

#include <memory>

#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Hands mails to the mail server of an email sink, as an https_client that has another protocol below it: the
// body of a request is a mail, its headers "To" are the recipients (mail_request()), and an answer has status
// 250: at least one recipient gets it, `left_out` says who does not, and `later` who may still. One that the
// server refused for good (5yz, to the login or the mail) is bad_usage; one that it may take later (4yz) is
// not_understood; the others are those of https_client. The sentence names the server and a code, never the
// password, and no text of the server.
//
// libcurl speaks SMTP, on a thread of its own for each mail: for five minutes at most, and for one while the
// server has not got the mail yet. A task that is cancelled ends at once, and the thread within a second,
// without it; the client may go before the thread.
//
// Fails with bad_file, not_found or bad_usage.
result<std::unique_ptr<https_client>> create_mail_client(const sink_settings& settings);

// Whether there is a thread that still sends one, or ends: nothing that it uses may be taken down.
bool mail_is_under_way();

}  // namespace trunkwarden
