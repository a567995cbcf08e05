#include "use/usage_report.hpp"

#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "fetch/api_client.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto trunks = traffic_product::sip_trunking;

std::string padded(std::string text)
{
    text.reserve(text.size() + body_padding);
    return text;
}

constexpr std::string_view offered = R"({"data":[{"product":"messaging","product_dimensions":["date"],
"product_metrics":["count"]},{"product":"sip-trunking","product_dimensions":["date","date_time","connection_id",
"country_iso","direction","tags"],"product_metrics":["attempted","connected","call_sec","billed_sec","cost"],
"record_types":[]}]})";

report_columns columns_of_trunks()
{
    return columns_in(padded(std::string(offered)), trunks).value();
}

TEST(UsageReport, AsksForNothingThatIsNotOffered)
{
    const auto columns = columns_of_trunks();
    EXPECT_EQ(columns.length(), 1h);
    EXPECT_EQ(
        usage_report_path(trunks, columns, fakes::noon + 17min, 2),
        "/usage_reports?product=sip-trunking&start_date=2026-11-22T09:00:00Z&end_date=2026-11-22T13:00:00Z"
        "&dimensions=direction,country_iso,connection_id,date_time&metrics=attempted,connected,billed_sec,"
        "cost&filter%5Bdirection%5D=outbound&page%5Bnumber%5D=2&page%5Bsize%5D=250");
    const auto messages = columns_in(padded(std::string(offered)), traffic_product::messaging);
    ASSERT_TRUE(messages) << messages.error().message;
    EXPECT_EQ(messages->length(), 24h);
    EXPECT_EQ(usage_report_path(traffic_product::messaging, *messages, fakes::noon, 1),
              "/usage_reports?product=messaging&start_date=2026-11-21T00:00:00Z&end_date=2026-11-23T00:00:00Z"
              "&dimensions=date&metrics=count&page%5Bnumber%5D=1&page%5Bsize%5D=250");
    EXPECT_EQ(usage_options_path(traffic_product::verify), "/usage_reports/options?product=verify-2fa");
}

TEST(UsageReport, AProductThatIsNotOfferedIsNotRead)
{
    const auto none = columns_in(padded(std::string(offered)), traffic_product::fax);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("product=fax-api: the answer does not offer the product"),
              std::string::npos)
        << none.error().message;
    EXPECT_FALSE(columns_in(padded("[]"), trunks));
    EXPECT_FALSE(columns_in(
        padded(
            R"({"data":[{"product":"sip-trunking","product_dimensions":["date"],"product_metrics":["tax"]}]})"),
        trunks));
}

usage_page page_of(std::string_view rows)
{
    auto read = usage_page_in(padded(R"({"data":[)" + std::string(rows) + R"(],"meta":{"total_pages":3}})"),
                              trunks, columns_of_trunks(), fakes::noon);
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}

TEST(UsageReport, ReadsItsRows)
{
    const auto page = page_of(
        R"({"product":"sip-trunking","direction":"outbound","country_iso":"LV","connection_id":"129",
"date_time":"2026-11-22T11:00:00Z","attempted":412.0,"connected":2.0,"cost":0.30000000000000004,"billed_sec":120.0},
{"direction":"inbound","country_iso":"US","connection_id":"129","date_time":"2026-11-22T11:00:00Z","attempted":9},
{"direction":"outbound","country_iso":null,"connection_id":null,"date_time":"2026-11-22T12:00:00","attempted":"3",
"cost":"1.25","connected":null})");
    EXPECT_EQ(page.pages, 3U);
    EXPECT_EQ(page.not_understood, 0U) << page.trouble;
    ASSERT_EQ(page.rows.size(), 2U);
    EXPECT_EQ(page.rows[0].lane, (traffic_lane{trunks, "129", "LV"}));
    EXPECT_EQ(page.rows[0].period, fakes::noon - 1h);
    EXPECT_EQ(page.rows[0].sum, (traffic_sum{412, 2, 120, parse_amount("0.3").value()}));
    EXPECT_EQ(page.rows[1].lane, (traffic_lane{trunks, "", ""}));
    EXPECT_EQ(page.rows[1].sum, (traffic_sum{3, 0, 0, parse_amount("1.25").value()}));
}

TEST(UsageReport, SaysWhichRowItDoesNotUnderstand)
{
    const auto page =
        page_of(R"({"direction":"outbound","country_iso":"US","date_time":"yesterday","attempted":1},
{"direction":"outbound","country_iso":"US","date_time":"2026-11-22T11:00:00Z"},
{"direction":"outbound","country_iso":"US","date_time":"2026-11-22T11:00:00Z","attempted":"many"},17,
{"direction":"outbound","country_iso":"US","date_time":"2026-11-22T11:00:00Z","attempted":1})");
    EXPECT_EQ(page.rows.size(), 1U);
    EXPECT_EQ(page.not_understood, 4U) << "none of them is a zero";
    EXPECT_NE(page.trouble.find("yesterday"), std::string::npos) << page.trouble;
    EXPECT_FALSE(usage_page_in(padded(R"({"rows":[]})"), trunks, columns_of_trunks(), fakes::noon));
    EXPECT_FALSE(usage_page_in(padded("<html>"), trunks, columns_of_trunks(), fakes::noon));
}

TEST(UsageReport, ADimensionThatIsNotThereSaysSo)
{
    report_columns few;
    few.attempts = "count";
    const auto read =
        usage_page_in(padded(R"({"data":[{"count":5}]})"), traffic_product::messaging, few, fakes::noon + 3h);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->rows.size(), 1U);
    EXPECT_EQ(read->rows[0].lane.country, not_in_report);
    EXPECT_EQ(read->rows[0].lane.connection, not_in_report);
    EXPECT_EQ(read->rows[0].period, fakes::today) << "it is of today";
    EXPECT_EQ(read->rows[0].sum, (traffic_sum{5, 5, 0, {}})) << "a report without answers shows no refusals";
}

}  // namespace
}  // namespace trunkwarden
