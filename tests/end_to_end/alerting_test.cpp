#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The real binary, from a change in the account to the people who are notified, and back from them.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view quick_with_audit =
    "{requests_per_second: 1000, interval: 500ms, timeout: 5s, audit_interval: 500ms}";

std::string webhook(std::string_view name, const std::string& url, std::string_view more = {})
{
    return fmt::format("    - {{name: {}, type: webhook, url: \"{}/hook\"{}}}\n", name, url, more);
}

std::string alerts(std::string_view sinks, std::string_view more = {})
{
    return fmt::format("alerts:\n{}  sinks:\n{}", more, sinks);
}

// The bodies of all webhook calls so far.
std::vector<json::object> told(const receiver& hook)
{
    std::vector<json::object> out;
    for (const auto& request : hook.requests())
        out.push_back(json::parse(request.body).as_object());
    return out;
}

std::string event_of(const json::object& message)
{
    return json::value_to<std::string>(message.at("event"));
}

std::string finding_text(const json::object& message, std::string_view member)
{
    const auto& value = message.at("finding").at(member);
    return value.is_string() ? json::value_to<std::string>(value) : json::serialize(value);
}

// "opened ips", in the order in which they came.
std::vector<std::string> events(const receiver& hook)
{
    std::vector<std::string> out;
    for (const auto& message : told(hook))
        out.push_back(
            event_of(message) + " " +
            (message.contains("finding") ? finding_text(message, "resource") : std::string("many")));
    return out;
}

class Alerting : public testing::Test {
protected:
    // Starts the daemon and lets it see an account that is as it should be.
    std::unique_ptr<daemon_process> watch(watch_options options)
    {
        options.listen = "127.0.0.1:0";
        account = std::make_unique<watched_account>(std::move(options));
        return watch_again();
    }
    std::unique_ptr<daemon_process> watch_again(std::string_view until = "result=complete")
    {
        auto daemon = std::make_unique<daemon_process>(account->command_line({"run", "--log.level=debug"}));
        port = port_of(*daemon);
        EXPECT_NE(daemon->line_with(until), "");
        return daemon;
    }
    outcome command(std::vector<std::string> words) const
    {
        return run_binary(account->command_line(std::move(words)));
    }

    receiver hook;
    std::unique_ptr<watched_account> account;
    std::uint16_t port = 0;
};

// The lists are read each half minute; the log shows it at once.
TEST_F(Alerting, WithTheAuditLogAChangeIsToldLongBeforeItsListIsReadAgainAndWithWhoMadeIt)
{
    const auto daemon = watch({.poll = "{requests_per_second: 1000, audit_interval: 200ms}",
                               .more = alerts(webhook("soc", hook.url()))});
    daemon->follow(600ms);
    const auto began = daemon_process::clock::now();
    account->attack("add_ip");
    account->attack("forward_number");
    ASSERT_TRUE(hook.wait_for(2, 10s));
    EXPECT_LT(daemon_process::clock::now() - began, 10s);
    for (const auto& message : told(hook)) {
        EXPECT_EQ(event_of(message), "opened");
        const auto& actor = message.at("finding").at("actor");
        EXPECT_EQ(actor.at("user_id"), "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01");
        EXPECT_EQ(actor.at("email"), "dana@example.com");
        EXPECT_EQ(actor.at("is_user"), true);
        EXPECT_EQ(actor.at("is_monitor"), true) << "the demo's key is hers";
        EXPECT_EQ(finding_text(message, "severity"), "critical");
    }
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_audit_events_total", {}), 2);
    end(*daemon);
}

// The first thing that a thief does may be to delete the key of the watcher.
TEST_F(Alerting, ADeletedKeyAndAListWithoutPermissionReachWhoeverTakesOnlyCriticalFindings)
{
    const auto daemon = watch({.poll = "{requests_per_second: 1000, interval: 200ms, stale_after: 2s}",
                               .more = alerts(webhook("page", hook.url(), ", min_severity: critical"))});
    account->fault(R"({"path": "/oauth_clients", "kind": "status", "status": 403})");
    account->fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    const auto hears = [&](const std::string& event) {
        for (int tries = 0; tries < 200 && std::ranges::count(events(hook), event) == 0; ++tries)
            daemon->follow(100ms);
        return std::ranges::count(events(hook), event) > 0;
    };
    EXPECT_TRUE(hears("opened fqdns"));
    account->control("set", R"({"api_key": "KEY_another"})");
    EXPECT_TRUE(hears("opened api_key"));
    EXPECT_THAT(events(hook), Not(testing::Contains(HasSubstr("oauth_clients"))));
    end(*daemon);
}

