#include "alerts/incident_notice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/finding_in_message.hpp"
#include "alerts/message.hpp"
#include "alerts/sample_sinks.hpp"
#include "status/example_status.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto* joined_to = "i-000000000001";

finding severe_member(const char* id, severity level = severity::high)
{
    auto out = examples::example_finding(id, level, noon - 8min);
    out.incident = joined_to;
    out.state = "3fa9";
    out.by = actor{"user-7", "organization_member", noon - 9min, "mallory@example.com"};
    return out;
}

notification told_of(std::string event, const finding& about)
{
    notification out;
    out.event = std::move(event);
    out.delivery_id = "d-" + about.id;
    out.account = about.account;
    out.findings.push_back(finding_in_message(about));
    return out;
}

// One of its findings is critical: it is open, and sent in a message of its own.
notification takeover()
{
    const std::vector<finding> open{severe_member("f-000000000001"), severe_member("f-000000000002"),
                                    severe_member("f-000000000003", severity::critical)};
    return gathered({told_of("opened", open[0]), told_of("opened", open[1])}, joined_to, open, noon);
}

std::vector<std::string> lines_in(const notification& notification)
{
    std::vector<std::string> out;
    for (const auto& each : notification.findings)
        out.push_back(line_of_incident(each));
    return out;
}

constexpr auto* first_of_takeover =
    "New finding: HIGH - Unknown SIP IP 192.0.2.66:5060 on connection office-pbx (f-000000000001.3fa9)";

TEST(IncidentNotice, NamesEachFindingAndSaysWhatToDoFirst)
{
    const auto all = takeover();
    EXPECT_EQ(headline_of_incident(all),
              "CRITICAL - Incident on production: 3 findings of one incident, i-000000000001: by "
              "mallory@example.com, at 11:51 UTC");
    EXPECT_THAT(lines_in(all), ElementsAre(first_of_takeover, HasSubstr("(f-000000000002.3fa9)")));
    EXPECT_EQ(all.incident->open, 2U);
    EXPECT_THAT(numbered(all.incident->first),
                HasSubstr("trunkwarden ack --incident i-000000000001 --reason TEXT"));
    EXPECT_TRUE(reports_worse(all));
}

TEST(IncidentNotice, TellsOfAFindingOnceAsItIsByNow)
{
    auto now = severe_member("f-000000000001");
    now.title = "Another title";
    const auto before = severe_member("f-000000000001");
    const auto all =
        gathered({told_of("opened", before), told_of("changed", before)}, joined_to, {now}, noon);
    EXPECT_THAT(lines_in(all), ElementsAre("New finding: HIGH - Another title (f-000000000001.3fa9)"));
    const auto over = gathered({told_of("opened", before), told_of("resolved", before)}, joined_to, {}, noon);
    EXPECT_THAT(lines_in(over), ElementsAre(testing::StartsWith("Resolved: ")));
    EXPECT_EQ(headline_of_incident(over),
              "Resolved: incident i-000000000001 on production, all of its findings are over");
    EXPECT_FALSE(reports_worse(over));
}

TEST(IncidentNotice, KnowsTheIncidentOfAFindingThatWasToldBeforeItHadOne)
{
    auto before = severe_member("f-000000000001");
    before.incident.clear();
    EXPECT_EQ(incident_of(told_of("opened", before), {severe_member("f-000000000001")}), joined_to);
    EXPECT_EQ(incident_of(told_of("opened", before), {before}), "");
    EXPECT_EQ(incident_of(told_of("resolved", severe_member("f-000000000001")), {}), joined_to);
    auto many = told_of("opened_many", severe_member("f-000000000001"));
    many.ids = {"f-000000000001"};
    EXPECT_EQ(incident_of(many, {severe_member("f-000000000001")}), "");
    auto light = before;
    light.deviation.level = severity::medium;
    EXPECT_FALSE(may_be_of_incident(told_of("opened", light)));
}

TEST(IncidentNotice, GivesAMessageOfItsOwnTheHeadLine)
{
    auto notification = told_of("opened", severe_member("f-000000000001"));
    add_incident_words(notification, {severe_member("f-000000000001"), severe_member("f-000000000002")},
                       noon);
    EXPECT_THAT(details_of(message_of(notification.findings[0])),
                HasSubstr("Part of incident: 2 findings of one incident, i-000000000001: by mallory"));
    auto alone = told_of("opened", severe_member("f-000000000001"));
    add_incident_words(alone, {severe_member("f-000000000001")}, noon);
    EXPECT_THAT(details_of(message_of(alone.findings[0])), HasSubstr("Part of incident: i-000000000001\n"));
}

