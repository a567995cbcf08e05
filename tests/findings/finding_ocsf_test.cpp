#include "findings/finding_ocsf.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "fakes/times.hpp"
#include "findings/finding_json.hpp"
#include "status/example_status.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

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

// Attributes that the schema (1.3.0, class detection_finding and the objects in it) requires, with their
// types.
void expect_required(const boost::json::object& event)
{
    for (const char* number : {"activity_id", "category_uid", "class_uid", "severity_id", "time", "type_uid"})
        EXPECT_TRUE(event.contains(number) && event.at(number).is_int64()) << number;
    ASSERT_TRUE(event.contains("metadata"));
    const auto& metadata = event.at("metadata").as_object();
    EXPECT_EQ(metadata.at("version"), "1.3.0");
    EXPECT_TRUE(metadata.at("product").at("vendor_name").is_string());
    EXPECT_TRUE(event.at("finding_info").at("uid").is_string());
    EXPECT_TRUE(event.at("finding_info").at("title").is_string());
    EXPECT_EQ(event.at("type_uid").as_int64(),
              event.at("class_uid").as_int64() * 100 + event.at("activity_id").as_int64());
}

TEST(FindingOcsf, HasWhatTheSchemaRequires)
{
    for (const auto* event : {"", "opened", "opened_many", "changed", "acknowledged", "contained",
                              "recreated", "resolved", "reminder", "test", "of a later version"}) {
        const auto said = ocsf_of(taken_over(), event);
        expect_required(said);
        EXPECT_EQ(said.at("class_uid"), 2004);
        EXPECT_EQ(said.at("category_uid"), 2);
    }
    expect_required(ocsf_of_id("f-3b1c9a70d2e4", "production", "", noon));
    EXPECT_EQ(ocsf_of_id("f-3b1c9a70d2e4", "production", "", noon).at("severity_id"), 0);
    EXPECT_EQ(ocsf_of_id("f-3b1c9a70d2e4", "production", "critical", noon).at("severity_id"), 5);
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
