#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The real binary and a receiver that makes it hard: decoys of a thief, messages that are too large, and
// messages that were refused.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class AlertPressure : public testing::Test {
protected:
    void set_up(std::string_view path = "/hook")
    {
        account = std::make_unique<watched_account>(watch_options{
            .poll = std::string(quick),
            .listen = "127.0.0.1:0",
            .more = fmt::format("alerts:\n  sinks:\n    - {{name: soc, type: webhook, url: \"{}{}\"}}\n",
                                hook.url(), path)});
    }
    std::unique_ptr<daemon_process> watch()
    {
        auto daemon = std::make_unique<daemon_process>(account->command_line({"run"}));
        port = port_of(*daemon);
        return daemon;
    }
    outcome command(std::vector<std::string> words) const
    {
        return run_binary(account->command_line(std::move(words)));
    }
    std::string event_at(std::size_t index) const
    {
        return json::value_to<std::string>(json::parse(hook.requests().at(index).body).at("event"));
    }

    receiver hook;
    std::unique_ptr<watched_account> account;
    std::uint16_t port = 0;
};

TEST_F(AlertPressure, TwoHundredDecoysHideNoCriticalFinding)
{
    set_up();
    for (int i = 0; i < 200; ++i)
        account->attack("add_telephony_credential");
    account->attack("add_ip");
    const auto ended = command({"run", "--sweeps=1"});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const auto requests = hook.requests();
    ASSERT_EQ(requests.size(), 2U);
    const auto first = json::parse(requests[0].body).as_object();
    EXPECT_EQ(first.at("event"), "opened");
    EXPECT_EQ(first.at("finding").at("resource"), "ips");
    EXPECT_EQ(first.at("finding").at("severity"), "critical");
    const auto second = json::parse(requests[1].body).as_object();
    EXPECT_EQ(second.at("event"), "opened_many");
    EXPECT_EQ(second.at("ids").as_array().size(), 200U);
}

TEST_F(AlertPressure, AMessageThatIsTooLargeIsSaidShorterUnderTheSameId)
{
    hook.script({{.status = 413}, {.status = 413}, {.status = 200}});
    set_up();
    account->control(
        "attack", fmt::format(R"({{"name": "add_texml_application", "object": {{"friendly_name": "{}"}}}})",
                              std::string(100'000, 'x')));
    const auto ended = command({"run", "--sweeps=1"});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const auto requests = hook.requests();
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_THAT(requests[0].body, HasSubstr("[cut, "));
    EXPECT_LT(requests[0].body.size(), 16'384U);
    EXPECT_LT(requests[1].body.size(), requests[0].body.size());
    EXPECT_LT(requests[2].body.size(), requests[1].body.size());
    EXPECT_EQ(requests[0].header("Idempotency-Key"), requests[2].header("Idempotency-Key"));
    EXPECT_EQ(event_at(2), "opened");
}

TEST_F(AlertPressure, ADeadLetterIsListedWithoutASecretAlsoAfterARestartAndSentAgain)
{
    hook.script({{.status = 401, .body = "CANARY is no valid token"}, {.status = 200}});
    set_up("/services/CANARY");
    account->attack("add_ip");
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    ASSERT_EQ(hook.requests().size(), 1U);
    const auto id = hook.requests()[0].header("Idempotency-Key");

    const auto daemon = watch();
    const auto listed = command({"alerts", "dead"});
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr(id));
    EXPECT_THAT(listed.out, HasSubstr("answered 401"));
    EXPECT_THAT(listed.out, HasSubstr("1 dead letter."));
    const auto letters = json::parse(command({"alerts", "dead", "list", "--output=json"}).out).as_array();
    ASSERT_EQ(letters.size(), 1U);
    EXPECT_EQ(letters[0].at("severity"), "critical");
    EXPECT_TRUE(letters[0].at("tried_again_at").is_string());
    EXPECT_THAT(listed.out + json::serialize(letters), Not(HasSubstr("CANARY")));

    EXPECT_EQ(command({"alerts", "dead", "resend"}).exit_code, 1) << "which?";
    EXPECT_EQ(command({"alerts", "dead", "resend", "f-866970a4d979"}).exit_code, 1);
    EXPECT_EQ(command({"alerts", "dead", "resend", std::string(32, '0')}).exit_code, 1);
    const auto resent = command({"alerts", "dead", "resend", id});
    EXPECT_EQ(resent.exit_code, 0) << resent.err;
    ASSERT_TRUE(hook.wait_for(2));
    EXPECT_EQ(hook.requests()[1].header("Idempotency-Key"), id);
    EXPECT_EQ(event_at(1), "opened");
    EXPECT_THAT(command({"alerts", "dead"}).out, HasSubstr("No dead letters."));
    EXPECT_THAT(command({"alerts", "dead", "resend", "--all"}).out, HasSubstr("0 messages wait"));
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_notifications_dead", {}), 0);
    end(*daemon);
}

TEST_F(AlertPressure, DeadLettersThatNobodyNeedsAreForgottenAndTheHistoryKnowsByWhom)
{
    hook.script({{.status = 404}, {.status = 404}, {.status = 200}});
    set_up();
    account->attack("add_ip");
    account->attack("add_fqdn");
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    const auto daemon = watch();
    const auto letters = json::parse(command({"alerts", "dead", "--output=json"}).out).as_array();
    ASSERT_EQ(letters.size(), 2U);
    const auto first = json::value_to<std::string>(letters[0].at("delivery_id"));

    EXPECT_EQ(command({"alerts", "dead", "forget"}).exit_code, 1) << "which?";
    EXPECT_EQ(command({"alerts", "dead", "forget", std::string(32, '0')}).exit_code, 1);
    EXPECT_THAT(command({"alerts", "dead", "forget", first}).out, HasSubstr(first + " is forgotten."));
    EXPECT_THAT(command({"alerts", "dead"}).out, HasSubstr("1 dead letter."));
    EXPECT_THAT(command({"alerts", "dead", "forget", "--all"}).out, HasSubstr("1 dead letter forgotten."));
    EXPECT_THAT(command({"alerts", "dead"}).out, HasSubstr("No dead letters."));
    EXPECT_THAT(command({"alerts", "dead", "forget", "--all"}).out, HasSubstr("0 dead letters forgotten."));
    EXPECT_THAT(command({"history"}).out, HasSubstr("1 dead letter is forgotten (by "));
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_notifications_dead", {}), 0);
    end(*daemon);
}

TEST_F(AlertPressure, AReceiverThatTakesAMessageAndThenBreaksTheConnectionIsNotToldAgain)
{
    hook.script({{.body = std::string(2000, 'x'), .mode = scripted_answer::manner::close_in_answer}});
    set_up();
    account->attack("add_ip");
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    ASSERT_EQ(command({"run", "--sweeps=1"}).exit_code, 0);
    EXPECT_EQ(hook.requests().size(), 1U);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
