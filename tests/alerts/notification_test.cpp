#include "alerts/notification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_finding.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

void expect_same(const notification& got, const notification& wanted)
{
    EXPECT_EQ(got.event, wanted.event);
    EXPECT_EQ(got.delivery_id, wanted.delivery_id);
    EXPECT_EQ(got.account, wanted.account);
    EXPECT_EQ(got.findings, wanted.findings);
    EXPECT_EQ(got.ids, wanted.ids);
    EXPECT_EQ(got.severities, wanted.severities);
}

TEST(Notification, OfOneFindingIsTheBodyThatTheContractNames)
{
    const auto body = json::parse(to_text(told("opened")));
    EXPECT_EQ(
        body,
        (json::value{
            {"version", 1}, {"event", "opened"}, {"delivery_id", "d-1"}, {"finding", sample_finding()}}));
}

TEST(Notification, OfManyFindingsNamesThemAllAndHowManyAreNotInFull)
{
    const auto body = json::parse(to_text(told_many(142, 100))).as_object();
    EXPECT_EQ(body.at("event"), "opened_many");
    EXPECT_EQ(body.at("account"), "production");
    EXPECT_EQ(body.at("findings").as_array().size(), 100U);
    EXPECT_EQ(body.at("ids").as_array().size(), 142U);
    EXPECT_EQ(body.at("more"), 42);
}

TEST(Notification, ComesBackAsItWas)
{
    for (const auto& notification : {told("opened"), told("resolved"), told_many(12, 12), told_many(142, 100),
                                     told("changed", with(sample_finding(), "title", view(hostile_text)))}) {
        const auto back = notification_of(to_text(notification));
        ASSERT_TRUE(back) << back.error().message;
        expect_same(*back, notification);
    }
}

TEST(Notification, LeadsWhereTheSettingsSay)
{
    auto many = told_many(12, 2);
    add_links(many, {"https://guard.example.com", "https://wiki.example.com"});
    auto body = json::parse(to_text(many)).as_object();
    EXPECT_EQ(body.at("url"), "https://guard.example.com/?account=production");
    EXPECT_EQ(body.at("findings").at(1).at("url"), "https://guard.example.com/#f-1");
    EXPECT_EQ(body.at("findings").at(1).at("runbook_url"), "https://wiki.example.com/detections.md#ips");
    add_links(many, {});
    body = json::parse(to_text(many)).as_object();
    EXPECT_TRUE(body.at("url").is_null());
    EXPECT_TRUE(body.at("findings").at(1).at("url").is_null());
}

TEST(Notification, WithBytesThatAreNotUtf8IsStillJsonThatReceiversCanRead)
{
    const std::string broken = "name\xFF\xC0";
    const auto text = to_text(told("opened", with(sample_finding(), "label", view(broken))));
    const auto back = notification_of(text);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->findings[0].at("label"), "name\\x{ff}\\x{c0}");
}

TEST(Notification, IsNotReadFromWhatIsNone)
{
    for (const std::string_view text :
         {"", "[]", "{}", "nonsense",
          R"({"version": 2, "event": "opened", "delivery_id": "d", "finding": {}})",
          R"({"version": 1, "event": "opened", "delivery_id": "d"})",
          R"({"version": 1, "event": "opened", "delivery_id": "d", "finding": []})",
          R"({"version": 1, "delivery_id": "d", "finding": {}})",
          R"({"version": 1, "event": "opened", "finding": {}})",
          R"({"version": 1, "event": "opened_many", "delivery_id": "d", "findings": [{}]})",
          R"({"version": 1, "event": "opened_many", "delivery_id": "d", "findings": [1], "ids": []})",
          R"({"version": 1, "event": "opened_many", "delivery_id": "d", "findings": [], "ids": [1]})"}) {
        const auto read = notification_of(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, errc::not_understood) << text;
    }
}

TEST(Notification, ThatTestsASinkSaysThatNothingIsWrong)
{
    const auto test = test_notification("t-1", "chat", sample_now());
    EXPECT_EQ(test.event, "test");
    ASSERT_EQ(test.findings.size(), 1U);
    const auto& finding = test.findings[0];
    EXPECT_EQ(finding.at("severity"), "info");
    EXPECT_EQ(finding.at("first_seen"), "2026-11-22T10:10:04Z");
    EXPECT_THAT(std::string(finding.at("title").as_string()), HasSubstr("alert sink chat: nothing is wrong"));
    for (const auto& member : sample_finding())  // a reader of findings can read this one
        EXPECT_TRUE(finding.contains(member.key())) << member.key();
    expect_same(notification_of(to_text(test)).value(), test);
}

}  // namespace
}  // namespace trunkwarden
