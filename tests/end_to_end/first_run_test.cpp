#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/watched_account.hpp"

// `init` and `doctor`: the first steps after an installation.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FirstRun : public testing::Test {
protected:
    std::string place() const { return account_.folder.file("new/trunkwarden.yml"); }
    std::string file(const char* name) const { return account_.folder.file(std::string("new/") + name); }
    outcome init(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{"init", "--config.file=" + place(), "--api-url=" + account_.url,
                                       "--ca-file=" + account_.ca_file};
        words.insert(words.end(), more.begin(), more.end());
        return run_binary(std::move(words));
    }
    outcome init_with_key(std::vector<std::string> more = {}) const
    {
        more.insert(more.end(), {"--yes", "--api-key-file=" + account_.folder.file("key")});
        return init(std::move(more));
    }
    outcome command(std::vector<std::string> words) const
    {
        words.push_back("--config.file=" + place());
        return run_binary(std::move(words));
    }
    bool is_there(const char* name) const { return std::filesystem::exists(file(name)); }

    watched_account account_;
};

TEST_F(FirstRun, FromNothingToAnAccountInWhichNothingIsUnexpected)
{
    const auto made = init_with_key({"--account=prod"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.err, AllOf(HasSubstr("The key can read 50 of 50 resources"), HasSubstr("# REVIEW:"),
                                HasSubstr("trunkwarden run --config.file=")));
    EXPECT_EQ(command({"config", "check"}).exit_code, 0);
    const auto checked = command({"check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("nothing unexpected"));
    EXPECT_THAT(text_of_file(file("baseline.yml")), HasSubstr("trunkwarden init --account prod"));
    for (const auto& text : {made.err, made.out, text_of_file(place()), text_of_file(file("baseline.yml"))})
        EXPECT_THAT(text, Not(HasSubstr("CANARY")));
}

TEST_F(FirstRun, ReplacesNothingThatIsThere)
{
    ASSERT_EQ(init_with_key().exit_code, 0);
    const auto before = text_of_file(place());
    const auto again = init_with_key({"--account=other"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, AllOf(HasSubstr("already exists"), HasSubstr("--force")));
    EXPECT_EQ(text_of_file(place()), before);
    EXPECT_EQ(init_with_key({"--account=other", "--force"}).exit_code, 0);
    EXPECT_NE(text_of_file(place()), before);
}

TEST_F(FirstRun, TakesTheCommentsOfThePackageForNoSettings)
{
    std::filesystem::create_directory(account_.folder.file("new"));
    account_.folder.write("new/trunkwarden.yml", "# Run \"trunkwarden init\".\n\n#accounts:\n");
    EXPECT_EQ(init_with_key().exit_code, 0);
}

TEST_F(FirstRun, WritesNothingWhenTheKeyIsRejected)
{
    account_.folder.write("key", "KEY_CANARY_wrong");
    const auto made = init_with_key();
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_THAT(made.err, AllOf(HasSubstr("rejects this key"), HasSubstr("nothing was written"),
                                Not(HasSubstr("CANARY"))));
    EXPECT_FALSE(is_there("trunkwarden.yml") || is_there("baseline.yml"));
}

TEST_F(FirstRun, WhatTheKeyCannotSeeIsSaidAndAcceptedOnlyWhenSomebodySaysSo)
{
    account_.fault(R"({"path": "/managed_accounts", "kind": "status", "status": 403})");
    const auto made = init_with_key();
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_THAT(made.err,
                AllOf(HasSubstr("not managed_accounts: "),
                      HasSubstr("    missing: give the key's user the right to read it; with IAM, "),
                      HasSubstr("--accept-blind-spots")));
    EXPECT_FALSE(is_there("trunkwarden.yml"));
    EXPECT_EQ(init_with_key({"--accept-blind-spots"}).exit_code, 0);
    EXPECT_THAT(text_of_file(place()), HasSubstr("accepted_blind_spots: [managed_accounts]"));
    EXPECT_EQ(command({"check"}).exit_code, 0);
}

TEST_F(FirstRun, ALapseOfTheApiIsNoBlindSpot)
{
    account_.fault(R"({"path": "/ips", "kind": "status", "status": 500})");
    const auto made = init_with_key({"--accept-blind-spots"});
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_THAT(made.err, HasSubstr("try again"));
    EXPECT_FALSE(is_there("trunkwarden.yml"));
}

TEST_F(FirstRun, WithoutATerminalItSaysWhichOptionsItNeeds)
{
    const auto made = init({"--account=prod"});
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_EQ(init({"--yes"}).exit_code, 1) << "asks nothing";
    EXPECT_THAT(made.err, AllOf(HasSubstr("--api-key-file"), HasSubstr("--api-key-credential"),
                                HasSubstr("--api-key-env")));
    EXPECT_THAT(init_with_key({"--account=Not A Name"}).err, HasSubstr("small letters"));
    EXPECT_THAT(init_with_key({"--sink=slak=x"}).err, HasSubstr("did you mean \"slack\""));
}

TEST_F(FirstRun, ASinkIsLookedAtBeforeAnythingIsWrittenAndASecretIsNotRepeated)
{
    for (const std::string sink :
         {"slack=https://hooks.example.com/CANARY", "slack=/nowhere/url", "pagerduty=/nowhere/key"}) {
        const auto made = init_with_key({"--sink=" + sink});
        EXPECT_EQ(made.exit_code, 1) << sink;
        EXPECT_THAT(made.err, Not(HasSubstr("CANARY")));
        EXPECT_FALSE(is_there("trunkwarden.yml") || is_there("baseline.yml")) << sink;
    }
}

TEST_F(FirstRun, AnApiThatIsAwayIsOneSentence)
{
    account_.server_goes_down();
    const auto made = init_with_key();
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_THAT(made.err, HasSubstr("the API does not answer: "));
    EXPECT_LE(std::ranges::count(made.err, '\n'), 3);
}

TEST_F(FirstRun, ACredentialOfTheServiceIsReadByHandFromItsFile)
{
    ASSERT_EQ(init_with_key({"--account=prod"}).exit_code, 0);
    std::filesystem::create_directory(file("credentials"));
    account_.folder.write("new/credentials/prod", std::string(demo_key) + "\n");
    auto text = text_of_file(place());
    const auto at = text.find("api_key_file: ");
    text.replace(at, text.find('\n', at) - at, "api_key_credential: telnyx_prod");
    account_.folder.write("new/trunkwarden.yml", text);
    EXPECT_EQ(command({"check"}).exit_code, 0);
    std::filesystem::remove(file("credentials/prod"));
    EXPECT_THAT(command({"check"}).err,
                AllOf(HasSubstr("telnyx_prod"), HasSubstr("credentials/prod"), HasSubstr("not there")));
}

TEST_F(FirstRun, TheDoctorSaysWhatIsWrongAndWhatToDo)
{
    ASSERT_EQ(init_with_key().exit_code, 0);
    auto seen = command({"doctor"});
    EXPECT_EQ(seen.exit_code, 1);
    EXPECT_THAT(seen.out, AllOf(HasSubstr("fail  daemon: "), HasSubstr("journalctl -u trunkwarden"),
                                HasSubstr("ok    api production: ")));

    account_.folder.write("new/trunkwarden.yml",
                          text_of_file(place()) + "web: {listen_address: \"127.0.0.1:0\"}\n");
    daemon_process daemon({"run", "--config.file=" + place()});
    const auto port = port_of(daemon);
    ASSERT_EQ(http_get(port, "/metrics").status, 200);
    seen = command({"doctor", "--output=json"});
    const auto report = json::parse(seen.out).as_object();
    EXPECT_EQ(seen.exit_code, 0) << seen.out;
    EXPECT_TRUE(report.at("fine").as_bool());
    EXPECT_THAT(seen.out, HasSubstr("the metrics were last read"));
    EXPECT_THAT(seen.out, Not(HasSubstr("CANARY")));
    daemon.signal(SIGTERM);
    daemon.wait();
}

TEST_F(FirstRun, TheDoctorNamesARejectedKeyAnUntrustedCertificateAndASinkThatIsAway)
{
    ASSERT_EQ(init_with_key({"--sink=alertmanager=http://127.0.0.1:1"}).exit_code, 1)
        << "the test message did not arrive";
    EXPECT_THAT(command({"doctor"}).out,
                HasSubstr("fail  sink alertmanager: 127.0.0.1:1 does not take connections"));
    account_.folder.write("key", "KEY_CANARY_wrong");
    EXPECT_THAT(command({"doctor"}).out, AllOf(HasSubstr("rejects the key (401)"), Not(HasSubstr("CANARY"))));
    auto text = text_of_file(place());
    const auto at = text.find("    ca_file");
    text.erase(at, text.find('\n', at) + 1 - at);
    account_.folder.write("new/trunkwarden.yml", text);
    EXPECT_THAT(command({"doctor"}).out, HasSubstr("ca-certificates"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
