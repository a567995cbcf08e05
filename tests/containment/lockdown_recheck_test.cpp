#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "containment/lockdown_world.hpp"

// The state in which a run finds what an earlier one, or a request without a body, left.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(LockdownOfAnAccount, TellsWhichFieldAnActionWithoutABodyChanged)
{
    attack("add_api_key");
    const auto went = lock_down();
    const auto closed = std::ranges::find(
        went.outcomes, "api_keys", [](const lockdown_outcome& outcome) { return outcome.change.resource; });
    ASSERT_NE(closed, went.outcomes.end());
    EXPECT_EQ(closed->change.now, own_change::stage::done);
    EXPECT_EQ(closed->change.fields, std::set<std::string>{"status"});
}

TEST_F(LockdownOfAnAccount, ASecretThatSomebodyChangedAfterARunIsNotCalledDone)
{
    const auto words = "new password for credential connection office-pbx";
    ASSERT_EQ(about(lock_down(), words).went, status::done);
    ASSERT_EQ(about(lock_down(), words).went, status::not_needed);
    seeded.change("/credential_connections", pbx, {{"password", "CANARY-thief"}}, {"thief"});
    const auto again = about(lock_down(), words);
    EXPECT_EQ(again.went, status::left);
    EXPECT_THAT(again.detail, AllOf(HasSubstr("somebody changed its password"), HasSubstr("--rotate-again"),
                                    Not(HasSubstr("CANARY"))));
    api->cannot_read = [](const std::string& path) { return path == "/credential_connections/" + pbx; };
    EXPECT_EQ(about(lock_down(), words).went, status::left) << "nobody knows";
}

}  // namespace
}  // namespace trunkwarden
