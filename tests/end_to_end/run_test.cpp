#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <sstream>

#include "end_to_end/http_get.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden run` as a supervisor, a scraper and a reader of the log see it.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view quick_poll = "{requests_per_second: 1000, interval: 500ms, timeout: 5s}";

watch_options watched_quickly(std::string_view poll = quick_poll)
{
    return {.poll = std::string(poll), .listen = "127.0.0.1:0"};
}

struct stopped {
    outcome ended;
    std::chrono::milliseconds after{0};
};

stopped stop(daemon_process& daemon, int signal = SIGTERM)
{
    const auto asked = daemon_process::clock::now();
    daemon.signal(signal);
    auto outcome = daemon.wait(20s);
    return {std::move(outcome),
            std::chrono::duration_cast<std::chrono::milliseconds>(daemon_process::clock::now() - asked)};
}

void wait_for_requests(watched_account& account, daemon_process& daemon)
{
    const auto deadline = daemon_process::clock::now() + 20s;
    while (account.control("requests").at("total").as_int64() == 0) {
        ASSERT_LT(daemon_process::clock::now(), deadline) << "nothing was asked";
        daemon.follow(5ms);
    }
}

TEST(Run, IsHealthyAtOnceAndReadyAfterTheFirstCompleteSweep)
{
    watched_account account(watched_quickly());
    account.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);

    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);
    const auto first = daemon.line_with("sweep ended");
    EXPECT_NE(first.find("result=incomplete"), std::string::npos) << first;
    const auto waiting = http_get(port, "/-/ready");
    EXPECT_EQ(waiting.status, 503);
    EXPECT_NE(waiting.body.find("production"), std::string::npos) << waiting.body;

    account.control("clear_faults");
    ASSERT_NE(daemon.line_with("result=complete"), "");
    EXPECT_EQ(http_get(port, "/-/ready").status, 200);
    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);
    EXPECT_EQ(http_get(port, "/nowhere").status, 404);
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

// One hangs, one drips, one rejects the key; the fourth is attacked, and reported as soon as if it were
// alone.
TEST(Run, AnAccountThatHangsDelaysNoOther)
{
    watched_account hangs;
    watched_account drips;
    watched_account rejects;
    watched_account attacked;
    hangs.fault(R"({"path": "*", "kind": "delay", "ms": 60000})");
    drips.fault(R"({"path": "*", "kind": "drip"})");
    rejects.fault(R"({"path": "*", "kind": "status", "status": 401})");
    std::string settings =
        "poll: {requests_per_second: 1000, interval: 500ms, audit_interval: 0s, timeout: 5s}\n"
        "web: {listen_address: \"127.0.0.1:0\"}\nstate_file: state.db\ncontrol_socket: "
        "control.sock\naccounts:\n";
    const std::array<std::pair<const char*, watched_account*>, 4> all{
        {{"hangs", &hangs}, {"drips", &drips}, {"rejects", &rejects}, {"attacked", &attacked}}};
    for (const auto& [name, account] : all)
        settings += fmt::format(
            "  - {{name: {}, api_key_file: {}, baseline_file: {}, api_url: \"{}\", ca_file: {}}}\n", name,
            account->folder.file("key"), account->folder.file("baseline.yml"), account->url,
            account->ca_file);
    daemon_process daemon(
        {"run", "--log.level=debug", "--config.file=" + attacked.folder.write("all.yml", settings)});
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("msg=\"sweep ended\" account=attacked"), "");

    attacked.attack("add_ip");
    const auto began = daemon_process::clock::now();
    const auto opened = daemon.line_with("msg=\"finding opened\" account=attacked", 20s);
    EXPECT_NE(opened.find("192.0.2.66"), std::string::npos) << opened;
    EXPECT_LT(daemon_process::clock::now() - began, 4s) << "shorter than what the others wait for";
    const auto text = http_get(port, "/metrics").body;
    EXPECT_GE(metric(text, "trunkwarden_sweeps_total", {R"(account="attacked")", R"(result="complete")"})
                  .value_or(0),
              1);
    EXPECT_FALSE(
        metric(text, "trunkwarden_sweeps_total", {R"(account="hangs")", R"(result="complete")"}).value_or(0) >
        0);
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

