#include "findings/links.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

const link_settings published{"https://guard.example.com/tw/", "https://wiki.example.com/trunkwarden"};

TEST(Links, LeadToTheInstalledDocumentsAndToNoPageUnlessTheSettingsSayWhere)
{
    EXPECT_EQ(runbook_url("ips"), "file:///usr/share/doc/trunkwarden/detections.md#ips");
    EXPECT_EQ(finding_url("f-3b1c9a70d2e4", "i-0123456789ab", {}), "");
    EXPECT_EQ(incident_url("i-0123456789ab", {}), "");
    EXPECT_EQ(account_url("production", {}), "");
}

TEST(Links, LeadToTheFindingAmongThoseOfItsIncident)
{
    EXPECT_EQ(runbook_url("ips", published), "https://wiki.example.com/trunkwarden/detections.md#ips");
    EXPECT_EQ(finding_url("f-3b1c9a70d2e4", "", published), "https://guard.example.com/tw/#f-3b1c9a70d2e4");
    EXPECT_EQ(finding_url("f-3b1c9a70d2e4", "i-0123456789ab", published),
              "https://guard.example.com/tw/?incident=i-0123456789ab#f-3b1c9a70d2e4");
    EXPECT_EQ(incident_url("i-0123456789ab", published),
              "https://guard.example.com/tw/?incident=i-0123456789ab");
    EXPECT_EQ(account_url("production", published), "https://guard.example.com/tw/?account=production");
}

TEST(Links, HoldNothingThatCouldLeadElsewhere)
{
    EXPECT_EQ(incident_url("", published), "");
    for (const char* odd : {"i-1&x", "a b", "a|b", "a>b", "\"", "a#b", "../", "\n"}) {
        EXPECT_EQ(incident_url(odd, published), "") << odd;
        EXPECT_EQ(account_url(odd, published), "") << odd;
        EXPECT_EQ(finding_url(odd, "", published), "") << odd;
        EXPECT_EQ(finding_url("f-1", odd, published), "https://guard.example.com/tw/#f-1") << odd;
    }
}

TEST(Links, OfAKeptMessageBecomeWhatTheSettingsSayNow)
{
    auto kept = boost::json::parse(R"({"id": "f-1", "resource": "ips", "incident": "i-2",
        "runbook_url": "https://old.example/detections.md#ips", "url": "https://old.example/#f-1"})")
                    .as_object();
    add_links(kept, published);
    EXPECT_EQ(kept.at("runbook_url"), "https://wiki.example.com/trunkwarden/detections.md#ips");
    EXPECT_EQ(kept.at("url"), "https://guard.example.com/tw/?incident=i-2#f-1");
    EXPECT_EQ(kept.at("incident_url"), "https://guard.example.com/tw/?incident=i-2");
    add_links(kept, {});
    EXPECT_TRUE(kept.at("url").is_null());
    EXPECT_TRUE(kept.at("incident_url").is_null());
}

TEST(Links, CanBeFollowedFromAPhoneUnlessTheyAreAFileOfTheHost)
{
    EXPECT_TRUE(is_web_link("https://guard.example.com/"));
    EXPECT_TRUE(is_web_link("http://10.0.0.1/"));
    for (const char* none : {"", "file:///usr/share/doc", "javascript:alert(1)", "httpsx://a"})
        EXPECT_FALSE(is_web_link(none)) << none;
}

}  // namespace
}  // namespace trunkwarden