TEST_F(Alerting, FirstSightOfManyFindingsIsOneSummaryAndAMessageForEachCriticalOne)
{
    account = std::make_unique<watched_account>(watch_options{
        .poll = std::string(quick), .baseline = "version: 1\n", .more = alerts(webhook("soc", hook.url()))});
    const auto ended = command({"run", "--sweeps=1"});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const auto messages = told(hook);
    ASSERT_GT(messages.size(), 1U);
    const auto& summary = messages.back();
    EXPECT_EQ(event_of(summary), "opened_many");
    for (std::size_t i = 0; i + 1 < messages.size(); ++i) {
        EXPECT_EQ(event_of(messages[i]), "opened");
        EXPECT_EQ(finding_text(messages[i], "severity"), "critical");
    }
    for (const auto& finding : summary.at("findings").as_array())
        EXPECT_NE(finding.at("severity"), "critical");
    const auto in_full = summary.at("findings").as_array().size();
    EXPECT_GT(in_full, 10U);
    EXPECT_LE(in_full, 100U);
    EXPECT_EQ(summary.at("ids").as_array().size(), in_full + summary.at("more").to_number<std::size_t>());
    EXPECT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    EXPECT_EQ(told(hook).size(), messages.size()) << "the next run knows what was told";
}

TEST_F(Alerting, AReceiverThatIsAwayIsToldWhenItIsBackAlsoAfterTheDaemonWasKilled)
{
    auto gone = std::make_unique<receiver>();
    const auto its_port = gone->port();
    auto daemon = watch({.poll = std::string(quick), .more = alerts(webhook("soc", gone->url()))});
    gone.reset();
    account->attack("add_ip");
    ASSERT_NE(daemon->line_with("a sink is unavailable"), "");
    const auto status = json::parse(command({"status", "--output=json"}).out);
    EXPECT_THAT(json::serialize(status), HasSubstr(R"("pending":1)"));
    daemon->signal(SIGKILL);
    daemon->wait();

    daemon = watch_again();
    receiver back({.port = its_port});
    ASSERT_TRUE(back.wait_for(1, 30s));
    EXPECT_EQ(events(back), std::vector<std::string>{"opened ips"});
    end(*daemon);
}

TEST_F(Alerting, TriesAgainUnderTheSameIdAndKeepsTheOrder)
{
    hook.script({{.status = 503, .headers = {{"Retry-After", "1"}}}, {.status = 500}, {.status = 200}});
    const auto daemon = watch({.poll = std::string(quick), .more = alerts(webhook("soc", hook.url()))});
    const auto ip = account->attack("add_ip");
    ASSERT_TRUE(hook.wait_for(1));
    account->take_back("add_ip", ip);
    ASSERT_TRUE(hook.wait_for(4));
    daemon->follow(500ms);
    const auto requests = hook.requests();
    EXPECT_EQ(requests[0].header("Idempotency-Key"), requests[1].header("Idempotency-Key"));
    EXPECT_EQ(requests[1].header("Idempotency-Key"), requests[2].header("Idempotency-Key"));
    EXPECT_EQ(events(hook),
              (std::vector<std::string>{"opened ips", "opened ips", "opened ips", "resolved ips"}));
    const auto page = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(page, "trunkwarden_notifications_total", {R"(result="retried")"}), 2);
    EXPECT_EQ(metric(page, "trunkwarden_notifications_pending", {}), 0);
    end(*daemon);
}

