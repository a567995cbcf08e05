#include "alerts/create_alert_sink.hpp"

#include "alerts/alertmanager_sink.hpp"
#include "alerts/email_sink.hpp"
#include "alerts/pagerduty_sink.hpp"
#include "alerts/slack_sink.hpp"
#include "alerts/webhook_sink.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

result<std::unique_ptr<alert_sink>> create_alert_sink(const sink_settings& settings)
{
    constexpr auto create = table_for<sink_type>(create_alertmanager_sink, create_webhook_sink,
                                                 create_slack_sink, create_pagerduty_sink, create_email_sink);
    return create[settings.type](settings);
}

}  // namespace trunkwarden
