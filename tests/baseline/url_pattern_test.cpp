#include "baseline/url_pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/match.hpp"
#include "baseline/sample_types.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using strings = std::vector<std::string>;

TEST(UrlPattern, CoversHostsOfTheDomainAndAnyPathBehindThem)
{
    const std::string pattern = "https://*.acme.example/*";
    for (const std::string url :
         {"https://ivr.acme.example/", "https://a.b-1.acme.example/x?y#z", "https://XN--IVR.acme.example/",
          "https://ivr.acme.example/https://evil.example/", "https://ivr.acme.example/@evil.example"})
        EXPECT_TRUE(matches_url_pattern(pattern, url)) << url;
    EXPECT_TRUE(matches_url_pattern("https://ivr*.acme.example:8443/*", "https://ivr7.acme.example:8443/x"));
    EXPECT_TRUE(matches_url_pattern("https://u:p@*.acme.example/", "https://u:p@ivr.acme.example/"));
    EXPECT_TRUE(matches_url_pattern("https://[2001:db8::7]:8443/*", "https://[2001:db8::7]:8443/x"));
    EXPECT_TRUE(matches_url_pattern("https://ivr.acme.example?call=*", "https://ivr.acme.example?call=1/2"));
    EXPECT_TRUE(matches_url_pattern("https://ivr.acme.example#*", "https://ivr.acme.example#x"));
    EXPECT_TRUE(matches_url_pattern("https://*.acme.example", "https://ivr.acme.example"));
}

TEST(UrlPattern, NeverLetsTheHostBeOfSomebodyElse)
{
    for (const std::string url : {
             "https://evil.example/x.acme.example/",
             "https://evil.example/?.acme.example/",
             "https://evil.example/#.acme.example/",
             "https://evil.example?.acme.example/",
             "https://evil.example#.acme.example/",
             "https://evil.example\\.acme.example/",
             "https://evil.example\\x.acme.example/",
             "https://evil.example:443.acme.example/",
             "https://evil.example%2f.acme.example/",
             "https://evil.example%23.acme.example/",
             "https://evil.example\t/.acme.example/",
             "https://evil.example\n.acme.example/",
             "https://evil.example\xE3\x80\x82.acme.example/",
             "https://evil example.acme.example/",
             "https://evil_.acme.example/",
             "https://me@evil.acme.example/",
             "https://x.acme.example@evil.example/",
             "https://x.acme.example:pw@evil.example/",
             "https://x.acme.example:443@evil.example/",
             "https://x.acme.example\\@evil.example/",
             "https://x.acme.example.evil.example/",
             "https://x.acme.example:8443/",
             "https://[2001:db8::1].acme.example/",
             "https://x.ACME.example/",
             "HTTPS://x.acme.example/",
             "http://x.acme.example/",
             "https:/x.acme.example/",
             "https:x.acme.example/",
             "//x.acme.example/",
             "https://.acme.example",
             "https://acme.example/",
             "sip:x.acme.example/",
             " https://x.acme.example/",
             "javascript://x.acme.example/",
             "",
         })
        EXPECT_FALSE(matches_url_pattern("https://*.acme.example/*", url)) << url;
    EXPECT_FALSE(
        matches_url_pattern("https://ivr.acme.example/*", "https://ivr.acme.example?@evil.example/"));
    EXPECT_FALSE(
        matches_url_pattern("https://ivr.acme.example/*", "https://ivr.acme.example\\@evil.example/"));
    EXPECT_FALSE(matches_url_pattern("https://*.acme.example", "https://ivr.acme.example/"));
}

TEST(UrlPattern, TakesAStarAloneForAnyValue)
{
    for (const std::string url : {"", "https://evil.example/", "sip:a@b", "a\nb"}) {
        EXPECT_TRUE(matches_url_pattern("*", url));
        EXPECT_TRUE(matches_url_pattern("**", url));
    }
    EXPECT_EQ(fault_of_url_pattern("*"), std::nullopt);
}

struct bad_pattern {
    std::string pattern;
    std::string fault;
};