TEST(IncidentNotice, IsOneMessageInAChatAndOneMail)
{
    auto all = takeover();
    add_links(all, {"https://guard.example.com", "https://wiki.example.com"});
    secret_file_for_test url("https://hooks.example.com/services/T0");
    auto chat = settings_for(sink_type::slack, {});
    chat.url_file = url.path;
    const auto posted = only_request(sink_of(chat)->requests_for(all, noon)).body;
    EXPECT_THAT(posted, AllOf(HasSubstr("*CRITICAL - Incident on production: 3 findings of one incident"),
                              HasSubstr("f-000000000001.3fa9"), HasSubstr("f-000000000002.3fa9"),
                              HasSubstr("2. If not, or if nobody answers, stop the money"),
                              HasSubstr("https://guard.example.com/?incident=i-000000000001|")));
    auto mails = settings_for(sink_type::email, {});
    mails.mail.smarthost = "mail.example.com:587";
    mails.mail.from = mails.mail.to = "a@example.com";
    const auto sent = only_request(sink_of(mails)->requests_for(all, noon)).body;
    EXPECT_THAT(sent, HasSubstr("References: <i-000000000001@example.com>")) << "all of it is one thread";
    const auto later = gathered({told_of("acknowledged", severe_member("f-000000000001"))}, joined_to,
                                {severe_member("f-000000000001")}, noon);
    EXPECT_THAT(only_request(sink_of(chat)->requests_for(later, noon)).body, Not(HasSubstr("stop the money")))
        << "what follows is short";
}

// Action and key of each request.
std::vector<std::string> events_at_pagerduty(const notification& notification)
{
    secret_file_for_test key("R0123456789");
    auto page = settings_for(sink_type::pagerduty, {});
    page.routing_key_file = key.path;
    std::vector<std::string> out;
    for (const auto& request : sink_of(page)->requests_for(notification, noon)) {
        const auto body = body_of(request).as_object();
        out.push_back(printable_at(body, "event_action") + " " + printable_at(body, "dedup_key"));
    }
    return out;
}

TEST(IncidentNotice, IsOneIncidentAtPagerdutyThatEndsWithItsLastFinding)
{
    EXPECT_THAT(events_at_pagerduty(takeover()), ElementsAre("trigger i-000000000001"));
    const auto first = severe_member("f-000000000001");
    const auto second = severe_member("f-000000000002");
    EXPECT_THAT(events_at_pagerduty(gathered({told_of("opened", second)}, joined_to, {first, second}, noon)),
                ElementsAre("trigger i-000000000001", "resolve f-000000000001"))
        << "the first one was told before it was part of the incident";
    EXPECT_THAT(events_at_pagerduty(gathered({told_of("resolved", second)}, joined_to, {first}, noon)),
                ElementsAre("resolve f-000000000002"));
    EXPECT_THAT(events_at_pagerduty(gathered({told_of("resolved", first)}, joined_to, {}, noon)),
                ElementsAre("resolve i-000000000001", "resolve f-000000000001"));
}

TEST(IncidentNotice, IsAcknowledgedAtPagerdutyWhenAllOfItIs)
{
    auto first = severe_member("f-000000000001");
    const auto second = severe_member("f-000000000002");
    first.status = finding_status::acknowledged;
    EXPECT_TRUE(
        events_at_pagerduty(gathered({told_of("acknowledged", first)}, joined_to, {first, second}, noon))
            .empty());
    EXPECT_THAT(events_at_pagerduty(gathered({told_of("acknowledged", first)}, joined_to, {first}, noon)),
                ElementsAre("acknowledge i-000000000001"));
}

TEST(IncidentNotice, ACriticalFindingIsNotPartOfItAndPagesUnderItsOwnKey)
{
    const auto critical = severe_member("f-000000000001", severity::critical);
    const auto high = severe_member("f-000000000002");
    EXPECT_TRUE(is_critical(told_of("opened", critical), {}));
    EXPECT_TRUE(is_critical(told_of("opened", severe_member("f-000000000001")), {critical})) << "by now";
    EXPECT_FALSE(is_critical(told_of("opened", high), {critical, high}));
    EXPECT_THAT(ids_of_incident(joined_to, {critical, high}), ElementsAre("f-000000000002"));
    EXPECT_THAT(events_at_pagerduty(gathered({told_of("opened", high)}, joined_to, {critical, high}, noon)),
                ElementsAre("trigger i-000000000001"))
        << "the page of the critical one stays, although its message came before the incident's";

    auto alone = told_of("changed", critical);
    alone.apart_from = without_critical(joined_to, {critical, high});
    EXPECT_THAT(events_at_pagerduty(alone), ElementsAre("trigger f-000000000001"));
    alone.apart_from = without_critical(joined_to, {critical});
    EXPECT_THAT(events_at_pagerduty(alone), ElementsAre("trigger f-000000000001", "resolve i-000000000001"))
        << "nothing else is left of the incident that told it until it became critical";
    alone.event = "resolved";
    EXPECT_THAT(events_at_pagerduty(alone), ElementsAre("resolve f-000000000001", "resolve i-000000000001"));
}

TEST(IncidentNotice, IsNotCalledResolvedWhileACriticalFindingOfItIsOpen)
{
    const auto critical = severe_member("f-000000000001", severity::critical);
    const auto over =
        gathered({told_of("resolved", severe_member("f-000000000002"))}, joined_to, {critical}, noon);
    EXPECT_EQ(headline_of_incident(over),
              "Incident i-000000000001 on production, all of its findings are over but 1 critical finding, "
              "told in a message of its own");
}

TEST(IncidentNotice, TextOfTheAccountStaysText)
{
    auto hostile = severe_member("f-000000000001");
    hostile.title = "\x1b[2J<!channel>\r\nBcc: all@example.com";
    const auto all = gathered({told_of("opened", hostile)}, joined_to, {hostile}, noon);
    EXPECT_THAT(lines_in(all).front(), AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\n"))));
}

}  // namespace
}  // namespace trunkwarden