TEST(Run, ServesMetricsThatAgreeWithWhatItSaw)
{
    watched_account account(watched_quickly());
    account.attack("add_ip");
    account.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    const auto text = http_get(port, "/metrics").body;

    EXPECT_EQ(metric(text, "trunkwarden_findings",
                     {R"(account="production")", R"(resource="ips")", R"(kind="unknown")",
                      R"(severity="critical")", R"(acknowledged="false")"}),
              1)
        << text;
    EXPECT_EQ(metric(text, "trunkwarden_findings_opened_total", {R"(resource="ips")", R"(kind="unknown")"}),
              1);
    EXPECT_EQ(metric(text, "trunkwarden_findings", {R"(resource="fqdns")"}), std::nullopt);
    EXPECT_EQ(metric(text, "trunkwarden_resource_complete", {R"(resource="ips")"}), 1);
    EXPECT_EQ(metric(text, "trunkwarden_resource_complete", {R"(resource="fqdns")"}), 0);
    EXPECT_EQ(metric(text, "trunkwarden_resources", {R"(resource="ips")"}), 3);
    EXPECT_EQ(metric(text, "trunkwarden_resources", {R"(resource="phone_numbers")"}), 12);
    EXPECT_EQ(metric(text, "trunkwarden_resources", {R"(resource="fqdns")"}), std::nullopt);
    EXPECT_EQ(metric(text, "trunkwarden_resource_last_complete_timestamp_seconds", {R"(resource="fqdns")"}),
              std::nullopt);
    EXPECT_GT(metric(text, "trunkwarden_resource_last_complete_timestamp_seconds", {R"(resource="ips")"}),
              1.7e9);
    EXPECT_GE(metric(text, "trunkwarden_sweeps_total", {R"(result="incomplete")"}), 1);
    EXPECT_GE(metric(text, "trunkwarden_sweep_duration_seconds_count", {R"(account="production")"}), 1);
    EXPECT_GE(metric(text, "trunkwarden_api_requests_total", {R"(method="GET")", R"(code="200")"}), 32);
    EXPECT_GE(metric(text, "trunkwarden_api_requests_total", {R"(code="403")"}), 1);
    EXPECT_EQ(metric(text, "trunkwarden_api_rate_limit_remaining", {}), std::nullopt);
    EXPECT_EQ(metric(text, "trunkwarden_two_factor_state", {R"(account="production")"}), 1);
    EXPECT_EQ(metric(text, "trunkwarden_baseline_entries", {R"(resource="ips")"}), 2);
    EXPECT_EQ(metric(text, "trunkwarden_config_last_reload_successful", {}), 1);
    EXPECT_EQ(metric(text, "trunkwarden_build_info", {"version=", "revision="}), 1);
    EXPECT_GT(metric(text, "process_resident_memory_bytes", {}), 0);
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

TEST(Run, LogsAFindingOnceWhenItOpensAndOnceWhenItResolves)
{
    watched_account account(watched_quickly());
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("result=complete"), "");

    const auto added = account.attack("add_ip");
    const auto opened = daemon.line_with("finding opened", 5s);
    ASSERT_NE(opened, "");
    EXPECT_NE(opened.find(" finding=f-"), std::string::npos) << opened;
    EXPECT_NE(opened.find(" severity=critical"), std::string::npos) << opened;
    EXPECT_NE(opened.find("192.0.2.66:5060 on connection sbc"), std::string::npos) << opened;
    const auto id = opened.substr(opened.find("finding=f-"), 22);

    ASSERT_NE(daemon.line_with("sweep ended"), "");  // seen again: no second line
    account.control("delete",
                    fmt::format(R"({{"path": "/ips", "id": {}}})", json::serialize(added.at("id"))));
    const auto resolved = daemon.line_with("finding resolved", 5s);
    EXPECT_NE(resolved.find(id), std::string::npos) << resolved;
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_findings", {}), std::nullopt);

    const auto ended = stop(daemon).ended;
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_EQ(ended.err.find("finding opened"), ended.err.rfind("finding opened"));
    EXPECT_EQ(ended.err.find("finding resolved"), ended.err.rfind("finding resolved"));
}

