#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The real binary, while the files it was started with are edited in all the ways in which people and
// programs edit files.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

constexpr std::string_view quickly =
    "{requests_per_second: 1000, interval: 300ms, timeout: 5s, audit_interval: 0s}";

class Reload : public testing::Test {
protected:
    std::unique_ptr<daemon_process> watch(watch_options options)
    {
        options.listen = "127.0.0.1:0";
        account = std::make_unique<watched_account>(std::move(options));
        account->attack("add_ip");
        return start(account->command_line({"run", "--log.level=debug"}));
    }
    std::unique_ptr<daemon_process> watch() { return watch({.poll = std::string(rarely)}); }
    std::unique_ptr<daemon_process> start(std::vector<std::string> words)
    {
        auto daemon = std::make_unique<daemon_process>(std::move(words));
        port = port_of(*daemon);
        EXPECT_NE(daemon->line_with("finding opened"), "");
        EXPECT_NE(daemon->line_with("sweep ended"), "");
        return daemon;
    }
    // With the settings as they were edited.
    outcome command(std::vector<std::string> words) const
    {
        words.push_back("--config.file=" + account->folder.file("trunkwarden.yml"));
        return run_binary(std::move(words));
    }
    // Sends the request of `reload`, sooner after an edit than a program with sanitizers starts: by then the
    // daemon would have noticed the edit alone.
    std::string asked_to_reload() const
    {
        const auto answer = account->folder.file("answer");
        const auto asking = fmt::format("curl -s -X POST --unix-socket {} http://localhost/-/reload >{}",
                                        account->folder.file("control.sock"), answer);
        EXPECT_EQ(std::system(asking.c_str()), 0);
        return text_of_file(answer);
    }
    std::optional<double> successful() const
    {
        return metric(http_get(port, "/metrics").body, "trunkwarden_config_last_reload_successful", {});
    }

    // A person has a message about its finding in the hand, and types from that.
    void expect_words_about_a_removed_account(const std::string& id) const
    {
        const auto past = command({"history", "--account=staging"});
        EXPECT_EQ(past.exit_code, 0) << past.err;
        EXPECT_THAT(past.out, HasSubstr(id));
        const auto refused = command({"ack", id, "--reason", "x"});
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_THAT(refused.err, HasSubstr(id));
        for (int tries = 0; tries < 100 && command({"findings", id}).exit_code != 0; ++tries)
            std::this_thread::sleep_for(100ms);
        EXPECT_THAT(command({"findings", id}).out, testing::AllOf(HasSubstr(id), HasSubstr("resolved 20")));
    }

    std::unique_ptr<watched_account> account;
    std::uint16_t port = 0;
};

TEST_F(Reload, ABaselineEditedInPlaceIsJudgedAtOnceAndSaysWhatItTrustsNow)
{
    const auto daemon = watch();
    account->folder.write("baseline.yml", trusts_the_added_ip());
    EXPECT_THAT(daemon->line_with("a reload permits more", 10s), HasSubstr("now trusts 192.0.2.66 on ips"));
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "") << "without waiting for a sweep";
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_EQ(count(end(*daemon), "msg=reloaded"), 1U);
}

TEST_F(Reload, ABaselineRenamedIntoPlaceIsTaken)
{
    const auto daemon = watch();
    account->folder.write("baseline.new", trusts_the_added_ip());
    fs::rename(account->folder.file("baseline.new"), account->folder.file("baseline.yml"));
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");
    end(*daemon);
}

TEST_F(Reload, ManyWritesInABurstAreOneReload)
{
    const auto daemon = watch();
    for (int edit = 0; edit < 10; ++edit) {
        account->folder.write("baseline.yml", trusts_the_added_ip() + fmt::format("# {}\n", edit));
        daemon->follow(20ms);
    }
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");
    daemon->follow(1s);
    EXPECT_EQ(count(end(*daemon), "msg=reloaded"), 1U);
}

