#include "baseline/rule_index.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <functional>
#include <string>
#include <vector>

#include "baseline/match.hpp"
#include "baseline/sample_types.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using samples::entries_of;
using indices = std::vector<std::uint32_t>;

using fakes::today;

// One object of a resource, by the values of its first fields.
class one_object {
public:
    one_object(std::string_view resource, std::vector<std::string> values)
        : page_(samples::type(resource).fields.size())
    {
        values.resize(samples::type(resource).fields.size());
        page_.add({"i1", "i1", "", ""}, values);
    }
    object_view view() const { return page_[0]; }

private:
    object_page page_;
};

indices near(const entry_list& list, const one_object& object)
{
    auto found = list.rules().candidates(object.view());
    std::ranges::sort(found);
    return found;
}

TEST(RuleIndex, FindsARuleByTheFieldThatFewestShare)
{
    std::string text;
    for (int at = 0; at < 100; ++at)
        text += fmt::format("- {{connection_id: c{}, ip_address: 203.0.113.{}}}\n", at % 3, at);
    const auto list = entries_of("ips", text);

    EXPECT_EQ(near(list, {"ips", {"203.0.113.57", "c0", "5060"}}), indices{57});
    EXPECT_EQ(near(list, {"ips", {"198.51.100.1", "c0", "5060"}}), indices{});
    EXPECT_TRUE(list.rules().unindexed().empty());
}

TEST(RuleIndex, FindsNetworksOfEveryWidthThatHoldAnAddress)
{
    const auto list = entries_of("ips",
                                 "- {ip_address: 198.51.100.0/24}\n"
                                 "- {ip_address: 198.51.100.0/28}\n"
                                 "- {ip_address: 198.51.100.16/28}\n"
                                 "- {ip_address: 0.0.0.0/0}\n"
                                 "- {ip_address: \"2001:db8::/32\"}\n"
                                 "- {ip_address: [203.0.113.7, 192.0.2.0/24]}\n");

    EXPECT_EQ(near(list, {"ips", {"198.51.100.7"}}), (indices{0, 1, 3}));
    EXPECT_EQ(near(list, {"ips", {"2001:db8::1"}}), indices{4});
    EXPECT_EQ(near(list, {"ips", {"203.0.113.7"}}), (indices{3, 5}));
    EXPECT_EQ(near(list, {"ips", {"192.0.2.9"}}), (indices{3, 5}));
    EXPECT_EQ(near(list, {"ips", {"not an address"}}), indices{});
}

TEST(RuleIndex, FindsPatternsByWhatTheyBeginOrEndWith)
{
    const auto list = entries_of("texml_applications",
                                 "- {voice_url: https://ivr.example.com/*}\n"
                                 "- {voice_url: https://other.example.com/*}\n"
                                 "- {voice_url: \"https://*.example.com/start.xml\"}\n"
                                 "- {voice_url: \"*\"}\n");

    EXPECT_EQ(near(list, {"texml_applications", {"", "", "https://ivr.example.com/start.xml"}}),
              (indices{0, 2, 3}));
    EXPECT_EQ(near(list, {"texml_applications", {"", "", ""}}), indices{3});
    EXPECT_EQ(list.rules().unindexed(), indices{3});
}

TEST(RuleIndex, AlwaysLooksAtARuleThatOnlyNumbersDescribe)
{
    const auto list = entries_of("ips", "- {port: 5060}\n- {port: 5061, connection_id: c}\n- {id: a}\n");

    EXPECT_EQ(list.rules().unindexed(), indices{0});
    EXPECT_EQ(near(list, {"ips", {"203.0.113.7", "c"}}), (indices{0, 1}));
}

// How many rules are looked at for each of the objects, with as many rules as objects.
std::size_t looks(std::size_t count, const char* resource,
                  const std::function<std::string(std::size_t)>& rule,
                  const std::function<std::vector<std::string>(std::size_t)>& object)
{
    std::string text;
    for (std::size_t at = 0; at < count; ++at)
        text += "- " + rule(at) + "\n";
    const auto list = entries_of(resource, text);
    std::size_t total = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const one_object some(resource, object(at));
        total += list.rules().candidates(some.view()).size();
        EXPECT_EQ(judge(samples::type(resource), list, some.view(), today).verdict, trust::covered) << at;
    }
    return total;
}

std::string address(std::size_t at)
{
    return fmt::format("10.{}.{}.16", at / 256, at % 256);
}

TEST(RuleIndex, LooksAtOneRuleForEachObjectHoweverManyNetworksThereAre)
{
    for (const std::size_t count : {500U, 1000U, 2000U}) {
        const auto total = looks(
            count, "ips",
            [](std::size_t at) {
                return fmt::format("{{ip_address: {}/28, connection_id: c}}", address(at));
            },
            [](std::size_t at) {
                return std::vector<std::string>{address(at), "c", "5060"};
            });
        EXPECT_EQ(total, count);
    }
}

TEST(RuleIndex, LooksAtOneRuleForEachObjectHoweverManyPatternsThereAre)
{
    for (const std::size_t count : {500U, 1000U, 2000U}) {
        const auto total = looks(
            count, "phone_numbers",
            [](std::size_t at) {
                return fmt::format("{{phone_number: \"+1555{:04}*\", connection_id: c}}", at);
            },
            [](std::size_t at) {
                return std::vector<std::string>{fmt::format("+1555{:04}123", at), "c"};
            });
        EXPECT_EQ(total, count);
    }
}

TEST(RuleIndex, LooksAtOneRuleForEachObjectHoweverManyEqualValuesThereAre)
{
    for (const std::size_t count : {500U, 1000U, 2000U}) {
        const auto total = looks(
            count, "ips",
            [](std::size_t at) { return fmt::format("{{ip_address: {}, connection_id: c}}", address(at)); },
            [](std::size_t at) {
                return std::vector<std::string>{address(at), "c", "5060"};
            });
        EXPECT_EQ(total, count);
    }
}

}  // namespace
}  // namespace trunkwarden