TEST(Run, LogsJsonForMachines)
{
    watched_account account(watched_quickly());
    account.attack("add_ip");

    const auto ended = run_binary(account.command_line({"run", "--sweeps=1", "--log.format=json"}));

    std::istringstream lines(ended.err);
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);) {
        boost::system::error_code failed;
        const auto parsed = json::parse(line, failed);
        ASSERT_FALSE(failed) << line;
        EXPECT_TRUE(parsed.as_object().contains("ts")) << line;
        EXPECT_TRUE(parsed.as_object().contains("level")) << line;
        if (parsed.at("msg") == "finding opened") {
            ++found;
            EXPECT_EQ(parsed.at("severity"), "critical");
            EXPECT_TRUE(parsed.at("finding").as_string().starts_with("f-")) << line;
        }
    }
    EXPECT_EQ(found, 1U) << ended.err;
}

// "Could not ask" is not "gone".
TEST(Run, KeepsAFindingOpenWhileItsListCannotBeRead)
{
    watched_account account(watched_quickly());
    account.attack("add_ip");
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("result=complete"), "");

    for (const std::string_view word :
         {R"("kind": "status", "status": 403)", R"("kind": "html")",
          R"("kind": "wrong_shape", "body": {"data": [], "meta": {"total_pages": 1, "total_results": 3}})"}) {
        account.control("clear_faults");
        account.fault(fmt::format(R"({{"path": "/ips", {}}})", word));
        ASSERT_NE(daemon.line_with("result=incomplete"), "") << word;
        const auto metrics = http_get(port, "/metrics").body;
        EXPECT_EQ(metric(metrics, "trunkwarden_findings", {R"(resource="ips")", R"(kind="unknown")"}), 1)
            << word;
        EXPECT_EQ(metric(metrics, "trunkwarden_resource_complete", {R"(resource="ips")"}), 0) << word;
    }
    const auto ended = stop(daemon).ended;
    EXPECT_EQ(ended.err.find("finding resolved"), std::string::npos);
}

