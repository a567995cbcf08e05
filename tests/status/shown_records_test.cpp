#include "status/shown_records.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "fakes/times.hpp"
#include "findings/finding_record.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

daemon_status with_a_finding()
{
    auto out = examples::all_well();
    auto found = examples::example_finding("f-000000000001", severity::critical, fakes::noon);
    found.state = "3fa9";
    found.incident = "i-0123456789ab";
    found.deviation.fields.push_back(
        {.field = "password", .expected = std::nullopt, .actual = "(secret)", .fingerprint = "KEYED-HASH"});
    out.accounts[0].findings = {found};
    return out;
}

action recorded(const char* id, action_state state, undoing undo)
{
    action out;
    out.id = id;
    out.account = "production";
    out.finding = "f-000000000001";
    out.planned_at = fakes::noon;
    out.state = state;
    out.undo = undo;
    return out;
}

TEST(ShownRecords, ComeBackAsTheDaemonHasThemWithoutFingerprints)
{
    const auto status = with_a_finding();
    const auto written = boost::json::serialize(records_json(status, {}));
    EXPECT_THAT(written, Not(HasSubstr("KEYED-HASH")));
    const auto read = records_in(boost::json::parse(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->accounts.front(), status.accounts.front().name);
    ASSERT_EQ(read->findings.size(), 1U);
    auto wanted = status.accounts[0].findings.front();
    wanted.deviation.fields.back().fingerprint.clear();
    EXPECT_EQ(record_of(read->findings.front()), record_of(wanted));
    EXPECT_EQ(read->findings.front().state, "3fa9");
    EXPECT_EQ(read->findings.front().incident, "i-0123456789ab");
}

TEST(ShownRecords, HaveOfTheActionsThoseThatCanBeUndone)
{
    const auto json = records_json(examples::all_well(),
                                   {recorded("a-000000000001", action_state::done, undoing::exact),
                                    recorded("a-000000000002", action_state::waiting, undoing::exact),
                                    recorded("a-000000000003", action_state::done, undoing::impossible)});
    const auto read = records_in(json);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->actions.size(), 1U);
    EXPECT_EQ(read->actions.front().id, "a-000000000001");
}

TEST(ShownRecords, OfAnotherVersionAreNotUnderstood)
{
    for (const auto* other : {"[]", "{}", R"({"accounts": [1], "findings": [], "actions": []})",
                              R"({"accounts": [], "findings": [{}], "actions": []})",
                              R"({"accounts": [], "findings": [1], "actions": []})",
                              R"({"accounts": [], "findings": [], "actions": [{}]})",
                              R"({"accounts": [], "findings": [], "actions": ["{}"]})"}) {
        const auto read = records_in(boost::json::parse(other));
        ASSERT_FALSE(read) << other;
        EXPECT_THAT(read.error().message, HasSubstr("another version")) << other;
    }
}

}  // namespace
}  // namespace trunkwarden
