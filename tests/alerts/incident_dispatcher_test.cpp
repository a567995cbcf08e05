#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/dispatcher_with_receivers.hpp"
#include "alerts/sample_sinks.hpp"
#include "fakes/deviations.hpp"

// Messages about an incident, with alerts.group_by: incident.

namespace trunkwarden {
namespace {

using fakes::answer_with;
using fakes::event;
using testing::AllOf;
using testing::HasSubstr;

// A sink of a chat that gets one message for each incident, and findings of one.
class IncidentDispatcher : public dispatching::AlertDispatcher {
protected:
    void watch_an_incident(std::size_t findings)
    {
        auto chat = dispatching::webhook("chat");
        chat.type = sink_type::slack;
        chat.group_by = message_group::incident;
        make({chat});
        for (std::size_t number = 1; number <= findings; ++number)
            opened.push_back(member(transition::opened, std::to_string(number), severity::high));
    }
    // An event of a finding of the incident, which is open from now on.
    finding_event member(transition transition, const std::string& id, severity level)
    {
        auto out = event(transition, id, level);
        out.about.incident = "i-1";
        open.push_back(out.about);
        return out;
    }
    std::size_t pending() const { return dispatcher->status()[0].pending; }

    std::vector<finding_event> opened;
};

TEST_F(IncidentDispatcher, SendsOneMessageForAllThatWaitsAboutAnIncident)
{
    watch_an_incident(10);
    dispatcher->alert("production", opened);
    dispatcher->alert("production", {event(transition::opened, "other")});
    write_up_to(11);
    EXPECT_EQ(to.targets.size(), 2U);
    EXPECT_EQ(pending(), 0U);
}

TEST_F(IncidentDispatcher, SendsAMessageOfItsOwnForEachCriticalFinding)
{
    watch_an_incident(10);
    opened.push_back(member(transition::opened, "heavy", severity::critical));
    opened.push_back(member(transition::opened, "heavier", severity::critical));
    dispatcher->alert("production", opened);
    write_up_to(12);
    EXPECT_EQ(to.targets.size(), 3U) << "one for each of the two, and one for the ten";
    EXPECT_EQ(pending(), 0U);
}

TEST_F(IncidentDispatcher, EndsTheIncidentAtPagerdutyWhenItsLastFindingBecomesCritical)
{
    const secret_file_for_test key("R0123456789");
    auto page = dispatching::webhook("page", "https://events.example/v2/enqueue");
    page.type = sink_type::pagerduty;
    page.routing_key_file = key.path;
    page.group_by = message_group::incident;
    make({page});
    dispatcher->alert("production", {member(transition::changed, "1", severity::critical)});
    write_up_to(1);
    EXPECT_EQ(to.targets.size(), 2U) << "its own page, and the end of the incident that told it before";
    EXPECT_THAT(to.last_body,
                AllOf(HasSubstr(R"("event_action":"resolve")"), HasSubstr(R"("dedup_key":"i-1")")));
}

TEST_F(IncidentDispatcher, LosesNoneOfThemWhenTheMessageIsNotTaken)
{
    watch_an_incident(10);
    to.answers = {answer_with(503)};
    dispatcher->alert("production", opened);
    write_up_to(10);
    EXPECT_EQ(pending(), 0U) << "the others go again at once, the first in a second";
    EXPECT_EQ(to.targets.size(), 2U);
    for (const auto& each : opened)
        EXPECT_THAT(to.last_body, HasSubstr(each.about.id + ")"));
}

TEST_F(IncidentDispatcher, SendsOneAloneWhereAllOfThemAreTooLarge)
{
    watch_an_incident(3);
    to.answers = {answer_with(413)};
    dispatcher->alert("production", opened);
    write_up_to(3);
    EXPECT_EQ(pending(), 0U);
    EXPECT_EQ(to.targets.size(), 3U) << "all, the first alone, the other two";
}

TEST_F(IncidentDispatcher, RefusesAllOfThemTogether)
{
    watch_an_incident(3);
    to.answers = {answer_with(410)};
    dispatcher->alert("production", opened);
    write_up_to(3);
    EXPECT_EQ(to.targets.size(), 1U);
    EXPECT_EQ(dispatcher->status()[0].dead, 3U);
}

}  // namespace
}  // namespace trunkwarden
