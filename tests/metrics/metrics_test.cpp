#include "metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include "fakes/times.hpp"
#include "metrics/gauges.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

using fakes::noon;

gauge_state everything_known()
{
    account_gauges account{
        .account = "production",
        .findings = {{{"ips", "unknown", "critical"}, 2}, {{"ips", "unknown", "critical"}, 1, true}},
        .resources = {},
        .rate_limit_remaining = 87,
        .two_factor = two_factor_state::not_known,
        .audit_last_read = noon,
        .baseline_next_expiry = noon + 24h};
    account.resources.push_back({"ips", 250, true, noon, 3, 1});
    account.spending =
        spending_gauges{"USD", *parse_amount("512.35"), 840.0, *parse_amount("45.5"), {{"by_hand", 2}}};
    account.registrations = 4;
    account.active_calls = 17;
    account.exposure_per_minute = 42;
    account.traffic = {{"sip-trunking", "LV", 412, *parse_amount("12.2")}};
    gauge_state now;
    now.accounts = {account};
    now.sinks = {{"soc", 2, 1, noon}};
    now.heartbeat = heartbeat_gauges{noon, 7};
    now.alerts_unheard = false;
    now.state_file_writable = true;
    now.state_up = true;
    now.state_write_seconds = 0.25;
    now.state_pending = 3;
    now.last_reload_successful = true;
    now.last_reload_success = noon;
    return now;
}