TEST(UrlPattern, RefusesWhatLeavesTheHostOpenAndSaysWhatToWrite)
{
    for (const bad_pattern& bad : std::vector<bad_pattern>{
             {"https://ivr.acme.example*",
              R"(cannot end its host in a wildcard, as "https://ivr.acme.example*")"},
             {"https://ivr.acme.example*", R"(write "https://ivr.acme.example/*")"},
             {"https://ivr.acme.example*/hook", R"(write "https://ivr.acme.example/hook")"},
             {"https://ivr.acme.example*:8443/x", R"(write "https://ivr.acme.example:8443/x")"},
             {"https://ivr.acme.example**", R"(write "https://ivr.acme.example/*")"},
             {"https://ivr.acme.example*?x", R"(write "https://ivr.acme.example?x")"},
             {"https://*", "write the domain out, such as https://*.example.com/*"},
             {"https://*/hook", "write the domain out"},
             {"https://ivr.*", "write the domain out"},
             {"https://ivr.*/x", "write the domain out"},
             {"https://*.acme.*/x", "write the domain out"},
             {"https://me@ivr.acme.example*", "cannot end its host in a wildcard"},
             {"https://203.0.113.*/x", "cannot end its host in a wildcard"},
             {"https://*@ivr.acme.example/", "cannot hold a wildcard before the @"},
             {"https://me:*@ivr.acme.example/", "cannot hold a wildcard before the @"},
             {"https://ivr.acme.example:*", "cannot hold a wildcard in its port"},
             {"https://ivr.acme.example:*/x", "list the ports, such as [https://ivr.acme.example/*"},
             {"https://[2001:db8::*]/x", "list the addresses"},
             {"https://*.acme.example\\x", "write /"},
             {"https:///*", "cannot hold a wildcard without a host"},
             {"https://:8443/*", "cannot hold a wildcard without a host"},
             {"http*://ivr.acme.example/x", R"(write "https://ivr.acme.example/x")"},
             {"*://ivr.acme.example/*", R"(write "https://ivr.acme.example/*")"},
             {"*.acme.example/*", R"(write "https://*.acme.example/*")"},
             {"ivr.acme.example/*", R"(write "https://ivr.acme.example/*")"},
             {"*/start.xml", "list the values"},
             {"*start*", "list the values"},
             {"http*", "list the values"},
             {"sip:*@sip.acme.example", "list the values"},
             {"https:/*", "list the values"},
         }) {
        const auto fault = fault_of_url_pattern(bad.pattern);
        ASSERT_TRUE(fault) << bad.pattern;
        EXPECT_THAT(*fault, HasSubstr(bad.fault)) << bad.pattern;
    }
}

TEST(UrlPattern, TakesWhatEndsItsHostItself)
{
    for (const std::string pattern :
         {"https://ivr.acme.example/*", "https://*.acme.example/*", "https://*.acme.example",
          "https://a*b.acme.example:8443/*", "https://me:pw@*.acme.example/*", "https://[2001:db8::7]/*",
          "https://ivr.acme.example?*", "https://ivr.acme.example#*", "wss://*.acme.example/*",
          "https://*.acme.example./x", "https://ivr.acme.example\\*", "https://acme.example\\*.x/*"})
        EXPECT_EQ(fault_of_url_pattern(pattern), std::nullopt) << pattern;
    for (const std::string exact : {"sip:a@b", "not a url", "", R"(\*)"})
        EXPECT_EQ(fault_of_url_pattern(exact), std::nullopt) << exact;
}

TEST(UrlPattern, KnowsWhenOneCoversAnother)
{
    EXPECT_TRUE(covers_url_pattern("https://*.acme.example/*", "https://a*.acme.example/x*"));
    EXPECT_TRUE(covers_url_pattern("https://*.acme.example/*", "https://ivr.acme.example/*"));
    EXPECT_TRUE(covers_url_pattern("*", "https://ivr.acme.example/*"));
    EXPECT_TRUE(covers_url_pattern("*", "*"));
    EXPECT_TRUE(covers_url_pattern("*", "sip:a@b"));
    EXPECT_FALSE(covers_url_pattern("https://a*.acme.example/*", "https://*.acme.example/*"));
    EXPECT_FALSE(covers_url_pattern("https://*.acme.example/*", "https://me@ivr.acme.example/*"));
    EXPECT_FALSE(covers_url_pattern("https://*.acme.example/*", "*"));
    EXPECT_FALSE(covers_url_pattern("https://*.acme.example/*", "https://x.example/a.acme.example/*"));
    EXPECT_FALSE(covers_url_pattern("https://*", "https://ivr*"));
}

TEST(UrlPattern, HasAHostWhereverASchemeSaysSo)
{
    EXPECT_EQ(host_pattern_in("https://me@*.acme.example:8443/*"), "*.acme.example");
    EXPECT_EQ(host_pattern_in("sip:me@*.acme.example;transport=tls"), "*.acme.example");
    EXPECT_EQ(host_pattern_in("sip:*@sip.acme.example"), "*");
    EXPECT_EQ(host_pattern_in("sip:me@sip.acme.example*"), "sip.acme.example*");
    EXPECT_EQ(host_pattern_in("https://ivr.acme.example/*"), std::nullopt);
    EXPECT_EQ(host_pattern_in("a text *: and more"), std::nullopt);
    EXPECT_EQ(host_pattern_in("*"), std::nullopt);
}

TEST(UrlPattern, HasAHostWithAnythingAroundItInAnAddress)
{
    for (const auto* text : {"*.acme.example", "*.acme.example:5060", "me@*.acme.example",
                             "SIP:me@*.acme.example:5061", "sips:*.acme.example;transport=tls"})
        EXPECT_EQ(host_pattern_in_address(text), "*.acme.example") << text;
    for (const auto* text : {"*@sip.acme.example", "sip.acme.example:*", "*.acme.example:*",
                             "sip.acme.example;*", "sip:*@sip.acme.example", "*"})
        EXPECT_EQ(host_pattern_in_address(text), "*") << text;
    EXPECT_EQ(host_pattern_in_address("sip.acme.example*"), "sip.acme.example*");
    EXPECT_EQ(host_pattern_in_address("me@sip.acme.example:5060"), std::nullopt);
}

TEST(UrlPattern, KnowsWhichHostsAnybodyCouldHave)
{
    for (const std::string host :
         {"*", "acme.example*", "*.com", "*.co.uk", "*.com.au", "*acme.example", "ivr.*.example",
          "*.NGROK.io", "*.ngrok-free.app", "*.s3.eu-west-1.amazonaws.com", "ivr-*.herokuapp.com",
          "*.0.113.7", "*.com."})
        EXPECT_TRUE(may_be_foreign_host(host)) << host;
    for (const std::string host : {"*.acme.example", "ivr*.acme.example", "*.acme.co.uk", "a*.b.acme.example",
                                   "*.mine.herokuapp.com", "ivr.acme.example", "*.acme.example."})
        EXPECT_FALSE(may_be_foreign_host(host)) << host;
}

// From pieces that are likely to meet.
template <std::size_t Count>
std::string made_of(std::minstd_rand& random, const std::array<std::string_view, Count>& pieces)
{
    std::string text;
    for (auto length = random() % 8; length > 0; --length)
        text += pieces.at(random() % Count);
    return text;
}

constexpr auto pieces_of_patterns =
    std::to_array<std::string_view>({"*", "a", ".", "a.b", "/", "@", ":", "\\*", "\\", "?", "ab", "-", "["});
constexpr auto pieces_of_urls = std::to_array<std::string_view>(
    {"a", ".", "a.b", "/", "@", ":", "\\", "?", "ab", "-", "e", "*", "%2f", "["});

// Tries every split.
bool naively(std::string_view pattern, std::string_view text, bool in_host)
{
    if (pattern.empty())
        return text.empty();
    if (pattern.starts_with("\\*"))
        return text.starts_with('*') && naively(pattern.substr(2), text.substr(1), in_host);
    if (pattern.front() != '*') {
        const bool ends_the_host =
            in_host && std::string_view("/?#").find(pattern.front()) != std::string::npos;
        return text.starts_with(pattern.front()) &&
               naively(pattern.substr(1), text.substr(1), in_host && !ends_the_host);
    }
    if (naively(pattern.substr(1), text, in_host))
        return true;
    const auto held = std::string_view("abe.-").find(text.empty() ? '/' : text.front()) != std::string::npos;
    return !text.empty() && (held || !in_host) && naively(pattern, text.substr(1), in_host);
}

TEST(UrlPattern, AgreesWithAMatcherThatTriesEverySplit)
{
    std::minstd_rand random(7);
    int covered = 0;
    int compared = 0;
    for (int round = 0; round < 200'000; ++round) {
        const auto pattern = "s://a" + made_of(random, pieces_of_patterns);
        const auto url = "s://a" + made_of(random, pieces_of_urls);
        if (pattern.find('*') == std::string::npos || fault_of_url_pattern(pattern))
            continue;
        const bool covers = matches_url_pattern(pattern, url);
        covered += covers ? 1 : 0;
        ++compared;
        ASSERT_EQ(covers, naively(pattern.substr(4), url.substr(4), true)) << pattern << "  " << url;
    }
    EXPECT_GT(covered, 50);
    EXPECT_GT(compared, 10'000);
}

// The index names every rule that the matcher would take.
TEST(UrlPattern, IsFoundByTheIndexOfRules)
{
    std::minstd_rand random(11);
    std::string text;
    for (int made = 0; made < 400; ++made) {
        const auto pattern = "s://a" + made_of(random, pieces_of_patterns);
        if (pattern.find_first_of("\\") == std::string::npos && !fault_of_url_pattern(pattern))
            text += "- {voice_url: '" + pattern + "'}\n";
    }
    const auto& type = samples::type("texml_applications");
    const auto list = samples::entries_of("texml_applications", text);
    ASSERT_GT(list.entries().size(), 50U);
    int covered = 0;
    for (int round = 0; round < 2'000; ++round) {
        object_page page(type.fields.size());
        std::vector<std::string> values(type.fields.size());
        values[2] = "s://a" + made_of(random, pieces_of_urls);
        page.add({"i1", "i1", "", ""}, values);
        const bool by_one = std::ranges::any_of(
            list.entries(), [&](const entry& some) { return describes(type, some, page[0]); });
        covered += by_one ? 1 : 0;
        ASSERT_EQ(judge(type, list, page[0], fakes::today).verdict == trust::covered, by_one) << values[2];
    }
    EXPECT_GT(covered, 50);
}

}  // namespace
}  // namespace trunkwarden
