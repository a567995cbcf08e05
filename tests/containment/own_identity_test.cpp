#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/safety_limits.hpp"

// The identity of the monitor is asked for again before a step on a user or a key: it may be another one by
// the time at which the step takes effect.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class OwnIdentity : public SafetyLimits {
protected:
    OwnIdentity()
    {
        policy.allow_irreversible = true;
        policy.max_fraction = 1;
    }
    // After a step is written down as planned, and before it is sent.
    void once_planned(std::function<void()> happens)
    {
        journal->after_write = [this, happens = std::move(happens)](const action& action) {
            if (action.state == action_state::planned)
                happens();
        };
    }
    void key_belongs_to(const std::string& user)
    {
        const auto before = std::string(seeded.key_owner().user_id);
        api->spoil = [before, user](const std::string& path, std::string& body) {
            if (const auto at = body.find(before); path == "/whoami" && at != std::string::npos)
                body.replace(at, before.size(), user);
        };
    }
};

TEST_F(OwnIdentity, AUserToWhomTheKeyBelongsByNowIsNotRemoved)
{
    const auto user = id_of(attack("add_user"));
    once_planned([&] { key_belongs_to(user); });
    look();
    EXPECT_EQ(states_of("organization_users"), "stale") << refusals();
    EXPECT_THAT(actions_on("organization_users").front().outcome,
                HasSubstr("the user to whom the monitor's key"));
    EXPECT_EQ(written(), 0U);
}

TEST_F(OwnIdentity, NeitherIsOneWhoseRemovalAPersonApproved)
{
    policy.mode = quarantine_mode::approve;
    const auto user = id_of(attack("add_user"));
    look();
    ASSERT_EQ(states_of("organization_users"), "waiting") << refusals();
    key_belongs_to(user);
    ASSERT_TRUE(guard->approve(actions_on("organization_users").front().id));
    round();
    EXPECT_EQ(states_of("organization_users"), "stale");
    EXPECT_EQ(written(), 0U);
}

TEST_F(OwnIdentity, NothingIsRemovedWhileItCannotBeAskedFor)
{
    attack("add_user");
    once_planned([&] { api->cannot_read = [](const std::string& path) { return path == "/whoami"; }; });
    look();
    EXPECT_EQ(states_of("organization_users"), "planned") << refusals();
    EXPECT_EQ(written(), 0U);
    api->cannot_read = [](const std::string&) { return false; };
    round();
    EXPECT_EQ(states_of("organization_users"), "done") << "it is tried again";
}

TEST_F(OwnIdentity, NothingIsRemovedOnceTheApiDoesNotSayIt)
{
    attack("add_user");
    once_planned([&] { api->is_forbidden = [](const std::string& path) { return path == "/whoami"; }; });
    look();
    EXPECT_EQ(states_of("organization_users"), "stale");
    EXPECT_EQ(written(), 0U);
    api->is_forbidden = [](const std::string&) { return false; };
    journal->after_write = [](const action&) {};
    look();
    EXPECT_THAT(states_of("organization_users"), HasSubstr("done"))
        << "one empty answer is forgotten: " << refusals();
}

TEST_F(OwnIdentity, NoKeyIsSwitchedOffOnceTheListDoesNotShowTheOwnOne)
{
    attack("add_api_key");
    once_planned([&] { seeded.remove("/api_keys", own_key, {"thief", "organization_member", true}); });
    look();
    EXPECT_EQ(states_of("api_keys"), "stale") << refusals();
    EXPECT_THAT(actions_on("api_keys").front().outcome, HasSubstr("is not on the list of keys any more"));
    EXPECT_EQ(written(), 0U);
}

TEST_F(OwnIdentity, IsAskedForOnceMoreForEachStepOnAUser)
{
    attack("add_user");
    std::size_t asked = 0;
    once_planned([&] { asked = api->reads_of("/whoami"); });
    look();
    ASSERT_EQ(states_of("organization_users"), "done") << refusals();
    EXPECT_EQ(api->reads_of("/whoami"), asked + 1);
}

}  // namespace
}  // namespace trunkwarden