TEST_F(Reload, TheSameBytesWrittenAgainAreNoReload)
{
    const auto daemon = watch();
    account->folder.write("baseline.yml", text_of_file(account->folder.file("baseline.yml")));
    fs::last_write_time(account->folder.file("trunkwarden.yml"), fs::file_time_type::clock::now());
    daemon->follow(2s);
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "msg=reloaded"), 0U);
}

// As Kubernetes mounts a ConfigMap: the file is a link through a link that is replaced.
TEST_F(Reload, AFolderBehindASymbolicLinkIsSwappedAndAWholeFolderReplaced)
{
    account = std::make_unique<watched_account>(
        watch_options{.poll = std::string(rarely), .listen = "127.0.0.1:0"});
    account->attack("add_ip");
    const auto config = fs::path(account->folder.file("config"));
    fs::create_directories(config / "v1");
    fs::create_directories(config / "v2");
    std::ofstream(config / "v1" / "baseline.yml") << text_of_file(demo_baseline);
    std::ofstream(config / "v2" / "baseline.yml") << trusts_the_added_ip();
    fs::create_symlink("v1", config / "..data");
    fs::create_symlink("..data/baseline.yml", config / "baseline.yml");
    const auto words = account->command_line({"run", "--log.level=debug"});
    account->edit_settings([](std::string& text) {
        replace(text, "baseline_file: baseline.yml", "baseline_file: config/baseline.yml");
    });
    const auto daemon = start(words);

    fs::create_symlink("v2", config / "..data_tmp");
    fs::rename(config / "..data_tmp", config / "..data");
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");

    fs::rename(config, account->folder.file("old"));
    EXPECT_NE(daemon->line_with("an edited file is not valid", 10s), "") << "the baseline is not there";
    fs::create_directories(config);
    std::ofstream(config / "baseline.yml") << text_of_file(demo_baseline);
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    std::ofstream(config / "baseline.yml") << trusts_the_added_ip();
    EXPECT_NE(daemon->line_with("now trusts 192.0.2.66 on ips", 10s), "") << "the new folder is followed";
    end(*daemon);
}

TEST_F(Reload, ABadFileChangesNothingIsToldWithItsPlaceAndTheNextGoodOneIsTaken)
{
    const auto daemon = watch();
    account->folder.write("baseline.yml", trusts_the_added_ip() + "\nnot_a_resource: []\nnor_this: []\n");
    EXPECT_THAT(daemon->line_with("an edited file is not valid", 10s), HasSubstr("baseline.yml:"));
    EXPECT_THAT(daemon->line_with("an edited file is not valid", 10s), HasSubstr("nor_this"));
    ASSERT_NE(daemon->line_with("the active ones stay", 10s), "");
    EXPECT_EQ(successful(), 0);
    EXPECT_THAT(command({"status"}).out, HasSubstr("the last reload was refused at"));
    EXPECT_THAT(http_get(port, "/api/v1/status").body, HasSubstr("nor_this"));
    const auto refused = command({"reload"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("baseline.yml:"));

    account->folder.write("baseline.yml", trusts_the_added_ip());
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_EQ(successful(), 1);
    EXPECT_THAT(command({"status"}).out, Not(HasSubstr("refused")));
    end(*daemon);
}

TEST_F(Reload, TheCommandReachesTheDaemonAlsoWithSettingsThatAreWrong)
{
    const auto daemon = watch();
    account->edit_settings([](std::string& text) { text += "polll: {}\n"; });
    const auto refused = command({"reload"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("trunkwarden.yml:"));
    EXPECT_EQ(count(refused.err, "polll"), 1U)
        << "the daemon says it, and the command not again: " << refused.err;
    end(*daemon);
    EXPECT_THAT(command({"reload"}).err, testing::AllOf(HasSubstr("polll"), HasSubstr("no daemon listens")));
}

TEST_F(Reload, TheCommandAndSighupSayWhatChangedAndThatNothingDid)
{
    const auto daemon = watch();
    const auto nothing = command({"reload"});
    EXPECT_EQ(nothing.exit_code, 0) << nothing.err;
    EXPECT_THAT(nothing.out, HasSubstr("nothing that is trusted changed"));
    account->folder.write("baseline.yml", trusts_the_added_ip());
    EXPECT_THAT(asked_to_reload(), HasSubstr("account production: now trusts 192.0.2.66 on ips"));
    daemon->line_with("msg=reloaded");
    daemon->signal(SIGHUP);
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    end(*daemon);
}

TEST_F(Reload, AnotherIntervalIsTakenWithoutARestart)
{
    const auto daemon = watch();
    const auto before = account->control("requests").at("total").as_int64();
    account->edit_settings([](std::string& text) { replace(text, rarely, quickly); });
    EXPECT_THAT(daemon->line_with("a reload permits less", 10s), HasSubstr("poll.interval 10m → 300ms"));
    for (int sweeps = 0; sweeps < 3; ++sweeps)
        EXPECT_NE(daemon->line_with("sweep ended", 10s), "");
    EXPECT_GT(account->control("requests").at("total").as_int64(), before);
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "finding opened"), 1U) << "nothing that was known is told again";
    EXPECT_EQ(count(log, "finding resolved"), 0U);
}