TEST_F(Alerting, WhatASinkRefusesIsKeptCountedAndSaid)
{
    hook.script({{.status = 410}});
    const auto daemon = watch({.poll = std::string(quick), .more = alerts(webhook("soc", hook.url()))});
    account->attack("add_ip");
    const auto line = daemon->line_with("a sink refused a message for good");
    EXPECT_THAT(line, HasSubstr("410"));
    const auto page = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(page, "trunkwarden_notifications_total", {R"(result="dropped")"}), 1);
    EXPECT_EQ(metric(page, "trunkwarden_notifications_dead", {}), 1);
    EXPECT_EQ(metric(page, "trunkwarden_alerts_unheard", {}), 1);
    EXPECT_THAT(command({"status"}).out, HasSubstr("1 refused for good"));
    end(*daemon);
}

TEST_F(Alerting, ASinkThatHangsHoldsUpNoOther)
{
    receiver stuck;
    stuck.script({{.mode = scripted_answer::manner::hang}});
    const auto daemon = watch({.poll = std::string(quick),
                               .more = alerts(webhook("stuck", stuck.url()) + webhook("soc", hook.url()))});
    account->attack("add_ip");
    account->attack("forward_number");
    account->attack("add_texml_application");
    ASSERT_TRUE(hook.wait_for(3, 10s));
    EXPECT_TRUE(stuck.wait_for(1));
    end(*daemon);
}

TEST_F(Alerting, PeopleAcknowledgeAndAreNotRemindedUntilItChanges)
{
    const auto daemon = watch({.poll = std::string(quick),
                               .more = alerts(webhook("soc", hook.url()), "  reminder_interval: 2s\n")});
    account->attack("add_ip");
    ASSERT_TRUE(hook.wait_for(2));
    EXPECT_EQ(events(hook)[1], "reminder ips");
    const auto id = finding_text(told(hook)[0], "id");
    const auto seen_as = id + "." + finding_text(told(hook)[0], "state");
    const auto acknowledged = command({"ack", seen_as, "--reason", "known: being moved"});
    EXPECT_EQ(acknowledged.exit_code, 0) << acknowledged.err;
    const auto findings = json::parse(command({"findings", "--output=json"}).out).as_array();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(json::value_to<std::string>(findings[0].at("status")), "acknowledged");
    daemon->follow(3s);
    const auto before = events(hook);
    EXPECT_EQ(std::ranges::count(before, "acknowledged ips"), 1);
    EXPECT_EQ(before.back(), "acknowledged ips") << "no reminder since";

    EXPECT_EQ(command({"unack", id}).exit_code, 0);
    ASSERT_TRUE(hook.wait_for(before.size() + 2));
    EXPECT_EQ(events(hook).back(), "reminder ips");
    EXPECT_EQ(command({"ack", "f-000000000000", "--reason", "x"}).exit_code, 1);
    end(*daemon);
}

TEST_F(Alerting, ASecretThatChangedWhileNobodyWatchedIsNoticed)
{
    account = std::make_unique<watched_account>(
        watch_options{.poll = std::string(quick), .more = alerts(webhook("soc", hook.url()))});
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    account->attack("change_connection_password");
    const auto seen_by_check = account->check();
    EXPECT_EQ(seen_by_check.ended.exit_code, 2) << "check compares with what the daemon remembers";
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    ASSERT_EQ(events(hook), std::vector<std::string>{"opened credential_connections"});
    EXPECT_THAT(finding_text(told(hook)[0], "title"), HasSubstr("its password was changed"));
}

TEST_F(Alerting, WhatOnlyTheAuditLogShowsIsAFindingThatListsDoNotTakeBack)
{
    const auto daemon =
        watch({.poll = std::string(quick_with_audit), .more = alerts(webhook("soc", hook.url()))});
    daemon->follow(1s);
    account->attack("disable_two_factor");
    ASSERT_TRUE(hook.wait_for(1));
    EXPECT_EQ(events(hook)[0], "opened two_factor");
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_two_factor_state", {}), -1)
        << "the attestation is older than the change";
    daemon->follow(2s);
    EXPECT_EQ(events(hook).size(), 1U);
    end(*daemon);
}

