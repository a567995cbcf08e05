#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>
#include <thread>

#include "end_to_end/watched_account.hpp"

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
        for (const auto& one :
             std::filesystem::directory_iterator(std::filesystem::path(on.folder.file("x")).parent_path()))
            if (one.path().filename().string().starts_with("lockdown-production-"))
                out.push_back(one.path());
        return out;
    }
    json::array writes() { return on.control("requests").at("writes").as_array(); }

    watched_account on;
};

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
          "new password for credential connection office-pbx", "delete OAuth grant",
          "delete API key ci-deploy-2", "switch off auto-recharge", "What only a person can do",
          "Nothing was changed"}) {
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
    for (const auto& one : left.findings()) {
        const auto resource = json::value_to<std::string>(one.at("resource"));
        // What was switched off is still there, for a person to delete.
        EXPECT_TRUE(json::serialize(one).find(R"("actual":"false")") != std::string::npos)
            << json::serialize(one);
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
    const auto before = text_of_file((incidents().front() / "credentials.txt").string());
    on.control("set", R"({"delay_ms": 0})");
    const auto applied = lockdown({"--apply", "--yes"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(applied.err, HasSubstr("Continuing the incident"));
    EXPECT_EQ(incidents().size(), 1U);
    const auto after = text_of_file((incidents().front() / "credentials.txt").string());
    EXPECT_TRUE(after.starts_with(before)) << "what was written before the crash still holds";
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
    for (const auto& one : writes()) {
        const auto path = json::value_to<std::string>(one.at("path"));
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
    EXPECT_EQ(applied.exit_code, 1) << "what was not seen is not put right";
    EXPECT_THAT(applied.out, HasSubstr("Not seen: texml_applications"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
