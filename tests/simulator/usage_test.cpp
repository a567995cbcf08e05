#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "simulator/api.hpp"
#include "simulator/demo_server.hpp"
#include "simulator/thefts.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

const std::string report_of_all =
    "/usage_reports?product=sip-trunking&start_date=2000-01-01&end_date=2099-12-31&dimensions=direction,country_iso,connection_id,"
    "outbound_profile_id&metrics=attempted,connected,cost,billed_sec&filter%5Bdirection%5D=outbound&page%5Bsize%5D=250";
const std::string call_records =
    "/detail_records?filter%5Brecord_type%5D=sip-trunking&filter%5Bdirection%5D=outbound&page%5Bsize%5D=100";
const std::string officepbx =
    "/sip_registration_status?credential_type=sip_credential_connection&username=officepbx01";

// Without the delays that the API has.
constexpr std::string_view at_once =
    R"({"records_ms": 0, "rating_ms": 0, "reports_ms": 0, "detail_records_limit": 0, "usage_reports_limit": 0})";

TEST(SimulatorUsage, ShowsACallInTheReportsAndTheRecords)
{
    demo_server demo;
    demo.control("set", at_once);
    demo.control("use", R"({"to": "+37190000123", "seconds": 251, "rate": "0.61", "ago_s": 251})");
    const json::value record = demo.read(call_records);
    EXPECT_EQ(text_at(record, "/data/0/cld"), "+37190000123");
    EXPECT_EQ(text_at(record, "/data/0/country_code"), "371");
    EXPECT_EQ(text_at(record, "/data/0/cost"), "3.05");
    EXPECT_EQ(text_at(record, "/data/0/billed_sec"), "300");
    EXPECT_EQ(text_at(record, "/data/0/connection_name"), "office-pbx");
    EXPECT_EQ(text_at(record, "/meta/total_results"), "1");
    EXPECT_EQ(text_at(demo.read("/balance"), "/data/available_credit"), "396.95");
    EXPECT_EQ(text_at(demo.read("/balance"), "/data/available_credit"), "396.95") << "charged once";
}

