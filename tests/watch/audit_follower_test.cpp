#include "watch/audit_follower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "audit/audit_page.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::Contains;
using testing::HasSubstr;

task<> for_a_moment(audit_follower& watch)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, 30ms);
    co_await (guarded(watch.watch_forever()) || timer.async_wait(asio::use_awaitable));
}

class AuditFollower : public testing::Test, protected fakes::quiet_account {
protected:
    std::string log_target(std::size_t number = 1, std::size_t size = audit_page_size) const
    {
        auto target = audit_target(watched->memory.audit.look_back_to(now), number, size);
        for (const auto& [encoded, plain] : {std::pair{"%5B", "["}, {"%5D", "]"}})
            for (auto at = target.find(encoded); at != std::string::npos; at = target.find(encoded))
                target.replace(at, 3, plain);
        return target;
    }
    // Sets the log's answer to the next look-up.
    void log_says(const std::string& events)
    {
        api->answer(log_target(), R"({"data":[)" + events + R"(],"meta":{"total_pages":1}})");
    }
    std::string event(const std::string& id, const std::string& resource_id,
                      const std::string& changes = "null") const
    {
        return R"({"id":")" + id +
               R"(","user_id":"u-1","change_made_by":"organization_member","change_type":"update",)" +
               R"("resource_id":")" + resource_id + R"(","created_at":")" + rfc3339(now) + R"(","changes":)" +
               changes + "}";
    }
    audit_follower::callbacks callbacks()
    {
        return {[this](std::size_t list) { polled.push_back(list); }, [this](time_point) { ++looked; }};
    }
    void look()
    {
        audit_follower watch(*watched, log, counters, callbacks());
        look(watch);
    }
    void look(audit_follower& watch)
    {
        polled.clear();
        run(for_a_moment(watch));
    }
    // A watch that has looked once and found nothing; 20 s later.
    std::unique_ptr<audit_follower> watch_a_quiet_log()
    {
        auto watch = std::make_unique<audit_follower>(*watched, log, counters, callbacks());
        log_says("");
        look(*watch);
        now += 20s;
        return watch;
    }
    // One application, read and as it should be.
    void see_the_application()
    {
        build("version: 1\ntexml_applications:\n  - {id: \"77\", voice_url: https://ivr.example.com/a}\n");
        answer("/texml_applications", "[" + item + "]");
        run(sweep(*watched));  // the empty list
        run(sweep(*watched));
    }
    bool was_polled(std::string_view path) const
    {
        return std::ranges::any_of(polled,
                                   [&](std::size_t at) { return watched->view.lists[at].from.path == path; });
    }

    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    std::vector<std::size_t> polled;
    int looked = 0;
    const std::string item =
        R"({"id":"77","friendly_name":"ivr","active":true,"voice_url":"https://ivr.example.com/a"})";
    const std::string changed_item =
        R"({"id":"77","friendly_name":"ivr","active":true,"voice_url":"https://thief.example/a"})";
};

TEST_F(AuditFollower, ReadsTheObjectThatAnEventNamesAtOnceAndByItself)
{
    see_the_application();
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    api->answer("/texml_applications/77", R"({"data":)" + changed_item + "}");
    log_says(event("e-1", "77", R"([{"field":"voice_url","from":"a","to":"b"}])"));
    look(watch);
    EXPECT_THAT(api->sent, Contains("/texml_applications/77"));
    EXPECT_TRUE(told("opened changed texml_applications 77"));
    EXPECT_TRUE(polled.empty()) << "it is known: no list needs to be read";
}

TEST_F(AuditFollower, WarnsOfAnEventThatCannotBeReadAndFollowsTheOthers)
{
    see_the_application();
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    api->answer("/texml_applications/77", R"({"data":)" + changed_item + "}");
    log_says(R"({"id":"e-0","id":"e-1"},)" + event("e-1", "77", R"([{"field":"voice_url \ud800"}])"));
    look(watch);
    EXPECT_TRUE(told("opened changed texml_applications 77"));
    EXPECT_THAT(watch.warnings(),
                testing::ElementsAre("1 event of the audit log cannot be read; the first: page 1, item 1"));
    EXPECT_TRUE(watch.is_watching()) << "the others still say who did it";
    EXPECT_FALSE(watched->memory.audit.covers(now - 10s, now)) << "what is not in it may be in that event";
    now += 20s;
    log_says("");
    look(watch);
    EXPECT_TRUE(watch.warnings().empty());
}

TEST_F(AuditFollower, ReadsAPageThatIsTooLargeInPartsAndLeavesOutAnEventThatIsTooLargeAlone)
{
    see_the_application();
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    api->answer("/texml_applications/77", R"({"data":)" + changed_item + "}");
    const std::string nothing = R"({"data":[],"meta":{"total_pages":1}})";
    for (const std::size_t size : {100U, 50U, 25U, 5U, 1U})
        api->fail(log_target(1, size), errc::too_large);
    for (const std::size_t size : {25U, 5U, 1U})
        for (std::size_t number = size == 1 ? 3 : 2; number <= 5; ++number)
            api->answer(log_target(number, size), nothing);
    api->answer(log_target(2, 1), R"({"data":[)" + event("e-1", "77", R"([{"field":"voice_url"}])") + "]}");
    api->answer(log_target(2, 50), nothing);
    api->answer(log_target(2), nothing);
    look(watch);
    EXPECT_EQ(watch.trouble(), std::nullopt);
    EXPECT_TRUE(told("opened changed texml_applications 77"));
    EXPECT_THAT(watch.warnings(),
                testing::ElementsAre("1 event of the audit log cannot be read; the first: page 1, item 1"));
}

