#include "alerts/alertmanager_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::unique_ptr<alert_sink> am(std::string url = "http://127.0.0.1:9093")
{
    return sink_of(settings_for(sink_type::alertmanager, std::move(url)));
}

json::array alerts_of(const alert_sink& sink, const notification& notification, time_point now = sample_now())
{
    return body_of(only_request(sink.requests_for(notification, now))).as_array();
}

json::object with_severity(std::string_view severity)
{
    return with(sample_finding(), "severity", view(severity));
}

// "critical until 10:14:04" of each alert, the old ones first.
std::string told_by(const json::array& alerts)
{
    std::string out;
    for (const auto& item : alerts) {
        out += out.empty() ? "" : ", ";
        out += item.at("labels").at("severity").as_string();
        out += " until ";
        out += item.at("endsAt").as_string().subview(11, 8);
    }
    return out;
}

TEST(AlertmanagerSink, SendsExactlyTheLabelsThatRoutesAreWrittenFor)
{
    const auto sink = am();
    const auto request = only_request(sink->requests_for(told("opened"), sample_now()));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/v2/alerts");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    const auto alert = body_of(request).at(0).as_object();
    EXPECT_EQ(alert.at("labels"), (json::value{{"alertname", "TrunkwardenFinding"},
                                               {"account", "production"},
                                               {"resource", "ips"},
                                               {"kind", "unknown"},
                                               {"severity", "critical"},
                                               {"finding_id", "f-3b1c9a70d2e4"}}));
    const auto& annotations = alert.at("annotations").as_object();
    EXPECT_EQ(annotations.at("summary"), sample_finding().at("title"));
    EXPECT_EQ(annotations.at("runbook_url"), sample_finding().at("runbook_url"));
    EXPECT_THAT(std::string(annotations.at("description").as_string()),
                HasSubstr("ip_address is 192.0.2.66; expected: nothing"));
    EXPECT_EQ(annotations.size(), 3U);
    EXPECT_EQ(alert.at("startsAt"), "2026-11-22T10:00:04Z");
    EXPECT_EQ(alert.at("endsAt"), "2026-11-22T10:14:04Z");  // four times the resend_interval of a minute
}

TEST(AlertmanagerSink, LinksToPageIncidentAndRunbookWhenTheSettingsSayWhereTheyAre)
{
    const auto alert = alerts_of(*am(), told("opened", linked_finding())).at(0);
    EXPECT_EQ(alert.at("generatorURL"), "https://guard.example.com/?incident=i-0123456789ab#f-3b1c9a70d2e4");
    EXPECT_EQ(alert.at("annotations").at("incident_url"),
              "https://guard.example.com/?incident=i-0123456789ab");
    EXPECT_EQ(alert.at("annotations").at("runbook_url"), "https://wiki.example.com/tw/detections.md#ips");
    EXPECT_FALSE(alerts_of(*am(), told("opened")).at(0).as_object().contains("generatorURL"));
}

TEST(AlertmanagerSink, AddsWhoAndWhichIncidentWhenTheyAreKnown)
{
    auto finding = with(sample_finding(), "incident", "i-1");
    finding["actor"] = json::parse(R"({"user_id": "u-7", "change_made_by": "account_owner", "at": ""})");
    const auto alert = alerts_of(*am(), told("opened", finding)).at(0);
    EXPECT_EQ(alert.at("annotations").at("actor"), "user u-7 (owner)");
    EXPECT_EQ(alert.at("annotations").at("incident"), "i-1");
}

TEST(AlertmanagerSink, StaysBelowThePathOfItsUrl)
{
    for (const auto* url : {"https://am.example/prefix", "https://am.example/prefix/"})
        EXPECT_EQ(only_request(am(url)->requests_for(told("opened"), sample_now())).target,
                  "/prefix/api/v2/alerts");
    EXPECT_EQ(only_request(am("https://am.example/")->requests_for(told("opened"), sample_now())).target,
              "/api/v2/alerts");
    const auto query =
        create_alert_sink(settings_for(sink_type::alertmanager, "https://am.example/?a=CANARY"));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().message.find("CANARY"), std::string::npos);
}

TEST(AlertmanagerSink, EndsTheAlertOfAResolvedFindingInThePast)
{
    const auto resolved = with(sample_finding(), "status", "resolved");
    EXPECT_EQ(told_by(alerts_of(*am(), told("resolved", resolved))), "critical until 10:09:04");
    // but not before it began
    const auto young = with(resolved, "first_seen", "2026-11-22T10:09:54Z");
    EXPECT_EQ(told_by(alerts_of(*am(), told("resolved", young))), "critical until 10:09:54");
}

TEST(AlertmanagerSink, StartsNoAlertInTheFuture)
{
    const auto early = with(sample_finding(), "first_seen", "2026-11-22T11:00:00Z");
    EXPECT_EQ(alerts_of(*am(), told("opened", early)).at(0).at("startsAt"), "2026-11-22T10:10:04Z");
}

