#include "cli/read_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "fakes/fake_api_client.hpp"
#include "fakes/run.hpp"
#include "support/clock.hpp"
#include "use/usage_report.hpp"

namespace trunkwarden {
namespace {

const time_point now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);

class ReadUse : public testing::Test {
protected:
    ReadUse()
    {
        for (std::size_t at = 0; at < enumerators_of<traffic_product>(); ++at)
            api.fail(usage_options_path(static_cast<traffic_product>(at)), errc::forbidden);
    }

    static std::string report(std::string_view dimensions, std::string_view filter)
    {
        return fmt::format(
            "/usage_reports?product=call-control&start_date={}&end_date={}&dimensions={}"
            "&metrics=attempted,call_sec{}&page[number]=1&page[size]=250",
            rfc3339(now - span_of_use), rfc3339(now), dimensions, filter);
    }
    void offers(std::string_view dimensions)
    {
        const auto options = usage_options_path(traffic_product::call_control);
        api.forget(options);
        api.answer(options, fmt::format(R"({{"data":[{{"product":"call-control","product_dimensions":[{}],)"
                                        R"("product_metrics":["attempted","call_sec"]}}]}})",
                                        dimensions));
    }

    fake_api_client api;
};

TEST_F(ReadUse, ReadsInboundCallsOfApplicationsThatMadeNone)
{
    offers(R"("connection_id","country_iso","direction","date_time")");
    api.answer(report("direction,country_iso,connection_id,date_time", "&filter[direction]=outbound"),
               R"({"data":[],"meta":{"total_pages":1}})");
    api.answer(report("connection_id,date_time", ""),
               R"({"data":[{"connection_id":"1494","date_time":"2026-11-20T10:00:00Z","attempted":300,)"
               R"("call_sec":36000}],"meta":{"total_pages":1}})");
    const auto read = run(read_use(api, now));
    EXPECT_TRUE(read.seen.rows.empty());
    ASSERT_EQ(read.seen.both_ways.size(), 1U);
    EXPECT_EQ(read.seen.both_ways.front().lane.connection, "1494");
    EXPECT_EQ(read.seen.both_ways.front().sum.attempts, 300U);
    EXPECT_EQ(propose_use(read.seen).active_calls.limits.at(0).max_calls, 40U);
}

TEST_F(ReadUse, KnowsNothingOfInboundCallsWhereReportsHaveNoDirections)
{
    offers(R"("connection_id","date_time")");
    api.answer(report("connection_id,date_time", ""), R"({"data":[],"meta":{"total_pages":1}})");
    const auto read = run(read_use(api, now));
    EXPECT_TRUE(read.seen.both_ways.empty());
    EXPECT_EQ(std::ranges::count(api.sent, report("connection_id,date_time", "")), 1);
}

}  // namespace
}  // namespace trunkwarden
