#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/dispatcher_with_receivers.hpp"
#include "fakes/deviations.hpp"

// Messages about an incident, with alerts.group_by: incident.

namespace trunkwarden {
namespace {

using fakes::answer_with;
using fakes::event;
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
        for (std::size_t number = 1; number <= findings; ++number) {
            auto one = event(transition::opened, std::to_string(number));
            one.about.incident = "i-1";
            open.push_back(one.about);
            opened.push_back(std::move(one));
        }
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
