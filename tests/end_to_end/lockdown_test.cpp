#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <thread>

#include "end_to_end/watched_account.hpp"
#include "fakes/minisign_signer.hpp"

// The playbook against a whole takeover: the real binary and the simulator.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::array takeover{"add_ip",
                              "add_texml_application",
                              "add_credential_connection",
                              "forward_number",
                              "loosen_outbound_profile",
                              "add_outbound_profile",
                              "add_fqdn",
                              "add_messaging_profile",
                              "add_oauth_client",
                              "add_oauth_grant",
                              "add_api_key",
                              "add_telephony_credential",
                              "change_connection_webhook"};

class Lockdown : public testing::Test {
protected:
    Lockdown() : on({.account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n"})
    {
    }

    void take_over()
    {
        for (const char* step : takeover)
            on.attack(step);
    }
    outcome lockdown(std::vector<std::string> words = {})
    {
        words.insert(words.begin(), {"lockdown", "--account", "production"});
        return run_binary(on.command_line(std::move(words)));
    }
    std::vector<std::filesystem::path> incidents() const
    {
        std::vector<std::filesystem::path> out;
        for (const auto& file :
             std::filesystem::directory_iterator(std::filesystem::path(on.folder.file("x")).parent_path()))
            if (file.path().filename().string().starts_with("lockdown-production-"))
                out.push_back(file.path());
        return out;
    }
    // The secrets of credentials.txt.
    static std::set<std::string> passwords_in(const std::filesystem::path& incident)
    {
        std::set<std::string> out;
        std::ifstream from(incident / "credentials.txt");
        for (std::string line; std::getline(from, line);) {
            const auto tab = line.find('\t');
            const auto secret = tab == std::string::npos ? tab : line.find('\t', tab + 1);
            if (secret != std::string::npos)
                out.insert(line.substr(secret + 1, line.find('\t', secret + 1) - secret - 1));
        }
        return out;
    }
    std::string state_of(std::string_view path)
    {
        return json::serialize(on.control("state", fmt::format(R"({{"path": "{}"}})", path)));
    }
    json::array writes() { return on.control("requests").at("writes").as_array(); }

    watched_account on;
};

// Why the account may not be the one that is meant.
constexpr std::array says_whose_key{"/whoami", "/messaging_profiles", "/audit_events"};

TEST_F(Lockdown, PrintsThePlanAndChangesNothing)
{
    take_over();
    const auto plan = lockdown();
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    const std::string& text = plan.out;
    std::size_t before = 0;
    for (const char* line :
         {"evidence:", "switch off outbound voice profile default-2", "call forwarding +14155550104",
          "TeXML application ivr-2", "remove SIP IP 192.0.2.66:5060", "messaging profile otp",
          "delete OAuth grant", "switch off API key ci-deploy-2",
          "new password for credential connection office-pbx", "new v1_secret for messaging profile",
          "switch off auto-recharge", "What only a person can do", "Nothing was changed"}) {
        const auto at = text.find(line, before);
        EXPECT_NE(at, std::string::npos) << line << " after " << text.substr(before, 60);
        before = std::min(at, text.size());
    }
    EXPECT_TRUE(writes().empty());
    EXPECT_TRUE(incidents().empty());
    EXPECT_EQ(json::parse(lockdown({"--output=json"}).out).at("applied"), false);
}

TEST_F(Lockdown, PutsTheAccountRightAndASecondRunHasNothingLeft)
{
    take_over();
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    const auto left = on.check();
    for (const auto& item : left.findings()) {
        const auto resource = json::value_to<std::string>(item.at("resource"));
        // An object that was switched off is still there, for a person to delete.
        EXPECT_TRUE(json::serialize(item).find(R"("actual":"false")") != std::string::npos)
            << json::serialize(item);
        EXPECT_NE(resource, "ips");
    }
    const auto first = writes().size();
    const auto again = lockdown({"--apply", "--yes"});
    EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
    EXPECT_EQ(writes().size(), first) << "new passwords twice would be an outage of its own: " << again.out;
    EXPECT_EQ(incidents().size(), 1U);
}

TEST_F(Lockdown, WritesNewPasswordsToOneFileAndNowhereElse)
{
    const auto applied = lockdown({"--apply", "--yes"});
    ASSERT_EQ(incidents().size(), 1U);
    const auto folder = incidents().front();
    struct stat about {};
    ASSERT_EQ(::stat((folder / "credentials.txt").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat((folder / "secrets.jsonl").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    const auto kept = text_of_file((folder / "credentials.txt").string());
    const auto line = kept.find("office-pbx: password\t");
    ASSERT_NE(line, std::string::npos) << kept;
    const auto password = kept.substr(kept.find('\t', line) + 1, 32);
    const auto connection = json::serialize(on.control("state", R"({"path": "/credential_connections"})"));
    EXPECT_THAT(connection, HasSubstr(password)) << "what is written is what was set";
    EXPECT_THAT(applied.out + applied.err, Not(HasSubstr(password)));
    for (const char* file : {"journal.jsonl", "evidence.jsonl", "report.md", "report.json"}) {
        const auto text = text_of_file((folder / file).string());
        EXPECT_FALSE(text.empty()) << file;
        EXPECT_THAT(text, Not(HasSubstr(password))) << file;
        EXPECT_THAT(text, Not(HasSubstr("CANARY"))) << file;
    }
}

TEST_F(Lockdown, GoesOnAfterItWasKilledWithTheSamePasswords)
{
    take_over();
    on.control("set", R"({"delay_ms": 30})");
    {
        daemon_process killed(on.command_line({"lockdown", "--account", "production", "--apply", "--yes"}));
        for (int i = 0; i < 400 && (incidents().empty() ||
                                    !std::filesystem::exists(incidents().front() / "credentials.txt"));
             ++i)
            std::this_thread::sleep_for(20ms);
        killed.signal(SIGKILL);
        killed.wait();
    }
    ASSERT_EQ(incidents().size(), 1U);
    const auto before = passwords_in(incidents().front());
    EXPECT_FALSE(before.empty());
    on.control("set", R"({"delay_ms": 0})");
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(applied.err, HasSubstr("Continuing the incident"));
    EXPECT_EQ(incidents().size(), 1U);
    const auto after = passwords_in(incidents().front());
    EXPECT_TRUE(std::ranges::includes(after, before)) << "what was written before the crash still holds";
}

TEST_F(Lockdown, OneFailureDoesNotStopTheRest)
{
    take_over();
    on.fault(R"({"kind": "status", "status": 422, "path": "/texml_applications/*", "method": "PATCH"})");
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 1);
    EXPECT_THAT(applied.out, HasSubstr("failed"));
    EXPECT_THAT(applied.out, HasSubstr("done        switch off auto-recharge"));
    EXPECT_THAT(applied.err, HasSubstr("run the same command again to continue"));
    on.control("clear_faults");
    EXPECT_EQ(lockdown({"--apply", "--yes"}).exit_code, 0);
}

TEST_F(Lockdown, DoesOnlyTheStepsThatAreNamed)
{
    take_over();
    EXPECT_EQ(lockdown({"--apply", "--yes", "--only", "outbound_profiles,forwarding"}).exit_code, 0);
    for (const auto& item : writes()) {
        const auto path = json::value_to<std::string>(item.at("path"));
        EXPECT_TRUE(path.starts_with("/outbound_voice_profiles") || path.starts_with("/phone_numbers"))
            << path;
    }
    const auto wrong = lockdown({"--only", "evidnce"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("did you mean \"evidence\"?"));
}

TEST_F(Lockdown, AsksForTheNameAndWithoutATerminalForYes)
{
    take_over();
    const auto refused = lockdown({"--apply"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("--yes"));
    EXPECT_TRUE(writes().empty());
    const auto unknown = run_binary(on.command_line({"lockdown", "--account", "prodution"}));
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.err, HasSubstr("production"));
}

TEST_F(Lockdown, SaysWhatItCouldNotSee)
{
    take_over();
    on.fault(R"({"kind": "status", "status": 403, "path": "/texml_applications"})");
    const auto plan = lockdown();
    EXPECT_THAT(plan.out, HasSubstr("texml_applications could not be read"));
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 1) << "objects that were not seen are not put right";
    EXPECT_THAT(applied.out, HasSubstr("Not seen: texml_applications"));
}

TEST_F(Lockdown, PutsRightWhatIsOnHalfOfAList)
{
    take_over();
    for (const char* path : {"/texml_applications", "/credential_connections"})
        on.fault(fmt::format(R"({{"kind": "lying_total", "path": "{}"}})", path));
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 1) << "not everything was seen";
    EXPECT_THAT(applied.out, HasSubstr("done        switch off TeXML application ivr-2"));
    EXPECT_THAT(applied.out, HasSubstr("done        new password for credential connection office-pbx"));
    EXPECT_THAT(applied.err, HasSubstr("objects that were not seen are not put right"));
}

TEST_F(Lockdown, RefusesWhileNothingShowsWhoseKeyItIs)
{
    take_over();
    for (const char* path : says_whose_key)
        on.fault(fmt::format(R"({{"kind": "status", "status": 403, "path": "{}"}})", path));
    const auto refused = lockdown({"--apply", "--yes"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("add --organization-not-confirmed"));
    EXPECT_TRUE(writes().empty());
    EXPECT_TRUE(incidents().empty());
    EXPECT_THAT(lockdown().out, HasSubstr("warning: "));
    const auto applied = lockdown({"--apply", "--yes", "--organization-not-confirmed"});
    EXPECT_THAT(applied.out, HasSubstr("done        switch off TeXML application ivr-2"));
}

TEST_F(Lockdown, WithoutABaselineTakesEvidenceAndSwitchesOffWhatCosts)
{
    take_over();
    on.folder.write("baseline.yml", "version: [this is no baseline\n");
    const auto plan = lockdown();
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("there is no baseline"));
    EXPECT_EQ(lockdown({"--apply", "--yes"}).exit_code, 1) << "and nothing says whose key it has to be";
    EXPECT_TRUE(writes().empty());
    const auto applied = lockdown({"--apply", "--yes", "--organization-not-confirmed"});
    EXPECT_EQ(applied.exit_code, 1) << "the other steps were not done";
    for (const auto& item : writes()) {
        const auto path = json::value_to<std::string>(item.at("path"));
        EXPECT_TRUE(path.starts_with("/outbound_voice_profiles") || path.starts_with("/payment")) << path;
    }
    EXPECT_THAT(state_of("/outbound_voice_profiles"), Not(HasSubstr(R"("enabled":true)")));
    ASSERT_EQ(incidents().size(), 1U);
    EXPECT_THAT(text_of_file(incidents().front() / "evidence.jsonl"), HasSubstr("\"resource\":\"ips\""));
}

// It needs an account's name and key; a person in the night has no time for a mistake elsewhere.
TEST_F(Lockdown, RunsWithSettingsThatAreWrongElsewhereAndSaysWhatIsWrong)
{
    take_over();
    static_cast<void>(on.settings_file());  // written with the first command only
    on.edit_settings([](std::string& text) { text += "polll: {}\n"; });
    const auto plan = lockdown();
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("polll"));
    EXPECT_THAT(plan.out, HasSubstr("remove SIP IP 192.0.2.66:5060")) << "the baseline is there";
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(applied.err, HasSubstr("polll"));
    EXPECT_FALSE(writes().empty());

    on.edit_settings([](std::string& text) { text = "accounts: [\n\t}"; });
    const auto nothing = lockdown();
    EXPECT_EQ(nothing.exit_code, 1) << "there is no account with a key";
    EXPECT_THAT(nothing.err, HasSubstr("trunkwarden.yml:2"));
}

TEST_F(Lockdown, RefusesAFolderThatOthersMayRead)
{
    const auto folder = on.folder.file("shared");
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    const auto refused = lockdown({"--apply", "--yes", "--directory", folder});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("others may use it"));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    EXPECT_TRUE(writes().empty());
}

TEST_F(Lockdown, SecretsThatSomebodyCouldReadAreMadeAgainWhenAsked)
{
    take_over();
    on.fault(R"({"kind": "status", "status": 422, "path": "/iam/api_keys/*", "method": "POST"})");
    const auto first = lockdown({"--apply", "--yes"});
    EXPECT_EQ(first.exit_code, 1);
    EXPECT_THAT(first.err, HasSubstr("API key ci-deploy-2 is unknown"));
    EXPECT_THAT(first.err, HasSubstr("--rotate-again"));
    on.control("clear_faults");
    const auto exposed = passwords_in(incidents().front());
    const auto second = lockdown({"--apply", "--yes"});
    EXPECT_EQ(second.exit_code, 1) << "it is not done: " << second.out;
    EXPECT_THAT(second.err, HasSubstr("--rotate-again"));
    EXPECT_EQ(passwords_in(incidents().front()), exposed);
    const auto again = lockdown({"--apply", "--yes", "--rotate-again"});
    EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
    const auto fresh = passwords_in(incidents().front());
    EXPECT_EQ(fresh.size(), exposed.size());
    for (const auto& file : exposed)
        EXPECT_FALSE(fresh.contains(file));
    EXPECT_EQ(lockdown({"--apply", "--yes"}).exit_code, 0);
    EXPECT_EQ(passwords_in(incidents().front()), fresh);
}

TEST_F(Lockdown, FreezesARunningDaemonFirstAndLeavesThawingToAPerson)
{
    daemon_process daemon(on.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("result=complete"), "");
    on.attack("add_texml_application");
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(applied.out, HasSubstr("trunkwarden quarantine thaw"));
    const auto actions = run_binary(on.command_line({"quarantine", "list", "--output=json"}));
    EXPECT_THAT(actions.out, HasSubstr("lockdown of account production"));
    const auto again = lockdown({"--apply", "--yes"});
    EXPECT_THAT(again.err, HasSubstr("as it was before"));
}

// It is evidence: the observations and steps of the daemon, the steps of people, and by which clock.
TEST_F(Lockdown, ReportsWhatTheDaemonSawBeforeItAndWhatAnEarlierRunDid)
{
    daemon_process daemon(on.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("result=complete"), "");
    on.attack("add_texml_application");
    const auto opened = daemon.line_with("finding opened", 60s);
    ASSERT_NE(opened, "");
    const auto first = lockdown({"--apply", "--yes"});
    EXPECT_EQ(first.exit_code, 0) << first.out << first.err;
    const auto report = text_of_file((incidents().front() / "report.md").string());
    EXPECT_THAT(report,
                AllOf(HasSubstr("done at (audit log)"), HasSubstr("| opened | by |"), HasSubstr("## History"),
                      HasSubstr("| started |"), HasSubstr("| opened |"), HasSubstr("| frozen |"),
                      HasSubstr("| lockdown |"), Not(HasSubstr("record cannot be read")),
                      Not(HasSubstr("What earlier runs did"))));
    const auto history = run_binary(on.command_line({"history", "--output=json"}));
    EXPECT_THAT(history.out,
                AllOf(HasSubstr(R"("kind":"lockdown")"), HasSubstr("done: switch off TeXML application")));

    EXPECT_EQ(lockdown({"--apply", "--yes"}).exit_code, 0);
    const auto second = text_of_file((incidents().front() / "report-2.md").string());
    EXPECT_THAT(second, AllOf(HasSubstr("## What earlier runs did"), HasSubstr("| report.md |"),
                              HasSubstr("switch off TeXML application")));
    EXPECT_THAT(text_of_file((incidents().front() / "report-2.json").string()),
                HasSubstr(R"("earlier_reports":["report.md"])"));
}

TEST_F(Lockdown, SaysThatADaemonCouldNotBeFrozenAndGoesOn)
{
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.err;
    EXPECT_THAT(applied.err, HasSubstr("was not frozen"));
    EXPECT_THAT(applied.out, Not(HasSubstr("thaw")));
}

class LockdownWithASignedBaseline : public testing::Test {
protected:
    fakes::minisign_signer signer{1};
    watched_account on{
        {.account_extra = fmt::format("    baseline_public_key: {}\n"
                                      "    api_keys: {{own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}}\n",
                                      signer.public_key())}};
};

TEST_F(LockdownWithASignedBaseline, OneByteMoreDoesNotKeepItFromRunning)
{
    const auto text = text_of_file(demo_baseline);
    on.folder.write("baseline.yml.minisig", signer.sign_at(text, 1'790'000'000));
    ASSERT_EQ(run_binary(on.command_line({"run", "--sweeps=1"})).exit_code, 0) << "it keeps a copy";
    on.folder.write("baseline.yml", text + "\n");
    on.attack("add_texml_application");
    const auto applied =
        run_binary(on.command_line({"lockdown", "--account", "production", "--apply", "--yes"}));
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(applied.err, HasSubstr("warning: the baseline file is not used"));
    EXPECT_THAT(applied.out, HasSubstr("done        switch off TeXML application ivr-2"));
    EXPECT_THAT(applied.out, HasSubstr("done        new password for credential connection office-pbx"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
