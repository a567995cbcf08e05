#include "findings/finding_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "findings/finding_order.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

TEST(FindingJson, HasEveryMemberInTheOrderOfTheContract)
{
    const auto out = to_json(examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon));
    std::vector<std::string> names;
    for (const auto& member : out)
        names.emplace_back(member.key());
    EXPECT_EQ(names,
              (std::vector<std::string>{
                  "id",          "state",       "account",     "resource",    "resource_id",  "label",
                  "kind",        "severity",    "status",      "title",       "fields",       "exposure",
                  "attack",      "actor",       "since",       "earlier",     "first_seen",   "last_seen",
                  "runbook_url", "times",       "audit_trail", "incident",    "acknowledged", "absent_since",
                  "quarantine",  "resolved_at", "url",         "incident_url"}));
    EXPECT_EQ(out.at("times"), 1);
    EXPECT_EQ(out.at("audit_trail"), "not known");
    for (const char* unknown :
         {"state", "actor", "incident", "acknowledged", "absent_since", "resolved_at", "url", "incident_url"})
        EXPECT_TRUE(out.at(unknown).is_null()) << unknown;
}

TEST(FindingJson, SaysHowMuchAMinuteCanCost)
{
    auto opens_a_way = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    opens_a_way.deviation.exposure =
        exposure{parse_amount("42.00"), "balance", parse_amount("512.35").value(), false, "USD"};
    EXPECT_EQ(to_json(opens_a_way).at("exposure"),
              boost::json::parse(R"({"per_minute": "42.00", "until": "balance 512.35", "currency": "USD"})"));
    opens_a_way.deviation.exposure = exposure{};
    EXPECT_EQ(to_json(opens_a_way).at("exposure"),
              boost::json::parse(R"({"per_minute": "no limit", "until": null, "currency": null})"));
}

TEST(FindingOrder, IsByTheLossInAMinuteWithinASeverity)
{
    auto costly = examples::example_finding("f-000000000001", severity::high, noon - 2h);
    auto cheap = examples::example_finding("f-000000000002", severity::high, noon - 1h);
    auto unlimited = cheap;
    unlimited.deviation.exposure = exposure{};
    costly.deviation.exposure = exposure{whole_units(42), "", {}, false, "USD"};
    cheap.deviation.exposure = exposure{whole_units(7), "", {}, false, "USD"};
    const auto newest = examples::example_finding("f-000000000003", severity::high, noon);
    const auto critical = examples::example_finding("f-000000000004", severity::critical, noon - 3h);
    EXPECT_TRUE(is_shown_before(costly, cheap)) << "although the other one is newer";
    EXPECT_TRUE(is_shown_before(unlimited, costly));
    EXPECT_TRUE(is_shown_before(cheap, newest)) << "not known is not zero, and is said last";
    EXPECT_TRUE(is_shown_before(critical, unlimited)) << "the severity decides first";
    EXPECT_FALSE(is_shown_before(cheap, costly));
}

TEST(FindingJson, TellsWhoDidItAndWhoTookItOn)
{
    auto known = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    known.by = actor{"user-7", "organization_member", noon - 2min, "dana@example.com", true, std::nullopt};
    known.trail = audit_trail::explained;
    known.occurrences = 3;
    known.opened = noon - 1min;
    known.earlier = {{noon - 2h, noon - 1h}};
    known.incident = "i-0123456789ab";
    known.status = finding_status::acknowledged;
    known.acknowledged = acknowledgement{"our \"new\" SBC\n", noon, noon + 4h, "dana"};
    const auto out = to_json(known);
    EXPECT_EQ(out.at("actor"),
              boost::json::parse(R"({"user_id": "user-7", "change_made_by": "organization_member",
                                                      "at": "2026-11-22T11:58:00Z",
                                    "email": "dana@example.com", "is_user": true, "is_monitor": null})"));
    const auto back = actor_in(out.at("actor").as_object());
    EXPECT_EQ(back.email, "dana@example.com");
    EXPECT_EQ(back.is_user, true);
    EXPECT_EQ(back.is_monitor, std::nullopt);
    EXPECT_EQ(out.at("audit_trail"), "explained");
    EXPECT_EQ(out.at("times"), 3);
    EXPECT_EQ(out.at("since"), "2026-11-22T11:59:00Z");
    EXPECT_EQ(out.at("earlier"),
              boost::json::parse(R"([{"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T11:00:00Z"}])"));
    EXPECT_EQ(out.at("incident"), "i-0123456789ab");
    EXPECT_EQ(out.at("acknowledged"),
              boost::json::parse(R"({"reason": "our \"new\" SBC\n", "at": "2026-11-22T12:00:00Z",
                                                             "until": "2026-11-22T16:00:00Z", "by": "dana"})"));
    known.acknowledged->until.reset();
    EXPECT_TRUE(to_json(known).at("acknowledged").at("until").is_null());
}

TEST(FindingJson, HasTheStateBesideTheBareIdAndSaysWhenItWent)
{
    auto flapping = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    flapping.state = "3fa9";
    flapping.absent_since = noon + 1min;
    EXPECT_EQ(to_json(flapping).at("id"), "f-3b1c9a70d2e4");
    EXPECT_EQ(to_json(flapping).at("state"), "3fa9");
    EXPECT_EQ(to_json(flapping).at("absent_since"), "2026-11-22T12:01:00Z");
}

TEST(FindingJson, SaysWhenItWasResolvedOnlyWhileItIs)
{
    auto over = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    over.resolved_at = noon + 1h;
    EXPECT_TRUE(to_json(over).at("resolved_at").is_null()) << "it came back";
    over.status = finding_status::resolved;
    EXPECT_EQ(to_json(over).at("resolved_at"), "2026-11-22T13:00:00Z");
}

TEST(FindingJson, DoesNotShowTheFingerprintOfASecret)
{
    auto changed = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    changed.deviation.fields = {{"password", "(secret)", "(secret)", severity::high, false, "canary"}};
    const auto out = to_json(changed);
    const auto& field = out.at("fields").at(0).as_object();
    EXPECT_EQ(field.size(), 3U);
    EXPECT_EQ(field.at("actual"), "(secret)");
}

}  // namespace
}  // namespace trunkwarden
