#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "fetch/http_message.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Mails to people, over a mail server (mail_client.hpp). The body of a request is the mail.
result<std::unique_ptr<alert_sink>> create_email_sink(const sink_settings& settings);

// The request that hands a mail over, for these recipients.
http_request mail_request(std::string mail, const std::vector<std::string>& recipients);

// The recipients of such a request.
std::vector<std::string> recipients_of(const http_request& mail);

}  // namespace trunkwarden
