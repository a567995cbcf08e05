#include "findings/finding_record.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "catalogue/extra_resource.hpp"
#include "fakes/deviations.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

finding full_finding()
{
    auto f = fakes::event(transition::changed, "1293384261075731499").about;
    f.deviation.fields.push_back({"password", "(secret)", "(secret)", severity::high, true, "hmac:00ff"});
    f.deviation.note = "a \"note\"\nof two lines";
    f.deviation.modified_at = "2026-11-22T10:00:00Z";
    f.deviation.from_event = true;
    f.deviation.kind = deviation_kind::weakened;
    f.status = finding_status::acknowledged;
    f.occurrences = 7;
    f.absent_since = noon + 1s;
    f.resolved_at = noon + 2s;
    f.acknowledged = acknowledgement{"known \u2026", noon + 3s, noon + 4s, "dana"};
    f.by = actor{"u-1", "organization_member", noon + 5s, "dana@example.com", false, true};
    f.trail = audit_trail::explained;
    f.contained = true;
    f.incident = "i-0123";
    f.last_changed = noon + 7s;
    f.unchanged_until = noon + 8s;
    f.last_notified = noon + 6ms;
    f.max_severity = severity::critical;
    f.state_since = noon + 9s;
    f.back_since = noon + 10s;
    f.earlier = {{noon - 2h, noon - 1h}, {noon - 30min, noon - 20min}};
    return f;
}

void expect_same(const finding& a, const finding& b)
{
    EXPECT_EQ(record_of(a), record_of(b));
    EXPECT_EQ(a.deviation.type, b.deviation.type);
    EXPECT_EQ(a.deviation.fields, b.deviation.fields);
    EXPECT_EQ(a.deviation.note, b.deviation.note);
    EXPECT_EQ(a.absent_since, b.absent_since);
    EXPECT_EQ(a.resolved_at, b.resolved_at);
    EXPECT_EQ(a.acknowledged, b.acknowledged);
    EXPECT_EQ(a.by, b.by);
    EXPECT_EQ(a.last_notified, b.last_notified);
    EXPECT_EQ(a.state_since, b.state_since);
    EXPECT_EQ(a.back_since, b.back_since);
}

TEST(FindingRecord, LosesNothing)
{
    const auto full = full_finding();
    const auto back = finding_of(record_of(full));
    ASSERT_TRUE(back) << back.error().message;
    expect_same(full, *back);

    const auto plain = fakes::event(transition::opened, "1").about;
    const auto plain_back = finding_of(record_of(plain));
    ASSERT_TRUE(plain_back);
    expect_same(plain, *plain_back);
    EXPECT_FALSE(plain_back->by);
    EXPECT_FALSE(plain_back->acknowledged);
}

// The daemon may watch it still, when the settings do not have it any more.
TEST(FindingRecord, OfAnExtraResourceThatIsGoneIsReadAllTheSame)
{
    auto f = fakes::event(transition::opened, "1").about;
    const auto gone = stand_in_for("a_list_that_was_removed");
    f.deviation.type = &gone;
    const auto back = finding_of(record_of(f));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->deviation.type->name, "a_list_that_was_removed");
    EXPECT_TRUE(back->deviation.type->is_extra);
    auto of_another_version = gone;
    of_another_version.is_extra = false;
    f.deviation.type = &of_another_version;
    EXPECT_FALSE(finding_of(record_of(f))) << "nothing is known about it";
}

// Equality does not look at it, so expect_same() does not either.
TEST(FindingRecord, KeepsTheExactTextBesideTheOneForDisplayAndThatThereIsNone)
{
    auto f = full_finding();
    f.deviation.fields = {
        {.field = "port", .expected = std::nullopt, .actual = "5060", .canonical_value = "5060"},
        {.field = "connection_id", .expected = std::nullopt, .actual = std::nullopt, .canonical_value = ""},
        {.field = "whitelisted_destinations",
         .expected = std::nullopt,
         .actual = "[CA, US]",
         .canonical_value = "CA\nUS"},
        {.field = "password", .expected = std::nullopt, .actual = "(secret)", .fingerprint = "hmac:00ff"}};
    const auto back = finding_of(record_of(f));
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->deviation.fields.size(), f.deviation.fields.size());
    for (std::size_t at = 0; at < f.deviation.fields.size(); ++at)
        EXPECT_EQ(back->deviation.fields[at].canonical_value, f.deviation.fields[at].canonical_value)
            << f.deviation.fields[at].field;
}

