#include "web/status_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "web/sparkline.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string page_of(const daemon_status& status, const quarantine_report& quarantine = {},
                    page_filter filter = {}, std::vector<history_event> recent = {})
{
    return status_page({status, quarantine, std::move(filter), noon, std::move(recent)});
}

finding attack()
{
    return examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon - 4min);
}

daemon_status attacked()
{
    auto status = examples::all_well();
    status.accounts[0].findings = {attack()};
    return status;
}

TEST(StatusPage, SaysTheVerdictFirst)
{
    const auto page = page_of(examples::all_well());
    EXPECT_THAT(page, HasSubstr(R"(<p class="verdict well" role="status">All is well: )"));
    EXPECT_LT(page.find("class=\"verdict"), page.find("<h2"));
    EXPECT_THAT(page_of(attacked()),
                HasSubstr(R"(<p class="verdict bad" role="status">1 open finding, 1 critical)"));

    auto blind = examples::all_well();
    blind.accounts[0].seen[0] = examples::not_readable("ips", "HTTP 503");
    EXPECT_THAT(page_of(blind), AllOf(HasSubstr(R"(<p class="verdict unsure" role="status">Cannot say)"),
                                      HasSubstr("HTTP 503"), HasSubstr("<details open")))
        << "what could not be read is neither fine nor hidden";
}

// A failed attempt is no reading.
TEST(StatusPage, SaysWhenEverythingWasReadLast)
{
    EXPECT_THAT(page_of(examples::all_well()), HasSubstr(">8 s ago (11:59:52 UTC)</time>."));
    auto blind = examples::all_well();
    blind.accounts[0].complete = false;
    blind.accounts[0].last_complete = noon - 224s;
    blind.accounts[0].last_sweep = noon - 1s;
    for (auto& seen : blind.accounts[0].seen)
        if (seen.type->pages != paging::no_endpoint) {
            seen.succeed(1, noon - 224s);
            seen.fail({errc::unreachable, "connection refused"}, noon - 1s);
        }
    EXPECT_THAT(
        page_of(blind),
        AllOf(
            HasSubstr("Last complete reading 3 min 44 s ago (11:56:16 UTC); last attempt"),
            HasSubstr(
                "Nothing of account production was read since 11:56:16 UTC (3 min 44 s): connection refused")));
    blind.accounts[0].last_complete.reset();
    EXPECT_THAT(page_of(blind), HasSubstr("Not every account has been read completely yet."));
}

TEST(StatusPage, ShowsAFindingWithWhatIsExpectedWhoDidItAndWhatToType)
{
    auto status = attacked();
    auto& finding = status.accounts[0].findings[0];
    finding.deviation.type = find_resource("outbound_voice_profiles");
    finding.deviation.kind = deviation_kind::changed;
    finding.deviation.fields = {{"daily_spend_limit", "50.00", "5000.00", severity::critical, true}};
    finding.by = actor{"u-77", "organization_member", noon - 5min, "<b>@example.com", {}, true};
    finding.state = "3fa9";
    finding.deviation.fields[0].canonical_value = "5000.00";
    quarantine_report quarantine;
    action done;
    done.id = "a-0123456789ab";
    done.finding = finding.id;
    done.state = action_state::waiting;
    quarantine.actions = {done};
    const auto page = page_of(status, quarantine);
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">daily_spend_limit</th><td><code>50.00</code></td>"
                                "<td><code>5000.00</code></td>"));
    EXPECT_THAT(page, AllOf(HasSubstr("&quot;&lt;b&gt;@example.com&quot;, whose key trunkwarden uses"),
                            HasSubstr("<dt>Open since</dt><dd><time"), HasSubstr("4 min ago")));
    for (const char* line :
         {"trunkwarden baseline accept f-3b1c9a70d2e4.3fa9 --reason",
          "trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason", "<code>f-3b1c9a70d2e4.3fa9</code>",
          "id=\"f-3b1c9a70d2e4\"", "trunkwarden quarantine approve a-0123456789ab"})
        EXPECT_THAT(page, HasSubstr(line));
}