TEST(Metrics, ShowsEveryGaugeThatIsKnown)
{
    const std::string text = metrics().exposition(everything_known());
    for (
        const char* line :
        {"trunkwarden_findings{account=\"production\",resource=\"ips\",kind=\"unknown\","
         "severity=\"critical\",acknowledged=\"false\"} 2\n",
         "trunkwarden_findings{account=\"production\",resource=\"ips\",kind=\"unknown\","
         "severity=\"critical\",acknowledged=\"true\"} 1\n",
         "trunkwarden_resources{account=\"production\",resource=\"ips\"} 250\n",
         "trunkwarden_resource_complete{account=\"production\",resource=\"ips\"} 1\n",
         "trunkwarden_resource_last_complete_timestamp_seconds{account=\"production\","
         "resource=\"ips\"} 1795348800\n",
         "trunkwarden_resource_unreadable_objects{account=\"production\",resource=\"ips\"} 1\n",
         "trunkwarden_baseline_entries{account=\"production\",resource=\"ips\"} 3\n",
         "trunkwarden_api_rate_limit_remaining{account=\"production\"} 87\n",
         "trunkwarden_two_factor_state{account=\"production\"} -1\n",
         "trunkwarden_balance{account=\"production\",currency=\"USD\"} 512.35\n",
         "trunkwarden_balance_lasts_seconds{account=\"production\",currency=\"USD\"} 840\n",
         "trunkwarden_registrations{account=\"production\"} 4\n",
         "trunkwarden_active_calls{account=\"production\"} 17\n",
         "trunkwarden_exposure_per_minute{account=\"production\"} 42\n",
         "# TYPE trunkwarden_spent_total counter\n",
         "trunkwarden_spent_total{account=\"production\",currency=\"USD\"} 45.5\n",
         "trunkwarden_top_ups_total{account=\"production\",currency=\"USD\",source=\"by_hand\"} 2\n",
         "# TYPE trunkwarden_call_attempts_total counter\n",
         "trunkwarden_call_attempts_total{account=\"production\",country=\"LV\",product=\"sip-trunking\"} 412\n",
         "trunkwarden_calls_cost_total{account=\"production\",country=\"LV\",product=\"sip-trunking\"} 12.2\n",
         "trunkwarden_audit_last_read_timestamp_seconds{account=\"production\"} 1795348800\n",
         "trunkwarden_baseline_next_expiry_timestamp_seconds{account=\"production\"} 1795435200\n",
         "trunkwarden_notifications_pending{sink=\"soc\"} 2\n",
         "trunkwarden_notifications_dead{sink=\"soc\"} 1\n",
         "trunkwarden_notifications_last_success_timestamp_seconds{sink=\"soc\"} 1795348800\n",
         "trunkwarden_heartbeat_last_success_timestamp_seconds 1795348800\n",
         "# TYPE trunkwarden_heartbeat_failures_total counter\n",
         "trunkwarden_heartbeat_failures_total 7\n",
         "trunkwarden_alerts_unheard 0\n",
         "trunkwarden_state_file_writable 1\n",
         "trunkwarden_state_up 1\n",
         "trunkwarden_state_write_seconds 0.25\n",
         "trunkwarden_state_pending_changes 3\n",
         "trunkwarden_config_last_reload_successful 1\n",
         "trunkwarden_config_last_reload_success_timestamp_seconds 1795348800\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, HidesAGaugeWhoseSourceIsNotKnown)
{
    account_gauges account{};
    account.account = "production";
    account.resources.push_back({"ips", std::nullopt, false, std::nullopt, std::nullopt});
    gauge_state now;
    now.accounts = {account};
    const std::string text = metrics().exposition(now);
    EXPECT_THAT(text,
                HasSubstr("trunkwarden_resource_complete{account=\"production\",resource=\"ips\"} 0\n"));
    for (const char* absent :
         {"trunkwarden_resources", "trunkwarden_resource_last_complete", "trunkwarden_baseline",
          "trunkwarden_api_rate_limit_remaining", "trunkwarden_two_factor", "trunkwarden_audit_last",
          "trunkwarden_notifications_p", "trunkwarden_heartbeat", "trunkwarden_state_file",
          "trunkwarden_state_up", "trunkwarden_state_write", "trunkwarden_state_pending",
          "trunkwarden_alerts_unheard", "trunkwarden_config", "trunkwarden_findings"})
        EXPECT_THAT(text, Not(HasSubstr(absent)));
}

TEST(Metrics, ForgetsAGaugeAtTheNextScrape)
{
    const metrics numbers;
    EXPECT_THAT(numbers.exposition(everything_known()), HasSubstr("trunkwarden_resources{"));
    EXPECT_THAT(numbers.exposition({}), Not(HasSubstr("trunkwarden_resources")));
}

TEST(Metrics, StartsAWatchedAccountAtZero)
{
    metrics numbers;
    numbers.watch("production");
    numbers.watch("production");
    const std::string text = numbers.exposition({});
    for (
        const char* line :
        {"trunkwarden_sweeps_total{account=\"production\",result=\"complete\"} 0\n",
         "trunkwarden_sweeps_total{account=\"production\",result=\"incomplete\"} 0\n",
         "trunkwarden_findings_opened_total{account=\"production\",kind=\"missing\",severity=\"info\"} 0\n",
         "trunkwarden_findings_opened_total{account=\"production\",kind=\"unknown\",severity=\"critical\"} 0\n",
         "trunkwarden_quarantine_actions_total{account=\"production\",result=\"done\"} 0\n",
         "trunkwarden_sweep_duration_seconds_count{account=\"production\"} 0\n",
         "trunkwarden_detection_delay_seconds_count{account=\"production\"} 0\n",
         "trunkwarden_api_request_duration_seconds_count{account=\"production\"} 0\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, Counts)
{
    metrics numbers;
    numbers.watch("production");
    numbers.api_answer("production", "GET", 200, 30ms);
    numbers.api_answer("production", "GET", 200, 3s);
    numbers.api_answer("production", "GET", 0, 10s);
    numbers.finding_opened("production", {"ips", "unknown", "critical"});
    numbers.sweep_ended("production", sweep_result::incomplete, 4s);
    const std::string text = numbers.exposition({});
    const std::string labels = "{account=\"production\"";
    for (const std::string& line :
         {"trunkwarden_api_requests_total" + labels + ",code=\"200\",method=\"GET\"} 2\n",
          "trunkwarden_api_requests_total" + labels + ",code=\"error\",method=\"GET\"} 1\n",
          "trunkwarden_api_request_duration_seconds_bucket" + labels + ",le=\"0.05\"} 1\n",
          "trunkwarden_api_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 3\n",
          "trunkwarden_findings_opened_total" + labels +
              ",kind=\"unknown\",resource=\"ips\",severity=\"critical\"} 1\n",
          "trunkwarden_sweeps_total" + labels + ",result=\"incomplete\"} 1\n",
          "trunkwarden_sweeps_total" + labels + ",result=\"complete\"} 0\n",
          "trunkwarden_sweep_duration_seconds_sum" + labels + "} 4\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, TakesADelayThatClocksMadeNegativeAsNone)
{
    metrics numbers;
    numbers.detected("production", -3s);
    numbers.detected("production", 40s);
    const std::string text = numbers.exposition({});
    EXPECT_THAT(text, HasSubstr("trunkwarden_detection_delay_seconds_sum{account=\"production\"} 40\n"));
    EXPECT_THAT(text,
                HasSubstr("trunkwarden_detection_delay_seconds_bucket{account=\"production\",le=\"1\"} 1\n"));
    EXPECT_THAT(
        text, HasSubstr("trunkwarden_detection_delay_seconds_bucket{account=\"production\",le=\"45\"} 2\n"));
}

TEST(Metrics, MakesNoLabelOfAStatusThatHttpDoesNotKnow)
{
    metrics numbers;
    for (const unsigned status : {1U, 99U, 600U, 999U, 70'000U})
        numbers.api_answer("production", "GET", status, 1ms);
    EXPECT_THAT(
        numbers.exposition({}),
        HasSubstr(
            "trunkwarden_api_requests_total{account=\"production\",code=\"error\",method=\"GET\"} 5\n"));
}

TEST(Metrics, NamesTheBuildAndTheProcess)
{
    const std::string text = metrics().exposition({});
    for (const char* name : {"trunkwarden_build_info{", "process_cpu_seconds_total ",
                             "process_resident_memory_bytes ", "process_virtual_memory_bytes ",
                             "process_open_fds ", "process_max_fds ", "process_start_time_seconds "})
        EXPECT_THAT(text, HasSubstr(std::string("\n") + name));
}

TEST(Metrics, SatisfiesPromtool)
{
    if (std::system("command -v promtool >/dev/null") != 0)  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
        GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
    metrics numbers;
    numbers.watch("production");
    numbers.api_answer("production", "PATCH", 422, 30ms);
    numbers.finding_opened("production", {"ips", "unknown", "critical"});
    numbers.detected("production", 12s);
    const std::string text = numbers.exposition(everything_known());

    const std::string file = testing::TempDir() + "/promtool." + std::to_string(::getpid());
    std::FILE* to = ::popen(("promtool check metrics >" + file + " 2>&1").c_str(), "w");
    ASSERT_NE(to, nullptr);
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), to), text.size());
    const int status = ::pclose(to);
    std::string said(10'000, '\0');
    std::FILE* from = std::fopen(file.c_str(), "r");
    ASSERT_NE(from, nullptr);
    said.resize(std::fread(said.data(), 1, said.size(), from));
    std::fclose(from);
    std::remove(file.c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said;
    EXPECT_EQ(said, "");
}

TEST(Metrics, ShowsTwentyThousandSeriesInReasonableTime)
{
    gauge_state now;
    for (int account = 0; account < 200; ++account) {
        account_gauges gauges{};
        gauges.account = "account-" + std::to_string(account);
        for (int resource = 0; resource < 25; ++resource)
            gauges.resources.push_back({"resource_" + std::to_string(resource), 1, true, noon, 2});
        now.accounts.push_back(gauges);
    }
    const metrics numbers;
    const auto before = std::chrono::steady_clock::now();
    const std::string text = numbers.exposition(now);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    EXPECT_GT(std::count(text.begin(), text.end(), '\n'), 20'000);
}

TEST(Metrics, CompactLeavesOutWhatIsCompleteAndQuietOnly)
{
    account_gauges gauges;
    gauges.findings.push_back({{"with_findings", "unknown", "high"}, 1, false});
    gauges.resources = {{"quiet", 2, true, noon, 1, 0},
                        {"quiet_without_a_list", std::nullopt, true, noon, 1},
                        {"with_findings", 2, true, noon, 1, 0},
                        {"unread", std::nullopt, false, noon, 1},
                        {"never_read", std::nullopt, std::nullopt, std::nullopt, 1},
                        {"unreadable_object", 2, true, noon, 1, 1},
                        {"stale", 2, true, noon - std::chrono::minutes(11), 1, 0}};
    leave_out_quiet_resources(gauges, noon);
    std::vector<std::string> left;
    for (const auto& resource : gauges.resources)
        left.push_back(resource.resource);
    EXPECT_THAT(left,
                testing::ElementsAre("with_findings", "unread", "never_read", "unreadable_object", "stale"));
}

}  // namespace
}  // namespace trunkwarden
