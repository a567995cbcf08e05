#include "cli/report/check_report.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using fakes::noon;

account_list one_account(bool read_everything)
{
    account_settings settings;
    settings.name = "production";
    account_list out;
    out.push_back(make_account(settings, {}, {}));
    for (auto& coverage : out.front()->view.coverage)
        coverage.succeed(coverage.type->pages == paging::no_endpoint ? 0 : 2, noon);
    if (!read_everything)
        out.front()
            ->view.coverage.at(place_of_resource(out.front()->config, "ips").value())
            .fail({errc::forbidden, "GET /ips: 403 Forbidden"}, noon);
    return out;
}

void open_a_finding(account& in, const std::string& label)
{
    auto seen = fakes::judge_with("", "texml_applications",
                                  R"([{"id":"1","friendly_name":")" + label +
                                      R"(","active":true,"voice_url":"https://evil.example/x"}])");
    in.memory.findings.apply(*find_resource("texml_applications"), std::move(seen),
                             {extent::complete, noon, noon}, {});
}

TEST(CheckReport, ExitCodeIsTheSumOfFindingsAndHoles)
{
    auto clean = one_account(true);
    EXPECT_EQ(check_exit_code(clean), 0);
    EXPECT_EQ(check_exit_code(one_account(false)), 4);
    open_a_finding(*clean.front(), "ivr");
    EXPECT_EQ(check_exit_code(clean), 2);
    auto both = one_account(false);
    open_a_finding(*both.front(), "ivr");
    EXPECT_EQ(check_exit_code(both), 6);
}

TEST(CheckReport, EndsWithAVerdictThatNeverClaimsMoreThanWasRead)
{
    const auto ends_with = [](const account_list& accounts, const char* sentence) {
        const auto text = check_report_text(accounts, styling::off);
        EXPECT_TRUE(text.ends_with(sentence)) << text.substr(text.rfind('\n', text.size() - 2) + 1);
    };
    auto clean = one_account(true);
    ends_with(clean, "All 55 resources read, 102 objects: nothing unexpected.\n");
    ends_with(one_account(false),
              "Cannot say that all is well: ips could not be read. In what was read: nothing unexpected.\n");
    open_a_finding(*clean.front(), "ivr");
    ends_with(clean, "1 finding, 1 critical in 102 objects of 55 resources.\n");
}

TEST(CheckReport, KeepsAnAccountThatWasRefusedInTheReport)
{
    auto accounts = one_account(true);
    accounts.push_back(std::move(one_account(true).front()));
    accounts.front()->view.organization = {organization_check::verdict::refused,
                                           "the API key belongs to organisation x"};
    EXPECT_NE(
        check_report_text(accounts, styling::off).find("Not read: the API key belongs to organisation x"),
        std::string::npos);
    const auto report = boost::json::parse(check_report_json(accounts)).as_object();
    EXPECT_FALSE(report.at("complete").as_bool());
    EXPECT_EQ(report.at("accounts").as_array().size(), 2U);
    EXPECT_FALSE(report.at("accounts").at(0).at("complete").as_bool());
    EXPECT_EQ(report.at("accounts").at(0).at("reason"), "the API key belongs to organisation x");
    EXPECT_TRUE(report.at("accounts").at(1).at("complete").as_bool());
}

TEST(CheckReport, DoesNotCallNothingReadNothingUnexpected)
{
    account_settings settings;
    settings.name = "production";
    account_list accounts;
    accounts.push_back(make_account(settings, {}, {}));
    for (auto& coverage : accounts.front()->view.coverage)
        coverage.fail({errc::unreachable, "GET /x: no connection"}, noon);
    EXPECT_EQ(check_report_text(accounts, styling::off).find("nothing unexpected"), std::string::npos);
}

TEST(CheckReport, JsonHasTheShapeThatScriptsReadAndUnknownCountsAreNull)
{
    auto accounts = one_account(false);
    open_a_finding(*accounts.front(), "ivr");
    const auto report = boost::json::parse(check_report_json(accounts)).as_object();
    EXPECT_FALSE(report.at("complete").as_bool());
    const auto& account = report.at("accounts").at(0).as_object();
    EXPECT_EQ(account.at("account"), "production");
    const auto& hole =
        account.at("coverage").at(place_of_resource(accounts.front()->config, "ips").value()).as_object();
    EXPECT_EQ(hole.at("resource"), "ips");
    EXPECT_EQ(hole.at("state"), "unavailable");
    EXPECT_TRUE(hole.at("items").is_null());
    const auto& finding = account.at("findings").at(0).as_object();
    for (const char* key : {"id", "account", "resource", "resource_id", "label", "kind", "severity", "status",
                            "title", "fields", "attack", "actor", "first_seen", "last_seen", "runbook_url"})
        EXPECT_TRUE(finding.contains(key)) << key;
    EXPECT_EQ(finding.at("first_seen"), "2026-11-22T12:00:00Z");
}

TEST(CheckReport, TextOfTheAccountCannotSteerTheTerminal)
{
    auto accounts = one_account(true);
    open_a_finding(*accounts.front(), R"(\u001b[2Jall is well\r\n\u202eevil)");
    const auto text = check_report_text(accounts, styling::off);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find("\u202e"), std::string::npos);
    EXPECT_NE(text.find("all is well"), std::string::npos) << "shown, not hidden";
}

TEST(CheckReport, IsColouredOnlyWhenAsked)
{
    const auto accounts = one_account(true);
    EXPECT_EQ(check_report_text(accounts, styling::off).find('\x1b'), std::string::npos);
    EXPECT_NE(check_report_text(accounts, styling::on).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