TEST(StatusPage, SaysHowMuchAMinuteOfAFindingCanCost)
{
    auto status = attacked();
    EXPECT_THAT(page_of(status), Not(HasSubstr("<dt>Exposure</dt>")));
    status.accounts[0].findings[0].deviation.exposure =
        exposure{whole_units(42), "balance", whole_units(512), false, "USD"};
    EXPECT_THAT(
        page_of(status),
        HasSubstr("<dt>Exposure</dt><dd>up to USD 42.00 a minute until the balance of 512.00 is gone"));
}

TEST(StatusPage, SaysFirstHowToStopTheMoneyAndLastHowToTrustIt)
{
    auto status = attacked();
    for (auto& field : status.accounts[0].findings[0].deviation.fields)
        field.canonical_value = field.actual;
    const auto page = page_of(status);
    const auto head = page.find("What to do first about account production");
    ASSERT_NE(head, std::string::npos);
    EXPECT_LT(page.find("class=\"verdict"), head);
    EXPECT_LT(head, page.find("id=\"findings\""));
    const auto at = [&page, head](std::string_view words) { return page.find(words, head); };
    EXPECT_LT(at("Is it yours?"), at("trunkwarden lockdown --account production --apply --only evidence,"));
    EXPECT_LT(at("trunkwarden lockdown"), at("trunkwarden ack f-"));
    EXPECT_LT(at("trunkwarden ack f-"), at("trunkwarden baseline accept f-"));
    const auto card = page.find("<article");
    EXPECT_LT(page.find("trunkwarden ack f-", card), page.find("trunkwarden baseline accept f-", card));
    EXPECT_LT(page.find("Only if it is yours", card), page.find("trunkwarden baseline accept f-", card));

    status.accounts[0].findings[0].deviation.level = severity::high;
    EXPECT_THAT(page_of(status), Not(HasSubstr("What to do first")));
    EXPECT_THAT(page_of(examples::all_well()), Not(HasSubstr("What to do first")));
}

// A command that is offered and then refused teaches people not to read.
TEST(StatusPage, OffersNothingThatWouldBeRefused)
{
    auto status = attacked();
    auto& finding = status.accounts[0].findings[0];
    for (auto& field : finding.deviation.fields)
        field.canonical_value = field.actual;
    EXPECT_THAT(page_of(status), AllOf(HasSubstr("baseline accept f-"), HasSubstr("trunkwarden ack f-")));
    finding.status = finding_status::contained;
    EXPECT_THAT(page_of(status),
                AllOf(Not(HasSubstr("baseline accept f-")), Not(HasSubstr("trunkwarden ack f-"))));
    finding.status = finding_status::open;
    finding.absent_since = noon;
    EXPECT_THAT(page_of(status), AllOf(Not(HasSubstr("trunkwarden ack f-")), HasSubstr("<dt>Gone</dt>")));
    finding.absent_since.reset();
    finding.deviation.from_event = true;
    EXPECT_THAT(page_of(status),
                AllOf(Not(HasSubstr("baseline accept f-")), HasSubstr("trunkwarden ack f-")));
}

