#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <thread>

#include "fakes/paths.hpp"
#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

TEST(SimulatorFault, GivesAStatusAsOftenAsAskedAndThenRecovers)
{
    demo_server demo;
    demo.control("fault",
                 R"({"path": "/ips", "kind": "status", "status": 503, "retry_after": 7, "times": 2})");
    for (int i = 0; i < 2; ++i) {
        const raw_answer got = demo.client.get("/ips");
        EXPECT_EQ(got.status, 503U);
        EXPECT_EQ(got.header("retry-after"), "7");
        EXPECT_EQ(text_at(json::parse(got.body), "/errors/0/code"), "10037");
    }
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
}

TEST(SimulatorFault, StrikesOnlyThePathPageAndMethodItIsFor)
{
    demo_server demo;
    demo.control(
        "fault",
        R"({"path": "/phone_numbers", "page": 2, "method": "GET", "kind": "status", "status": 500})");
    EXPECT_EQ(demo.client.get("/phone_numbers?page[size]=5").status, 200U);
    EXPECT_EQ(demo.client.get("/phone_numbers?page[size]=5&page[number]=2").status, 500U);
    EXPECT_EQ(demo.client.get("/ips?page[number]=2").status, 200U);
    demo.control("clear_faults");
    demo.control("fault", R"({"path": "*", "method": "PATCH", "kind": "status", "status": 500})");
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
    EXPECT_EQ(demo.client.send("PATCH", "/ips/1293384261075731520", R"({"ip_address": "192.0.2.9"})").status,
              500U);
    EXPECT_EQ(text_at(demo.read("/ips/1293384261075731520"), "/data/ip_address"), "198.51.100.4");
}