TEST_F(Reload, SinksComeAndGoWithoutARestart)
{
    receiver hook;
    const auto daemon = watch({.poll = std::string(quickly)});
    account->edit_settings([&hook](std::string& text) { text += alerts_to(hook.url()); });
    EXPECT_NE(daemon->line_with("sink soc added", 10s), "");
    EXPECT_TRUE(hook.wait_for(1, 10s)) << "it is told at once of what was open before";
    EXPECT_THAT(hook.requests()[0].body, HasSubstr("192.0.2.66"));
    account->attack("forward_number");
    EXPECT_TRUE(hook.wait_for(2, 10s));
    account->edit_settings([](std::string& text) { text.erase(text.find("alerts:")); });
    EXPECT_NE(daemon->line_with("sink soc removed", 10s), "");
    ASSERT_NE(daemon->line_with("msg=reloaded", 10s), "") << "what changes is told before it is done";
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_notifications_pending", {}), std::nullopt);
    end(*daemon);
}

TEST_F(Reload, AccountsComeAndGoAndOneBrokenFileOfTwoChangesNothing)
{
    const auto daemon = watch();
    account->folder.write("second.yml", "version: 1\nnonsense: []\n");
    account->folder.write("baseline.yml", trusts_the_added_ip());
    ASSERT_NE(daemon->line_with("finding resolved", 10s), "");
    account->folder.write("baseline.yml", text_of_file(demo_baseline));
    ASSERT_NE(daemon->line_with("finding opened", 10s), "");
    account->edit_settings([this](std::string& text) {
        replace(
            text, "poll:",
            fmt::format("  - {{name: staging, api_key_file: key, baseline_file: second.yml, api_url: \"{}\", "
                        "ca_file: \"{}\"}}\npoll:",
                        account->url, account->ca_file));
    });
    ASSERT_THAT(daemon->line_with("an edited file is not valid", 10s), HasSubstr("second.yml:2"));
    account->folder.write("baseline.yml", trusts_the_added_ip());
    ASSERT_NE(daemon->line_with("the active ones stay", 10s), "");
    EXPECT_THAT(command({"findings"}).out, HasSubstr("192.0.2.66"));

    account->folder.write("second.yml", text_of_file(demo_baseline));
    EXPECT_NE(daemon->line_with("account staging added", 10s), "");
    EXPECT_THAT(daemon->line_with("finding opened", 10s), HasSubstr("account=staging"));
    const auto of_staging =
        boost::json::parse(command({"findings", "--account=staging", "--output=json"}).out);
    ASSERT_FALSE(of_staging.as_array().empty());
    const auto id = boost::json::value_to<std::string>(of_staging.at(0).at("id"));
    account->edit_settings([](std::string& text) {
        text.erase(text.find("  - {name: staging"), text.find("poll:") - text.find("  - {name: staging"));
    });
    EXPECT_NE(daemon->line_with("account staging removed", 10s), "");
    EXPECT_THAT(command({"findings"}).out, Not(HasSubstr("staging")));
    expect_words_about_a_removed_account(id);
    end(*daemon);
}

