#include "alerts/pagerduty_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class PagerdutySink : public testing::Test {
protected:
    PagerdutySink() : key("R0123456789") { sink = made({}); }

    std::unique_ptr<alert_sink> made(std::string url) const
    {
        auto settings = settings_for(sink_type::pagerduty, std::move(url));
        settings.routing_key_file = key.path;
        return sink_of(settings);
    }

    json::object event(const notification& notification) const
    {
        return body_of(only_request(sink->requests_for(notification, sample_now()))).as_object();
    }

    secret_file_for_test key;
    std::unique_ptr<alert_sink> sink;
};

TEST_F(PagerdutySink, TriggersWithTheFindingsIdAsItsKey)
{
    const auto request = only_request(sink->requests_for(told("opened"), sample_now()));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/v2/enqueue");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    EXPECT_EQ(body_of(request), json::parse(R"({
        "routing_key": "R0123456789", "event_action": "trigger", "dedup_key": "f-3b1c9a70d2e4",
        "client": "trunkwarden",
        "payload": {
            "summary": "New finding on production: Unknown SIP IP 192.0.2.66:5060 on connection office-pbx",
            "source": "Telnyx account production", "severity": "critical", "timestamp": "2026-11-22T10:00:04Z",
            "component": "ips", "group": "production", "class": "unknown",
            "custom_details": {
                "ip_address": "192.0.2.66; expected: nothing", "port": "5080; expected: 5060",
                "finding": "f-3b1c9a70d2e4.3fa9",
                "runbook": "file:///usr/share/doc/trunkwarden/detections.md#ips",
                "next": "1. Is it yours? Ask those who may change the account.\n)"
                                            R"(2. If not, or if nobody answers, stop the money: )"
                                            R"(trunkwarden lockdown --account production --apply --only )"
                                            R"(evidence,outbound_profiles,forwarding,addresses\n)"
                                            R"(3. Say that you look into it: trunkwarden ack )"
                                            R"(f-3b1c9a70d2e4.3fa9 --reason TEXT"}}})"));
}

TEST_F(PagerdutySink, LinksToPageIncidentAndRunbookButNotToFilesOfTheHost)
{
    const auto sent = event(told("opened", linked_finding()));
    const auto* page = "https://guard.example.com/?incident=i-0123456789ab#f-3b1c9a70d2e4";
    EXPECT_EQ(sent.at("client_url"), page);
    EXPECT_EQ(sent.at("links"), (json::value{{{"href", page}, {"text", "On the status page"}},
                                             {{"href", "https://guard.example.com/?incident=i-0123456789ab"},
                                              {"text", "All of this incident"}},
                                             {{"href", "https://wiki.example.com/tw/detections.md#ips"},
                                              {"text", "What it means"}}}));
    const auto unlinked = event(told("opened"));
    EXPECT_FALSE(unlinked.contains("links"));
    EXPECT_FALSE(unlinked.contains("client_url"));
    EXPECT_FALSE(event(told("resolved", linked_finding())).contains("links"));
}

TEST_F(PagerdutySink, TurnsEventsIntoActions)
{
    const std::pair<const char*, const char*> table[]{
        {"opened", "trigger"},          {"changed", "trigger"},  {"recreated", "trigger"},
        {"contained", "trigger"},       {"reminder", "trigger"}, {"resolved", "resolve"},
        {"acknowledged", "acknowledge"}};
    for (const auto& [name, action] : table) {
        const auto sent = event(told(name));
        EXPECT_EQ(sent.at("event_action"), action) << name;
        EXPECT_EQ(sent.at("dedup_key"), "f-3b1c9a70d2e4");
        EXPECT_EQ(sent.contains("payload"), std::string_view(action) == "trigger") << name;
    }
}

TEST_F(PagerdutySink, TranslatesSeverities)
{
    const std::pair<const char*, const char*> table[]{{"critical", "critical"},
                                                      {"high", "error"},
                                                      {"medium", "warning"},
                                                      {"low", "info"},
                                                      {"info", "info"}};
    for (const auto& [ours, theirs] : table)
        EXPECT_EQ(
            event(told("opened", with(sample_finding(), "severity", ours))).at("payload").at("severity"),
            theirs);
}

TEST_F(PagerdutySink, KeepsTheSummaryWithinPagerdutysLimit)
{
    auto finding = with(sample_finding(), "title", view(std::string(5000, 'x')));
    finding["account"] = view(std::string(5000, 'y'));
    const auto summary = event(told("opened", finding)).at("payload").at("summary").as_string();
    EXPECT_LE(summary.size(), 1024U);
    EXPECT_GT(summary.size(), 400U);
}

TEST_F(PagerdutySink, OpensOneIncidentForEachHeavyFindingOfManyUpToTwenty)
{
    auto many = told_many(142, 100, "medium");
    for (std::size_t at = 40; at < 70; ++at)
        many.findings[at]["severity"] = at == 60 ? "critical" : "high";
    const auto requests = sink->requests_for(many, sample_now());
    ASSERT_EQ(requests.size(), 20U);
    EXPECT_EQ(body_of(requests[0]).at("dedup_key"), "f-60");
    EXPECT_EQ(body_of(requests[1]).at("dedup_key"), "f-40");
    for (const auto& request : requests) {
        EXPECT_EQ(body_of(request).at("event_action"), "trigger");
        EXPECT_EQ(body_of(request).at("payload").at("custom_details").at("more"),
                  "142 new findings at once on production, 20 of them told here; all: trunkwarden findings");
    }
}

TEST_F(PagerdutySink, OpensIncidentsForNoneButTheHeavyOnes)
{
    auto many = told_many(12, 12, "medium");
    many.findings[4]["severity"] = "high";
    many.findings[7]["severity"] = "critical";
    const auto requests = sink->requests_for(many, sample_now());
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(body_of(requests[0]).at("dedup_key"), "f-7");
    EXPECT_EQ(body_of(requests[1]).at("dedup_key"), "f-4");
}

TEST_F(PagerdutySink, OpensOneIncidentWhenNoneOfManyIsHeavy)
{
    auto many = told_many(12, 12, "low");
    many.findings[4]["severity"] = "medium";
    const auto sent = event(many);
    EXPECT_EQ(sent.at("dedup_key"), "f-4");
    EXPECT_THAT(std::string(sent.at("payload").at("custom_details").at("more").as_string()),
                HasSubstr("12 new findings"));
}

TEST_F(PagerdutySink, TestsWithAnIncidentThatItEndsItself)
{
    const auto requests = sink->requests_for(test_notification("t-1", "page", sample_now()), sample_now());
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(body_of(requests[0]).at("event_action"), "trigger");
    EXPECT_EQ(body_of(requests[0]).at("payload").at("severity"), "info");
    EXPECT_EQ(body_of(requests[1]).at("event_action"), "resolve");
    EXPECT_EQ(body_of(requests[0]).at("dedup_key"), body_of(requests[1]).at("dedup_key"));
}

TEST_F(PagerdutySink, GoesWhereTheSettingsSay)
{
    EXPECT_EQ(sink->base_url(), "https://events.pagerduty.com");
    const auto elsewhere = made("http://127.0.0.1:8080");
    EXPECT_EQ(elsewhere->base_url(), "http://127.0.0.1:8080");
    EXPECT_EQ(only_request(elsewhere->requests_for(told("opened"), sample_now())).target, "/v2/enqueue");
    EXPECT_EQ(
        only_request(
            made("https://events.eu.pagerduty.com/v2/enqueue")->requests_for(told("opened"), sample_now()))
            .target,
        "/v2/enqueue");
}

}  // namespace
}  // namespace trunkwarden