TEST_F(AuditFollower, AnEventAboutTwoFactorAuthenticationOutweighsTheAttestationAtOnce)
{
    const auto attested = iso_date(std::chrono::floor<std::chrono::days>(now) - std::chrono::days(5));
    build("version: 1\ntwo_factor: {attested: " + attested + ", attested_by: dana}\n");
    run(sweep(*watched));
    evaluate_coverage(*watched);
    ASSERT_EQ(seen("two_factor").state, reading_state::complete);
    const auto watching = watch_a_quiet_log();
    log_says(event("e-1", "u-1", R"([{"field":"two_factor_enabled","from":true,"to":false}])"));
    look(*watching);
    EXPECT_TRUE(told("opened changed two_factor e-1"));
    EXPECT_NE(seen("two_factor").state, reading_state::complete) << "not at the next look";
}

// The first is that of lockdown's own request; the second is by somebody with the session of the same user.
TEST_F(AuditFollower, AnEventOfAnAnnouncedChangeOpensNothingAndNamesNobodyAndTheNextOneDoes)
{
    const auto watching = watch_a_quiet_log();
    const std::string password = R"([{"field":"password","from":"a","to":"b"}])";
    watched->memory.own_changes.take({own_change::stage::sending, "organization_users", "u-9", "u-1"}, now);
    log_says(event("e-1", "u-9", password) + "," + event("e-2", "u-9", password));
    look(*watching);
    EXPECT_FALSE(told("opened changed organization_users e-1"));
    EXPECT_TRUE(told("opened changed organization_users e-2"));
    ASSERT_EQ(watched->memory.audit.recent().size(), 1U);
    EXPECT_EQ(watched->memory.audit.recent().front().id, "e-2");
}

TEST_F(AuditFollower, AnObjectThatNobodyKnowsIsLookedForInTheListsThatMoneyDependsOnAndThenInTheOthers)
{
    run(sweep(*watched));
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    log_says(event("e-1", "new"));
    look(watch);
    EXPECT_TRUE(was_polled("/ips"));
    EXPECT_FALSE(was_polled("/organizations/users"));
    now += 10s;
    log_says("");
    look(watch);
    EXPECT_TRUE(was_polled("/organizations/users")) << "no list about money had it";
    now += 10s;
    log_says("");
    look(watch);
    EXPECT_TRUE(polled.empty()) << "once each";
}

TEST_F(AuditFollower, SaysWhichEventNoReadingConfirms)
{
    see_the_application();
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    api->answer("/texml_applications/77", R"({"data":)" + item + "}");
    log_says(event("e-1", "77", R"([{"field":"voice_url","from":"a","to":"b"}])"));
    look(watch);
    const auto resource = static_cast<std::size_t>(find_resource("texml_applications") - catalogue.data());
    now += 30s;
    run(sweep(*watched));
    watch.on_reading(resource);
    EXPECT_TRUE(watch.warnings().empty()) << "the list may be late";
    now += 40s;
    run(sweep(*watched));
    watch.on_reading(resource);
    ASSERT_EQ(watch.warnings().size(), 1U);
    EXPECT_THAT(watch.warnings()[0], HasSubstr("voice_url"));
    EXPECT_THAT(text.str(), HasSubstr("an audit event is not confirmed by any reading"));
}

TEST_F(AuditFollower, AnEventThatAReadingConfirmsIsNoWarning)
{
    see_the_application();
    answer("/texml_applications", "[" + changed_item + "]");
    const auto watching = watch_a_quiet_log();
    auto& watch = *watching;
    log_says(event("e-1", "77", R"([{"field":"voice_url","from":"a","to":"b"}])"));
    look(watch);
    now += 2min;
    run(sweep(*watched));
    run(sweep(*watched));
    EXPECT_TRUE(told("opened changed texml_applications 77"));
    watch.on_reading(static_cast<std::size_t>(find_resource("texml_applications") - catalogue.data()));
    EXPECT_TRUE(watch.warnings().empty());
}

TEST_F(AuditFollower, WhatHappenedBeforeTheFirstLookIsNotFollowed)
{
    run(sweep(*watched));
    log_says(event("e-1", "new"));
    look();
    EXPECT_TRUE(polled.empty()) << "everything was read anyway";
}

TEST_F(AuditFollower, ALogThatCannotBeReadIsSaidOnce)
{
    run(sweep(*watched));
    audit_follower watch(*watched, log, counters, callbacks());
    look(watch);
    EXPECT_EQ(looked, 1) << "whoever waits for it goes on";
    EXPECT_FALSE(watch.is_watching());
    look(watch);
    const auto said = text.str();
    EXPECT_EQ(said.find("the audit log cannot be read"), said.rfind("the audit log cannot be read")) << said;
}

}  // namespace
}  // namespace trunkwarden
