#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "findings/accepting.hpp"
#include "watch/secret_acceptance.hpp"
#include "watch/state_restore.hpp"
#include "watch/sweep.hpp"

// Keys that are used after the user to whom they belong was removed.

namespace trunkwarden {
namespace {

constexpr auto trusts_key =
    "version: 1\napi_keys:\n  - {id: k-1, name: ci}\norganization_users:\n  - {id: dana}\n  - {id: lee}\n";
constexpr auto both = R"([{"id":"dana","email":"dana@example.com"},{"id":"lee","email":"lee@example.com"}])";
constexpr auto only_dana = R"([{"id":"dana","email":"dana@example.com"}])";

class OwnerlessKeys : public testing::Test, protected fakes::quiet_account {
protected:
    OwnerlessKeys() { begin(); }

    void begin()
    {
        build(trusts_key);
        watched->memory.findings.show_states(watched->memory.fingerprints);
    }
    void restart()
    {
        kept_state kept;
        kept.key = {};
        kept.secrets =
            take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; }).secrets;
        begin();
        restore_secrets(*watched, kept);
    }
    void show_users(const std::string& users)
    {
        api->forget(fakes::first_page(list("/organizations/users")));
        answer("/organizations/users", users);
    }
    void hide_users()
    {
        api->forget(fakes::first_page(list("/organizations/users")));
        fail("/organizations/users", errc::server_error);
    }
    // The key of that user was last used so long ago.
    void look(std::chrono::milliseconds used_ago, std::string_view owner = "lee")
    {
        now += std::chrono::minutes(10);
        const auto member = owner.empty() ? std::string() : fmt::format(R"("user_id":"{}",)", owner);
        api->forget(fakes::first_page(list("/iam/api_keys")));
        answer("/iam/api_keys",
               fmt::format(R"([{{"id":"k-1","name":"ci",{}"created_at":"2020-01-01T00:00:00Z",)"
                           R"("last_used_at":"{}"}}])",
                           member, rfc3339(now - used_ago)));
        run(sweep(*watched));
    }
    std::vector<finding> found() const
    {
        std::vector<finding> out;
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.deviation.type->name == "api_keys" && finding.deviation.kind != deviation_kind::blind)
                out.push_back(finding);
        return out;
    }
    static constexpr auto just_now = std::chrono::minutes(1);
    static constexpr auto before = std::chrono::hours(5);
};

TEST_F(OwnerlessKeys, AreAFindingOnceTheyAreUsedAfterTheirOwnerWasRemoved)
{
    show_users(both);
    look(just_now);
    show_users(only_dana);
    look(before);
    look(before);
    EXPECT_TRUE(found().empty()) << "nobody used it since";
    const auto removed = rfc3339(now - std::chrono::minutes(10));
    look(just_now);
    ASSERT_EQ(found().size(), 1U);
    EXPECT_EQ(found().front().deviation.kind, deviation_kind::changed);
    EXPECT_EQ(found().front().deviation.level, severity::high);
    EXPECT_EQ(
        found().front().title,
        fmt::format("API key ci changed: it was used at {}, after its owner was removed (no user any more "
                    "at {})",
                    rfc3339(now - just_now), removed));
}

TEST_F(OwnerlessKeys, StayTheSameFindingHoweverOftenTheyAreUsed)
{
    show_users(both);
    look(just_now);
    show_users(only_dana);
    look(before);
    look(just_now);
    const auto told_before = listener.told.size();
    look(just_now);
    look(just_now);
    EXPECT_EQ(found().size(), 1U);
    EXPECT_EQ(listener.told.size(), told_before);
}

TEST_F(OwnerlessKeys, AreNotKnownWhileTheUsersCannotBeRead)
{
    show_users(both);
    look(just_now);
    hide_users();
    look(just_now);
    look(just_now);
    EXPECT_TRUE(found().empty());
}

TEST_F(OwnerlessKeys, AreNotThoseOfAnOwnerWhomNoListEverShowed)
{
    show_users(only_dana);
    look(just_now);
    look(just_now);
    look(just_now, "");
    EXPECT_TRUE(found().empty());
}

TEST_F(OwnerlessKeys, AreRememberedOverARestart)
{
    show_users(both);
    look(just_now);
    show_users(only_dana);
    look(before);
    restart();
    show_users(only_dana);
    look(just_now);
    ASSERT_EQ(found().size(), 1U);
    const auto title = found().front().title;
    restart();
    hide_users();
    look(just_now);
    ASSERT_EQ(found().size(), 1U) << "that the users cannot be read takes nothing back";
    EXPECT_EQ(found().front().title, title);
}

TEST_F(OwnerlessKeys, EndWhenTheOwnerIsAUserAgain)
{
    show_users(both);
    look(just_now);
    show_users(only_dana);
    look(before);
    look(just_now);
    ASSERT_EQ(found().size(), 1U);
    show_users(both);
    look(just_now);
    look(just_now);
    EXPECT_TRUE(found().empty());
}

TEST_F(OwnerlessKeys, EndWhenAPersonAcceptsTheUse)
{
    show_users(both);
    look(just_now);
    show_users(only_dana);
    look(before);
    look(just_now);
    ASSERT_EQ(found().size(), 1U);
    const auto finding = found().front();
    const auto wanted = acceptable_of(finding);
    ASSERT_TRUE(wanted) << wanted.error().message;
    EXPECT_TRUE(wanted->secrets);
    EXPECT_FALSE(wanted->in_baseline);
    ASSERT_TRUE(accept_changed_secrets(watched->memory, finding.id, finding.state));
    look(just_now);
    look(just_now);
    EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace trunkwarden
