#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/safety_limits.hpp"

// Steps that are not planned: the sentence names the way out, and the reason is counted.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

refused_step refused_about(const std::string& id, refusal_reason kind)
{
    finding about;
    about.id = id;
    return refused_for(about, kind, "it cannot be");
}

TEST(RefusalCounts, CountsEachFindingOnceForEachReasonHoweverLongThatLasts)
{
    const auto blocked = static_cast<std::size_t>(refusal_reason::blocked);
    const auto unreadable = static_cast<std::size_t>(refusal_reason::unreadable);
    const std::vector<refused_step> round{
        refused_about("f-1", refusal_reason::unreadable), refused_about("f-1", refusal_reason::unreadable),
        refused_about("f-2", refusal_reason::unreadable), refused_about("f-2", refusal_reason::blocked)};
    refusal_counts counts;
    for (int rounds = 0; rounds < 3; ++rounds)
        counts.take(round);
    EXPECT_EQ(counts.now().at(unreadable), 2U);
    EXPECT_EQ(counts.now().at(blocked), 1U);
    EXPECT_EQ(counts.since().at(unreadable), 2U);
    counts.take({});
    EXPECT_EQ(counts.now().at(unreadable), 0U);
    EXPECT_EQ(counts.since().at(unreadable), 2U);
    counts.take({refused_about("f-1", refusal_reason::unreadable)});
    EXPECT_EQ(counts.since().at(unreadable), 3U) << "it began anew";
}

TEST(Refusals, NameTheWayOut)
{
    for (const auto kind : {refusal_reason::places, refusal_reason::unreadable, refusal_reason::no_request,
                            refusal_reason::not_possible})
        EXPECT_THAT(refused_about("f-1", kind).why, HasSubstr("in the portal"));
}

class RefusedSteps : public SafetyLimits {
protected:
    std::size_t now_for(refusal_reason kind) const
    {
        return guard->refusals().now().at(static_cast<std::size_t>(kind));
    }
    std::size_t since_for(refusal_reason kind) const
    {
        return guard->refusals().since().at(static_cast<std::size_t>(kind));
    }
};

TEST_F(RefusedSteps, AreCountedByTheirReason)
{
    EXPECT_EQ(guard->refusals().now(), refusal_counts::counts{});
    attack("add_ip");
    api->cannot_read = [](const std::string& path) { return path.starts_with("/ips/"); };
    look();
    look();
    EXPECT_EQ(now_for(refusal_reason::unreadable), 1U) << refusals();
    EXPECT_EQ(since_for(refusal_reason::unreadable), 1U);
    guard->forbid("frozen");
    look();
    EXPECT_EQ(now_for(refusal_reason::unreadable), 0U) << refusals();
    EXPECT_EQ(now_for(refusal_reason::blocked), 1U);
    guard->forbid(std::nullopt);
    api->cannot_read = [](const std::string&) { return false; };
    look();
    ASSERT_EQ(states_of("ips"), "done") << refusals();
    EXPECT_EQ(now_for(refusal_reason::blocked), 0U);
    EXPECT_EQ(since_for(refusal_reason::blocked), 1U);
}

TEST_F(RefusedSteps, AboutAnObjectThatIsNeverTouchedAreCounted)
{
    policy.allow_irreversible = true;
    seeded.set_key_owner(id_of(attack("add_user")));
    look();
    EXPECT_EQ(states_of("organization_users"), "") << "it is the monitor's own user now";
    EXPECT_EQ(now_for(refusal_reason::not_possible), 1U) << refusals();
    EXPECT_THAT(finding_about("organization_users")->quarantine, HasSubstr("in the portal"));
}

TEST_F(RefusedSteps, ThatAPersonRejectedAreCounted)
{
    policy.mode = quarantine_mode::approve;
    attack("add_ip");
    look();
    ASSERT_EQ(states_of("ips"), "waiting") << refusals();
    ASSERT_TRUE(run(guard->reject(actions_on("ips").front().id, "it is ours")));
    look();
    EXPECT_EQ(now_for(refusal_reason::decided), 1U) << refusals();
}

}  // namespace
}  // namespace trunkwarden
