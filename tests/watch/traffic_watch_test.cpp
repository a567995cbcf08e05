#include "watch/traffic_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "account/schedule.hpp"
#include "fakes/run.hpp"
#include "watch/account_gauges.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"
#include "watch/traffic_account.hpp"
#include "watch/use_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using namespace traffic_account;

TEST_F(TrafficWatch, IsNotReadAndAcceptedWithoutASection)
{
    build("version: 1\n");
    run(sweep(*watched));
    EXPECT_TRUE(std::ranges::none_of(api->sent, [](const std::string& sent) {
        return sent.starts_with("/usage_reports") || sent.starts_with("/detail_records");
    }));
    EXPECT_EQ(traffic().state, reading_state::accepted);
    EXPECT_EQ(traffic().reason, "the baseline says nothing about it");
    EXPECT_TRUE(gauges_of(*watched).traffic.empty());
}

TEST_F(TrafficWatch, IsReadOnceByASweepAndTellsRefusedAttempts)
{
    has(row("LV", 412));
    run(sweep(*watched));
    EXPECT_EQ(count_of(report), 1);
    EXPECT_EQ(count_of(records(1)), 1);
    EXPECT_EQ(traffic().state, reading_state::complete) << traffic().reason;
    EXPECT_TRUE(told("opened unknown traffic sip-trunking/129/LV"));
}

TEST_F(TrafficWatch, ReadsTheOptionsOnceAndAgainAfterARefusal)
{
    has(row("US", 1));
    api->answer(report, R"({"data":[],"meta":{}})");
    api->fail(report, errc::refused);
    has(row("US", 2));
    for (int i = 0; i < 4; ++i)
        read_once();
    EXPECT_EQ(count_of(options), 2);
    EXPECT_EQ(traffic().state, reading_state::complete) << traffic().reason;
}

TEST_F(TrafficWatch, KeepsAFindingAndClaimsNothingWhileTheReportCannotBeRead)
{
    has(row("LV", 3));
    api->fail(report, errc::server_error);
    for (int minute = 0; minute < 26 * 60; minute += 1)
        read_once();
    for (int minute = 0; minute < 10; ++minute) {
        run(sweep(*watched));
        now += 60s;
    }
    EXPECT_TRUE(told("opened unknown traffic sip-trunking/129/LV"));
    EXPECT_FALSE(told("resolved unknown traffic sip-trunking/129/LV"));
    EXPECT_EQ(traffic().state, reading_state::failed);
    EXPECT_FALSE(watched->complete());
    EXPECT_TRUE(told("opened blind traffic traffic"));
}

TEST_F(TrafficWatch, AReportThatShrinksIsStatedAndNoAllClear)
{
    has(row("US", 30));
    has(row("US", 4));
    read_once();
    EXPECT_EQ(traffic().state, reading_state::complete) << traffic().reason;
    read_once();
    EXPECT_EQ(traffic().state, reading_state::unavailable);
    EXPECT_NE(traffic().reason.find("went back from 30 attempts to 4"), std::string::npos)
        << traffic().reason;
}

TEST_F(TrafficWatch, AProductThatTheApiDoesNotOfferIsNotReadAndSaysSo)
{
    build_with("version: 1\ntraffic: [{product: fax, destinations: [US]}]\n");
    api->answer("/usage_reports/options?product=fax-api", std::string(options_of_trunks));
    api->answer("/detail_records?filter[record_type]=fax-api&page[number]=1&page[size]=50", R"({"data":[]})");
    read_once();
    EXPECT_EQ(traffic().state, reading_state::unavailable);
    EXPECT_NE(traffic().reason.find("does not offer the product"), std::string::npos) << traffic().reason;
}

TEST_F(TrafficWatch, TenThousandCallsAMinuteStayWithinTheRequestsAndSaySo)
{
    has("");
    read_once();
    api->forget(records(1));
    for (int page = 1; page <= 20; ++page)
        api->answer(records(page), page_of_calls(page, rfc3339(now)));
    api->sent.clear();
    read_once();
    EXPECT_LE(api->sent.size(), 11U);
    EXPECT_EQ(count_of(records(10)), 1);
    EXPECT_EQ(count_of(records(11)), 0);
    EXPECT_EQ(traffic().state, reading_state::unavailable);
    EXPECT_NE(traffic().reason.find("only its usage report is read"), std::string::npos) << traffic().reason;
}

