#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "baseline/capture/traffic_text.hpp"
#include "baseline/compare/semantic_diff.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

auto parsed_traffic(std::string_view section)
{
    return parse_baseline("version: 1\n" + std::string(section), "b.yml", catalogue);
}

std::string traffic_problem(std::string_view section)
{
    const auto read = parsed_traffic(section);
    return read.problems.empty() ? "" : to_string(read.problems.front());
}

constexpr std::string_view office = R"(
traffic:
  - product: sip-trunking
    connection_id: "1293384261075731499"
    destinations: [us, GB, CA, GB]
    max_calls_per_hour: 300
    max_minutes_per_hour: 900
    max_cost_per_hour: "15.00"
    max_calls_to_one_number: 10
    max_call_minutes: 120
    hours: "Mon..Fri  07:00-20:00 America/Chicago"
    reason: the office
    approved_by: Ann
    expires: 2027-01-31
    ticket: OPS-1
  - product: messaging
    destinations: [US]
)";

TEST(TrafficSection, IsRead)
{
    const auto read = parsed_traffic(office);
    ASSERT_TRUE(read.problems.empty()) << to_string(read.problems.front());
    const auto& policy = read.value.traffic;
    EXPECT_TRUE(policy.present);
    EXPECT_EQ(policy.line, 3U);
    ASSERT_EQ(policy.entries.size(), 2U);
    const auto& entry = policy.entries.front();
    EXPECT_EQ(entry.product, traffic_product::sip_trunking);
    EXPECT_EQ(entry.line, 4U);
    EXPECT_EQ(entry.connection_id, "1293384261075731499");
    EXPECT_EQ(entry.destinations, (std::vector<std::string>{"CA", "GB", "US"}));
    EXPECT_EQ(entry.max_calls_per_hour, 300U);
    EXPECT_EQ(entry.max_minutes_per_hour, 900U);
    EXPECT_EQ(entry.max_cost_per_hour, whole_units(15));
    EXPECT_EQ(entry.max_calls_to_one_number, 10U);
    EXPECT_EQ(entry.max_call_minutes, 120U);
    ASSERT_TRUE(entry.hours);
    EXPECT_EQ(entry.hours->text(), "Mon..Fri 07:00-20:00 America/Chicago");
    EXPECT_EQ(entry.reason, "the office");
    EXPECT_TRUE(policy.names(traffic_product::messaging));
    EXPECT_FALSE(policy.names(traffic_product::fax));
    EXPECT_FALSE(parsed_traffic("").value.traffic.present);
}

TEST(TrafficSection, IsWrittenAsItIsRead)
{
    const auto& policy = parsed_traffic(office).value.traffic;
    const auto again = parsed_traffic(text_of_traffic(policy));
    ASSERT_TRUE(again.problems.empty()) << to_string(again.problems.front());
    EXPECT_EQ(again.value.traffic, policy);
    EXPECT_EQ(again.value.traffic.entries.front().ticket, "OPS-1");
    EXPECT_EQ(text_of_traffic(again.value.traffic), text_of_traffic(policy));
    EXPECT_EQ(text_of_traffic({}), "");
}

TEST(TrafficSection, SaysWhatIsWrongAndWhere)
{
    const auto entry = [](std::string_view keys) {
        return traffic_problem("traffic: [{product: sip-trunking, " + std::string(keys) + "}]\n");
    };
    EXPECT_NE(traffic_problem("traffic: [{product: sip-trunk, destinations: [US]}]\n").find("sip-trunking"),
              std::string::npos);
    EXPECT_NE(traffic_problem("traffic: [{destinations: [US]}]\n").find("needs a product"),
              std::string::npos);
    EXPECT_EQ(entry("destinations: [UK]"),
              "b.yml:2:35: destinations must be a set of ISO 3166 regions; the "
              "United Kingdom is GB");
    EXPECT_NE(entry("destinations: [XX]").find("which \"XX\" is not"), std::string::npos);
    EXPECT_NE(entry("destinations: []").find("destinations is empty"), std::string::npos);
    EXPECT_NE(entry("destinations: [\"*\"]").find("leave it out for any country"), std::string::npos);
    EXPECT_NE(entry("hours: \"Mon 07:00-08:00 Mars/Phobos\"").find("b.yml:2:35: \"Mars/Phobos\""),
              std::string::npos)
        << entry("hours: \"Mon 07:00-08:00 Mars/Phobos\"");
    EXPECT_NE(entry("max_calls_per_hour: -1").find("max_calls_per_hour"), std::string::npos);
    EXPECT_NE(entry("max_call_minutes: 1441").find("1440"), std::string::npos);
    EXPECT_NE(entry("max_calls_per_hours: 1").find("max_calls_per_hour"), std::string::npos);
    EXPECT_NE(traffic_problem("traffic: [{product: fax}]\n").find("would trust everything that fax can do"),
              std::string::npos);
    EXPECT_NE(
        traffic_problem("traffic: [{product: messaging, max_call_minutes: 3}]\n").find("limit on calls"),
        std::string::npos);
    EXPECT_NE(traffic_problem("traffic: {product: fax}\n").find("must be a list"), std::string::npos);
    EXPECT_NE(traffic_problem("traffic: []\n").find("has no entry"), std::string::npos);
    EXPECT_NE(traffic_problem("traffic:\n").find("has no entry"), std::string::npos);
    EXPECT_NE(traffic_problem("traffic: [1]\n"), "");
}

config_changes changes(std::string_view before, std::string_view after)
{
    return semantic_diff(catalogue, parsed_traffic(before).value, parsed_traffic(after).value);
}

TEST(TrafficSection, AnEditSaysWhatIsTrustedMore)
{
    const std::string_view small =
        "traffic: [{product: sip-trunking, destinations: [US], max_calls_per_hour: 5}]\n";
    const auto raised =
        changes(small, "traffic: [{product: sip-trunking, destinations: [US], max_calls_per_hour: 50}]\n");
    ASSERT_EQ(raised.count(), 1U);
    EXPECT_EQ(raised.shown()[0].direction, config_change::way::wider);
    EXPECT_EQ(raised.shown()[0].sentence,
              "max_calls_per_hour of traffic, sip-trunking to US, is now 50, was 5");
    const auto other = changes(small, "traffic: [{product: sip-trunking, destinations: [LV]}]\n");
    ASSERT_EQ(other.count(), 2U);
    EXPECT_EQ(other.shown()[0].sentence, "now trusts traffic: sip-trunking to LV");
    EXPECT_EQ(other.shown()[1].sentence, "no longer trusts traffic: sip-trunking to US");
    const auto gone = changes(small, "");
    ASSERT_EQ(gone.count(), 1U);
    EXPECT_EQ(gone.shown()[0].direction, config_change::way::wider) << "nothing is judged any more";
    EXPECT_TRUE(changes(small, small).empty());
    const std::string_view two =
        "traffic: [{product: fax, destinations: [US]}, {product: fax, max_calls_per_hour: 9}]\n";
    const std::string_view swapped =
        "traffic: [{product: fax, max_calls_per_hour: 9}, {product: fax, destinations: [US]}]\n";
    EXPECT_EQ(changes(two, swapped).count(), 1U) << "the first entry that covers a call judges it";
}

}  // namespace
}  // namespace trunkwarden
