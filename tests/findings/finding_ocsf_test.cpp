#include "findings/finding_ocsf.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "fakes/times.hpp"
#include "findings/finding_json.hpp"
#include "findings/ocsf_schema.hpp"
#include "status/example_status.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

finding taken_over()
{
    auto out = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    out.by = actor{"user-7", "organization_member", noon - 2min, "dana@example.com", true, std::nullopt};
    out.incident = "i-0123456789ab";
    out.last_seen = noon + 10min;
    return out;
}

boost::json::object ocsf_of(const finding& f, std::string_view event = "")
{
    return to_ocsf(to_json(f, {}), event, noon + 24h);
}

TEST(FindingOcsf, IsAsTheSchemaWantsIt)
{
    for (const auto* event : {"", "opened", "opened_many", "changed", "acknowledged", "contained",
                              "recreated", "resolved", "reminder", "test", "of a later version"})
        for (const auto level : names_of<severity>.values)
            for (const auto status : names_of<finding_status>.values) {
                auto finding = to_json(taken_over(), {});
                finding["severity"] = view(level);
                finding["status"] = view(status);
                EXPECT_THAT(ocsf::faults_of_event(to_ocsf(finding, event, noon)), IsEmpty())
                    << event << ' ' << level << ' ' << status;
            }
    for (const auto* level : {"", "critical"})
        EXPECT_THAT(ocsf::faults_of_event(ocsf_of_id("f-3b1c9a70d2e4", "production", level, noon)),
                    IsEmpty());
    EXPECT_THAT(ocsf::faults_of_event(ocsf_of_id("f-3b1c9a70d2e4", "", "", noon)), IsEmpty());
    EXPECT_EQ(ocsf_of_id("f-3b1c9a70d2e4", "production", "", noon).at("severity_id"), 0);
    EXPECT_EQ(ocsf_of_id("f-3b1c9a70d2e4", "production", "critical", noon).at("severity_id"), 5);
}

TEST(FindingOcsf, IsAsTheSchemaWantsItWhereLittleIsKnown)
{
    auto quiet = taken_over();
    quiet.by.reset();
    quiet.incident.clear();
    quiet.deviation.fields.clear();
    EXPECT_THAT(ocsf::faults_of_event(ocsf_of(quiet)), IsEmpty());
    auto bare = to_json(taken_over(), {});
    for (const char* member : {"resource_id", "label", "actor", "fields", "attack", "incident"})
        bare[member] = nullptr;
    const auto said = to_ocsf(bare, "opened", noon);
    EXPECT_THAT(ocsf::faults_of_event(said), IsEmpty());
    EXPECT_FALSE(said.contains("resources")) << "the schema wants a uid or a name";
    EXPECT_EQ(said.at("unmapped").at("account"), bare.at("account"));
}

// A check that finds nothing wrong must be able to find something.
TEST(FindingOcsf, FaultsAreSeen)
{
    const auto good = ocsf_of(taken_over(), "opened");
    const auto faults_after = [&good](const auto& spoil) {
        auto bad = good;
        spoil(bad);
        return ocsf::faults_of_event(bad);
    };
    using boost::json::object;
    EXPECT_THAT(faults_after([](object& event) { event.erase("time"); }),
                ElementsAre("detection_finding lacks time, which is required"));
    EXPECT_THAT(faults_after([](object& event) { event["severity_id"] = 7; }),
                ElementsAre("severity_id has no value 7"));
    EXPECT_THAT(faults_after([](object& event) { event["status"] = "Opened"; }),
                ElementsAre("status_id is 1, and status is \"Opened\""));
    EXPECT_THAT(faults_after([](object& event) { event["account"] = "production"; }),
                ElementsAre("detection_finding has no attribute account"));
    EXPECT_THAT(faults_after([](object& event) { event["time"] = "2026-12-01T08:00:00Z"; }),
                ElementsAre(HasSubstr("time has another type")));
    EXPECT_THAT(faults_after([](object& event) { event.at("finding_info").as_object().erase("title"); }),
                ElementsAre("finding_info lacks title, which is required"));
    EXPECT_THAT(faults_after([](object& event) {
                    event["resources"] = boost::json::array{object{{"type", "ips"}}};
                }),
                ElementsAre("resource_details has none of name, uid"));
    EXPECT_THAT(faults_after([](object& event) { event["type_uid"] = 200402; }),
                testing::Contains("type_uid is not class_uid * 100 + activity_id"));
}

TEST(FindingOcsf, TellsTheFindingItsObjectAndItsActor)
{
    const auto said = ocsf_of(taken_over());
    EXPECT_EQ(said.at("severity_id"), 5);
    EXPECT_EQ(said.at("severity"), "Critical");
    EXPECT_EQ(said.at("status"), "New");
    EXPECT_EQ(said.at("time"), milliseconds_of(noon));
    EXPECT_EQ(said.at("finding_info").at("uid"), "f-3b1c9a70d2e4");
    EXPECT_EQ(said.at("finding_info").at("created_time"), milliseconds_of(noon));
    EXPECT_EQ(said.at("metadata").at("correlation_uid"), "i-0123456789ab");
    EXPECT_EQ(said.at("resources").at(0).at("group").at("name"), said.at("unmapped").at("account"));
    const auto& user = said.at("evidences").at(0).at("actor").at("user");
    EXPECT_EQ(user.at("uid"), "user-7");
    EXPECT_EQ(user.at("email_addr"), "dana@example.com");
}

TEST(FindingOcsf, AnActorWhoIsNotKnownIsNotThere)
{
    auto quiet = taken_over();
    quiet.by.reset();
    quiet.deviation.fields.clear();
    EXPECT_FALSE(ocsf_of(quiet).contains("evidences"));
}

TEST(FindingOcsf, FollowsTheLifeOfAFinding)
{
    auto f = taken_over();
    const auto activity = [&f](std::string_view event) {
        return ocsf_of(f, event).at("activity_id").as_int64();
    };
    EXPECT_EQ(activity("opened"), 1);
    EXPECT_EQ(activity("changed"), 2);
    EXPECT_EQ(activity("test"), 99);
    f.status = finding_status::acknowledged;
    EXPECT_EQ(ocsf_of(f, "acknowledged").at("status"), "In Progress");
    f.status = finding_status::contained;
    EXPECT_EQ(ocsf_of(f, "contained").at("status_id"), 99);
    f.status = finding_status::resolved;
    f.resolved_at = noon + 1h;
    EXPECT_EQ(activity("resolved"), 3);
    EXPECT_EQ(activity(""), 3);
    EXPECT_EQ(ocsf_of(f, "resolved").at("time"), milliseconds_of(noon + 1h));
    EXPECT_EQ(ocsf_of(f, "resolved").at("end_time"), milliseconds_of(noon + 1h));
}

TEST(FindingOcsf, IsTheSameAtEachAttempt)
{
    const auto finding = to_json(taken_over(), {});
    for (const auto* event : {"opened", "changed", "reminder"})
        EXPECT_EQ(to_ocsf(finding, event, noon + 1h), to_ocsf(finding, event, noon + 2h)) << event;
}

TEST(FindingOcsf, ASeverityOfALaterVersionIsNotKnown)
{
    auto finding = to_json(taken_over(), {});
    finding["severity"] = "catastrophic";
    EXPECT_EQ(to_ocsf(finding, "opened", noon).at("severity_id"), 0);
}

}  // namespace
}  // namespace trunkwarden