TEST_F(Alerting, LeadsWithLinksToThePageAndToWhatItMeansAndAReloadMovesThem)
{
    const auto linked = [this](std::string_view page) {
        return fmt::format("external_url: \"{}\"\nrunbook_base_url: \"https://wiki.example.com/tw\"\n{}",
                           page, alerts(webhook("soc", hook.url())));
    };
    const auto daemon = watch({.poll = std::string(quick_with_audit), .more = linked("https://old.example")});
    account->attack("add_ip");
    ASSERT_TRUE(hook.wait_for(1));
    const auto id = finding_text(told(hook)[0], "id");
    EXPECT_EQ(finding_text(told(hook)[0], "runbook_url"), "https://wiki.example.com/tw/detections.md#ips");
    EXPECT_THAT(finding_text(told(hook)[0], "url"),
                testing::AllOf(testing::StartsWith("https://old.example/"), testing::EndsWith("#" + id)));

    account->more(linked("https://guard.example.com/tw/"));
    account->settings_file();
    ASSERT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_THAT(command({"findings", id}).out, HasSubstr("page: https://guard.example.com/tw/"));
    EXPECT_THAT(http_get(port, "/api/v1/findings").body, HasSubstr("https://guard.example.com/tw/"));
    EXPECT_THAT(http_get(port, "/").body,
                HasSubstr("href=\"https://wiki.example.com/tw/detections.md#ips\""));
    end(*daemon);
}

class OddAuditLog : public Alerting, public testing::WithParamInterface<const char*> {};

// The list shows it first, the log is asked at once: one message, with a name.
TEST_F(Alerting, WhatAListShowsFirstIsToldOnceAndWithWhoMadeIt)
{
    const auto daemon = watch({.poll = "{requests_per_second: 1000, interval: 500ms, audit_interval: 1m}",
                               .more = alerts(webhook("soc", hook.url()))});
    account->attack("add_ip");
    ASSERT_TRUE(hook.wait_for(1));
    daemon->follow(2s);
    ASSERT_EQ(events(hook), std::vector<std::string>{"opened ips"});
    EXPECT_THAT(finding_text(told(hook)[0], "actor"), HasSubstr("6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01"));
    end(*daemon);
}

// Late, unordered, repeated, full of unknown types: each change is reported once, with its actor where the
// log names him.
TEST_P(OddAuditLog, NeitherLosesNorRepeatsWhatHappened)
{
    const auto daemon =
        watch({.poll = std::string(quick_with_audit), .more = alerts(webhook("soc", hook.url()))});
    account->fault(GetParam());
    account->attack("add_ip");
    account->attack("forward_number");
    ASSERT_NE(daemon->line_with("finding opened"), "");
    ASSERT_NE(daemon->line_with("finding opened"), "");
    daemon->follow(3s);
    const auto all = events(hook);
    EXPECT_EQ(std::ranges::count(all, "opened ips"), 1);
    EXPECT_EQ(std::ranges::count(all, "opened call_forwarding"), 1);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& message) { return message.starts_with("resolved"); }),
              0);
    EXPECT_LE(all.size(), 4U) << "at most one more each, when it is learned who did it";
    end(*daemon);
}

INSTANTIATE_TEST_SUITE_P(Logs, OddAuditLog,
                         testing::Values(R"({"path": "/audit_events", "kind": "audit_late", "ms": 1500})",
                                         R"({"path": "/audit_events", "kind": "audit_unordered"})",
                                         R"({"path": "/audit_events", "kind": "audit_repeated"})",
                                         R"({"path": "/audit_events", "kind": "audit_empty"})",
                                         R"({"path": "/audit_events", "kind": "audit_odd"})",
                                         R"({"path": "/audit_events", "kind": "status", "status": 500})",
                                         R"({"path": "/audit_events", "kind": "truncate"})"));

TEST_F(Alerting, AnAuditLogThatCannotBeReadIsSaidAndNothingElseStops)
{
    const auto daemon =
        watch({.poll = std::string(quick_with_audit), .more = alerts(webhook("soc", hook.url()))});
    account->fault(R"({"path": "/audit_events", "kind": "status", "status": 403})");
    ASSERT_THAT(daemon->line_with("the audit log cannot be read"), HasSubstr("403"));
    account->attack("add_ip");
    ASSERT_TRUE(hook.wait_for(1));
    EXPECT_THAT(command({"status"}).out, HasSubstr("403"));
    account->control("clear_faults");
    EXPECT_NE(daemon->line_with("the audit log can be read again"), "");
    end(*daemon);
}

