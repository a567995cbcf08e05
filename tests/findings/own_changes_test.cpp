#include "findings/own_changes.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "fakes/deviations.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::audited;
using fakes::noon;

class OwnChanges : public testing::Test {
protected:
    void announce(time_point at, std::string id = "1")
    {
        changes.take({own_change::stage::sending, "ips", std::move(id), "dana"}, at);
    }
    void end(own_change::stage stage, time_point at)
    {
        own_change told{stage, "ips", "1", "dana"};
        told.left = "as-left";
        changes.take(told, at);
    }

    own_changes changes;
};

TEST_F(OwnChanges, NothingIsSaidWhileARequestIsOnItsWayForTwoMinutesAtMost)
{
    EXPECT_FALSE(changes.is_under_way("ips", "1", noon, noon));
    announce(noon);
    EXPECT_TRUE(changes.is_under_way("ips", "1", noon - 1s, noon + 1s));
    EXPECT_TRUE(changes.is_under_way("ips", "1", noon + 1s, noon + 119s));
    EXPECT_FALSE(changes.is_under_way("ips", "2", noon + 1s, noon + 1s)) << "another object";
    EXPECT_FALSE(changes.is_under_way("fqdns", "1", noon + 1s, noon + 1s)) << "another resource";
    EXPECT_FALSE(changes.is_under_way("ips", "1", noon + 1s, noon + 2min)) << "lockdown ended in between";
}

TEST_F(OwnChanges, AReadingFromBeforeTheEndSaysNothingAndALaterOneIsCompared)
{
    announce(noon);
    end(own_change::stage::done, noon + 3s);
    EXPECT_TRUE(changes.is_under_way("ips", "1", noon + 2s, noon + 4s));
    EXPECT_EQ(changes.that_left("ips", "1", "as-left", noon + 2s), nullptr);
    EXPECT_FALSE(changes.is_under_way("ips", "1", noon + 4s, noon + 5s));
    ASSERT_NE(changes.that_left("ips", "1", "as-left", noon + 4s), nullptr);
    EXPECT_EQ(changes.that_left("ips", "1", "another", noon + 4s), nullptr)
        << "somebody else changed it, too";
    EXPECT_EQ(changes.that_left("ips", "1", "", noon + 4s), nullptr);
    EXPECT_EQ(changes.that_left("ips", "1", "as-left", noon + 3s + 1h), nullptr) << "that was long ago";
}

TEST_F(OwnChanges, OneThatFailedLeavesNothing)
{
    announce(noon);
    end(own_change::stage::over, noon + 3s);
    EXPECT_FALSE(changes.is_under_way("ips", "1", noon + 4s, noon + 5s));
    EXPECT_EQ(changes.that_left("ips", "1", "as-left", noon + 4s), nullptr);
}

TEST_F(OwnChanges, OneThatWasNotAnnouncedIsNone)
{
    end(own_change::stage::done, noon);
    EXPECT_TRUE(changes.empty());
}

TEST_F(OwnChanges, OnlyTheReadingThatShowedItIsMeant)
{
    announce(noon);
    end(own_change::stage::done, noon + 3s);
    changes.note_seen(*changes.that_left("ips", "1", "as-left", noon + 4s), noon + 4s);
    EXPECT_NE(changes.seen_in("ips", "1", noon + 4s), nullptr);
    EXPECT_EQ(changes.seen_in("ips", "1", noon + 5s), nullptr);
}

TEST_F(OwnChanges, EachRequestAccountsForOneAuditEventOfTheOwnerOfTheKey)
{
    announce(noon);
    end(own_change::stage::done, noon + 3s);
    EXPECT_FALSE(changes.takes(audited("e-1", "1", "thief", noon + 1s))) << "he did it in the same second";
    EXPECT_FALSE(changes.takes(audited("e-2", "2", "dana", noon + 1s))) << "another object";
    EXPECT_FALSE(changes.takes(audited("e-3", "1", "dana", noon - 2min)));
    EXPECT_FALSE(changes.takes(audited("e-4", "1", "dana", noon + 2min)));
    EXPECT_FALSE(changes.takes(audited("e-5", "1", "", noon + 1s)));
    EXPECT_TRUE(changes.takes(audited("e-6", "1", "dana", noon + 1s)));
    EXPECT_FALSE(changes.takes(audited("e-7", "1", "dana", noon + 1s))) << "there was one request";
}

TEST_F(OwnChanges, NoEventIsOursWhileTheOwnerOfTheKeyIsNotKnown)
{
    changes.take({own_change::stage::sending, "ips", "1", ""}, noon);
    EXPECT_FALSE(changes.takes(audited("e-1", "1", "", noon)));
}

TEST_F(OwnChanges, AreForgottenAndBounded)
{
    for (std::size_t at = 0; at <= own_changes::most; ++at)
        announce(noon, fmt::format("{}", at));
    EXPECT_TRUE(changes.knows("ips", "0"));
    EXPECT_FALSE(changes.knows("ips", fmt::format("{}", own_changes::most))) << "it is judged as any other";
    announce(noon + 2h, "later");
    EXPECT_TRUE(changes.knows("ips", "later"));
    EXPECT_FALSE(changes.knows("ips", "0"));
}

}  // namespace
}  // namespace trunkwarden
