#include "alerts/slack_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SlackSink : public testing::Test {
protected:
    SlackSink() : url("https://hooks.slack.example/services/T000/B000/CANARY")
    {
        auto settings = settings_for(sink_type::slack, "");
        settings.url_file = url.path;
        sink = sink_of(settings);
    }

    json::object message(const notification& notification) const
    {
        return body_of(only_request(sink->requests_for(notification, sample_now()))).as_object();
    }

    // All of its sections, as one text.
    static std::string text_in(const json::object& message)
    {
        std::string out;
        for (const auto& block : message.at("blocks").as_array())
            out += std::string(block.at("text").at("text").as_string()) + '\n';
        return out;
    }

    secret_file_for_test url;
    std::unique_ptr<alert_sink> sink;
};

TEST_F(SlackSink, SaysWhatHappenedAndWhatToTypeNext)
{
    const auto request = only_request(sink->requests_for(told("opened"), sample_now()));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/services/T000/B000/CANARY");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    EXPECT_EQ(
        body_of(request),
        json::parse(
            R"({
        "text": "*CRITICAL - New finding on production*: Unknown SIP IP 192.0.2.66:5060 on connection office-pbx",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text":)"
            R"("*CRITICAL - New finding on production*\nUnknown SIP IP 192.0.2.66:5060 on connection office-pbx\n)"
            R"(`ip_address` is `192.0.2.66`; expected: `nothing`\n`port` is `5080`; expected: `5060`\n)"
            R"(Since: 2026-11-22T10:00:04Z\nWhat it means: file:///usr/share/doc/trunkwarden/detections.md#ips\n)"
            R"(Finding `f-3b1c9a70d2e4.3fa9`, what to do first:\n)"
            R"(1. Is it yours? Ask those who may change the account.\n)"
            R"(2. If not, or if nobody answers, stop the money: )"
            R"(`trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding,addresses`\n)"
            R"(3. Say that you look into it: `trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT`"}}],
        "unfurl_links": false, "unfurl_media": false})"));
}

TEST_F(SlackSink, LinksToPageIncidentAndRunbookWhenTheSettingsSayWhereTheyAre)
{
    const auto text = text_in(message(told("opened", linked_finding())));
    EXPECT_THAT(text, HasSubstr("<https://guard.example.com/?incident=i-0123456789ab|All of this incident>"));
    EXPECT_THAT(
        text,
        HasSubstr("<https://guard.example.com/?incident=i-0123456789ab#f-3b1c9a70d2e4|On the status page>"));
    EXPECT_THAT(text, HasSubstr("<https://wiki.example.com/tw/detections.md#ips|What it means>"));
    auto many = told_many(12, 12);
    EXPECT_THAT(text_in(message(many)), Not(HasSubstr("On the status page")));
    add_links(many, {"https://guard.example.com", "https://wiki.example.com/tw"});
    EXPECT_THAT(text_in(message(many)),
                HasSubstr("<https://guard.example.com/?account=production|On the status page>"));
}

TEST_F(SlackSink, NamesTheEventInWords)
{
    const auto first_line = [this](const char* event) {
        const auto text = text_in(message(told(event)));
        return text.substr(0, text.find('\n'));
    };
    EXPECT_EQ(first_line("resolved"), "*CRITICAL - Resolved on production*");
    EXPECT_EQ(first_line("recreated"), "*CRITICAL - Came back after containment on production*");
    EXPECT_EQ(first_line("reminder"), "*CRITICAL - Still open on production*");
}

