#include "watch/traffic_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "account/schedule.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "use/detail_records.hpp"
#include "watch/account_gauges.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"
#include "watch/use_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view to_us =
    "version: 1\ntraffic: [{product: sip-trunking, destinations: [US], max_calls_to_one_number: 10}]\n";

constexpr std::string_view options_of_trunks =
    R"({"data":[{"product":"sip-trunking","product_dimensions":["connection_id","country_iso","direction"],)"
    R"("product_metrics":["attempted","connected","billed_sec","cost"]}]})";

const std::string options = "/usage_reports/options?product=sip-trunking";
const std::string report =
    "/usage_reports?product=sip-trunking&date_range=today&dimensions=direction,country_iso,connection_id"
    "&metrics=attempted,connected,billed_sec,cost&filter[direction]=outbound&page[number]=1&page[size]=250";

std::string records(int page)
{
    return fmt::format(
        "/detail_records?filter[record_type]=sip-trunking&filter[direction]=outbound"
        "&page[number]={}&page[size]=50",
        page);
}

std::string row(std::string_view country, int attempts)
{
    return fmt::format(R"({{"direction":"outbound","country_iso":"{}","connection_id":"129","attempted":{},)"
                       R"("connected":0,"billed_sec":0,"cost":0}})",
                       country, attempts);
}

class TrafficWatch : public testing::Test, protected fakes::quiet_account {
protected:
    TrafficWatch() { build_with(to_us); }

    void build_with(std::string_view baseline)
    {
        build(std::string(baseline));
        api->answer(options, std::string(options_of_trunks));
        api->answer(records(1), R"({"data":[],"meta":{"total_pages":0}})");
    }

    void has(const std::string& rows)
    {
        api->answer(report, R"({"data":[)" + rows + R"(],"meta":{"total_pages":1}})");
    }

    void read_once()
    {
        run(read_traffic(*watched));
        now += 60s;
    }

    const coverage& traffic() const { return seen("traffic"); }
    std::ptrdiff_t count_of(const std::string& target) const { return std::ranges::count(api->sent, target); }
};

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

// Fifty calls on each page, all of them new.
std::string page_of_calls(int page, std::string_view at)
{
    std::string items;
    for (int i = 0; i < 50; ++i)
        items += fmt::format(
            R"({}{{"id":"{}-{}","direction":"outbound","started_at":"{}","cld":"+1312555{:04}"}})",
            i == 0 ? "" : ",", page, i, at, i);
    return R"({"data":[)" + items + R"(],"meta":{"total_pages":400}})";
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

// Everything about use that is read in the minutes after the first, as the account's watch reads it, while
// each page of records is news and each report has so many pages.
class RequestsAboutUse : public TrafficWatch {
protected:
    void begin(const std::string& sections, int products, int pages)
    {
        products_ = products;
        std::string traffic = "traffic:\n";
        for (int at = 0; at < products; ++at)
            traffic += fmt::format("  - {{product: {}, destinations: [US]}}\n",
                                   name_of(static_cast<traffic_product>(at)));
        build("version: 1\nspending: {max_per_day: \"9.00\"}\n" + traffic + sections);
        watched->io.between_questions = between_questions;
        for (int at = 0; at < products; ++at)
            answer_for(static_cast<traffic_product>(at), pages);
    }
    void answer_for(traffic_product product, int pages)
    {
        const auto name = usage_report_name(product);
        auto offered = std::string(options_of_trunks);
        offered.replace(offered.find("sip-trunking"), 12, name);
        const auto columns = columns_in(offered, product).value();
        api->answer(usage_options_path(product), offered);
        for (int page = 1; page <= pages; ++page)
            api->answer(as_sent(usage_report_path(product, columns, now, static_cast<std::size_t>(page))),
                        fmt::format(R"({{"data":[],"meta":{{"total_pages":{}}}}})", pages));
    }
    void answer_details(int minute)
    {
        for (int product = 0; product < products_; ++product)
            for (int page = 1; page <= 12; ++page) {
                const auto path = detail_records_path(static_cast<traffic_product>(product),
                                                      static_cast<std::size_t>(page));
                api->forget(as_sent(path));
                api->answer(as_sent(path),
                            page_of_calls(100'000 * minute + 100 * product + page, rfc3339(now)));
            }
    }
    // As the fake API writes it down.
    static std::string as_sent(std::string path)
    {
        for (auto at = path.find("%5"); at != std::string::npos; at = path.find("%5", at + 1))
            path.replace(at, 3, path.at(at + 2) == 'B' ? "[" : "]");
        return path;
    }
    // Of traffic in each minute.
    std::vector<std::size_t> in_minutes(int minutes)
    {
        std::vector<std::size_t> out;
        for (int minute = 0; minute < minutes; ++minute) {
            answer_details(minute);
            api->sent.clear();
            run(read_traffic(*watched));
            out.push_back(api->sent.size());
            now += 60s;
        }
        return out;
    }

private:
    int products_ = 0;
};

struct use_sections {
    std::string text;
    std::size_t questions = 0;  // that it takes in a minute, at one for each 6 seconds
};

std::vector<use_sections> all_combinations()
{
    std::vector<use_sections> out{{"", 0}, {"registrations: []\n", 10}};
    for (std::size_t limits : {1U, 3U, 4U, 9U, 30U}) {
        std::string calls = "active_calls:\n";
        for (std::size_t at = 0; at < limits; ++at)
            calls += fmt::format("  - {{connection_id: \"{}\", max_calls: 2}}\n", 100 + at);
        out.push_back({calls, std::min<std::size_t>(limits, 10)});
        out.push_back({"registrations: []\n" + calls, 10});
    }
    return out;
}

TEST_F(RequestsAboutUse, StayWithinFifteenAMinuteInEveryCombination)
{
    static_assert(std::chrono::minutes(1) / between_questions == 10);
    for (const auto& [sections, questions] : all_combinations())
        for (int products = 1; products <= 6; ++products) {
            begin(sections, products, 1);
            const auto traffic = in_minutes(10);
            for (const auto sent : traffic)
                EXPECT_LE(1 + questions + sent, 15U) << products << " products beside\n" << sections;
            EXPECT_GE(*std::ranges::min_element(traffic), 2U) << "some of it is read in each minute";
        }
}

TEST_F(RequestsAboutUse, AreForEachProductWhereItIsReadOnlyOnce)
{
    begin("registrations: []\n", 4, 1);
    answer_details(1);
    run(sweep(*watched));
    for (int product = 0; product < 4; ++product) {
        const auto options_of = usage_options_path(static_cast<traffic_product>(product));
        EXPECT_EQ(count_of(options_of), 1) << options_of;
    }
    EXPECT_EQ(watched->memory.traffic.readings.size(), 4U);
}

TEST_F(RequestsAboutUse, AReportOfManyPagesIsPaidForByTheTurnsAfterIt)
{
    begin("registrations: []\n", 2, 8);
    std::size_t all = 0;
    for (const auto sent : in_minutes(60))
        all += sent;
    EXPECT_LE(all, 4U * 60U + 12U);
    EXPECT_GE(all, 3U * 60U) << "and no longer than that";
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