TEST(AlertmanagerSink, EndsTheOldAlertWhenTheSeverityChanges)
{
    const auto sink = am();
    alerts_of(*sink, told("opened", with_severity("high")));
    const auto changed = told("changed", with_severity("critical"));
    EXPECT_EQ(told_by(alerts_of(*sink, changed)), "high until 10:09:04, critical until 10:14:04");
    // and says so again when the first attempt failed
    EXPECT_EQ(told_by(alerts_of(*sink, changed, sample_now() + 10s)),
              "high until 10:09:14, critical until 10:14:14");
}

TEST(AlertmanagerSink, EndsTheOldAlertWhenTheKindChanges)
{
    const auto sink = am();
    alerts_of(*sink, told("opened"));
    const auto alerts = alerts_of(*sink, told("recreated", with(sample_finding(), "kind", "recreated")));
    ASSERT_EQ(alerts.size(), 2U);
    EXPECT_EQ(alerts[0].at("labels").at("kind"), "unknown");
    EXPECT_EQ(alerts[0].at("endsAt"), "2026-11-22T10:09:04Z");
    EXPECT_EQ(alerts[1].at("labels").at("kind"), "recreated");
}

TEST(AlertmanagerSink, EndsEveryAlertOfAFindingThatIsResolvedRightAfterItChanged)
{
    const auto sink = am();
    alerts_of(*sink, told("opened", with_severity("high")));
    alerts_of(*sink, told("changed", with_severity("critical")));
    EXPECT_EQ(told_by(alerts_of(*sink, told("resolved", with_severity("critical")))),
              "high until 10:09:04, critical until 10:09:04");
}

TEST(AlertmanagerSink, EndsNothingThatItNeverTold)
{
    EXPECT_EQ(told_by(alerts_of(*am(), told("changed"))), "critical until 10:14:04");
}

TEST(AlertmanagerSink, ForgetsWhatHasEndedByItself)
{
    const auto sink = am();
    alerts_of(*sink, told("opened", with_severity("high")));
    alerts_of(*sink, told("changed", with_severity("critical")));
    const std::vector<json::object> open{with_severity("critical")};
    const auto later = sample_now() + 5min;
    const auto resent = body_of(only_request(sink->resend_requests(open, later))).as_array();
    EXPECT_EQ(told_by(resent), "critical until 10:19:04");
    EXPECT_EQ(told_by(alerts_of(*sink, told("changed", with_severity("low")), later)),
              "critical until 10:14:04, low until 10:19:04");
}

TEST(AlertmanagerSink, KeepsAcknowledgedAndContainedFindingsAlive)
{
    for (const auto* event : {"acknowledged", "contained", "reminder"})
        EXPECT_EQ(told_by(alerts_of(*am(), told(event))), "critical until 10:14:04") << event;
}

TEST(AlertmanagerSink, SendsOneAlertForEachFindingOfMany)
{
    const auto alerts = alerts_of(*am(), told_many(142, 100));
    ASSERT_EQ(alerts.size(), 100U);
    EXPECT_EQ(alerts[99].at("labels").at("finding_id"), "f-99");
}

TEST(AlertmanagerSink, ResendsInPiecesOfTwoHundred)
{
    EXPECT_TRUE(am()->wants_resending());
    EXPECT_TRUE(am()->resend_requests({}, sample_now()).empty());
    const auto requests = am()->resend_requests(told_many(450, 450).findings, sample_now());
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(body_of(requests[0]).as_array().size(), 200U);
    EXPECT_EQ(body_of(requests[2]).as_array().size(), 50U);
    EXPECT_EQ(body_of(requests[2]).at(49).at("labels").at("finding_id"), "f-449");
}

TEST(AlertmanagerSink, SendsATestThatEndsByItselfWithinAMinute)
{
    const auto alerts = alerts_of(*am(), test_notification("t-1", "am", sample_now()));
    EXPECT_EQ(told_by(alerts), "info until 10:11:04");
    EXPECT_EQ(alerts.at(0).at("labels").at("account"), "test");
}

TEST(AlertmanagerSink, NoRequestIsLargerThanAProxyMayTake)
{
    const auto sink = sink_of(settings_for(sink_type::alertmanager, "http://am.example:9093"));
    std::vector<boost::json::object> open;
    for (int i = 0; i < 400; ++i) {
        const auto id = "f-" + std::to_string(i);
        auto finding = with(sample_finding(), "id", view(id));
        for (int f = 0; f < 12; ++f)
            finding["fields"].as_array().push_back(
                {{"field", "f"}, {"expected", std::string(500, 'x')}, {"actual", std::string(500, 'y')}});
        open.push_back(std::move(finding));
    }
    std::size_t alerts = 0;
    for (const auto& request : sink->resend_requests(open, sample_now())) {
        EXPECT_LE(request.body.size(), 256U * 1024);
        alerts += body_of(request).as_array().size();
    }
    EXPECT_EQ(alerts, 400U);
}

}  // namespace
}  // namespace trunkwarden
