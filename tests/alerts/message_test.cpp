#include "alerts/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_finding.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

TEST(Message, SaysWhatIsAndWhatIsTrusted)
{
    const auto about = message_of(sample_finding());
    EXPECT_EQ(details_of(about),
              "ip_address is 192.0.2.66; expected: nothing\n"
              "port is 5080; expected: 5060\n"
              "Since: 2026-11-22T10:00:04Z\n"
              "What to do first:\n"
              "1. Is it yours? Ask those who may change the account.\n"
              "2. If not, or if nobody answers, stop the money: trunkwarden lockdown --account production "
              "--apply --only evidence,outbound_profiles,forwarding,addresses\n"
              "3. Say that you look into it: trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT");
}

TEST(Message, SaysHowMuchAMinuteCanCost)
{
    const auto line = [](std::string_view per_minute) {
        return details_of(message_of(with(
            sample_finding(), "exposure",
            json::object{{"per_minute", per_minute}, {"until", "balance 512.35"}, {"currency", "USD"}})));
    };
    EXPECT_THAT(line("42.00"), HasSubstr("Exposure: USD 42.00 a minute, until balance 512.35\n"));
    EXPECT_THAT(line("no limit"),
                HasSubstr("Exposure: no limit on what a minute costs, until balance 512.35\n"));
    EXPECT_THAT(details_of(message_of(with(sample_finding(), "exposure", nullptr))),
                Not(HasSubstr("Exposure")));
}

TEST(Message, OffersToApproveAndLastToAcceptWhereThatEndsIt)
{
    auto finding = with(sample_finding(), "quarantine",
                        "a-0123456789ab waits for approval: remove it; \"trunkwarden quarantine approve "
                        "a-0123456789ab\"");
    finding["acceptable"] = true;
    EXPECT_THAT(
        what_is_next(message_of(finding)),
        testing::AllOf(HasSubstr("3. Approve what waits: trunkwarden quarantine approve a-0123456789ab\n4. "),
                       testing::EndsWith("5. Only if it is yours, trust it from now on: trunkwarden "
                                         "baseline accept f-3b1c9a70d2e4.3fa9 --reason TEXT")));
    finding["acceptable"] = "yes";
    EXPECT_THAT(what_is_next(message_of(finding)), Not(HasSubstr("baseline accept")));
}

TEST(Message, OffersToAcknowledgeOnlyWhatCanBe)
{
    EXPECT_EQ(next_command(message_of(sample_finding())),
              "trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT");
    for (const char* status : {"acknowledged", "contained", "resolved"})
        EXPECT_EQ(next_command(message_of(with(sample_finding(), "status", status))), "trunkwarden findings");
    EXPECT_EQ(next_command(message_of(with(sample_finding(), "absent_since", "2026-11-22T10:01:00Z"))),
              "trunkwarden findings");
    EXPECT_EQ(next_command(message_of(with(sample_finding(), "state", nullptr))),
              "trunkwarden ack f-3b1c9a70d2e4 --reason TEXT")
        << "queued by the version before";
}

TEST(Message, SaysWhoChangedItAndWhatElseIsKnown)
{
    auto finding = sample_finding();
    finding["actor"] = json::parse(
        R"({"user_id": "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01", "email": "dana@example.com", "change_made_by": "organization_member", "at": "2026-11-22T10:00:00Z"})");
    finding["audit_trail"] = "explained";
    finding["incident"] = "i-4411aa22bb33";
    finding["times"] = 3;
    finding["since"] = "2026-11-22T10:00:00Z";
    finding["earlier"] = json::parse(R"([{"from": "2026-11-22T08:00:00Z", "to": "2026-11-22T08:10:00Z"},
                                         {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T09:30:00Z"}])");
    finding["acknowledged"] = json::parse(
        R"({"reason": "OPS-9", "at": "2026-11-22T10:05:00Z", "until": "2026-11-23T00:00:00Z", "by": "dana"})");
    finding["status"] = "acknowledged";
    const auto text = details_of(message_of(finding));
    EXPECT_THAT(text,
                HasSubstr("Changed by: dana@example.com (member, user 6b6d…9c01) at 2026-11-22T10:00:00Z\n"));
    EXPECT_THAT(text, HasSubstr("Part of incident: i-4411aa22bb33\n"));
    EXPECT_THAT(text, HasSubstr("it came and went: seen 3 times; before from 2026-11-22T09:00:00Z to "
                                "2026-11-22T09:30:00Z\n"));
    EXPECT_THAT(text, HasSubstr("Since: 2026-11-22T10:00:00Z\n"));
    EXPECT_THAT(text, HasSubstr("Acknowledged: by dana: OPS-9 (until 2026-11-23T00:00:00Z)\n"));
    EXPECT_THAT(text, HasSubstr("Next: trunkwarden findings"));
}

TEST(Message, SaysThatNobodyIsKnownOnlyWhenTheAuditLogWasRead)
{
    EXPECT_THAT(message_of(with(sample_finding(), "audit_trail", "none")).actor, HasSubstr("nobody"));
    EXPECT_EQ(message_of(with(sample_finding(), "audit_trail", "not known")).actor, "");
    EXPECT_EQ(message_of(sample_finding()).actor, "");
}

TEST(Message, ShowsWhatCannotBeSeenAndCutsWhatIsTooLong)
{
    EXPECT_EQ(message_of(with(sample_finding(), "title", "a\nb\x1b[2J")).title, "a\\u{a}b\\u{1b}[2J");
    EXPECT_LT(message_of(with(sample_finding(), "title", view(std::string(5000, 'x')))).title.size(), 410U);
    json::array fields(25, json::parse(R"({"field": "a", "expected": "b", "actual": "c"})"));
    const auto about = message_of(with(sample_finding(), "fields", fields));
    EXPECT_EQ(about.fields.size(), 10U);
    EXPECT_THAT(details_of(about), HasSubstr("and 15 more fields"));
}

TEST(Message, ToleratesMembersThatAreMissingOrOfAnotherType)
{
    EXPECT_EQ(message_of({}).title, "");
    const auto odd = json::parse(
        R"({"id": 1, "fields": "x", "actor": "u-7", "times": "many", "acknowledged": true, "incident": null})");
    const auto about = message_of(odd.as_object());
    EXPECT_EQ(about.id, "");
    EXPECT_TRUE(about.fields.empty());
    EXPECT_EQ(about.actor + about.occurrences + about.acknowledged + about.incident, "");
    const auto fields = json::parse(R"([1, {"field": "a", "actual": {"b": 1}}])");
    EXPECT_EQ(message_of(with(sample_finding(), "fields", fields)).fields.size(), 1U);
}

TEST(Message, WeighsASeverityItDoesNotKnowAsTheHeaviest)
{
    EXPECT_LT(weight_of("info"), weight_of("low"));
    EXPECT_LT(weight_of("high"), weight_of("critical"));
    EXPECT_EQ(weight_of("catastrophic"), weight_of("critical"));
}

TEST(HeaviestFirst, KeepsTheOrderOfThoseThatWeighTheSame)
{
    std::vector<json::object> findings;
    for (const auto& [id, severity] : {std::pair{"a", "low"}, {"b", "critical"}, {"c", "low"}, {"d", "high"}})
        findings.push_back(with(with(sample_finding(), "id", id), "severity", severity));
    std::string order;
    for (const auto& object : heaviest_first(findings, 3))
        order += object.at("id").as_string();
    EXPECT_EQ(order, "bda");
}

}  // namespace
}  // namespace trunkwarden
