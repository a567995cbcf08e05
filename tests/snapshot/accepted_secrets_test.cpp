#include "snapshot/accepted_secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

class AcceptedSecrets : public testing::Test {
protected:
    object_list with_password(const std::string& text) const
    {
        return read(R"([{"id":"1","password":")" + text + "\"}]");
    }
    bool changed(const object_list& seen) const { return secrets.changed(type, (*seen[0])[0], password); }
    std::string fingerprint(const object_list& seen) const
    {
        return std::string((*seen[0])[0].field(password));
    }

    const resource_type& type = *find_resource("credential_connections");
    const fakes::reader read{type};
    const std::size_t password = static_cast<std::size_t>(
        std::ranges::find(type.fields, "password", &watched_field::name) - type.fields.begin());
    accepted_secrets secrets;
};

TEST_F(AcceptedSecrets, TheFirstOneSeenIsTheAcceptedOneUntilAnotherIsTaken)
{
    const auto first = with_password("CANARY-1");
    const auto second = with_password("CANARY-2");
    EXPECT_FALSE(changed(first));
    secrets.remember(type, (*first[0])[0]);
    secrets.remember(type, (*second[0])[0]);
    EXPECT_FALSE(changed(first));
    EXPECT_TRUE(changed(second)) << "seeing it again does not accept it";

    secrets.accept(type, "1", "password", fingerprint(second));
    EXPECT_FALSE(changed(second));
    EXPECT_TRUE(changed(first)) << "the one before is not accepted any more";
}

TEST_F(AcceptedSecrets, WhatIsAcceptedIsHandedOutOnceToBeKeptAndIsAcceptedWhenItComesBack)
{
    secrets.remember(type, (*with_password("CANARY-1")[0])[0]);
    secrets.take_new();
    const auto second = with_password("CANARY-2");
    secrets.accept(type, "1", "password", fingerprint(second));
    const auto kept = secrets.take_new();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept.begin()->first, "credential_connections/1/password");
    EXPECT_EQ(kept.begin()->second, fingerprint(second));
    EXPECT_TRUE(secrets.take_new().empty());

    accepted_secrets later;
    later.restore(kept);
    EXPECT_FALSE(later.changed(type, (*second[0])[0], password));
    EXPECT_TRUE(later.changed(type, (*with_password("CANARY-3")[0])[0], password));
}

class AcceptedSecretsOverTime : public AcceptedSecrets {
protected:
    // Complete readings, `apart` from each other, none of which shows the object.
    void miss(int readings, std::chrono::hours apart)
    {
        for (int at = 0; at < readings; ++at) {
            now += apart;
            secrets.see_all(type, object_list{}, now);
        }
    }

    const object_list first = with_password("CANARY-1");
    const object_list second = with_password("CANARY-2");
    time_point now = fakes::noon;
};

TEST_F(AcceptedSecretsOverTime, AreForgottenAWeekAfterTheirObjectWasLastThere)
{
    secrets.remember(type, (*first[0])[0]);
    secrets.take_new();
    secrets.see_all(type, first, now);
    miss(7, std::chrono::hours(24));
    EXPECT_TRUE(changed(second)) << "six days after it was first missed";
    EXPECT_TRUE(secrets.take_forgotten().empty());
    miss(2, std::chrono::hours(24));
    EXPECT_FALSE(changed(second)) << "it counts as new";
    EXPECT_EQ(secrets.take_forgotten(), (std::set<std::string>{"credential_connections/1/password"}));
    EXPECT_TRUE(secrets.take_forgotten().empty()) << "handed out once";
}

TEST_F(AcceptedSecretsOverTime, StayWhenTheirObjectIsThereAgainMeanwhile)
{
    secrets.remember(type, (*first[0])[0]);
    miss(6, std::chrono::hours(24));
    secrets.see_all(type, first, now);
    const auto noted = secrets.take_unseen();
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted.begin()->second, std::nullopt);
    miss(6, std::chrono::hours(24));
    EXPECT_TRUE(changed(second)) << "the week began anew";
}

TEST_F(AcceptedSecretsOverTime, AreForgottenAlsoWhenTheDaemonIsRestartedEachDay)
{
    secrets.remember(type, (*first[0])[0]);
    auto accepted = secrets.take_new();
    accepted_secrets::unseen_by_place unseen;
    for (int day = 0; day < 9; ++day) {
        secrets.restore(accepted, unseen);
        miss(1, std::chrono::hours(24));
        for (const auto& [place, since] : secrets.take_unseen())
            unseen.emplace(place, since.value());
    }
    EXPECT_FALSE(secrets.take_forgotten().empty());
}

TEST_F(AcceptedSecretsOverTime, AreNotForgottenBecauseAnotherListWasRead)
{
    secrets.remember(type, (*first[0])[0]);
    for (int day = 0; day < 9; ++day)
        secrets.see_all(*find_resource("fqdn_connections"), object_list{}, now += std::chrono::hours(24));
    EXPECT_TRUE(changed(second));
}

// A copy is read on another thread.
TEST_F(AcceptedSecretsOverTime, AreForgottenOnlyWhenThereIsNoCopyOfThem)
{
    secrets.remember(type, (*first[0])[0]);
    miss(1, std::chrono::hours(0));
    {
        const accepted_secrets copy = secrets;
        miss(1, std::chrono::hours(24 * 8));
        EXPECT_TRUE(copy.changed(type, (*second[0])[0], password));
    }
    EXPECT_TRUE(secrets.take_forgotten().empty());
    miss(1, std::chrono::hours(1));
    EXPECT_FALSE(secrets.take_forgotten().empty());
}

TEST_F(AcceptedSecrets, AcceptingOneTouchesNoOtherObjectAndNoOtherField)
{
    const auto first = with_password("CANARY-1");
    secrets.remember(type, (*first[0])[0]);
    secrets.accept(type, "2", "password", "hmac:2");
    secrets.accept(type, "1", "other", "hmac:3");
    EXPECT_FALSE(changed(first));
}

}  // namespace
}  // namespace trunkwarden
