#include "watch/own_work.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "containment/observed_object.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class OwnWork : public testing::Test, protected fakes::quiet_account {
protected:
    OwnWork()
    {
        build("version: 1\ncredential_connections:\n  - {id: 1, active: true}\n");
        see("CANARY-1");
    }

    // The client gives the answer before this one once more.
    void see(std::string_view password, std::string_view active = "true", std::string_view date = "")
    {
        answer("/credential_connections",
               fmt::format(R"([{{"id":"1","active":{},"password":"{}","updated_at":"{}"}}])", active,
                           password, date));
        for (int times = 0; times < 2; ++times) {
            now += 1s;
            run(sweep(*watched));
        }
    }
    void announce() { tell({own_change::stage::sending, "credential_connections", "1", "dana"}); }
    void tell(own_change told) { note_own_change(*watched, std::move(told)); }
    // The change that left the object as it was read last.
    own_change done() const
    {
        own_change out{own_change::stage::done, "credential_connections", "1", "dana"};
        const auto resource = place_of_resource(watched->config, "credential_connections").value();
        for_each(watched->view.objects[resource], [&](const object_view& object) {
            out.left = state_of(watched->config.types[resource], object);
            out.date_after = object.modified_at();
        });
        return out;
    }
    const finding* only() const
    {
        const auto& all = watched->memory.findings.open();
        const auto found = all.find("credential_connections");
        return found == all.end() || found->second.empty() ? nullptr : &found->second.begin()->second;
    }
    own_change new_secret() const
    {
        auto out = done();
        out.secret = "password";
        return out;
    }
    own_change switched_off() const
    {
        auto out = done();
        out.fields = {"active"};
        return out;
    }
};

TEST_F(OwnWork, ASecretThatLockdownMadeIsTheAcceptedOne)
{
    announce();
    see("CANARY-2");
    EXPECT_EQ(only(), nullptr) << "its request is on its way";
    tell(new_secret());
    see("CANARY-2");
    EXPECT_EQ(only(), nullptr);
    now += 1h;
    see("CANARY-2");
    EXPECT_EQ(only(), nullptr) << "from now on";
    see("CANARY-1");
    EXPECT_NE(only(), nullptr) << "the one from before is not";
}

TEST_F(OwnWork, ASecretThatAThiefMadeInTheSameMinuteIsTold)
{
    announce();
    see("CANARY-2");
    tell(new_secret());
    see("CANARY-thief");
    ASSERT_NE(only(), nullptr);
    EXPECT_EQ(only()->status, finding_status::open);
}

TEST_F(OwnWork, AChangeThatNobodyAnnouncedIsTold)
{
    see("CANARY-2");
    ASSERT_NE(only(), nullptr);
    tell(new_secret());
    see("CANARY-2");
    EXPECT_NE(only(), nullptr);
}

TEST_F(OwnWork, ALockdownThatEndsInBetweenHidesNothingForLong)
{
    announce();
    see("CANARY-2");
    EXPECT_EQ(only(), nullptr);
    now += 2min;
    see("CANARY-2");
    EXPECT_NE(only(), nullptr) << "the same reading is judged again";
}

TEST_F(OwnWork, ATrustedObjectThatLockdownSwitchedOffIsItsOwnWork)
{
    announce();
    see("CANARY-1", "false");
    tell(switched_off());
    see("CANARY-1", "false");
    ASSERT_NE(only(), nullptr);
    EXPECT_EQ(only()->status, finding_status::contained);
    EXPECT_FALSE(told("opened changed credential_connections 1"));
    see("CANARY-thief", "false");
    EXPECT_EQ(only()->status, finding_status::open) << "that is not what lockdown did";
}

TEST_F(OwnWork, AnythingElseThatDeviatesInTheObjectIsSomebodyElses)
{
    announce();
    see("CANARY-2", "false");
    tell(switched_off());
    see("CANARY-2", "false");
    ASSERT_NE(only(), nullptr);
    EXPECT_EQ(only()->status, finding_status::open) << "lockdown did not make this password";
}

TEST_F(OwnWork, WhatLockdownWroteIsNotPutBackBesideWhatSomebodyElseChanged)
{
    build("version: 1\ncredential_connections:\n  - {id: 1, active: true, user_name: office}\n");
    const auto show = [this](std::string_view active) {
        answer(
            "/credential_connections",
            fmt::format(R"([{{"id":"1","active":{},"user_name":"thief","password":"CANARY-1"}}])", active));
        for (int times = 0; times < 2; ++times) {
            now += 1s;
            run(sweep(*watched));
        }
    };
    show("true");
    announce();
    show("false");
    tell(switched_off());
    show("false");
    ASSERT_NE(only(), nullptr);
    EXPECT_EQ(only()->status, finding_status::open) << "somebody else changed the name";
    ASSERT_EQ(only()->deviation.fields.size(), 1U);
    EXPECT_EQ(only()->deviation.fields.front().field, "user_name");
    EXPECT_TRUE(watched->memory.stopped.has("credential_connections", "1", "active", "false"))
        << "the quarantine leaves it";
}

// There is nothing but asterisks, and the date is compared instead.
TEST_F(OwnWork, OfASecretThatIsNotShownTheDateHasToBeTheOneThatLockdownSaw)
{
    see("********", "true", "2026-11-20T12:00:00Z");
    announce();
    see("********", "true", "2026-11-22T12:00:00Z");
    tell(new_secret());
    see("********", "true", "2026-11-22T12:00:00Z");
    EXPECT_EQ(only(), nullptr);
    see("********", "true", "2026-11-22T12:00:07Z");
    EXPECT_NE(only(), nullptr) << "somebody changed it since";
}

}  // namespace
}  // namespace trunkwarden
