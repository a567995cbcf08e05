#include "findings/incident_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::example_finding;
using fakes::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using strings = std::vector<std::string>;

finding step_of_mallory(const char* id, time_point at, const char* resource = "ips")
{
    auto out = example_finding(id, severity::critical, at);
    out.deviation.type = find_resource(resource);
    out.incident = "i-000000000001";
    out.by = actor{"user-7", "organization_member", at, "mallory@example.com"};
    return out;
}

std::vector<incident_group> groups_of(const std::vector<finding>& findings)
{
    std::vector<const finding*> all;
    all.reserve(findings.size());
    for (const auto& each : findings)
        all.push_back(&each);
    return grouped(std::move(all));
}

strings ids_in(const incident_group& group)
{
    strings out;
    for (const auto* f : group.members)
        out.push_back(f->id);
    return out;
}

std::vector<strings> ids_of(const std::vector<finding>& findings)
{
    std::vector<strings> out;
    for (const auto& group : groups_of(findings))
        out.push_back(ids_in(group));
    return out;
}

TEST(IncidentGroup, HasTheFindingsOfAnIncidentWithTheMoneyFirst)
{
    const std::vector<finding> all{step_of_mallory("f-000000000001", noon - 9min, "organization_users"),
                                   step_of_mallory("f-000000000002", noon - 5min),
                                   step_of_mallory("f-000000000003", noon - 1min, "outbound_voice_profiles")};
    EXPECT_THAT(ids_of(all), ElementsAre(strings{"f-000000000003", "f-000000000002", "f-000000000001"}));
    EXPECT_EQ(words_of(groups_of(all).front(), noon),
              "3 findings of one incident, i-000000000001: by mallory@example.com, from 11:51 to 11:59 UTC");
}

TEST(IncidentGroup, TakesInWhatOpenedBesideItAndHasNoKnownAuthor)
{
    auto beside = example_finding("f-000000000003", severity::high, noon + 10min);
    auto later = example_finding("f-000000000004", severity::high, noon + 16min);
    auto other = example_finding("f-000000000005", severity::high, noon);
    other.by = actor{"user-9", "organization_member", noon, "dana@example.com"};
    auto elsewhere = example_finding("f-000000000006", severity::high, noon);
    elsewhere.account = "staging";
    const std::vector<finding> all{step_of_mallory("f-000000000001", noon - 1min),
                                   step_of_mallory("f-000000000002", noon),
                                   beside,
                                   later,
                                   other,
                                   elsewhere};
    EXPECT_THAT(ids_of(all),
                testing::UnorderedElementsAre(
                    testing::UnorderedElementsAre("f-000000000001", "f-000000000002", "f-000000000003"),
                    strings{"f-000000000004"}, strings{"f-000000000005"}, strings{"f-000000000006"}));
}

TEST(IncidentGroup, JoinsSevereFindingsOfOneQuarterOfAnHourOnly)
{
    std::vector<finding> all{example_finding("f-000000000001", severity::high, noon),
                             example_finding("f-000000000002", severity::critical, noon + 15min),
                             example_finding("f-000000000003", severity::high, noon + 16min)};
    EXPECT_THAT(ids_of(all), ElementsAre(testing::UnorderedElementsAre("f-000000000001", "f-000000000002"),
                                         strings{"f-000000000003"}))
        << "a quarter of an hour begins with its first finding, and does not go on for ever";
    EXPECT_EQ(words_of(groups_of(all).front(), noon),
              "2 findings that opened within a quarter of an hour: the actor is not known, from 12:00 to "
              "12:15 UTC");
    for (auto& each : all)
        each.deviation.level = severity::medium;
    EXPECT_EQ(ids_of(all).size(), 3U);
    for (auto& each : all) {
        each.deviation.level = severity::critical;
        each.deviation.kind = deviation_kind::blind;
    }
    EXPECT_EQ(ids_of(all).size(), 3U) << "that something cannot be seen is no step of a thief";
}

TEST(IncidentGroup, LeavesWhatIsOverAloneAndLast)
{
    auto over = step_of_mallory("f-000000000002", noon);
    over.status = finding_status::resolved;
    EXPECT_THAT(ids_of({over, step_of_mallory("f-000000000001", noon)}),
                ElementsAre(strings{"f-000000000001"}, strings{"f-000000000002"}));
    const std::vector<finding> all{over, step_of_mallory("f-000000000001", noon)};
    EXPECT_THAT(ids_in(group_of_incident("i-000000000001", {&all[0], &all[1]})), strings{"f-000000000001"});
}

TEST(IncidentGroup, SaysWhatCanBeLostAndAddsNothingUp)
{
    std::vector<finding> all{step_of_mallory("f-000000000001", noon - 48h),
                             step_of_mallory("f-000000000002", noon - 48h)};
    all[0].deviation.exposure = exposure{whole_units(42), "balance", {}, false, "USD"};
    EXPECT_THAT(words_of(groups_of(all).front(), noon),
                testing::EndsWith("at 2026-11-20 12:00 UTC; up to USD 42.00 a minute"));
    all[1].deviation.exposure = exposure{whole_units(7), "balance", {}, false, "USD"};
    EXPECT_THAT(words_of(groups_of(all).front(), noon),
                testing::EndsWith("; up to USD 42.00 a minute through one of them"));
    all[1].deviation.exposure->per_minute.reset();
    EXPECT_THAT(words_of(groups_of(all).front(), noon), HasSubstr("; no limit on what a minute costs"));
}

TEST(IncidentGroup, NamesTwoAuthorsAndCountsMore)
{
    std::vector<finding> all{step_of_mallory("f-000000000001", noon), step_of_mallory("f-000000000002", noon),
                             step_of_mallory("f-000000000003", noon)};
    all[1].by->email = "trent@example.com";
    EXPECT_THAT(words_of(groups_of(all).front(), noon),
                HasSubstr(": by mallory@example.com and trent@example.com, at 12:00 UTC"));
    all[2].by->email = "\x1b[8m";
    EXPECT_THAT(words_of(groups_of(all).front(), noon),
                testing::AllOf(HasSubstr(": by mallory@example.com and 2 others, "), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace trunkwarden
