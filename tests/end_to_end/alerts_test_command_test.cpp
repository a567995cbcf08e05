#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/daemon_process.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// `trunkwarden alerts test`, as somebody uses it who sets alerts up.

namespace trunkwarden::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class AlertsTestCommand : public testing::Test {
protected:
    // No baseline and no API key: the command needs neither.
    outcome alerts_test(const std::string& sinks, std::vector<std::string> words = {},
                        std::vector<std::string> environment = {})
    {
        const auto settings = folder.write("trunkwarden.yml",
                                           "accounts:\n"
                                           "  - name: production\n"
                                           "    api_key_file: nowhere\n"
                                           "    baseline_file: nowhere.yml\n"
                                           "alerts:\n"
                                           "  sinks:" +
                                               sinks);
        words.insert(words.begin(), {"alerts", "test", "--config.file=" + settings});
        daemon_process process(std::move(words), std::move(environment));
        auto ended = process.wait();
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return ended;
    }

    std::string webhook(std::string_view name, const receiver& to) const
    {
        return fmt::format("\n    - {{name: {}, type: webhook, url: \"{}/CANARY\"}}", name, to.url());
    }

    std::string slack(std::string_view name, const receiver& to) const
    {
        const auto file = fmt::format("{}_url", name);
        folder.write(file, to.url() + "/services/CANARY\n");
        return fmt::format("\n    - {{name: {}, type: slack, url_file: {}}}", name, file);
    }

    scratch_folder folder;
};

TEST_F(AlertsTestCommand, TellsEverySinkAndSaysThatTheyTookIt)
{
    const receiver soc;
    const receiver chat;
    const receiver page;
    folder.write("routing_key", "CANARY");
    const auto ended = alerts_test(
        webhook("soc", soc) + slack("the-chat", chat) +
        fmt::format("\n    - {{name: page, type: pagerduty, url: \"{}\", routing_key_file: routing_key}}",
                    page.url()));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out,
                MatchesRegex("soc       webhook    127.0.0.1:[0-9]+ +taken: 200 OK after [0-9]+ m?s\n"
                             "the-chat  slack      127.0.0.1:[0-9]+ +taken: 200 OK after [0-9]+ m?s\n"
                             "page      pagerduty  127.0.0.1:[0-9]+ +taken: 200 OK after [0-9]+ m?s\n"));
    ASSERT_EQ(soc.requests().size(), 1U);
    EXPECT_EQ(soc.requests()[0].header("X-Trunkwarden-Event"), "test");
    EXPECT_THAT(soc.requests()[0].body, HasSubstr("alert sink soc: nothing is wrong"));
    EXPECT_EQ(chat.requests().size(), 1U);
    EXPECT_EQ(page.requests().size(), 2U);  // an incident, and its end
}

TEST_F(AlertsTestCommand, TellsOnlyTheOneThatIsNamed)
{
    const receiver soc;
    const receiver chat;
    const auto ended = alerts_test(webhook("soc", soc) + slack("chat", chat), {"chat"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("chat  slack"), Not(HasSubstr("soc"))));
    EXPECT_TRUE(soc.requests().empty());
    EXPECT_EQ(chat.requests().size(), 1U);
}

TEST_F(AlertsTestCommand, SaysWhatWentWrongWithEachAndEndsWithOne)
{
    receiver fine;
    receiver refuses;
    receiver busy;
    refuses.script({{.status = 404, .body = "no_service"}});
    busy.script({{.status = 503}});
    std::string gone;
    {
        const receiver closed;
        gone = webhook("gone", closed);
    }
    const auto ended = alerts_test(webhook("fine", fine) + slack("refuses", refuses) + webhook("busy", busy) +
                                   gone + "\n    - {name: nofile, type: slack, url_file: missing}");
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out, HasSubstr("taken: 200 OK"));
    EXPECT_THAT(ended.out, HasSubstr("refused: answered 404 no_service: "));
    EXPECT_THAT(ended.out, HasSubstr("not now: answered 503\n"));
    EXPECT_THAT(ended.out, HasSubstr("no answer: connecting to 127.0.0.1:"));
    EXPECT_THAT(ended.out, HasSubstr("not sent: the URL of sink nofile: "));
    EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 5);
}

TEST_F(AlertsTestCommand, PrintsJsonForScripts)
{
    receiver soc;
    soc.script({{.status = 403}});
    const receiver chat({.over = receiver_options::speaks::tls});
    const auto trusted = folder.write("ca.pem", chat.authority());
    const auto ended = alerts_test(webhook("soc", soc) + slack("chat", chat), {"--output=json"},
                                   {"SSL_CERT_FILE=" + trusted});
    EXPECT_EQ(ended.exit_code, 1);
    const auto report = json::parse(ended.out);
    EXPECT_EQ(report.at("taken"), false);
    const auto& refused = report.at("sinks").at(0);
    EXPECT_EQ(refused.at("sink"), "soc");
    EXPECT_EQ(refused.at("type"), "webhook");
    EXPECT_EQ(refused.at("host"), json::value(fmt::format("127.0.0.1:{}", soc.port()).c_str()));
    EXPECT_EQ(refused.at("taken"), false);
    EXPECT_EQ(refused.at("status"), 403);
    EXPECT_TRUE(refused.at("reason").is_string());
    const auto& taken = report.at("sinks").at(1);
    EXPECT_EQ(taken.at("taken"), true) << ended.out;
    EXPECT_EQ(taken.at("status"), 200);
    EXPECT_TRUE(taken.at("reason").is_null());
}

TEST_F(AlertsTestCommand, ListsTheSinksWhenThereIsNoneOfThatName)
{
    const receiver soc;
    const receiver chat;
    const auto ended = alerts_test(webhook("soc", soc) + slack("chat", chat), {"cath"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err,
              "trunkwarden: there is no alert sink \"cath\" (did you mean \"chat\"?); the settings have "
              "soc, chat\n");
    EXPECT_TRUE(soc.requests().empty());
}

TEST_F(AlertsTestCommand, SaysWhereToAddASinkWhenThereIsNone)
{
    const auto ended = alerts_test(" []");
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("add one under alerts.sinks"));
}

TEST_F(AlertsTestCommand, NamesTheLineOfSettingsThatAreWrong)
{
    const auto ended = alerts_test("\n    - {name: soc, type: fax}");
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("trunkwarden.yml:7:"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
