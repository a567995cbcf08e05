#include "alerts/create_alert_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_sinks.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CreateAlertSink, KnowsEveryTypeThatTheSettingsTake)
{
    const secret_file_for_test url("https://hooks.example/services/T0/B0/x");
    const secret_file_for_test key("R0123456789");
    for (const auto type :
         {sink_type::alertmanager, sink_type::webhook, sink_type::slack, sink_type::pagerduty}) {
        auto settings = settings_for(type, "");
        settings.url_file = type == sink_type::pagerduty ? std::filesystem::path{} : url.path;
        settings.routing_key_file = key.path;
        const auto made = create_alert_sink(settings);
        ASSERT_TRUE(made) << name_of(type) << ": " << made.error().message;
        EXPECT_EQ((*made)->base_url(),
                  type == sink_type::pagerduty ? "https://events.pagerduty.com" : "https://hooks.example");
        EXPECT_EQ((*made)->wants_resending(), type == sink_type::alertmanager);
    }
}

TEST(CreateAlertSink, NamesTheFileThatCannotBeUsedButNothingInIt)
{
    const secret_file_for_test two_lines("https://hooks.example/CANARY\nCANARY");
    const secret_file_for_test no_url("hooks.example/CANARY");
    const secret_file_for_test empty("");
    for (const auto* file : {&two_lines, &no_url, &empty}) {
        auto settings = settings_for(sink_type::slack, "");
        settings.url_file = file->path;
        const auto made = create_alert_sink(settings);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, errc::bad_file);
        EXPECT_THAT(made.error().message, HasSubstr("the URL of sink soc"));
        EXPECT_THAT(made.error().message, HasSubstr(file->path.string()));
        EXPECT_THAT(made.error().message, Not(HasSubstr("CANARY")));
    }
    auto webhook = settings_for(sink_type::webhook, "https://soc.example/hook");
    webhook.secret_file = "/nonexistent/secret";
    const auto made = create_alert_sink(webhook);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, errc::not_found);
    EXPECT_THAT(made.error().message, HasSubstr("the secret of sink soc"));
    EXPECT_THAT(made.error().message, HasSubstr("/nonexistent/secret"));
}

TEST(CreateAlertSink, KeepsWhatComesAfterTheHostOutOfTheBaseUrl)
{
    const auto base = [](std::string url) {
        return sink_of(settings_for(sink_type::webhook, std::move(url)))->base_url();
    };
    EXPECT_EQ(base("https://soc.example:8443/hook/CANARY?token=CANARY"), "https://soc.example:8443");
    EXPECT_EQ(base("http://[::1]:9093"), "http://[::1]:9093");
    EXPECT_EQ(base("https://soc.example?token=CANARY"), "https://soc.example");
}

}  // namespace
}  // namespace trunkwarden
