#include "account/account_people.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <utility>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

object_list users(std::initializer_list<std::pair<const char*, const char*>> who)
{
    auto page = std::make_shared<object_page>(0);
    for (const auto& [id, email] : who)
        page->add({.id = id, .address = id, .label = email, .modified_at = {}}, {});
    page->shrink();
    return {std::move(page)};
}

actor named(const account_people& people, const char* id, time_point at = noon)
{
    actor who{id, "organization_member", at};
    people.name(who);
    return who;
}

TEST(AccountPeople, AreKnownByTheListOfUsers)
{
    account_people people;
    EXPECT_EQ(named(people, "u-1"), (actor{"u-1", "organization_member", noon})) << "nothing is known yet";
    people.see_all(users({{"u-1", "dana@example.com"}}), noon + 1s);
    EXPECT_EQ(named(people, "u-1").email, "dana@example.com");
    EXPECT_EQ(named(people, "u-1").is_user, true);
    EXPECT_EQ(named(people, "u-1").is_monitor, std::nullopt);
}

TEST(AccountPeople, KeepTheAddressOfAUserWhoIsGone)
{
    account_people people;
    people.see_all(users({{"u-1", "dana@example.com"}, {"u-2", "lee@example.com"}}), noon - 1min);
    people.see_all(users({{"u-2", "lee@example.com"}}), noon + 1s);
    EXPECT_EQ(named(people, "u-1").email, "dana@example.com");
    EXPECT_EQ(named(people, "u-1").is_user, false);
}

// A thief invites a user and acts as him before the list is read again.
TEST(AccountPeople, AreNotGoneBecauseTheListIsOlderThanTheChange)
{
    account_people people;
    people.see_all(users({{"u-2", "lee@example.com"}}), noon - 1s);
    EXPECT_EQ(named(people, "u-1").is_user, std::nullopt);
    people.see_all(users({{"u-2", "lee@example.com"}}), noon + 1s);
    EXPECT_EQ(named(people, "u-1").is_user, false);
}

TEST(AccountPeople, AreNotGoneBecauseTheListCannotBeRead)
{
    account_people people;
    people.see_all(users({{"u-2", "lee@example.com"}}), noon + 1s);
    people.lose_sight();
    EXPECT_EQ(named(people, "u-1").is_user, std::nullopt);
}

TEST(AccountPeople, KnowWhoseKeyIsInUse)
{
    account_people people;
    people.see_monitor("u-1", "dana@example.com");
    EXPECT_EQ(named(people, "u-1").is_monitor, true);
    EXPECT_EQ(named(people, "u-1").email, "dana@example.com");
    EXPECT_EQ(named(people, "u-2").is_monitor, false);
    people.see_monitor("", "");
    EXPECT_EQ(named(people, "u-1").is_monitor, true) << "an answer that does not say it";
    people.forget_monitor();
    EXPECT_EQ(named(people, "u-1").is_monitor, std::nullopt) << "there is another key";
}

TEST(AccountPeople, RememberSoManyAtMost)
{
    account_people people;
    for (std::size_t number = 0; number <= account_people::max_remembered; ++number)
        people.remember("u-" + std::to_string(number), "a@example.com");
    people.remember("u-0", "b@example.com");
    EXPECT_EQ(named(people, "u-0").email, "b@example.com");
    const auto beyond = "u-" + std::to_string(account_people::max_remembered);
    EXPECT_EQ(named(people, beyond.c_str()).email, "");
}

}  // namespace
}  // namespace trunkwarden