TEST_F(TrafficWatch, LeavesRoomForRegistrations)
{
    build_with(std::string(to_us) + "registrations: []\n");
    has("");
    read_once();
    api->forget(records(1));
    for (int page = 1; page <= 20; ++page)
        api->answer(records(page), page_of_calls(page, rfc3339(now)));
    api->sent.clear();
    read_once();
    EXPECT_LE(api->sent.size(), 4U);
}

TEST_F(TrafficWatch, StopsAtAPageWithoutNews)
{
    has("");
    api->forget(records(1));
    for (int page = 1; page <= 20; ++page)
        api->answer(records(page), page_of_calls(page, rfc3339(now)));
    read_once();
    api->sent.clear();
    read_once();
    EXPECT_EQ(count_of(records(1)), 1);
    EXPECT_EQ(count_of(records(2)), 0);
}

TEST_F(TrafficWatch, CountsAttemptsAndCostSinceTheStart)
{
    has(row("US", 30));
    has(row("US", 35));
    read_once();
    read_once();
    const auto gauges = gauges_of(*watched);
    ASSERT_EQ(gauges.traffic.size(), 1U);
    EXPECT_EQ(gauges.traffic[0].product, "sip-trunking");
    EXPECT_EQ(gauges.traffic[0].country, "US");
    EXPECT_EQ(gauges.traffic[0].attempts, 5U);
}

TEST_F(TrafficWatch, IsInTheUseOfTheAccountByCountry)
{
    EXPECT_FALSE(use_of(*watched).calls) << "it was not read yet";
    has(row("US", 1));
    has(row("LV", 412) + "," + row("US", 4));
    read_once();
    read_once();
    const auto calls = use_of(*watched).calls;
    ASSERT_TRUE(calls);
    ASSERT_EQ(calls->by_country.size(), 2U);
    EXPECT_EQ(calls->by_country[0].country, "LV");
    EXPECT_EQ(calls->by_country[0].calls, 412U);
    EXPECT_EQ(calls->by_country[1].calls, 3U) << "the first one may be hours old";
    EXPECT_FALSE(calls->is_least);
    api->forget(report);
    api->fail(report, errc::server_error);
    read_once();
    EXPECT_TRUE(use_of(*watched).calls->is_least);
}

TEST_F(TrafficWatch, SaysThatThereWasNoRoomForAllCountriesAndConnections)
{
    auto& record = watched->memory.traffic.record;
    std::vector<usage_row> rows;
    for (std::size_t at = 0; at <= traffic_record::most_lanes; ++at)
        rows.push_back(
            {{traffic_product::sip_trunking, fmt::format("{:05}", at), "US"}, now, {1, 1, 60, {}}});
    record.add_report(traffic_product::sip_trunking, rows, 1h, now);
    has("");
    read_once();
    EXPECT_EQ(traffic().state, reading_state::unavailable);
    EXPECT_NE(traffic().reason.find("had no room"), std::string::npos) << traffic().reason;
}

TEST_F(TrafficWatch, EndsWithTheSectionAndBeginsWithIt)
{
    has(row("LV", 3));
    read_once();
    const auto section = std::exchange(watched->config.baseline.traffic, {});
    evaluate_coverage(*watched);
    EXPECT_TRUE(told("resolved unknown traffic sip-trunking/129/LV"));
    EXPECT_EQ(traffic().state, reading_state::accepted);
    watched->config.baseline.traffic = section;
    watched->memory.traffic = {};
    evaluate_coverage(*watched);
    EXPECT_EQ(traffic().state, reading_state::never);
    EXPECT_FALSE(told("opened blind traffic traffic")) << "it was not asked for until now";
}

TEST_F(TrafficWatch, AnotherSectionJudgesTheLastReadingAtOnce)
{
    has(row("LV", 3));
    read_once();
    watched->config.baseline.traffic.entries.front().destinations = {"LV", "US"};
    evaluate_coverage(*watched);
    EXPECT_TRUE(told("resolved unknown traffic sip-trunking/129/LV"));
}

