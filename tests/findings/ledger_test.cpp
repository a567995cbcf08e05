#include "findings/ledger.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/deviations.hpp"
#include "fakes/times.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

const resource_type& fqdns = *find_resource("fqdns");
using fakes::ips;
using fakes::noon;

deviation unknown_ip(std::string id, std::string address)
{
    deviation out;
    out.type = &ips;
    out.id = std::move(id);
    out.label = address + ":5060";
    out.kind = deviation_kind::unknown;
    out.level = severity::critical;
    out.fields = {{"ip_address", std::nullopt, std::move(address), severity::info, false}};
    return out;
}

std::vector<finding_event> see(ledger& findings, std::vector<deviation> seen,
                               extent completeness = extent::complete, time_point now = noon)
{
    return findings.apply(ips, std::move(seen), {completeness, now, now}, {});
}

TEST(Ledger, OpensAFindingOnceHoweverOftenItIsSeen)
{
    ledger findings("production");
    const auto events = see(findings, {unknown_ip("1", "192.0.2.66")});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::opened);
    EXPECT_EQ(events[0].about.title, "Unknown SIP IP 192.0.2.66:5060");
    EXPECT_TRUE(see(findings, {unknown_ip("1", "192.0.2.66")}, extent::complete, noon + 30s).empty());
    const auto& kept = findings.open().at("ips").begin()->second;
    EXPECT_EQ(kept.first_seen, noon);
    EXPECT_EQ(kept.last_seen, noon + 30s);
}

TEST(Ledger, ResolvesOnlyFromAWholeList)
{
    ledger findings("production");
    see(findings, {unknown_ip("1", "192.0.2.66")});
    EXPECT_TRUE(see(findings, {}, extent::partial).empty()) << "could not ask is not gone";
    EXPECT_EQ(findings.size(), 1U);
    const auto events = see(findings, {}, extent::complete);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::resolved);
    EXPECT_EQ(events[0].about.status, finding_status::resolved);
    EXPECT_EQ(findings.size(), 0U);
}

TEST(Ledger, OpensFromAPartOfAListWhatIsCertainlyThere)
{
    ledger findings("production");
    EXPECT_EQ(see(findings, {unknown_ip("1", "192.0.2.66")}, extent::partial).size(), 1U);
}

TEST(Ledger, TellsWhenAnOpenFindingChanges)
{
    ledger findings("production");
    see(findings, {unknown_ip("1", "192.0.2.66")});
    const auto events = see(findings, {unknown_ip("1", "192.0.2.67")});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::changed);
    EXPECT_EQ(events[0].about.title, "Unknown SIP IP 192.0.2.67:5060");
    EXPECT_EQ(events[0].about.first_seen, noon);
}

TEST(Ledger, LeavesTheFindingsOfOtherResourcesAlone)
{
    ledger findings("production");
    see(findings, {unknown_ip("1", "192.0.2.66")});
    EXPECT_TRUE(findings.apply(fqdns, {}, {extent::complete, noon, noon}, {}).empty());
    EXPECT_EQ(findings.size(), 1U);
}

TEST(Ledger, LearnsExactTextsWithoutAWordAndKeepsThem)
{
    ledger findings("production");
    see(findings, {unknown_ip("1", "192.0.2.66")});
    findings.acknowledge(findings.open().at("ips").begin()->first, {"mine", noon, std::nullopt});
    findings.take_unsaved();
    auto exactly = unknown_ip("1", "192.0.2.66");
    exactly.fields[0].canonical_value = "192.0.2.66";
    EXPECT_TRUE(see(findings, {exactly}, extent::complete, noon + 30s).empty()) << "it says the same";
    const auto& kept = findings.open().at("ips").begin()->second;
    EXPECT_EQ(kept.deviation.fields[0].canonical_value, "192.0.2.66");
    EXPECT_EQ(kept.status, finding_status::acknowledged);
    EXPECT_EQ(kept.last_changed, noon);
    const auto unsaved = findings.take_unsaved();
    ASSERT_EQ(unsaved.size(), 1U) << "a restart must not forget it";
    EXPECT_EQ(unsaved[0].deviation.fields[0].canonical_value, "192.0.2.66");
    see(findings, {exactly}, extent::complete, noon + 60s);
    EXPECT_TRUE(findings.take_unsaved().empty()) << "known by now";
}