TEST_F(SlackSink, LetsNothingFromTheAccountCallPeopleOrDisguiseALink)
{
    auto finding = with(sample_finding(), "title", view(hostile_text));
    finding["fields"] = json::array{
        json::object{{"field", "name"}, {"expected", view(hostile_text)}, {"actual", view(hostile_text)}}};
    for (const auto* event : {"opened", "resolved"}) {
        const auto said = message(told(event, finding));
        for (const auto& text : {std::string(said.at("text").as_string()), text_in(said)}) {
            EXPECT_THAT(text, HasSubstr("&lt;!channel&gt; &lt;https://evil.example|bank&gt; &amp;"));
            EXPECT_THAT(text, AllOf(Not(HasSubstr("<")), Not(HasSubstr(">")), Not(HasSubstr("\x1b"))));
        }
        // a value is code, and cannot end it
        EXPECT_THAT(text_in(said), HasSubstr("&amp; *bold* 'code'\\u{a}\\u{1b}[31m\\u{202e} @here"));
    }
    auto many = told_many(12, 12);
    many.findings[3] = finding;
    EXPECT_THAT(text_in(message(many)), AllOf(HasSubstr("&lt;!channel&gt;"), Not(HasSubstr("<!"))));
}

TEST_F(SlackSink, StaysWithinSlacksLimitsWhateverAFindingHolds)
{
    const std::string longest(5000, '&');  // five characters each when escaped
    auto finding = with(sample_finding(), "title", view(longest));
    json::array fields(
        40, json::object{{"field", view(longest)}, {"expected", view(longest)}, {"actual", view(longest)}});
    finding["fields"] = fields;
    for (const auto* member : {"id", "account", "severity", "runbook_url", "incident", "first_seen"})
        finding[view(member)] = view(longest);
    finding["actor"] =
        json::object{{"user_id", view(longest)}, {"change_made_by", view(longest)}, {"at", view(longest)}};
    finding["acknowledged"] = json::object{{"reason", view(longest)}, {"until", view(longest)}};
    auto many = told_many(142, 100);
    many.findings.assign(100, finding);
    for (const auto& notification : {told("opened", finding), many}) {
        const auto said = message(notification);
        EXPECT_LE(said.at("blocks").as_array().size(), 50U);
        EXPECT_LE(said.at("text").as_string().size(), 4000U);
        for (const auto& block : said.at("blocks").as_array())
            EXPECT_LE(block.at("text").at("text").as_string().size(), 3000U);
        EXPECT_THAT(text_in(said), HasSubstr("trunkwarden"));  // the last line is not what was cut
    }
}

TEST_F(SlackSink, SumsUpManyFindingsWithTheHeaviestFirst)
{
    auto many = told_many(142, 100, "low");
    many.findings[99]["severity"] = "critical";
    const auto text = text_in(message(many));
    EXPECT_THAT(text,
                HasSubstr("*142 new findings at once on production, 20 of them told here*\nCRITICAL - "));
    EXPECT_THAT(text, HasSubstr("(`f-99.3fa9`)"));
    EXPECT_THAT(text, HasSubstr("(`f-18.3fa9`)"));
    EXPECT_THAT(text, Not(HasSubstr("(`f-19.3fa9`)")));
    EXPECT_THAT(text, HasSubstr("Next: `trunkwarden findings`"));
}

TEST_F(SlackSink, TestsWithoutAskingForAnything)
{
    const auto text = text_in(message(test_notification("t-1", "chat", sample_now())));
    EXPECT_THAT(text,
                HasSubstr("*INFO - Test on test*\nTest message for the alert sink chat: nothing is wrong"));
    EXPECT_THAT(text, Not(HasSubstr("ack")));
}

// Slack refuses a section of more than 3000 characters, and so the whole message.
TEST_F(SlackSink, CutsALineThatNeedsMoreThanASectionWhenItIsEscaped)
{
    for (std::size_t before = 0; before < 5; ++before) {
        const auto long_text = std::string(before, 'x') + std::string(600, '&');
        const auto body = message(told("opened", with(sample_finding(), "quarantine", view(long_text))));
        bool was_cut = false;
        for (const auto& block : body.at("blocks").as_array()) {
            const std::string text(block.at("text").at("text").as_string());
            EXPECT_LE(text.size(), 3000U);
            const auto end = text.find("\u2026");
            if (end == std::string::npos)
                continue;
            was_cut = true;
            EXPECT_EQ(text[end - 1], ';') << "no escape is cut";
        }
        EXPECT_TRUE(was_cut);
    }
}

}  // namespace
}  // namespace trunkwarden