TEST(SimulatorFault, CanCarryOutAWriteWhoseAnswerIsLost)
{
    demo_server demo;
    demo.control(
        "fault",
        R"({"path": "/ips/*", "kind": "close", "method": "PATCH", "carried_out": true, "times": 1})");
    EXPECT_FALSE(
        demo.client.send("PATCH", "/ips/1293384261075731520", R"({"ip_address": "192.0.2.9"})").answered);
    demo.client.reconnect();
    EXPECT_EQ(text_at(demo.read("/ips/1293384261075731520"), "/data/ip_address"), "192.0.2.9");
}

TEST(SimulatorFault, DelaysAnAnswer)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "delay", "ms": 150, "times": 1})");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(150));
}

TEST(SimulatorFault, StopsAtOnceInTheMiddleOfADelay)
{
    auto running = std::make_unique<server>(generate_account(1), options{.delay = std::chrono::minutes(10)});
    raw_client client(*running);
    std::thread waiting([&client] { EXPECT_FALSE(client.get("/ips").answered); });
    while (running->control("requests").find(R"("total":0)") != std::string::npos) {
        std::this_thread::yield();
    }
    const auto start = std::chrono::steady_clock::now();
    running.reset();
    waiting.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(SimulatorFault, TruncatesABody)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "truncate", "times": 1})");
    const raw_answer got = demo.client.get("/ips");
    EXPECT_TRUE(got.answered);
    EXPECT_FALSE(got.complete);
    EXPECT_EQ(got.body.size(), std::stoul(got.header("content-length")) / 2);
}

TEST(SimulatorFault, ClosesWithoutAnAnswer)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "close", "times": 1})");
    EXPECT_FALSE(demo.client.get("/ips").answered);
    demo.client.reconnect();
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
}

TEST(SimulatorFault, DripsByteByByte)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/balance", "kind": "drip", "ms": 1, "times": 1})");
    const auto start = std::chrono::steady_clock::now();
    const raw_answer got = demo.client.get("/balance");
    EXPECT_TRUE(got.complete);
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(got.body.size()));
}

TEST(SimulatorFault, AnswersWhatIsNotJson)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "not_json"})");
    boost::system::error_code failed;
    json::parse(demo.client.get("/ips").body, failed);
    EXPECT_TRUE(failed);
    demo.control("fault", R"({"path": "/fqdns", "kind": "html", "status": 502})");
    const raw_answer page = demo.client.get("/fqdns");
    EXPECT_EQ(page.status, 502U);
    EXPECT_EQ(page.header("content-type").substr(0, 9), "text/html");
}

TEST(SimulatorFault, AnswersSizesNobodyShouldRead)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "huge", "mb": 3})");
    const raw_answer huge = demo.client.get("/ips");
    EXPECT_TRUE(huge.complete);
    EXPECT_GT(huge.body.size(), 3U << 20U);
    EXPECT_NO_THROW(json::parse(huge.body));
    demo.control("fault", R"({"path": "/fqdns", "kind": "huge_gzip", "mb": 16})");
    const raw_answer bomb = demo.client.get("/fqdns");
    EXPECT_EQ(bomb.header("content-encoding"), "gzip");
    EXPECT_LT(bomb.body.size(), 100'000U);
    demo.control("fault", R"({"path": "/balance", "kind": "big_header"})");
    EXPECT_EQ(demo.client.get("/balance").header("x-padding").size(), 65536U);
}

TEST(SimulatorFault, AnswersWrongShapes)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "wrong_shape", "times": 1})");
    EXPECT_EQ(demo.client.get("/ips").body, R"({"data": {}})");
    demo.control("fault", R"({"path": "/ips", "kind": "wrong_shape", "times": 1, "body": {"data": null}})");
    EXPECT_EQ(demo.client.get("/ips").body, R"({"data":null})");
    demo.control("fault", R"({"path": "/ips", "kind": "no_meta", "times": 1})");
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta"), "(missing)");
    demo.control("fault", R"({"path": "/ips", "kind": "lying_total", "by": -1, "times": 1})");
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/total_results"), "1");
    demo.control("fault", R"({"path": "/ips", "kind": "duplicate_ids", "times": 1})");
    const json::value twice = demo.read("/ips");
    EXPECT_EQ(text_at(twice, "/data/0/id"), text_at(twice, "/data/2/id"));
    demo.control("fault", R"({"path": "/ips", "kind": "invalid_utf8", "times": 1})");
    EXPECT_NE(demo.client.get("/ips").body.find('\xff'), std::string::npos);
    demo.control(
        "fault",
        R"({"path": "/ips", "kind": "replaced_text", "from": "\"port\":", "to": "\"p\":", "times": 1})");
    EXPECT_EQ(text_at(demo.read("/ips"), "/data/0/port"), "(missing)");
    demo.control("fault", R"({"path": "/ips", "kind": "deep", "times": 1})");
    EXPECT_EQ(demo.client.get("/ips").body.find_first_not_of('[', 8) - 8, 10'000U);
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/total_results"), "2");
}

std::multiset<std::string> numbers_by_page(demo_server& demo)
{
    std::multiset<std::string> seen;
    for (const char* page : {"1", "2", "3"}) {
        const json::value read = demo.read(std::string("/phone_numbers?page[size]=5&page[number]=") + page);
        for (const json::value& each : read.at("data").as_array()) {
            seen.insert(text_at(each, "/phone_number"));
        }
    }
    return seen;
}

TEST(SimulatorFault, ShiftsPagesSoThatObjectsAreLost)
{
    const std::pair<const char*, const char*> ways[] = {{"delete", "11"}, {"swap", "12"}};
    for (const auto& [way, total] : ways) {
        demo_server demo;
        json::object wanted{{"path", "/phone_numbers"}, {"kind", "page_shift"}, {"page", 2}, {"times", 1}};
        wanted["body"] = way;
        demo.control("fault", json::serialize(wanted));
        // The sixth number slipped to page 1 after that had been read.
        EXPECT_EQ(numbers_by_page(demo).count("+14155550105"), 0U) << way;
        EXPECT_EQ(text_at(demo.read("/phone_numbers"), "/meta/total_results"), total) << way;
    }
}

TEST(SimulatorFault, ShiftsPagesSoThatObjectsRepeat)
{
    demo_server demo;
    demo.control(
        "fault",
        R"({"path": "/phone_numbers", "kind": "page_shift", "page": 2, "times": 1, "body": "insert"})");
    EXPECT_EQ(numbers_by_page(demo).count("+14155550104"), 2U);
}

TEST(SimulatorFault, RepeatsTheFirstPageForEver)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/phone_numbers", "kind": "repeat_page"})");
    EXPECT_EQ(text_at(demo.read("/phone_numbers?page[size]=5&page[number]=3"), "/data/0/phone_number"),
              "+14155550100");
}

TEST(SimulatorFault, StopsTheAuditLogAndLetsItGoOn)
{
    demo_server demo;
    demo.control("attack", R"({"name": "add_ip"})");
    demo.control("fault", R"({"kind": "stale_audit"})");
    demo.control("attack", R"({"name": "forward_number"})");
    EXPECT_EQ(text_at(demo.read("/audit_events"), "/meta/total_results"), "1");
    demo.control("clear_faults");
    EXPECT_EQ(text_at(demo.read("/audit_events"), "/meta/total_results"), "2");
}

TEST(SimulatorFault, Redirects)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips", "kind": "redirect", "location": "https://attacker.example/"})");
    const raw_answer got = demo.client.get("/ips");
    EXPECT_EQ(got.status, 307U);
    EXPECT_EQ(got.header("location"), "https://attacker.example/");
}

TEST(SimulatorFault, FramesValidAnswersInUnusualWays)
{
    demo_server demo;
    const std::string plain = demo.client.get("/phone_numbers").body;
    demo.control("fault", R"({"path": "/phone_numbers", "kind": "chunked", "times": 1})");
    const raw_answer chunked = demo.client.get("/phone_numbers");
    EXPECT_EQ(chunked.header("content-length"), "");
    EXPECT_TRUE(chunked.complete);
    EXPECT_EQ(chunked.body, plain);

    demo.control("fault", R"({"path": "/phone_numbers", "kind": "close_after_answer", "times": 1})");
    const raw_answer last = demo.client.get("/phone_numbers");
    EXPECT_EQ(last.header("connection"), "close");
    EXPECT_EQ(last.body, plain);
    EXPECT_FALSE(demo.client.get("/ips").answered);
    demo.client.reconnect();

    demo.control("fault", R"({"path": "/phone_numbers", "kind": "keepalive_drop", "times": 1})");
    const raw_answer dropped = demo.client.get("/phone_numbers");
    EXPECT_EQ(dropped.header("connection"), "keep-alive");
    EXPECT_EQ(dropped.body, plain);
    EXPECT_FALSE(demo.client.get("/ips").answered);
}

constexpr const char* thief_url = "https://xml.attacker.example/dial.xml";

TEST(SimulatorFault, RefusesAWriteWithConflictAndUnprocessable)
{
    const std::pair<const char*, const char*> refusals[] = {{"409", "10036"}, {"422", "10027"}};
    for (const auto& [status, code] : refusals) {
        demo_server demo;
        demo.control("fault",
                     std::string(R"({"path": "/ips/*", "method": "DELETE", "kind": "status", "status": )") +
                         status + "}");
        const raw_answer got = demo.client.send("DELETE", "/ips/1293384261075731520");
        EXPECT_EQ(std::to_string(got.status), status);
        EXPECT_EQ(text_at(json::parse(got.body), "/errors/0/code"), code);
        EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 200U);
    }
}

TEST(SimulatorFault, AnswersAWriteAsIfItHadBeenCarriedOut)
{
    demo_server demo;
    demo.control("fault", R"({"path": "*", "kind": "answer_only"})");
    const raw_answer changed = demo.client.send(
        "PATCH", ivr,
        R"({"active": false, "friendly_name": "ivr", "voice_url": "https://ivr.example.com/start.xml"})");
    EXPECT_EQ(changed.status, 200U);
    EXPECT_EQ(text_at(json::parse(changed.body), "/data/active"), "false");
    EXPECT_EQ(text_at(demo.read(ivr), "/data/active"), "true");
    EXPECT_EQ(demo.client.send("DELETE", "/ips/1293384261075731520").status, 200U);
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 200U);
    EXPECT_EQ(
        demo.client
            .send("POST", "/ips", R"({"connection_id": "1293384261075731510", "ip_address": "198.51.100.9"})")
            .status,
        201U);
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/total_results"), "2");
    EXPECT_EQ(text_at(demo.read("/audit_events"), "/meta/total_results"), "0");
    EXPECT_EQ(demo.client.send("PATCH", ivr, R"({"active": false})").status, 422U)
        << "what the API would refuse is refused";
}

TEST(SimulatorFault, AppliesHalfOfAChange)
{
    demo_server demo;
    demo.control("fault", R"({"path": "*", "kind": "half_apply"})");
    const raw_answer got = demo.client.send(
        "PATCH", ivr,
        R"({"friendly_name": "ivr", "active": false, "voice_url": "https://ivr.example.com/start.xml",
            "voice_fallback_url": "https://ivr.example.com/other.xml"})");
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(text_at(demo.read(ivr), "/data/active"), "false");
    EXPECT_NE(text_at(demo.read(ivr), "/data/voice_fallback_url"), "https://ivr.example.com/other.xml");
    EXPECT_EQ(demo.client.send("DELETE", "/ips/1293384261075731520").status, 200U);
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 404U) << "there is no half of a deletion";
}

TEST(SimulatorFault, CarriesOutAWriteAndClosesTheConnection)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips/*", "kind": "apply_then_close", "times": 1})");
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 200U) << "a GET is left alone";
    EXPECT_FALSE(demo.client.send("DELETE", "/ips/1293384261075731520").answered);
    demo.client.reconnect();
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 404U);
}

TEST(SimulatorFault, CarriesOutAWriteAndKeepsItsAnswerBack)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips/*", "kind": "apply_then_hang", "ms": 150, "times": 1})");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(demo.client.send("DELETE", "/ips/1293384261075731520").status, 200U);
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(150));
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 404U);
}

TEST(SimulatorFault, HangsLongerThanAnybodyWaitsWhenItIsNotSaidHowLong)
{
    auto running =
        std::make_unique<server>(load_account(fakes::in_project("config/demo/account.yml")), options{});
    running->control("fault", R"({"path": "/ips/*", "kind": "apply_then_hang"})");
    raw_client client(*running);
    std::thread waiting(
        [&client] { EXPECT_FALSE(client.send("DELETE", "/ips/1293384261075731520").answered); });
    while (running->control("state", R"({"path": "/ips"})").find("1293384261075731520") !=
           std::string::npos) {
        std::this_thread::yield();
    }
    running.reset();
    waiting.join();
}

TEST(SimulatorFault, LetsSomebodyElseChangeTheObjectFirst)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/texml_applications/*", "method": "PATCH", "kind": "race", "times": 1,
                              "changes": {"voice_fallback_url": "https://xml.attacker.example/dial.xml"}})");
    const raw_answer got = demo.client.send(
        "PATCH", ivr,
        R"({"active": false, "friendly_name": "ivr", "voice_url": "https://ivr.example.com/start.xml"})");
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(text_at(json::parse(got.body), "/data/voice_fallback_url"), thief_url) << "the answer shows it";
    EXPECT_EQ(text_at(demo.read(ivr), "/data/active"), "false") << "and the request was carried out";

    demo.control("fault", R"({"path": "/phone_numbers/*", "kind": "race", "times": 1,
                              "changes": {"call_forwarding": {"forwards_to": "+18765550166"}}})");
    EXPECT_EQ(
        demo.client.send("PATCH", forwarded, R"({"call_forwarding": {"call_forwarding_enabled": false}})")
            .status,
        200U);
    EXPECT_EQ(text_at(demo.read(forwarded), "/data/call_forwarding/forwards_to"), "+18765550166");
    EXPECT_EQ(text_at(demo.read(forwarded), "/data/call_forwarding/call_forwarding_enabled"), "false");

    demo.control("fault", R"({"path": "/payment/auto_recharge_prefs", "kind": "race",
                              "changes": {"recharge_amount": "900.00"}})");
    demo.client.send("PATCH", "/payment/auto_recharge_prefs", R"({"enabled": false})");
    EXPECT_EQ(text_at(demo.read("/payment/auto_recharge_prefs"), "/data/recharge_amount"), "900.00");
}

TEST(SimulatorFault, LetsAThiefAttackTheObjectFirst)
{
    demo_server demo;
    demo.control("fault", R"({"path": "/ips/*", "method": "DELETE", "kind": "race", "attack": "change_ip",
                              "user_id": "0b0b0b0b-0000-4000-8000-000000000001", "times": 1})");
    const raw_answer gone = demo.client.send("DELETE", "/ips/1293384261075731521");
    EXPECT_EQ(gone.status, 200U);
    EXPECT_EQ(text_at(json::parse(gone.body), "/data/ip_address"), "192.0.2.66") << "the one of the request";
    const json::value log = demo.read("/audit_events?sort=asc");
    EXPECT_EQ(text_at(log, "/data/0/user_id"), "0b0b0b0b-0000-4000-8000-000000000001");
    EXPECT_EQ(text_at(log, "/data/1/change_type"), "delete");

    demo.control("fault", R"({"path": "/ips/*", "kind": "race", "attack": "delete_ip", "times": 1})");
    EXPECT_EQ(demo.client.send("DELETE", "/ips/1293384261075731520").status, 404U) << "somebody was faster";

    demo.control("fault", R"({"path": "/phone_numbers/*", "kind": "race", "attack": "add_ip", "times": 1})");
    demo.client.send("PATCH", forwarded, R"({"call_forwarding": {"call_forwarding_enabled": false}})");
    EXPECT_EQ(text_at(demo.read("/ips"), "/data/0/ip_address"), "192.0.2.66") << "an attack of another list";
}

TEST(SimulatorFault, RefusesARaceWithoutAnybodyInIt)
{
    demo_server demo;
    EXPECT_THROW(demo.control("fault", R"({"path": "/ips/*", "kind": "race"})"), std::invalid_argument);
    EXPECT_THROW(demo.control("fault", R"({"path": "/ips/*", "kind": "race", "attack": "sneeze"})"),
                 std::invalid_argument);
}

TEST(SimulatorFault, RefusesAFaultItDoesNotKnow)
{
    demo_server demo;
    EXPECT_THROW(demo.control("fault", R"({"path": "/ips", "kind": "gremlins"})"), std::invalid_argument);
    EXPECT_THROW(demo.control("fault", R"({"kind": "close"})"), std::invalid_argument);
}

}  // namespace
}  // namespace trunkwarden::simulator