TEST(StatusPage, WhatAnIntruderWroteStaysText)
{
    const std::string evil =
        "</h3><script>alert(1)</script>\"'&\x1b[31m\xe2\x80\xae"
        "gnp.exe\xff";
    auto status = attacked();
    auto& finding = status.accounts[0].findings[0];
    finding.title = finding.deviation.label = finding.deviation.id = evil;
    finding.deviation.fields = {{"name", evil, evil}};
    finding.by = actor{evil, evil, noon};
    finding.acknowledged = acknowledgement{evil, noon, {}};
    finding.quarantine = finding.incident = evil;
    status.accounts[0].seen[0].reason = evil;
    status.accounts[0].audit_trouble = evil;
    status.accounts[0].warnings = {evil};
    status.accounts[0].not_proven = {evil};
    status.sinks[0].last_error = evil;
    status.state_trouble = evil;
    status.refused = refused_reload{noon, {evil}};
    quarantine_report quarantine;
    action bad;
    bad.id = bad.summary = bad.outcome = evil;
    quarantine.actions = {bad};
    quarantine.refused = {{"production", evil, evil, evil}};
    const auto page = page_of(status, quarantine, {evil, evil});
    const auto unfiltered = page_of(status, quarantine);
    for (const auto& each : {page, unfiltered}) {
        EXPECT_THAT(each, Not(HasSubstr("<script>")));
        EXPECT_THAT(each, Not(HasSubstr("\x1b")));
        EXPECT_THAT(each, Not(HasSubstr("\xe2\x80\xae")));
        EXPECT_THAT(each, Not(HasSubstr("\xff")));
    }
    EXPECT_THAT(unfiltered, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
}

// The section that the filter is for: the first steps are above it with any filter.
std::string findings_on(const std::string& page)
{
    const auto begin = page.find("id=\"findings\"");
    return page.substr(begin, page.find("<section", begin) - begin);
}

TEST(StatusPage, FiltersByAccountAndSeverity)
{
    auto status = attacked();
    status.accounts.push_back(examples::well_read_account());
    status.accounts[1].name = "staging";
    auto other = examples::example_finding("f-000000000001", severity::medium, noon);
    other.account = "staging";
    status.accounts[1].findings = {other};
    const auto staging = page_of(status, {}, {"staging", ""});
    EXPECT_THAT(staging, HasSubstr("<option selected>staging</option>"));
    EXPECT_THAT(findings_on(staging), AllOf(HasSubstr("f-000000000001"), Not(HasSubstr("f-3b1c9a70d2e4"))));
    const auto critical = page_of(status, {}, {"", "critical"});
    EXPECT_THAT(findings_on(critical), AllOf(HasSubstr("f-3b1c9a70d2e4"), Not(HasSubstr("f-000000000001"))));
    EXPECT_THAT(page_of(status, {}, {"nobody", ""}), HasSubstr("No finding matches this filter."));
    EXPECT_THAT(critical, HasSubstr("2 open findings, 1 critical")) << "the verdict is of everything";
}

TEST(StatusPage, ShowsAnIncidentAloneAndTheWayBackToAll)
{
    auto status = attacked();
    auto other = examples::example_finding("f-000000000001", severity::medium, noon);
    other.incident = "i-0123456789ab";
    status.accounts[0].findings.push_back(other);
    EXPECT_THAT(page_of(status), HasSubstr(R"(<a href="?incident=i-0123456789ab">i-0123456789ab</a>)"));
    const auto alone = page_of(status, {}, {"", "", "i-0123456789ab"});
    EXPECT_THAT(findings_on(alone),
                AllOf(HasSubstr("f-000000000001"), Not(HasSubstr("f-3b1c9a70d2e4")),
                      HasSubstr(R"(Only incident i-0123456789ab. <a href="./">Show all findings</a>)")));
    EXPECT_EQ(filter_in("/?incident=i-0123456789ab#f-1").incident, "i-0123456789ab");
}

TEST(StatusPage, HasOneEntryForAllFindingsOfAnIncident)
{
    auto status = attacked();
    auto& findings = status.accounts[0].findings;
    findings.assign(10, attack());
    for (std::size_t step = 0; step < findings.size(); ++step) {
        findings[step].id = "f-00000000000" + std::to_string(step);
        findings[step].incident = "i-000000000000";
    }
    findings[4].deviation.type = find_resource("outbound_voice_profiles");
    const auto page = findings_on(page_of(status));
    EXPECT_THAT(page, AllOf(HasSubstr("10 findings of one incident, i-000000000000: "),
                            HasSubstr("trunkwarden ack --incident i-000000000000 --reason TEXT"),
                            HasSubstr("<details id=\"i-000000000000-d\">"),
                            HasSubstr("<a href=\"?incident=i-000000000000\">Only this incident</a>"),
                            HasSubstr("<li><span class=\"badge critical\">critical</span> <a "
                                      "href=\"#f-000000000004\">")));
    EXPECT_LT(page.find("href=\"#f-000000000004\""), page.find("href=\"#f-000000000000\""))
        << "what stops the money is first";
    const auto alone = page_of(status, {}, {"", "", "i-000000000000"});
    EXPECT_THAT(alone, AllOf(HasSubstr("<details id=\"i-000000000000-d\" open>"),
                             Not(HasSubstr("Only this incident</a>"))));
}

TEST(StatusPage, LinksToTheRunbookWhereABrowserCanFollow)
{
    auto status = attacked();
    EXPECT_THAT(page_of(status),
                HasSubstr("<code>file:///usr/share/doc/trunkwarden/detections.md#ips</code>"));
    status.links.runbook_base_url = "https://wiki.example.com/tw";
    EXPECT_THAT(page_of(status), HasSubstr(R"(<a href="https://wiki.example.com/tw/detections.md#ips")"));
}

TEST(StatusPage, ReadsTheFilterFromTheQuery)
{
    EXPECT_EQ(filter_in("/?account=production&severity=high").account, "production");
    EXPECT_EQ(filter_in("/?account=production&severity=high").severity, "high");
    EXPECT_EQ(filter_in("/?account=a%20b").account, "a b");
    for (const char* odd : {"/", "/?", "/?account", "/?%", "/?account=%zz", "?", ""})
        EXPECT_EQ(filter_in(odd).account, "") << odd;
}

TEST(StatusPage, StaysSmallHoweverManyFindingsThereAre)
{
    auto status = examples::all_well();
    status.accounts[0].findings.assign(5000, attack());
    const auto page = page_of(status);
    EXPECT_LT(page.size(), 300'000U);
    EXPECT_THAT(page, HasSubstr("And 4900 more findings"));
}

TEST(StatusPage, DrawsTheLastSweeps)
{
    auto status = examples::all_well();
    EXPECT_THAT(page_of(status), Not(HasSubstr("<svg")));
    status.accounts[0].recent = {{200ms, 0}, {400ms, 1}, {300ms, 2}};
    EXPECT_THAT(page_of(status), AllOf(HasSubstr("sweep time in the last 3 sweeps; now 300 ms"),
                                       HasSubstr(R"(<polyline points="0.0,12.0 60.0,1.0 120.0,6.5"/>)")));
}

history_event happened(time_point at, std::string sentence, std::string incident = {})
{
    return {.at = at,
            .kind = history_kind::sees_again,
            .level = severity::critical,
            .account = "production",
            .finding = "f-3b1c9a70d2e4",
            .incident = std::move(incident),
            .sentence = std::move(sentence),
            .by = "dana"};
}

TEST(StatusPage, HasTheHistoryTheNewestFirst)
{
    const auto page =
        page_of(attacked(), {}, {}, {happened(noon - 2h, "earliest"), happened(noon - 1h, "<b>second</b>")});
    EXPECT_THAT(page, AllOf(HasSubstr("<time datetime=\"2026-11-22T11:00:00Z\">2026-11-22T11:00:00Z</time>"),
                            HasSubstr("<strong>sees again</strong>"), HasSubstr("by dana"),
                            HasSubstr("&lt;b&gt;second"), HasSubstr("<li class=\"critical\">")));
    EXPECT_LT(page.find("second"), page.find("earliest</"));
    EXPECT_THAT(page_of(attacked()), HasSubstr("No important event happened within the last day."));
}

TEST(StatusPage, HasInItsHistoryTheDayAndIncidentsThatAreNotOver)
{
    auto status = attacked();
    status.accounts[0].findings[0].incident = "i-0123456789ab";
    const auto page =
        page_of(status, {}, {},
                {happened(noon - 30h, "yesterday"), happened(noon - 29h, "its begin", "i-0123456789ab"),
                 happened(noon - 28h, "another", "i-ffffffffffff"), happened(noon - 23h, "today")});
    EXPECT_THAT(page, AllOf(HasSubstr("today"), HasSubstr("its begin"), Not(HasSubstr("another")),
                            Not(HasSubstr("yesterday"))));
}

TEST(StatusPage, HasALimitedHistoryOfTheAccountThatIsShown)
{
    std::vector<history_event> many;
    many.reserve(40);
    for (int number = 0; number < 40; ++number)
        many.push_back(happened(noon - 1h + number * 1s, "event " + std::to_string(number) + "."));
    const auto page = page_of(attacked(), {}, {}, many);
    EXPECT_THAT(page, AllOf(HasSubstr("event 39."), HasSubstr("event 15."), Not(HasSubstr("event 14."))));
    many.resize(1);
    many[0].account = "lab";
    EXPECT_THAT(page_of(attacked(), {}, {"production", ""}, many), Not(HasSubstr("event 0.")));
    many[0].account.clear();
    EXPECT_THAT(page_of(attacked(), {}, {"production", ""}, many), HasSubstr("event 0."))
        << "of all accounts";
}

}  // namespace
}  // namespace trunkwarden
