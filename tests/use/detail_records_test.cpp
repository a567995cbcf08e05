#include "use/detail_records.hpp"

#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "fetch/api_client.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

detail_page details_of(std::string_view records, traffic_product product = traffic_product::sip_trunking)
{
    auto body = R"({"data":[)" + std::string(records) + R"(],"meta":{"total_pages":2}})";
    body.reserve(body.size() + body_padding);
    auto read = detail_page_in(body, product);
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}

std::string to_number(std::string_view number)
{
    return R"({"id":"1","direction":"outbound","started_at":"2026-11-22T11:00:00Z","cld":")" +
           std::string(number) + R"("})";
}

TEST(DetailRecords, AreReadByPagesOfFifty)
{
    EXPECT_EQ(detail_records_path(traffic_product::sip_trunking, 3),
              "/detail_records?filter%5Brecord_type%5D=sip-trunking&filter%5Bdirection%5D=outbound"
              "&page%5Bnumber%5D=3&page%5Bsize%5D=50");
}

TEST(DetailRecords, SayWhoCalledWhere)
{
    const auto page = details_of(R"({"record_type":"sip-trunking","id":"9a67","direction":"outbound",
"leg_direction":"inbound","cli":"+13125550100","cld":"+37190000123","country_code":371,"connection_id":"129",
"started_at":"2026-11-22T11:40:03Z","answered_at":"2026-11-22T11:40:09Z","finished_at":"2026-11-22T11:44:20Z",
"attempted":1,"connected":1,"call_sec":251,"billed_sec":300,"rate":"0.61","cost":"3.05","currency":"USD"})");
    EXPECT_EQ(page.pages, 2U);
    ASSERT_EQ(page.records.size(), 1U);
    const auto& call = page.records[0];
    EXPECT_EQ(call.id, "9a67");
    EXPECT_EQ(call.lane, (traffic_lane{traffic_product::sip_trunking, "129", "LV"}));
    EXPECT_TRUE(call.costs_dearly);
    EXPECT_TRUE(call.connected);
    EXPECT_EQ(call.seconds, 251U);
    EXPECT_EQ(call.billed_seconds, 300U);
    EXPECT_EQ(call.cost, parse_amount("3.05"));
    EXPECT_EQ(call.started, parse_time("2026-11-22T11:40:03Z"));
    EXPECT_EQ(call.ended, parse_time("2026-11-22T11:44:20Z"));
}

TEST(DetailRecords, TheNumberSaysTheCountry)
{
    const auto country = [](std::string_view number) {
        return details_of(to_number(number)).records.at(0).lane.country;
    };
    EXPECT_EQ(country("+18765550100"), "JM") << "by area code";
    EXPECT_EQ(country("+13125550100"), "US");
    EXPECT_EQ(country("3125550100"), "US");
    EXPECT_EQ(country("911"), service_numbers);
    EXPECT_EQ(country("+881612345678"), "001") << "satellites are of no country";
    EXPECT_EQ(country(""), "");
    EXPECT_EQ(country("+999123456"), "");
    EXPECT_EQ(country("sip:someone@example.com"), "");
    EXPECT_TRUE(details_of(to_number("+881612345678")).records[0].costs_dearly);
    EXPECT_TRUE(details_of(to_number("+19005550100")).records[0].costs_dearly) << "premium";
    EXPECT_FALSE(details_of(to_number("+13125550100")).records[0].costs_dearly);
}

TEST(DetailRecords, AMessageHasAProfile)
{
    const auto page =
        details_of(R"({"record_type":"messaging","uuid":"m1","direction":"outbound","profile_id":"p1",
"cli":"+13125550100","cld":"+23276123456","country_code":"SL","status":"delivered","parts":1,"cost":"0.05",
"created_at":"2026-11-22T11:40:03Z","sent_at":"2026-11-22T11:40:04Z"},
{"uuid":"m2","direction":"outbound","profile_id":"p1","country_code":"SL","status":"sending_failed",
"created_at":"2026-11-22T11:40:03Z"},{"uuid":"m3","direction":"inbound","created_at":"2026-11-22T11:40:03Z"})",
                   traffic_product::messaging);
    ASSERT_EQ(page.records.size(), 2U) << "inbound ones are of somebody else";
    EXPECT_EQ(page.records[0].lane, (traffic_lane{traffic_product::messaging, "p1", "SL"}));
    EXPECT_TRUE(page.records[0].connected);
    EXPECT_EQ(page.records[1].lane.country, "SL") << "without a number, the record's own";
    EXPECT_FALSE(page.records[1].connected);
}

TEST(DetailRecords, AMessageCostsDearlyWhereCarriersShareItsPrice)
{
    const auto is_dear = [](traffic_product product) {
        return details_of(to_number("+2348012345678"), product).records.at(0).costs_dearly;
    };
    EXPECT_TRUE(is_dear(traffic_product::messaging));
    EXPECT_TRUE(is_dear(traffic_product::verify));
    EXPECT_FALSE(is_dear(traffic_product::sip_trunking)) << "a call to Nigeria is one abroad";
}

TEST(DetailRecords, SayThatARecordIsNone)
{
    const auto page =
        details_of(R"({"id":"1","cld":"+13125550100"},{"started_at":"2026-11-22T11:40:03Z"},null,
{"id":"2","started_at":"2026-11-22T11:40:03Z"})");
    EXPECT_EQ(page.records.size(), 1U);
    EXPECT_EQ(page.without_number, 1U) << "the one that is read";
    EXPECT_EQ(page.not_understood, 3U);
    EXPECT_NE(page.trouble, "");
    std::string body = R"({"data":{}})";
    body.reserve(body.size() + body_padding);
    EXPECT_FALSE(detail_page_in(body, traffic_product::fax));
}

// The dearer of two readings of a number without a plus counts, and else the record's own.
TEST(DetailRecords, ANumberWithoutAPlusMayBeOfAnotherCountry)
{
    const auto reached = [](std::string_view number, std::string_view country) {
        return details_of(R"({"id":"1","started_at":"2026-11-22T11:00:00Z","cld":")" + std::string(number) +
                          R"(","country_iso":")" + std::string(country) + R"("})")
            .records.at(0);
    };
    EXPECT_EQ(reached("2482512345", "SC").lane.country, "SC") << "Seychelles, and not Michigan";
    EXPECT_EQ(reached("3012345678", "DE").lane.country, "DE");
    EXPECT_EQ(reached("2482512345", "").lane.country, "US");
    EXPECT_EQ(reached("+12482512345", "LV").lane.country, "US") << "a plus leaves no doubt";
    EXPECT_EQ(reached("8765550100", "US").lane.country, "JM") << "the dearer one";
    EXPECT_TRUE(reached("8765550100", "US").costs_dearly);
    EXPECT_EQ(reached("2025550100", "LV").lane.country, "LV");
    EXPECT_TRUE(reached("2025550100", "LV").costs_dearly);
    EXPECT_EQ(reached("911", "US").lane.country, service_numbers);
}

TEST(DetailRecords, AFullPageThatDoesNotSayHowManyThereAreIsNotTheLast)
{
    const auto pages_with = [](int records) {
        std::string body = R"({"data":[)";
        for (int i = 0; i < records; ++i)
            body += (i == 0 ? "" : ",") + to_number("+13125550100");
        body += "]}";
        body.reserve(body.size() + body_padding);
        return detail_page_in(body, traffic_product::sip_trunking).value().pages;
    };
    EXPECT_EQ(pages_with(49), 1U);
    EXPECT_GT(pages_with(50), 2U);
}

}  // namespace
}  // namespace trunkwarden