TEST(FindingRecord, OfAnEarlierVersionHasNoExactText)
{
    auto f = full_finding();
    f.deviation.fields = {
        {.field = "port", .expected = std::nullopt, .actual = "5060", .canonical_value = "5060"}};
    auto record = record_of(f);
    const std::string_view member = ",\"exact\":\"5060\"";
    const auto at = record.find(member);
    ASSERT_NE(at, std::string::npos) << record;
    record.erase(at, member.size());
    const auto back = finding_of(record);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->deviation.fields.at(0).canonical_value, std::nullopt);
}

TEST(FindingRecord, KnowsFindingsAboutTheWatchItself)
{
    auto f = full_finding();
    for (const auto* cause : watch_causes()) {
        f.deviation = blind_because_of(*cause, "401");
        const auto back = finding_of(record_of(f));
        ASSERT_TRUE(back) << cause->name;
        EXPECT_EQ(back->deviation.type, cause);
        EXPECT_EQ(back->deviation.id, cause->name);
    }
}

// As version 4 of the state file has them: all of them of a resource "account".
TEST(FindingRecord, FilesWhatStoodUnderTheAccountUnderItsCause)
{
    struct {
        std::string_view id;
        deviation_kind kind;
        std::string_view note;
        const resource_type& cause;
    } const kept[] = {
        {"account", deviation_kind::blind, "the API key is rejected everywhere; 401", watch_cause::api_key},
        {"account", deviation_kind::blind, "nothing can be read any more; 503", watch_cause::api},
        {"account", deviation_kind::blind, "the API key belongs to organisation x",
         watch_cause::organization},
        {"state_file", deviation_kind::blind, "the disk is full", watch_cause::state_file},
        {"state_file", deviation_kind::changed, "", watch_cause::state_file},
        {"clock", deviation_kind::blind, "5 min behind", watch_cause::clock},
        {"baseline_file", deviation_kind::changed, "", watch_cause::baseline_file},
    };
    for (const auto& stored : kept) {
        auto f = full_finding();
        f.deviation.id = stored.id;
        f.deviation.label = "production";
        f.deviation.kind = stored.kind;
        f.deviation.note = stored.note;
        auto record = record_of(f);
        const auto resource = fmt::format(R"("resource":"{}")", f.deviation.type->name);
        record.replace(record.find(resource), resource.size(), R"("resource":"account")");
        const auto back = finding_of(record);
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(back->id, f.id) << "people and sinks know it";
        EXPECT_EQ(back->deviation.type, &stored.cause);
        EXPECT_EQ(back->deviation.id, stored.cause.name);
        const bool is_baseline = &stored.cause == &watch_cause::baseline_file;
        EXPECT_EQ(back->deviation.kind, is_baseline ? deviation_kind::blind : stored.kind);
        EXPECT_EQ(back->deviation.label, is_baseline ? "production" : stored.cause.name);
    }
}

TEST(FindingRecord, OfAnAuditEventLosesNothing)
{
    audit_event event = fakes::audited("e-1", "r-1", "u-1", noon);
    event.alternate_id = "+14155550100";
    event.changes = {{"voice_url", "(redacted)", ""}, {"active", "true", "false"}};
    const auto back = audit_event_of(record_of(event));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, event);
}

TEST(FindingRecord, RefusesWhatItDidNotWrite)
{
    auto record = record_of(full_finding());
    for (const std::string& text :
         std::vector{std::string{}, std::string("{}"), std::string("[]"), std::string("null"),
                     record.substr(0, record.size() / 2), std::string(R"({"id": 5})")}) {
        const auto back = finding_of(text);
        ASSERT_FALSE(back) << text;
        EXPECT_EQ(back.error().kind, errc::not_understood);
        EXPECT_FALSE(audit_event_of(text));
    }
    for (const auto& [original, instead] : {std::pair{"\"ips\"", "\"no_such_resource\""},
                                            {"\"kind\":3", "\"kind\":99"},
                                            {"\"status\":1", "\"status\":-1"},
                                            {"\"times\":7", "\"times\":\"7\""}}) {
        auto other = record;
        const auto at = other.find(original);
        ASSERT_NE(at, std::string::npos) << original;
        other.replace(at, std::string_view(original).size(), instead);
        EXPECT_FALSE(finding_of(other)) << instead;
    }
}

}  // namespace
}  // namespace trunkwarden
