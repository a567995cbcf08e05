#include "alerts/create_alert_sink.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

#include "alerts/alertmanager_sink.hpp"
#include "alerts/pagerduty_sink.hpp"
#include "alerts/slack_sink.hpp"
#include "alerts/webhook_sink.hpp"

namespace trunkwarden {

result<std::unique_ptr<alert_sink>> create_alert_sink(const sink_settings& settings)
{
    struct row {
        std::string_view type;
        result<std::unique_ptr<alert_sink>> (*create)(const sink_settings&);
    };
    constexpr std::array<row, 4> kinds{{{"alertmanager", create_alertmanager_sink},
                                        {"webhook", create_webhook_sink},
                                        {"slack", create_slack_sink},
                                        {"pagerduty", create_pagerduty_sink}}};
    for (const auto& kind : kinds)
        if (kind.type == settings.type)
            return kind.create(settings);
    return failure{errc::bad_usage,
                   fmt::format("sink {}: there is no type \"{}\"", settings.name, settings.type)};
}

}  // namespace trunkwarden