TEST(Ledger, KeepsBlindFindingsApartFromThoseAboutObjects)
{
    ledger findings("production");
    deviation blind;
    blind.type = &ips;
    blind.id = "ips";
    blind.kind = deviation_kind::blind;
    blind.note = "not read completely for 3 min; HTTP 500";
    EXPECT_EQ(findings.apply_blind(ips, {blind}, {extent::partial, noon, noon}).size(), 1U);
    see(findings, {unknown_ip("1", "192.0.2.66")});
    EXPECT_TRUE(see(findings, {unknown_ip("1", "192.0.2.66")}).empty())
        << "a reading does not resolve blindness";
    EXPECT_TRUE(findings.apply_blind(ips, {}, {extent::partial, noon, noon}).empty())
        << "after a restart it is not blind for long yet: that is not seeing";
    const auto events = findings.apply_blind(ips, {}, {extent::complete, noon, noon});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].about.deviation.kind, deviation_kind::blind);
    EXPECT_EQ(findings.size(), 1U);
}

// Of a state file of version 4: its sinks must get the end of a finding that they were notified of.
TEST(Ledger, ContinuesAFindingAboutTheWatchUnderTheIdItHad)
{
    const auto rejected = blind_because_of(watch_cause::api_key, "the API key is rejected everywhere; 401");
    finding kept;
    kept.id = "f-0123456789ab";
    kept.account = "production";
    kept.deviation = rejected;
    kept.first_seen = kept.last_seen = kept.opened = noon - 1h;
    ledger findings("production");
    findings.restore(kept);
    EXPECT_TRUE(findings.apply_blind(watch_cause::api_key, {rejected}, {extent::partial, noon, noon}).empty())
        << "neither opened anew nor resolved";
    EXPECT_EQ(findings.size(), 1U);
    const auto events =
        findings.apply_blind(watch_cause::api_key, {}, {extent::complete, noon + 1s, noon + 1s});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::resolved);
    EXPECT_EQ(events[0].about.id, kept.id);
}

TEST(Ledger, DoesNotResolveWhatWasSeenAfterTheReadingBegan)
{
    ledger findings("production");
    see(findings, {unknown_ip("1", "192.0.2.66")}, extent::partial, noon + 10s);
    EXPECT_TRUE(findings.apply(ips, {}, {extent::complete, noon, noon + 20s}, {}).empty())
        << "read by itself while the list, begun before that, was still being read";
    EXPECT_EQ(findings.apply(ips, {}, {extent::complete, noon + 30s, noon + 31s}, {}).size(), 1U);
}

TEST(Ledger, NoticesThatASecretIsYetAnotherOne)
{
    auto first = unknown_ip("1", "192.0.2.66");
    first.fields = {{"password", "(secret)", "(secret)", severity::high, false, "hmac:1"}};
    auto second = first;
    second.fields[0].fingerprint = "hmac:2";
    ledger findings("production");
    see(findings, {first});
    EXPECT_TRUE(see(findings, {first}).empty());
    ASSERT_EQ(see(findings, {second}).size(), 1U);
}

TEST(FindingId, IsTheSameOnEveryHostAndDiffersByAccountResourceObjectAndKind)
{
    const auto deviation = unknown_ip("1", "192.0.2.66");
    EXPECT_EQ(finding_id("production", deviation), "f-0707abf77f70")
        << "sha256 of the account, resource, id and kind, a line each";
    EXPECT_EQ(finding_id("production", unknown_ip("1", "192.0.2.99")), finding_id("production", deviation));
    EXPECT_NE(finding_id("staging", deviation), finding_id("production", deviation));
    EXPECT_NE(finding_id("production", unknown_ip("2", "192.0.2.66")), finding_id("production", deviation));
    auto changed = deviation;
    changed.kind = deviation_kind::changed;
    EXPECT_NE(finding_id("production", changed), finding_id("production", deviation));
    auto elsewhere = deviation;
    elsewhere.type = &fqdns;
    EXPECT_NE(finding_id("production", elsewhere), finding_id("production", deviation));
}

}  // namespace
}  // namespace trunkwarden
