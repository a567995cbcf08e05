#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Mails to people, over a mail server (mail_client.hpp). The body of a request is the mail.
result<std::unique_ptr<alert_sink>> create_email_sink(const sink_settings& settings);

}  // namespace trunkwarden
