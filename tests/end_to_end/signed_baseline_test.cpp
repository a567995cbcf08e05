#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/minisign_signer.hpp"
#include "fakes/receiver.hpp"
#include "support/minisign.hpp"

// Somebody who can write the baseline file, but cannot sign: his entries are not trusted, and everybody is
// notified of it.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view not_signed = "Baseline of account production is not the one that was signed";

// Trusts the address of the attack "add_ip", too.
std::string trusting_the_attacker()
{
    auto text = text_of_file(demo_baseline);
    const auto at = text.find("  - ip_address: 198.51.100.4");
    return text.insert(at, "  - ip_address: 192.0.2.66\n");
}

class SignedBaseline : public testing::Test {
protected:
    fakes::minisign_signer signer{1};
    receiver hook;
    watched_account account{
        {.poll = std::string(quick),
         .account_extra = fmt::format("    baseline_public_key: {}\n", signer.public_key()),
         .more = alerts_to(hook.url())}};
    std::string file = account.folder.file("baseline.yml");
    std::string kept = account.folder.file("production.baseline.yml");

    void write(const std::string& text) const { account.folder.write("baseline.yml", text); }
    void sign(const std::string& text, std::int64_t at = 1'790'000'000) const
    {
        account.folder.write("baseline.yml.minisig", signer.sign_at(text, at));
    }
    void write_signed(const std::string& text, std::int64_t at = 1'790'000'000) const
    {
        write(text);
        sign(text, at);
    }
    std::unique_ptr<daemon_process> start() const
    {
        return std::make_unique<daemon_process>(account.command_line({"run", "--log.level=debug"}));
    }
    // Starts it, and waits until it has seen the account and reported what it found.
    std::unique_ptr<daemon_process> watch() const
    {
        auto daemon = start();
        EXPECT_NE(daemon->line_with("result=complete"), "");
        return daemon;
    }
    static std::string stop(daemon_process& daemon)
    {
        auto log = end(daemon);
        EXPECT_THAT(log, Not(HasSubstr("CANARY")));
        return log;
    }
    static std::string reloaded(daemon_process& daemon, std::string_view line)
    {
        daemon.signal(SIGHUP);
        return daemon.line_with(line);
    }
    // Whether a message with all of these came, or comes in time.
    bool told(std::string_view event, std::string_view words) const
    {
        for (std::size_t count = 1; hook.wait_for(count, 20s); ++count) {
            const auto body = hook.requests()[count - 1].body;
            EXPECT_THAT(body, Not(HasSubstr("CANARY")));
            if (body.find(fmt::format(R"("event":"{}")", event)) != std::string::npos &&
                body.find(words) != std::string::npos)
                return true;
        }
        return false;
    }
    void run_once() const
    {
        const auto ended = run_binary(account.command_line({"run", "--sweeps=1"}));
        ASSERT_EQ(ended.exit_code, 0) << ended.err;
    }
};

TEST_F(SignedBaseline, AnEditThatIsSignedIsTaken)
{
    write_signed(text_of_file(demo_baseline));
    account.attack("add_ip");
    const auto daemon = watch();
    ASSERT_TRUE(told("opened", "192.0.2.66"));

    write_signed(trusting_the_attacker(), 1'790'000'001);
    EXPECT_NE(reloaded(*daemon, "msg=reloaded"), "");
    EXPECT_TRUE(told("resolved", "192.0.2.66"));
    EXPECT_EQ(text_of_file(kept), trusting_the_attacker());
    EXPECT_EQ(text_of_file(kept + ".minisig"), text_of_file(file + ".minisig"));
    EXPECT_THAT(stop(*daemon), Not(HasSubstr("not trusted")));
}

TEST_F(SignedBaseline, AnEditThatIsNotSignedChangesNothingAndIsAFindingUntilTheFileIsGoodAgain)
{
    write_signed(text_of_file(demo_baseline));
    const auto daemon = watch();

    write(trusting_the_attacker());
    account.attack("add_ip");
    const auto refused = reloaded(*daemon, "the active one stays");
    EXPECT_THAT(refused,
                HasSubstr("its content is not what key " + minisign_key_id(signer.public_key()) + " signed"));
    EXPECT_THAT(refused, HasSubstr("minisign -Sm " + file));
    EXPECT_TRUE(told("opened", "192.0.2.66")) << "what is in force does not trust it";
    EXPECT_TRUE(told("opened", not_signed));
    const auto message = [this] {
        for (const auto& request : hook.requests())
            if (request.body.find(not_signed) != std::string::npos)
                return request.body;
        return std::string{};
    }();
    EXPECT_THAT(message,
                AllOf(HasSubstr(R"("severity":"critical")"), HasSubstr(R"("kind":"blind")"),
                      HasSubstr(R"("resource":"baseline_file")"), HasSubstr(R"("field":"baseline_file")"),
                      HasSubstr("signed by key " + minisign_key_id(signer.public_key()))));
    EXPECT_EQ(text_of_file(kept), text_of_file(demo_baseline)) << "what was never in force is not kept";

    sign(trusting_the_attacker(), 1'790'000'001);
    EXPECT_NE(reloaded(*daemon, "msg=reloaded"), "");
    EXPECT_TRUE(told("resolved", not_signed));
    EXPECT_TRUE(told("resolved", "192.0.2.66"));
    stop(*daemon);
    EXPECT_EQ(text_of_file(file), trusting_the_attacker()) << "the daemon does not write it";
}

// A fault in another file does not hide it.
TEST_F(SignedBaseline, AnEditThatIsNotSignedIsAFindingAlsoWhenTheSettingsAreBroken)
{
    write_signed(text_of_file(demo_baseline));
    const auto daemon = watch();
    write(trusting_the_attacker());
    EXPECT_NE(reloaded(*daemon, "the active one"), "");
    account.folder.write("key", "");
    EXPECT_NE(reloaded(*daemon, "the active one"), "");
    EXPECT_TRUE(told("opened", not_signed));
    stop(*daemon);
}

TEST_F(SignedBaseline, ARestartAfterAnEditUsesTheLastOneThatWasInForceAndSaysSo)
{
    write_signed(text_of_file(demo_baseline));
    run_once();
    write(trusting_the_attacker());
    account.attack("add_ip");

    const auto daemon = start();
    const auto line = daemon->line_with("the baseline file is not trusted");
    EXPECT_THAT(line, HasSubstr("level=error"));
    EXPECT_THAT(line, HasSubstr(kept));
    EXPECT_TRUE(told("opened", not_signed));
    EXPECT_TRUE(told("opened", "192.0.2.66"));
    stop(*daemon);

    std::filesystem::remove(file);
    const auto without_any = start();
    EXPECT_THAT(without_any->line_with("the baseline file is not trusted"), HasSubstr("No such file"));
    EXPECT_NE(without_any->line_with("result=complete"), "");
    stop(*without_any);
}

TEST_F(SignedBaseline, ARestartAfterAnEditIsRefusedWhenNothingWasKept)
{
    write(text_of_file(demo_baseline));
    const auto ended = run_binary(account.command_line({"run", "--sweeps=1"}));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err,
                HasSubstr(file + ".minisig; look at what changed, then sign it with \"minisign -Sm " + file));
    EXPECT_THAT(ended.err, HasSubstr("no baseline that was active before can take its place"));
    EXPECT_FALSE(std::filesystem::exists(kept));
    EXPECT_EQ(account.control("requests").at("total").as_int64(), 0);
}

TEST_F(SignedBaseline, ACopyThatWasTamperedWithIsNotUsed)
{
    write_signed(text_of_file(demo_baseline));
    run_once();
    write(trusting_the_attacker());
    account.folder.write("production.baseline.yml", trusting_the_attacker());
    const auto ended = run_binary(account.command_line({"run", "--sweeps=1"}));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr(kept + " is not what was signed"));
}

// Somebody who can write files, but not sign, has the old ones and their signatures.
TEST_F(SignedBaseline, AnOlderOneDoesNotComeBackNeitherByReloadNorByRestart)
{
    write_signed(trusting_the_attacker(), 1'790'000'000);
    run_once();
    write_signed(text_of_file(demo_baseline), 1'790'000'001);
    account.attack("add_ip");
    auto daemon = watch();
    ASSERT_TRUE(told("opened", "192.0.2.66"));

    write_signed(trusting_the_attacker(), 1'790'000'000);
    EXPECT_THAT(reloaded(*daemon, "the active one stays"),
                HasSubstr("an older baseline must not come back unnoticed"));
    EXPECT_TRUE(told("opened", not_signed));
    EXPECT_THAT(stop(*daemon), Not(HasSubstr("finding resolved")));

    daemon = start();
    EXPECT_THAT(daemon->line_with("the baseline file is not trusted"), HasSubstr("was signed at 2026-09-21"));
    EXPECT_NE(daemon->line_with("result=complete"), "");
    EXPECT_THAT(stop(*daemon), Not(HasSubstr("finding resolved")));
}

// Signed, but no baseline: that would refuse the start of a daemon with an unsigned one.
TEST_F(SignedBaseline, ASignedFileThatIsNoBaselineDoesNotBlindARestart)
{
    write_signed(text_of_file(demo_baseline));
    run_once();
    write_signed("version: 1\nipss: []\n", 1'790'000'001);
    const auto daemon = start();
    EXPECT_THAT(daemon->line_with("the baseline file is not trusted"),
                HasSubstr("it is signed, but not valid: " + file + ":2:1: "));
    EXPECT_NE(daemon->line_with("result=complete"), "");
    stop(*daemon);
}

TEST_F(SignedBaseline, CommandsRefuseItWithTheReason)
{
    write_signed(text_of_file(demo_baseline));
    EXPECT_EQ(run_binary(account.command_line({"config", "check"})).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(kept)) << "a command keeps nothing";
    run_once();
    account.folder.write("baseline.yml.minisig",
                         fakes::minisign_signer(2).sign_at(text_of_file(demo_baseline), 1'790'000'000));
    for (const auto& words :
         {std::vector<std::string>{"config", "check"}, std::vector<std::string>{"check"}}) {
        const auto ended = run_binary(account.command_line(words));
        EXPECT_EQ(ended.exit_code, 1);
        EXPECT_THAT(ended.err, HasSubstr("the signature is by key " +
                                         minisign_key_id(fakes::minisign_signer(2).public_key()) +
                                         ", not by " + minisign_key_id(signer.public_key())));
        EXPECT_THAT(ended.err, HasSubstr("minisign -Sm " + file));
        EXPECT_EQ(ended.out, "");
    }
}

TEST_F(SignedBaseline, AKeyThatIsGoneFromTheSettingsIsSaid)
{
    write_signed(text_of_file(demo_baseline));
    run_once();
    const auto settings = account.settings_file();
    auto text = text_of_file(settings);
    const auto key = text.find("    baseline_public_key");
    text.erase(key, text.find('\n', key) + 1 - key);
    account.folder.write("without_key.yml", text);
    const auto ended =
        run_binary({"run", "--sweeps=1", "--config.file=" + account.folder.file("without_key.yml")});
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.err, HasSubstr("level=warn"));
    EXPECT_THAT(ended.err, HasSubstr("the settings have no baseline_public_key for it"));
}

// Neither does it help to edit the settings, too.
TEST_F(SignedBaseline, AKeyThatIsGoneFromTheSettingsIsStillTheOneInForceUntilARestart)
{
    write_signed(text_of_file(demo_baseline));
    account.attack("add_ip");
    const auto daemon = watch();
    const auto settings = account.folder.file("trunkwarden.yml");
    auto text = text_of_file(settings);
    const auto key = text.find("    baseline_public_key");
    account.folder.write("trunkwarden.yml", text.erase(key, text.find('\n', key) + 1 - key));
    write(trusting_the_attacker());

    EXPECT_THAT(reloaded(*daemon, "an edited file is not valid"),
                HasSubstr("is not the current one any more"));
    EXPECT_TRUE(told("opened", not_signed));
    EXPECT_THAT(stop(*daemon), Not(HasSubstr("finding resolved")));
}

bool is_installed(const char* command)
{
    return std::system(fmt::format("command -v {} >/dev/null", command).c_str()) ==
           0;  // NOLINT(cert-env33-c)
}

// The real minisign, as docs instruct operators to use it.
TEST(SignedBaselineByMinisign, IsTakenInBothOfItsForms)
{
    if (!is_installed("minisign"))
        GTEST_SKIP() << "minisign is not installed";
    const scratch_folder keys;
    const auto shell = [&keys](const std::string& command) {
        return std::system(fmt::format("cd {} && {} >/dev/null 2>&1", keys.file(""), command).c_str());
    };
    ASSERT_EQ(shell("minisign -G -W -p test.pub -s test.key"), 0);
    const auto public_key_file = text_of_file(keys.file("test.pub"));
    const auto second_line = public_key_file.find('\n') + 1;
    const auto key =
        public_key_file.substr(second_line, public_key_file.find('\n', second_line) - second_line);
    ASSERT_EQ(fault_of_minisign_key(key), std::nullopt);
    EXPECT_THAT(public_key_file, HasSubstr(minisign_key_id(key).substr(4)));

    const watched_account account(
        {.poll = std::string(quick), .account_extra = fmt::format("    baseline_public_key: {}\n", key)});
    const auto check = [&account] { return run_binary(account.command_line({"config", "check"})); };
    for (const std::string form : {"-S", "-S -l"}) {
        ASSERT_EQ(
            shell(fmt::format("minisign {} -s test.key -m {}", form, account.folder.file("baseline.yml"))),
            0);
        const auto ended = check();
        EXPECT_EQ(ended.exit_code, 0) << form << ": " << ended.err;
    }
    account.folder.write("baseline.yml", trusting_the_attacker());
    EXPECT_EQ(check().exit_code, 1);
}

// The signer of the other tests signs as minisign does.
TEST(SignedBaselineByMinisign, IsWhatTheTestsMake)
{
    if (!is_installed("minisign"))
        GTEST_SKIP() << "minisign is not installed";
    const fakes::minisign_signer signer;
    const scratch_folder folder;
    folder.write("b.yml", "version: 1\n");
    const auto verify = [&](std::string_view signature) {
        folder.write("b.yml.minisig", signature);
        return std::system(
            fmt::format("minisign -V -m {} -P {} >/dev/null 2>&1", folder.file("b.yml"), signer.public_key())
                .c_str());
    };
    EXPECT_EQ(verify(signer.sign_at("version: 1\n", 1'790'000'000)), 0);
    EXPECT_EQ(verify(signer.sign("version: 1\n", "timestamp:1", fakes::minisign_signer::over::text)), 0);
    EXPECT_NE(verify(signer.sign_at("version: 2\n", 1'790'000'000)), 0);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
