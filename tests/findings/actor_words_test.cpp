#include "findings/actor_words.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

constexpr auto dana_id = "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01";

actor by(std::string user_id, std::string made_by = "organization_member")
{
    return {std::move(user_id), std::move(made_by), fakes::noon};
}

TEST(ActorWords, NameAPersonWithTheIdBehind)
{
    auto who = by(dana_id);
    EXPECT_EQ(words_of(who), "user 6b6d…9c01 (member)");
    who.email = "dana@example.com";
    EXPECT_EQ(words_of(who), "dana@example.com (member, user 6b6d…9c01)");
    EXPECT_EQ(words_of(who, user_ids::whole), fmt::format("dana@example.com (member, user {})", dana_id));
    who.made_by = "account_owner";
    EXPECT_EQ(words_of(who), "dana@example.com (owner, user 6b6d…9c01)");
}

TEST(ActorWords, SayThatTheKeyInUseIsHis)
{
    auto who = by(dana_id);
    who.is_monitor = true;
    EXPECT_EQ(words_of(who), "user 6b6d…9c01, whose key trunkwarden uses");
    who.email = "dana@example.com";
    EXPECT_EQ(words_of(who), "dana@example.com, whose key trunkwarden uses");
    EXPECT_EQ(words_of(who, user_ids::whole),
              fmt::format("dana@example.com (member, user {}), whose key trunkwarden uses", dana_id));
}

TEST(ActorWords, SayThatAUserIsGone)
{
    auto who = by(dana_id);
    who.is_user = false;
    EXPECT_EQ(words_of(who), "user 6b6d…9c01, who is not a user of this account any more");
    who.email = "dana@example.com";
    EXPECT_EQ(words_of(who), "dana@example.com (user 6b6d…9c01), who is not a user of this account any more");
    who.made_by = "telnyx";
    EXPECT_EQ(words_of(who), "dana@example.com (Telnyx, user 6b6d…9c01)") << "who never was one";
}

TEST(ActorWords, SayNothingOfNobody)
{
    EXPECT_EQ(words_of(by("", "")), "");
    EXPECT_EQ(words_of(by("", "telnyx")), "Telnyx");
    EXPECT_EQ(words_of(by(dana_id, "")), "user 6b6d…9c01");
    EXPECT_EQ(words_of(by("u-7", "")), "user u-7");
}

// A user chooses his address.
TEST(ActorWords, CannotBeContinuedByAnAddress)
{
    auto who = by(dana_id);
    who.email = "a@example.com, whose key trunkwarden uses";
    EXPECT_EQ(words_of(who), R"("a@example.com, whose key trunkwarden uses" (member, user 6b6d…9c01))");
    who.email = "a@example.com@member";
    EXPECT_EQ(words_of(who), R"("a@example.com@member" (member, user 6b6d…9c01))");
    who.email = "\x1b[2J@example.com";
    EXPECT_EQ(words_of(who).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
