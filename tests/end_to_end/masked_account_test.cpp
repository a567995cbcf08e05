#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

// An account made since September 2026: its API shows the passwords of connections as asterisks.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view any_mask = "**";  // a part of every one
constexpr auto pbx_password = "CANARY-office-pbx-password";

simulator::options with_masks()
{
    auto api = with_demo_key();
    api.mask_passwords = true;
    return api;
}

watch_options acting()
{
    return {.poll = "{interval: 1s, audit_interval: 0s, requests_per_second: 1000, timeout: 5s}",
            .account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n",
            .more = "quarantine: {mode: auto, warmup_cycles: 1}\n"};
}

class MaskedAccount : public testing::Test {
protected:
    outcome ask(std::vector<std::string> words) const
    {
        return run_binary(on.command_line(std::move(words)));
    }
    // Reads everything once, with the state of the runs before; the log.
    std::string watched_once() const
    {
        const auto ended = ask({"run", "--sweeps=1"});
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        return ended.err;
    }
    void masks(bool are_on) { on.control("set", fmt::format(R"({{"mask_passwords": {}}})", are_on)); }
    json::array writes() { return on.control("requests").at("writes").as_array(); }
    std::string writes_as_text() { return json::serialize(writes()); }
    std::string state_of(std::string_view path)
    {
        return json::serialize(on.control("state", fmt::format(R"({{"path": "{}"}})", path)));
    }

    watched_account on{acting(), with_masks()};
};

TEST_F(MaskedAccount, IsFreeOfFindingsAndCheckSaysWhatIsNotCompared)
{
    const auto report = on.check();
    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.out;
    EXPECT_TRUE(report.findings().empty()) << report.findings();
    EXPECT_THAT(report.ended.out, Not(HasSubstr(any_mask)));
    const auto hidden = [&report](std::string_view resource) {
        return json::serialize(report.seen(resource).at("not_shown"));
    };
    for (const auto* resource : {"credential_connections", "fqdn_connections", "fqdn_authentication"})
        EXPECT_EQ(hidden(resource), R"(["password"])") << resource;
    EXPECT_EQ(hidden("uac_connections"), R"(["password","external_uac_settings.password"])");
    for (const auto* resource : {"ip_connections", "telephony_credentials"})
        EXPECT_EQ(hidden(resource), "[]") << resource;
    EXPECT_THAT(ask({"check"}).out,
                AllOf(HasSubstr("; password is not shown by the API: a change is noticed by updated_at"),
                      Not(HasSubstr(any_mask))));
}

TEST_F(MaskedAccount, IsToldByDoctor)
{
    const auto seen = ask({"doctor"});
    EXPECT_THAT(seen.out, AllOf(HasSubstr("warn  secrets production: password of credential_connections, "),
                                HasSubstr("external_uac_settings.password of uac_connections"),
                                HasSubstr("are not shown by the API"),
                                HasSubstr("Secrets that are not shown"), Not(HasSubstr(any_mask))));
    masks(false);
    EXPECT_THAT(ask({"doctor"}).out, Not(HasSubstr("secrets production")));
}

TEST_F(MaskedAccount, GivesABaselineThatTrustsNoMask)
{
    const auto captured = ask({"baseline", "capture", "--account", "production", "--force", "--output-file",
                               on.folder.file("baseline.yml")});
    ASSERT_EQ(captured.exit_code, 0) << captured.err;
    const auto text = text_of_file(on.folder.file("baseline.yml"));
    EXPECT_THAT(text, AllOf(HasSubstr("\n# password is not shown by the API"), Not(HasSubstr(any_mask)),
                            Not(HasSubstr("\n    password:"))));
    EXPECT_EQ(on.check().ended.exit_code, 0);
    EXPECT_THAT(ask({"baseline", "lint"}).out,
                AllOf(HasSubstr("[not-shown] password is not shown by the API"), Not(HasSubstr(any_mask))));
    masks(false);
    EXPECT_EQ(on.check().ended.exit_code, 0) << "the baseline does not mind that the masks go";
}

TEST_F(MaskedAccount, IsNoStormOfFindingsWhenMaskingBeginsOrEnds)
{
    for (const bool are_on : {false, true, false, true}) {
        masks(are_on);
        EXPECT_THAT(watched_once(), Not(HasSubstr("finding opened"))) << are_on;
    }
    on.attack("change_connection_password");
    const auto log = watched_once();
    EXPECT_EQ(count(log, "finding opened"), 1U) << log;
    EXPECT_THAT(log, AllOf(HasSubstr("severity=critical kind=changed resource=credential_connections"),
                           HasSubstr("password may be another one: it is not shown"),
                           Not(HasSubstr(any_mask)), Not(HasSubstr(canary))));
}

TEST_F(MaskedAccount, GetsNoMaskWrittenBackByTheQuarantineNorByAnUndo)
{
    for (const auto* attack :
         {"change_connection_webhook", "take_fqdn_authentication", "redirect_uac_connection"})
        on.attack(attack);
    daemon_process daemon(on.command_line({"run"}));
    std::vector<std::string> actions;
    for (std::string line; actions.size() < 3 && !(line = daemon.line_with(" state=done ")).empty();) {
        const auto at = line.find("action=a-") + std::string_view("action=").size();
        actions.push_back(line.substr(at, line.find(' ', at) - at));
    }
    ASSERT_EQ(actions.size(), 3U);
    EXPECT_EQ(writes().size(), 3U);
    for (const auto& id : actions)
        EXPECT_EQ(ask({"quarantine", "undo", id}).exit_code, 0);
    EXPECT_EQ(writes().size(), 6U);
    EXPECT_THAT(writes_as_text(), AllOf(Not(HasSubstr("password")), Not(HasSubstr(any_mask))));
    EXPECT_THAT(state_of("/credential_connections"),
                AllOf(HasSubstr(pbx_password), Not(HasSubstr(any_mask))));
    EXPECT_THAT(end(daemon), AllOf(Not(HasSubstr(any_mask)), Not(HasSubstr(canary))));
}

// The new passwords are the active ones, and a second run knows that although the API does not show them.
TEST_F(MaskedAccount, GetsNewPasswordsByLockdownAndNoMask)
{
    on.attack("change_connection_webhook");
    const std::vector<std::string> words{"lockdown", "--account", "production", "--apply", "--yes"};
    const auto applied = ask(words);
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    EXPECT_THAT(writes_as_text(), AllOf(HasSubstr(R"({\"password\":\")"), Not(HasSubstr(any_mask))));
    std::string kept;
    for (const auto& file : std::filesystem::directory_iterator(on.folder.path()))
        if (file.path().filename().string().starts_with("lockdown-production-"))
            kept = text_of_file((file.path() / "credentials.txt").string());
    for (const auto* path : {"/credential_connections", "/fqdn_authentication", "/uac_connections"}) {
        const auto shown = on.control("state", fmt::format(R"({{"path": "{}"}})", path));
        for (const auto& item : shown.at("data").as_array()) {
            const auto password = json::value_to<std::string>(item.at("password"));
            EXPECT_THAT(password, Not(HasSubstr(canary))) << path << " has the old one";
            EXPECT_THAT(kept, HasSubstr(password + "\tactive since")) << path;
        }
    }
    const auto before = writes().size();
    EXPECT_EQ(ask(words).exit_code, 0);
    EXPECT_EQ(writes().size(), before);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