TEST(Run, TellsAListThatStaysUnreadAsABlindSpotUntilItCanBeReadAgain)
{
    watched_account account(
        watched_quickly("{requests_per_second: 1000, interval: 200ms, timeout: 5s, stale_after: 600ms}"));
    daemon_process daemon(account.command_line({"run"}));
    ASSERT_NE(port_of(daemon), 0);

    account.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    const auto unread = daemon.line_with("resource could not be read");
    EXPECT_NE(unread.find("resource=fqdns"), std::string::npos) << unread;
    EXPECT_NE(unread.find("403"), std::string::npos) << unread;
    const auto blind = daemon.line_with("finding opened");
    EXPECT_NE(blind.find("kind=blind"), std::string::npos) << blind;
    EXPECT_NE(blind.find("resource=fqdns"), std::string::npos) << blind;

    account.control("clear_faults");
    EXPECT_NE(daemon.line_with("resource can be read again"), "");
    EXPECT_NE(daemon.line_with("finding resolved").find("kind=blind"), std::string::npos);
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

TEST(Run, DoesNotJudgeAnAccountOfAnotherOrganisation)
{
    auto options = watched_quickly();
    const std::string_view right = "3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10";
    options.baseline.replace(options.baseline.find(right), right.size(),
                             "00000000-1111-2222-3333-444444444444");
    watched_account account(options);
    account.attack("add_ip");
    daemon_process daemon(account.command_line({"run"}));

    const auto found = daemon.line_with("finding opened");
    EXPECT_NE(found.find("kind=blind"), std::string::npos) << found;
    EXPECT_NE(found.find("resource=organization"), std::string::npos) << found;
    EXPECT_NE(daemon.line_with("is not watched").find(right), std::string::npos);
    EXPECT_FALSE(account.control("requests").at("by_path").as_object().contains("/ips"));
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

// Ending.

class RunEnds : public testing::TestWithParam<int> {};

TEST_P(RunEnds, AtOnceWithZeroWhenItIsAskedTo)
{
    watched_account account(watched_quickly());
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    const auto ended = stop(daemon, GetParam());

    EXPECT_EQ(ended.ended.exit_code, 0) << ended.ended.err;
    EXPECT_LT(ended.after, 2s);
    EXPECT_NE(ended.ended.err.find("stopping"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Signals, RunEnds, testing::Values(SIGTERM, SIGINT),
                         [](const auto& tested) { return tested.param == SIGTERM ? "SIGTERM" : "SIGINT"; });

TEST(Run, EndsAtOnceWhileTheApiDoesNotAnswer)
{
    simulator::options slow;
    slow.delay = 5s;
    watched_account account(watched_quickly("{timeout: 20s}"), with_demo_key(slow));
    daemon_process daemon(account.command_line({"run"}));
    ASSERT_NE(port_of(daemon), 0);
    wait_for_requests(account, daemon);

    const auto ended = stop(daemon);

    EXPECT_EQ(ended.ended.exit_code, 0) << ended.ended.err;
    EXPECT_LT(ended.after, 2s);
}

TEST(Run, EndsAtOnceWhileItWaitsToTryAgain)
{
    watched_account account(watched_quickly());
    account.fault(R"({"path": "*", "kind": "status", "status": 429, "retry_after": "60"})");
    daemon_process daemon(account.command_line({"run"}));
    ASSERT_NE(port_of(daemon), 0);
    wait_for_requests(account, daemon);

    const auto ended = stop(daemon);

    EXPECT_EQ(ended.ended.exit_code, 0) << ended.ended.err;
    EXPECT_LT(ended.after, 2s);
}

TEST(Run, EndsByItselfAfterTheSweepsAskedFor)
{
    watched_account account(watched_quickly());

    const auto ended = run_binary(account.command_line({"run", "--sweeps=2"}));

    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_GE(account.control("requests").at("by_path").at("/ips").as_int64(), 2);
    EXPECT_LE(account.control("requests").at("by_path").at("/ips").as_int64(), 3);
}

TEST(Run, GoesOnAfterAHangupAndABrokenPipe)
{
    watched_account account(watched_quickly());
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    daemon.signal(SIGHUP);
    daemon.signal(SIGPIPE);

    EXPECT_NE(daemon.line_with("msg=reloaded"), "");
    EXPECT_NE(daemon.line_with("sweep ended"), "");
    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

TEST(Run, SaysWhichAddressIsTakenWhenItCannotListen)
{
    watched_account taken;
    const auto address = taken.url.substr(8, taken.url.find("/v2") - 8);
    auto options = watched_quickly();
    options.listen = address;
    const watched_account account(options);

    const auto ended = run_binary(account.command_line({"run"}));

    EXPECT_EQ(ended.exit_code, 1) << ended.err;
    EXPECT_NE(ended.err.find(address), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("Address already in use"), std::string::npos) << ended.err;
    EXPECT_LT(ended.took, 5s);
}

// Memory.

TEST(Run, HoldsLittleMemoryWhateverTheApiSends)
{
    watched_account account({.poll = "{requests_per_second: 1000, timeout: 20s}"});
    // Neither has pages: one that has is asked for again in smaller pages, a dozen times.
    account.fault(R"({"path": "/payment/auto_recharge_prefs", "kind": "huge", "mb": 200})");
    account.fault(R"({"path": "/ai/assistants", "kind": "huge_gzip", "mb": 100})");
    // Else the sanitizer's build keeps what was freed.
    daemon_process daemon(account.command_line({"run"}), {"ASAN_OPTIONS=quarantine_size_mb=1"});

    for (int list = 0; list < 2; ++list) {
        const auto line = daemon.line_with("resource could not be read");
        EXPECT_NE(line.find("bytes"), std::string::npos) << line;
    }
    EXPECT_LT(daemon.peak_megabytes(), 300U) << "one of the two alone is 100 or 200 MB more";
    EXPECT_GT(daemon.peak_megabytes(), 1U);
    RecordProperty("peak_megabytes", static_cast<int>(daemon.peak_megabytes()));
    EXPECT_EQ(stop(daemon).ended.exit_code, 0);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