TEST_F(TrafficWatch, SaysThatRecordsAreMissingWhereItGaveUpReadingThem)
{
    const auto whole_since = [this] {
        return watched->memory.traffic.record.details_whole_since(traffic_product::sip_trunking);
    };
    EXPECT_EQ(whole_since(), time_point::max());
    has("");
    read_once();
    EXPECT_EQ(whole_since(), earliest_time);
    api->forget(records(1));
    for (int page = 1; page <= 20; ++page)
        api->answer(records(page), page_of_calls(page, rfc3339(now)));
    const auto flooded = now;
    read_once();
    EXPECT_EQ(whole_since(), flooded);
    read_once();
    EXPECT_EQ(whole_since(), flooded) << "nothing new on the first page fills no gap";
    for (int page = 1; page <= 2; ++page)
        api->forget(records(page));
    api->answer(records(1), page_of_calls(100, rfc3339(now)));
    api->fail(records(2), errc::server_error);
    const auto broke_off = now;
    read_once();
    EXPECT_EQ(whole_since(), broke_off);
}

TEST_F(TrafficWatch, SaysThatRecordsHaveNoNumber)
{
    const auto calls_without_a_number = [this] {
        has("");
        api->forget(records(1));
        api->answer(records(1),
                    R"({"data":[{"id":"1","direction":"outbound","started_at":")" + rfc3339(now) +
                        R"(","country_iso":"US","connection_id":"129"}],"meta":{"total_pages":1}})");
    };
    calls_without_a_number();
    read_once();
    EXPECT_EQ(traffic().state, reading_state::unavailable);
    EXPECT_NE(traffic().reason.find("1 record of sip-trunking without a number"), std::string::npos)
        << traffic().reason;
    build_with("version: 1\ntraffic: [{product: sip-trunking, destinations: [US], max_calls_per_hour: 9}]\n");
    calls_without_a_number();
    read_once();
    EXPECT_EQ(traffic().state, reading_state::complete) << "nobody asked whom: " << traffic().reason;
}

TEST_F(TrafficWatch, SaysThatTheReportHasNoCountriesOrNoConnections)
{
    const auto reason_with = [this](std::string_view dimensions, std::string_view entry) {
        build_with(fmt::format("version: 1\ntraffic: [{{product: sip-trunking, {}}}]\n", entry));
        api->forget(options);
        api->answer(options, fmt::format(R"({{"data":[{{"product":"sip-trunking","product_dimensions":[{}],)"
                                         R"("product_metrics":["attempted"]}}]}})",
                                         dimensions));
        auto asked = fmt::format(
            "/usage_reports?product=sip-trunking&date_range=today{}{}&metrics=attempted"
            "&page[number]=1&page[size]=250",
            dimensions.empty() ? "" : "&dimensions=", dimensions);
        std::erase(asked, '"');
        api->answer(asked, R"({"data":[],"meta":{"total_pages":1}})");
        read_once();
        return traffic().state == reading_state::complete ? std::string() : traffic().reason;
    };
    const auto* const countries = R"("country_iso")";
    const auto* const connections = R"("connection_id")";
    EXPECT_NE(reason_with(connections, "destinations: [US]").find("does not offer countries"),
              std::string::npos);
    EXPECT_NE(
        reason_with(countries, "connection_id: '1', destinations: [US]").find("does not offer connections"),
        std::string::npos);
    EXPECT_NE(reason_with("", "connection_id: '1', destinations: [US]").find("countries and connections"),
              std::string::npos);
    EXPECT_EQ(reason_with(connections, "connection_id: '1', max_calls_per_hour: 3"), "");
    EXPECT_EQ(reason_with(countries, "destinations: [US]"), "");
}

TEST_F(TrafficWatch, CountsACountryThatIsNotKnownOnce)
{
    has("");
    read_once();
    auto& record = watched->memory.traffic.record;
    const std::vector<usage_row> rows{
        {{traffic_product::sip_trunking, "1", ""}, now, {3, 0, 0, {}}},
        {{traffic_product::sip_trunking, "1", std::string(not_in_report)}, now, {4, 0, 0, {}}}};
    record.add_report(traffic_product::sip_trunking, rows, 24h, now);
    const auto gauges = gauges_of(*watched);
    ASSERT_EQ(gauges.traffic.size(), 1U) << "two series of the same labels are no metrics";
    EXPECT_EQ(gauges.traffic[0].country, "unknown");
    EXPECT_EQ(gauges.traffic[0].attempts, 7U);
}

}  // namespace
}  // namespace trunkwarden
