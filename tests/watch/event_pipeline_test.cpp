#include "watch/event_pipeline.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "fakes/deviations.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// "alert: opened f-1, resolved f-2" or "persist: f-1", in the order in which they came.
struct recording_sink final : event_sink {
    std::vector<std::string> calls;
    std::vector<finding_event> alerted;

    void alert(const std::string& account, const std::vector<finding_event>& events) override
    {
        EXPECT_EQ(account, "test");
        std::string line = "alert:";
        for (const auto& each : events) {
            line += " " + std::string(name_of(each.transition)) + " " + each.about.id;
            alerted.push_back(each);
        }
        calls.push_back(line);
    }
    void persist(state_change change) override
    {
        std::string line = "persist:";
        for (const auto& [id, written] : change.findings)
            line += " " + id;
        for (const auto& [place, fingerprint] : change.secrets)
            line += " " + place;
        if (line != "persist:")
            calls.push_back(line);
    }
};

class EventPipeline : public testing::Test, protected fakes::quiet_account {
protected:
    // Past the first sweep: from now on openings are not batched because they are many at first sight.
    void end_first_sweep()
    {
        pipeline.end_sweep();
        pipeline.pass_time();
        sink.calls.clear();
    }
    static finding_event attributed(const std::string& id)
    {
        auto explained = event(transition::changed, id);
        explained.about.by = actor{"u-1", "organization_member", fakes::noon};
        return explained;
    }
    // Runs the loop that releases what waited for too long, as far as it comes without waiting.
    void run_release_loop()
    {
        asio::io_context io(1);
        asio::cancellation_signal stop;
        asio::co_spawn(io, pipeline.release_unattributed(),
                       asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
        io.poll();
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
    }

    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    async_event progress;
    recording_sink sink;
    audit_follower audit{*watched, log, counters, {[](std::size_t) {}, [](time_point) {}}};
    event_pipeline pipeline{*watched, audit, {log, counters, sink, progress}};
};

TEST_F(EventPipeline, AnOpeningWaitsForALookUpAndIsAlertedOnceWithItsActor)
{
    end_first_sweep();
    pipeline.on_events({event(transition::opened, "1")});
    EXPECT_THAT(sink.calls, IsEmpty());
    EXPECT_FALSE(pipeline.is_empty());
    pipeline.on_events({attributed("1")});
    pipeline.on_audit_looked(now);
    EXPECT_THAT(sink.calls, ElementsAre("alert: opened f-1"));
    EXPECT_TRUE(sink.alerted[0].about.by);
    EXPECT_THAT(text.str(), HasSubstr("finding opened"));
    EXPECT_TRUE(pipeline.is_empty());
}

TEST_F(EventPipeline, ALookUpThatBeganBeforeTheOpeningReleasesNothing)
{
    end_first_sweep();
    pipeline.on_events({event(transition::opened, "1")});
    pipeline.on_audit_looked(now - 1ms);
    EXPECT_THAT(sink.calls, IsEmpty());
}

TEST_F(EventPipeline, NoOpeningWaitsForItsActorForMoreThanTwoSeconds)
{
    end_first_sweep();
    pipeline.on_events({event(transition::opened, "1")});
    now += 1999ms;
    run_release_loop();
    EXPECT_THAT(sink.calls, IsEmpty());
    now += 1ms;
    run_release_loop();
    EXPECT_THAT(sink.calls, ElementsAre("alert: opened f-1"));
}

TEST_F(EventPipeline, NothingWaitsForAnAuditLogThatIsNotRead)
{
    watched->config.poll.audit_interval = 0s;
    end_first_sweep();
    pipeline.on_events({event(transition::opened, "1")});
    EXPECT_THAT(sink.calls, ElementsAre("alert: opened f-1"));
}

TEST_F(EventPipeline, AnEventStaysBehindTheDelayedOpeningOfItsFinding)
{
    end_first_sweep();
    pipeline.on_events({event(transition::opened, "1")});
    pipeline.on_events({event(transition::resolved, "1"), event(transition::resolved, "2")});
    EXPECT_THAT(sink.calls, ElementsAre("alert: resolved f-2")) << "another finding need not wait";
    pipeline.on_audit_looked(now);
    EXPECT_THAT(sink.calls, ElementsAre("alert: resolved f-2", "alert: opened f-1 resolved f-1"));
}

TEST_F(EventPipeline, OpeningsAtFirstSightAreOneBatchWhenTheSweepEnds)
{
    watched->config.poll.audit_interval = 0s;
    pipeline.on_events({event(transition::opened, "1", severity::high)});
    pipeline.on_events({event(transition::opened, "2", severity::high)});
    pipeline.pass_time();
    EXPECT_THAT(sink.calls, IsEmpty());
    EXPECT_THAT(text.str(), HasSubstr("finding opened")) << "the log does not wait";
    pipeline.on_events({event(transition::opened, "3", severity::critical)});
    pipeline.pass_time();
    EXPECT_THAT(sink.calls, ElementsAre("alert: opened f-3")) << "nor does what is critical";
    pipeline.end_sweep();
    pipeline.pass_time();
    EXPECT_EQ(sink.calls.back(), "alert: opened f-1 opened f-2");
}

TEST_F(EventPipeline, BeforeAnActionEveryDelayedEventIsReleased)
{
    pipeline.on_events(
        {event(transition::opened, "1")});  // waits for its actor, and would wait for the sweep
    pipeline.release_all();
    EXPECT_THAT(sink.calls, ElementsAre("alert: opened f-1"));
    EXPECT_TRUE(pipeline.is_empty());
}

// After a crash a finding that is not in the state file is found, and alerted, again.
TEST_F(EventPipeline, ADelayedFindingIsNotPersistedBeforeItIsAlerted)
{
    watched->config.poll.audit_interval = 0s;
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    run(sweep(*watched));
    run(sweep(*watched));
    auto opened = watched->memory.findings.open().at("ips").begin()->second;
    opened.deviation.level = severity::high;
    now += 290s;
    pipeline.on_events({{transition::opened, opened, now}});
    now += 15s;  // every open finding is persisted now, five minutes after the start
    pipeline.pass_time();
    EXPECT_THAT(sink.calls, Each(Not(HasSubstr(opened.id))));
    pipeline.end_sweep();
    pipeline.pass_time();
    EXPECT_EQ(sink.calls.back(), "alert: opened " + opened.id);
    now += 5min;
    pipeline.pass_time();
    EXPECT_THAT(sink.calls.back(), AllOf(StartsWith("persist:"), HasSubstr(opened.id)));
}

TEST_F(EventPipeline, SecretsThatWereSeenForTheFirstTimeArePersistedWithoutAnEvent)
{
    answer("/credential_connections", R"([{"id":"5","user_name":"u","password":"CANARY-1"}])");
    run(sweep(*watched));
    run(sweep(*watched));
    pipeline.pass_time();
    EXPECT_THAT(sink.calls, Contains(HasSubstr("test/credential_connections/5/password")));
}

TEST_F(EventPipeline, AtTheEndEverythingIsAlertedAndThenPersisted)
{
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    run(sweep(*watched));
    run(sweep(*watched));
    auto opened = watched->memory.findings.open().at("ips").begin()->second;
    opened.deviation.level = severity::high;
    pipeline.on_events({{transition::opened, opened, now}});
    pipeline.finish();
    ASSERT_GE(sink.calls.size(), 2U);
    EXPECT_EQ(sink.calls.front(), "alert: opened " + opened.id);
    EXPECT_THAT(sink.calls.back(), HasSubstr(opened.id));
    EXPECT_TRUE(pipeline.is_empty());
}

}  // namespace
}  // namespace trunkwarden