TEST_F(Alerting, AnEditedBaselineIsTakenAndJudgedAtOnceAndABadOneChangesNothing)
{
    const auto daemon = watch({.poll = "{requests_per_second: 1000, audit_interval: 0s, interval: 1m}",
                               .baseline = text_of_file(demo_baseline),
                               .more = alerts(webhook("soc", hook.url()))});
    const auto trusted = text_of_file(demo_baseline);
    account->folder.write("baseline.yml", trusted + "\nnot_a_resource: []\n");
    const auto refused = command({"reload"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err + refused.out, HasSubstr("baseline.yml:"));
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_config_last_reload_successful", {}), 0);
    EXPECT_TRUE(hook.requests().empty());

    account->folder.write("baseline.yml", "version: 1\n");
    const auto taken = command({"reload"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    ASSERT_TRUE(hook.wait_for(1, 5s)) << "without waiting for a sweep";
    account->folder.write("baseline.yml", trusted);
    daemon->signal(SIGHUP);
    ASSERT_NE(daemon->line_with("finding resolved"), "");
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_config_last_reload_successful", {}), 1);
    end(*daemon);
}

TEST_F(Alerting, ADaemonWithFindingsAndNoSinkSaysThatNobodyHears)
{
    const auto daemon = watch({.poll = std::string(quick)});
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_alerts_unheard", {}), 0);
    account->attack("add_ip");
    ASSERT_NE(daemon->line_with("finding opened"), "");
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_alerts_unheard", {}), 1);
    EXPECT_THAT(command({"status"}).out, HasSubstr("alerts.sinks"));
    end(*daemon);
}

// The account's secrets, its key, the webhook's secret and the path of its URL hold the word CANARY.
TEST_F(Alerting, SecretsAreInNoMessageNoFileNoPageAndNoCommand)
{
    account = std::make_unique<watched_account>(watch_options{
        .poll = std::string(quick_with_audit),
        .listen = "127.0.0.1:0",
        .more = alerts(
            fmt::format("    - {{name: soc, type: webhook, url_file: hook_url, secret_file: hook_secret}}\n"
                        "    - {{name: dead, type: webhook, url: \"http://127.0.0.1:9/CANARY/path\"}}\n"))});
    account->folder.write("hook_url", hook.url() + "/CANARY-of-the-url\n");
    account->folder.write("hook_secret", "CANARY-of-the-hmac\n");
    auto daemon = watch_again();
    for (const std::string_view name :
         {"change_connection_password", "change_messaging_secret", "change_user_password",
          "add_telephony_credential", "add_api_key", "add_oauth_client"})
        account->attack(name);
    ASSERT_TRUE(hook.wait_for(5));
    daemon->follow(1500ms);

    std::string everything;
    for (const auto& request : hook.requests()) {
        everything += request.body;
        for (const auto& [name, value] : request.headers)
            everything += name + value;
    }
    for (const char* path : {"/metrics", "/api/v1/findings", "/api/v1/status", "/api/v1/coverage", "/"})
        everything += http_get(port, path).body;
    for (std::vector<std::string> words : {std::vector<std::string>{"status"},
                                           {"findings", "--all"},
                                           {"findings", "--output=json"},
                                           {"alerts", "test"}}) {
        const auto printed = command(std::move(words));
        everything += printed.out + printed.err;
    }
    daemon->signal(SIGTERM);
    const auto ended = daemon->wait(20s);
    everything += ended.out + ended.err;
    for (const char* file : {"state.db", "state.db-wal", "state.db-shm"})
        everything += text_of_file(account->folder.file(file));
    EXPECT_THAT(everything, HasSubstr("(secret)"));
    const auto at = everything.find("CANARY");
    EXPECT_EQ(at, std::string::npos) << everything.substr(at < 200 ? 0 : at - 200, 400);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
