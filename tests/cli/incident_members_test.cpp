#include "cli/incident_members.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::AllOf;
using testing::HasSubstr;

boost::json::value two_incidents()
{
    return boost::json::parse(R"([
        {"id": "f-000000000001", "state": "3fa9", "status": "open", "incident": "i-000000000001",
         "title": "Unknown \u001b[2J IP", "first_seen": "2026-06-01T11:00:00Z", "since": "2026-11-22T11:00:00Z"},
        {"id": "f-000000000002", "state": "91bc", "status": "acknowledged", "incident": "i-000000000001"},
        {"id": "f-000000000003", "state": "0000", "status": "contained", "incident": "i-000000000001"},
        {"id": "f-000000000004", "state": "1111", "status": "open", "incident": "i-0000000000ff",
         "title": "T", "since": "2026-11-22T11:55:00Z"},
        {"id": "f-000000000005", "state": "2222", "status": "open", "incident": null}])");
}

std::string refused(std::string_view written, const boost::json::value& findings = two_incidents())
{
    const auto found = members_of_incident(written, findings);
    return found ? "(found)" : found.error().message;
}

TEST(IncidentMembers, AreTheOpenFindingsOfOneIncident)
{
    const auto members = members_of_incident("i-000000000001", two_incidents()).value();
    EXPECT_EQ(members.incident, "i-000000000001");
    ASSERT_EQ(members.open.size(), 1U);
    EXPECT_EQ(members.open.front().id, "f-000000000001");
    EXPECT_EQ(members.open.front().state, "3fa9");
    EXPECT_EQ(members.open.front().title, "Unknown \\u{1b}[2J IP");
    EXPECT_EQ(members.open.front().open_since, noon - 1h) << "it may have come and gone before";
    EXPECT_EQ(members.acknowledged, 1U);
    EXPECT_EQ(members.contained, 1U);
    EXPECT_EQ(members_of_incident("i-0000000000f", two_incidents())->open.size(), 1U) << "by its beginning";
}

TEST(IncidentMembers, SayWhichIncidentsThereAre)
{
    EXPECT_THAT(refused("i-000000"), AllOf(HasSubstr("begins the ids of 2 incidents"),
                                           HasSubstr("i-000000000001 and i-0000000000ff")));
    EXPECT_THAT(refused("i-ffffff"), HasSubstr("open are i-000000000001 and i-0000000000ff"));
    EXPECT_THAT(refused("i-ffffff", boost::json::parse("[]")), HasSubstr("no open finding is part of one"));
    EXPECT_THAT(refused("f-000000000001"), HasSubstr("is no incident's id"));
    EXPECT_THAT(refused("i-ffffff", boost::json::parse("{}")), HasSubstr("not understood"));
    EXPECT_THAT(refused("i-ffffff", boost::json::parse("[7]")), HasSubstr("there is no incident"));
}

TEST(IncidentMembers, MayBeUnseenForTenMinutes)
{
    incident_member member{"f-1", "3fa9", "T", noon - 10min};
    EXPECT_FALSE(may_be_unseen(member, noon));
    member.open_since = noon - 9min;
    EXPECT_TRUE(may_be_unseen(member, noon));
    member.open_since = time_point::max();
    EXPECT_TRUE(may_be_unseen(member, noon)) << "a time that was not understood";
}

}  // namespace
}  // namespace trunkwarden