TEST(SimulatorUsage, AddsUpByTheDimensionsThatWereAskedFor)
{
    demo_server demo;
    demo.control("set", at_once);
    demo.control("use", R"({"to": "+3719000####", "count": 4, "refused": true})");
    demo.control("use", R"({"to": "+18765550166", "seconds": 60, "rate": "0.25"})");
    demo.control("use", R"({"to": "+18765550166", "seconds": 30, "rate": "0.25", "ago_s": 30})");
    const json::value report = demo.read(report_of_all);
    ASSERT_EQ(text_at(report, "/meta/total_results"), "2") << "the call that goes on is not counted yet";
    EXPECT_EQ(text_at(report, "/data/0/country_iso"), "JM");
    EXPECT_EQ(report.at("data").at(0).at("cost").to_number<double>(), 0.25);
    EXPECT_EQ(text_at(report, "/data/1/country_iso"), "LV");
    EXPECT_EQ(report.at("data").at(1).at("attempted").to_number<double>(), 4);
    EXPECT_EQ(report.at("data").at(1).at("connected").to_number<double>(), 0);
    EXPECT_EQ(text_at(report, "/data/1/connection_id"), "1293384261075731499");
}

// The account on a clock that the test moves.
struct stopped_account {
    account made = load_account(fakes::in_project("config/demo/account.yml"));
    page_cache pages;
    account::time_point begin{std::chrono::hours(500'000)};

    stopped_account() { made.set_time(begin); }

    json::value read_after(std::chrono::seconds passed, const std::string& path)
    {
        made.set_time(begin + passed);
        api_context on{.state = made, .pages = pages};
        request asked{.method = "GET", .target = "/v2" + path};
        split_target(asked);
        return json::parse(*reply_to(on, asked).body);
    }
};

TEST(SimulatorUsage, TakesItsTimeAsTheApiDoes)
{
    using namespace std::chrono_literals;
    stopped_account on;
    make_use(on.made, {{"to", "+37190000123"}, {"seconds", 60}, {"rate", "3.00"}});
    EXPECT_EQ(text_at(on.read_after(119s, call_records), "/meta/total_results"), "0");
    const json::value seen = on.read_after(120s, call_records);
    EXPECT_EQ(text_at(seen, "/data/0/cld"), "+37190000123");
    EXPECT_EQ(text_at(seen, "/data/0/cost"), "null");
    EXPECT_EQ(text_at(on.read_after(192s, "/balance"), "/data/available_credit"), "400.00");
    EXPECT_EQ(text_at(on.read_after(193s, "/balance"), "/data/available_credit"), "397.00");
    EXPECT_EQ(text_at(on.read_after(193s, call_records), "/data/0/cost"), "3.00");
}

TEST(SimulatorUsage, ReportsByTheDayOfTheCall)
{
    using namespace std::chrono_literals;
    stopped_account on;
    make_use(on.made, {{"refused", true}});
    const std::string today =
        "/usage_reports?product=sip-trunking&date_range=today&dimensions=date&metrics=attempted";
    EXPECT_EQ(text_at(on.read_after(59s, today), "/meta/total_results"), "0");
    EXPECT_EQ(text_at(on.read_after(60s, today), "/meta/total_results"), "1");
    EXPECT_EQ(text_at(on.read_after(24h, today), "/meta/total_results"), "0");
}

TEST(SimulatorUsage, CutsPagesAtFiftyNewestFirst)
{
    demo_server demo;
    demo.control("set", at_once);
    demo.control("use", R"({"to": "+1415555####", "seconds": 1, "waves": 60, "every_s": 1, "ago_s": 70})");
    const json::value page = demo.read(call_records);
    EXPECT_EQ(page.at("data").as_array().size(), 50U);
    EXPECT_EQ(text_at(page, "/meta/page_size"), "50");
    EXPECT_EQ(text_at(page, "/meta/total_pages"), "2");
    EXPECT_EQ(text_at(page, "/data/0/cld"), "+14155550059");
    EXPECT_EQ(text_at(demo.read(call_records + "&page%5Bnumber%5D=2"), "/data/9/cld"), "+14155550000");
}

TEST(SimulatorUsage, AnswersFortyRequestsForRecordsAMinute)
{
    demo_server demo;
    std::size_t refused = 0;
    for (int asked = 0; asked < 81; ++asked) {  // within two minutes of the clock
        const raw_answer got = demo.client.get(call_records);
        refused += got.status == 429 ? 1 : 0;
        EXPECT_EQ(got.header("x-ratelimit-limit"), "40, 40;w=60");
    }
    EXPECT_GE(refused, 1U);
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
}

TEST(SimulatorUsage, AnswersFiveRequestsForReportsASecondAndRefusesTheRestAsTheApiDoes)
{
    demo_server demo;
    std::optional<raw_answer> refused;
    const std::string report = "/usage_reports?product=sip-trunking&date_range=today";
    for (int asked = 0; asked < 1000 && !refused; ++asked) {
        raw_answer got = demo.client.get(report);
        EXPECT_EQ(got.header("x-ratelimit-limit"), "5, 5;w=1");
        if (got.status == 429) {
            refused = std::move(got);
        }
    }
    ASSERT_TRUE(refused);
    EXPECT_EQ(text_at(json::parse(refused->body), "/errors/0/code"), "10011");
    EXPECT_EQ(refused->header("x-ratelimit-remaining"), "0");
    EXPECT_EQ(refused->header("x-ratelimit-reset"), "1");
    EXPECT_EQ(refused->header("x-envoy-ratelimited"), "true");
    EXPECT_EQ(refused->header("retry-after"), "") << "the real API sends none";
    demo.control("set", R"({"usage_reports_limit": 0})");
    EXPECT_EQ(demo.client.get(report).header("x-ratelimit-limit"), "");
}

TEST(SimulatorUsage, RefusesAsTheApiDoes)
{
    demo_server demo;
    EXPECT_EQ(demo.client.get("/detail_records").status, 400U) << "a record type is needed";
    EXPECT_EQ(demo.client.get("/usage_reports?product=sip-trunking").status, 400U);
    EXPECT_EQ(demo.client.get("/usage_reports?product=pigeons&date_range=today").status, 400U);
    demo.control("set", at_once);
    demo.control("use", R"({"seconds": 0})");
    EXPECT_EQ(text_at(demo.read(call_records), "/meta/total_results"), "1");
    EXPECT_EQ(text_at(demo.read(call_records + "&filter%5Bcolour%5D=red"), "/meta/total_results"), "0")
        << "an unknown filter is no error";
    const json::value offered = demo.read("/usage_reports/options?product=messaging");
    EXPECT_NE(json::serialize(offered.at("data").at(0).at("product_dimensions")).find("country_iso"),
              std::string::npos);
}

TEST(SimulatorUsage, RefusesCallsOnceTheirProfileIsSwitchedOff)
{
    stopped_account on;
    account& made = on.made;
    steal(made, "burst_to_latvia", {});
    made.set_time(on.begin + std::chrono::seconds(90));
    made.change("/outbound_voice_profiles", "1293384261075731500", {{"enabled", false}}, made.somebody());
    made.set_time(on.begin + std::chrono::hours(1));
    made.charge_use();
    EXPECT_EQ(text_at(made.single("/balance"), "/available_credit"), "310.00")
        << "two minutes of $45 were on";
    const auto& calls = made.use().all();
    EXPECT_EQ(std::ranges::count(calls, false, &used::connected), 8 * 15);
}

TEST(SimulatorUsage, EveryTheftLeavesItsTrace)
{
    const auto made = [](std::string_view name) {
        demo_server demo;
        demo.control("set", at_once);
        return demo.control("theft", fmt::format(R"({{"name": "{}", "ago_s": 60}})", name));
    };
    const json::value all = demo_server().control("thefts");
    ASSERT_FALSE(all.as_array().empty());
    for (const json::value& each : all.as_array()) {
        const json::object done = made(text_at(each, "/name")).as_object();
        EXPECT_TRUE(done.contains("made") || done.contains("object")) << text_at(each, "/name");
    }
    EXPECT_THROW(made("steal_the_moon"), std::invalid_argument);
}

TEST(SimulatorUsage, EveryHonestUseLeavesItsTrace)
{
    const json::value all = demo_server().control("honest_uses");
    ASSERT_FALSE(all.as_array().empty());
    for (const json::value& each : all.as_array()) {
        demo_server demo;
        const json::object done =
            demo.control("honest", fmt::format(R"({{"name": "{}"}})", text_at(each, "/name"))).as_object();
        const bool shows = done.contains("made") || done.contains("object") ||
                           text_at(done, "/available_credit") != "400.00";
        EXPECT_TRUE(shows) << text_at(each, "/name");
    }
    demo_server demo;
    demo.control("honest", R"({"name": "phone_moves"})");
    EXPECT_EQ(text_at(demo.read(officepbx), "/sip_registration_details/ua_ip"), "203.0.113.21");
    EXPECT_THROW(demo.control("honest", R"({"name": "steal_the_moon"})"), std::invalid_argument);
}

TEST(SimulatorUsage, HoldersOfOnePasswordRegisterInTurn)
{
    demo_server demo;
    demo.control("theft", R"({"name": "register_beside"})");
    std::set<std::string> seen;
    for (int asked = 0; asked < 2; ++asked) {
        seen.insert(text_at(demo.read(officepbx), "/sip_registration_details/ua_ip"));
    }
    EXPECT_EQ(seen, (std::set<std::string>{"192.0.2.66", "203.0.113.20"}));
}

}  // namespace
}  // namespace trunkwarden::simulator