// As an account that is taken out of the settings.
TEST_F(Reload, AnAccountOfAFolderComesAndGoesWithItsFile)
{
    const auto daemon = watch();
    const auto folder = fs::path(account->folder.file("accounts.d"));
    fs::create_directory(folder);
    account->edit_settings([](std::string& text) { text += "accounts_dir: accounts.d\n"; });
    ASSERT_NE(daemon->line_with("msg=reloaded", 10s), "");
    const auto text = fmt::format(
        "name: staging\napi_key_file: ../key\nbaseline_file: ../baseline.yml\napi_url: \"{}\"\nca_file: {}\n",
        account->url, account->ca_file);
    account->folder.write("accounts.d/staging.yml", text);
    EXPECT_NE(daemon->line_with("account staging added", 10s), "");
    EXPECT_THAT(daemon->line_with("finding opened", 10s), HasSubstr("account=staging"));

    account->folder.write("accounts.d/staging.yml", "name: production\n" + text.substr(text.find('\n') + 1));
    EXPECT_THAT(daemon->line_with("an edited file is not valid", 10s),
                HasSubstr("trunkwarden.yml:2: give one of the two another name"));
    EXPECT_THAT(command({"findings", "--account=staging"}).out, HasSubstr("192.0.2.66"));
    fs::remove(folder / "staging.yml");
    EXPECT_NE(daemon->line_with("account staging removed", 10s), "");
    ASSERT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_THAT(command({"findings"}).out, Not(HasSubstr("staging")));
    end(*daemon);
}

TEST_F(Reload, TheListenAddressMovesAndOneThatIsTakenChangesNothing)
{
    const receiver taken;
    const auto daemon = watch();
    account->edit_settings([&taken](std::string& text) {
        replace(text, "127.0.0.1:0", fmt::format("127.0.0.1:{}", taken.port()));
    });
    EXPECT_THAT(daemon->line_with("an edited file is not valid", 10s), HasSubstr("Address already in use"));
    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);
    account->edit_settings([&taken](std::string& text) {
        replace(text, fmt::format("127.0.0.1:{}", taken.port()), "localhost:0");
    });
    const auto moved_to = port_of(*daemon);
    ASSERT_NE(moved_to, 0);
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    daemon->follow(1s);
    EXPECT_EQ(http_get(moved_to, "/-/healthy").status, 200);
    EXPECT_EQ(http_get(port, "/-/healthy").status, 0);
    end(*daemon);
}

// Answers take their time, so that there is always a request in flight.
TEST_F(Reload, RequestsInFlightLoseNothingAndNoFindingFlaps)
{
    simulator::options slow;
    slow.delay = 10ms;  // a sweep still fits into the interval
    account = std::make_unique<watched_account>(
        watch_options{.poll = std::string(quickly), .listen = "127.0.0.1:0"}, with_demo_key(slow));
    account->attack("add_ip");
    const auto daemon = start(account->command_line({"run", "--log.level=debug"}));
    for (int edit = 0; edit < 8; ++edit) {
        account->folder.write("baseline.yml", text_of_file(demo_baseline) + fmt::format("# {}\n", edit));
        account->edit_settings([edit](std::string& text) {
            replace(text, edit % 2 == 0 ? "interval: 300ms" : "interval: 200ms",
                    edit % 2 == 0 ? "interval: 200ms" : "interval: 300ms");
        });
        EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "") << edit;
    }
    account->attack("forward_number");
    EXPECT_THAT(daemon->line_with("finding opened", 20s), HasSubstr("resource=call_forwarding"));
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "finding opened"), 2U) << log;
    EXPECT_EQ(count(log, "finding resolved"), 0U) << log;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
