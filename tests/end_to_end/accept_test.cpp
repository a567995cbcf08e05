#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"
#include "fakes/paths.hpp"

// The baseline and the finding after `accept`.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::vector<std::string> lines_in(const std::string& text)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

// That all lines of one text are in the other, in their order: nothing but lines came.
bool only_added_lines(const std::string& before, const std::string& after)
{
    const auto old = lines_in(before);
    auto next = old.begin();
    for (const auto& line : lines_in(after))
        if (next != old.end() && line == *next)
            ++next;
    return next == old.end();
}

TEST_F(BaselineAccept, AnUnknownObjectGetsAnEntryOnWhichItsFindingResolves)
{
    watch();
    const auto before = text();
    const auto finding = attacked("add_ip", "ips");
    EXPECT_EQ(finding.at("kind"), "unknown");
    const auto after = text_after_accepting(finding);
    EXPECT_TRUE(only_added_lines(before, after));
    EXPECT_THAT(after, HasSubstr(fmt::format(
                           "  # accepted {}: {}\n  - id: ", after.substr(after.find("# accepted ") + 11, 10),
                           text_in(finding, "id"))));
    EXPECT_THAT(after, HasSubstr("    ip_address: \"192.0.2.66\"\n"));
    EXPECT_THAT(after, HasSubstr("    reason: \"wanted: OPS-1\"\n    approved_by: dana\n"));
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AChangedValueIsEditedInItsPlaceAndKeepsWhatItWas)
{
    watch();
    const auto before = text();
    const auto finding = attacked("change_texml_url", "texml_applications");
    EXPECT_EQ(finding.at("kind"), "changed");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("    voice_url: https://xml.attacker.example/dial.xml\n"));
    EXPECT_THAT(after, HasSubstr("(was https://ivr.example.com/start.xml)\n"));
    auto undone = before;
    replace(undone, "    voice_url: https://ivr.example.com/start.xml\n",
            "    voice_url: https://xml.attacker.example/dial.xml\n");
    EXPECT_TRUE(only_added_lines(undone, after));
    EXPECT_EQ(lines_in(after).size(), lines_in(before).size() + 1);
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AWeakenedLimitIsEditedWithAllOfItsFields)
{
    watch();
    const auto finding = attacked("loosen_outbound_profile", "outbound_voice_profiles");
    EXPECT_EQ(finding.at("kind"), "weakened");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("whitelisted_destinations: [US, CA, "));
    EXPECT_THAT(after, HasSubstr("    daily_spend_limit_enabled: false\n"));
    EXPECT_THAT(after, HasSubstr("(was [CA, US])"));
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, OfAMissingNumberHasNoDayAndSettingsThatAreWrongElsewhereDoNotMatter)
{
    watch();
    const auto finding = attacked("delete_number", "phone_numbers");
    const auto before = text();
    const auto with_a_day = accept({seen_as(finding), "--expires=2099-01-31"});
    EXPECT_EQ(with_a_day.exit_code, 1);
    EXPECT_THAT(with_a_day.err, HasSubstr("leave --expires out"));
    EXPECT_EQ(text(), before);

    account->edit_settings([](std::string& settings) { settings += "polll: {}\n"; });
    const auto taken = accept({seen_as(finding)});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    EXPECT_THAT(taken.err, HasSubstr("polll"));
    EXPECT_NE(text(), before);
    end();
}

TEST_F(BaselineAccept, AMissingNumberIsTakenOutOfTheListThatNamesIt)
{
    watch();
    const auto finding = attacked("delete_number", "phone_numbers");
    EXPECT_EQ(finding.at("kind"), "missing");
    const auto before = text();
    const auto after = text_after_accepting(finding);
    auto wanted = before;
    replace(wanted, R"(["+14155550102", "+14155550105", "+14155550106"])",
            R"(["+14155550102", "+14155550105"])");
    EXPECT_TRUE(only_added_lines(wanted, after)) << after;
    EXPECT_EQ(lines_in(after).size(), lines_in(wanted).size() + 1);
    EXPECT_THAT(after, HasSubstr(" by dana: wanted: OPS-1 (+14155550106 is gone)\nphone_numbers:\n"));
    end();
    expect_nothing_found_again();
}

// The demo's entries about IPs name no id: they are rules, and that nothing matches a rule is for lint to
// say.
TEST_F(BaselineAccept, ADeletedIpIsMissingOnlyWhereAnEntryNamesItsId)
{
    watch();
    account->attack("delete_ip");
    for (int sweeps = 0; sweeps < 2; ++sweeps)
        ASSERT_NE(daemon->line_with("result=complete"), "");
    EXPECT_TRUE(findings().empty()) << json::serialize(findings());
    EXPECT_THAT(run({"baseline", "lint"}).out, HasSubstr("[matches-nothing] this rule covers none"));
    end();

    auto pinned = text_of_file(demo_baseline);
    replace(pinned, "  - ip_address: 198.51.100.4\n",
            "  - id: \"1293384261075731520\"\n    ip_address: 198.51.100.4\n");
    watch({.baseline = pinned});
    const auto finding = attacked("delete_ip", "ips");
    EXPECT_EQ(finding.at("kind"), "missing");
    const auto after = text_after_accepting(finding);
    auto wanted = text_of_file(demo_baseline);
    replace(wanted,
            "  - ip_address: 198.51.100.4\n    port: 5060\n    connection_id: \"1293384261075731510\"\n", "");
    EXPECT_TRUE(only_added_lines(wanted, after)) << after;
    EXPECT_EQ(lines_in(after).size(), lines_in(wanted).size() + 1);
    EXPECT_THAT(after, HasSubstr(" by dana: wanted: OPS-1 (1293384261075731520 is gone)\nips:"));
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AChangedSecretIsTheRunningDaemonsToTake)
{
    watch();
    const auto before = text();
    const auto finding = attacked("change_connection_password", "credential_connections");
    const auto id = text_in(finding, "id");
    end();
    const auto alone = accept({seen_as(finding)});
    EXPECT_EQ(alone.exit_code, 1);
    EXPECT_THAT(alone.err, HasSubstr("only the running daemon can take a changed secret"));

    watch_again();
    const auto tried = accept({id, "--dry-run"});
    EXPECT_EQ(tried.exit_code, 0) << tried.err;
    EXPECT_EQ(findings().size(), 1U);
    const auto ended = accept({seen_as(finding)});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(daemon->line_with("changed secrets are accepted"),
                testing::AllOf(HasSubstr(id), HasSubstr(" by=")));
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");
    EXPECT_EQ(text(), before) << "a file cannot hold it";

    end();
    watch_again();
    EXPECT_TRUE(findings().empty()) << "the next run knows it, too";
    const auto again = attacked("change_ip_connection_token", "ip_connections");
    EXPECT_NE(again.at("id"), finding.at("id"));
    end();
}

TEST_F(BaselineAccept, ASecretAndAFieldOfOneObjectAreAcceptedTogether)
{
    watch();
    account->control("patch", R"({"path": "/credential_connections", "id": "1293384261075731499", "changes":
        {"password": "CANARY-of-the-thief", "webhook_event_url": "https://hooks.example.com/new"}})");
    const auto finding = found("credential_connections");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("    webhook_event_url: https://hooks.example.com/new\n"));
    end();
    watch_again();
    EXPECT_TRUE(findings().empty());
    end();
}

TEST_F(BaselineAccept, SeveralAreAcceptedByShortenedIdsAndOneOfThemTwice)
{
    watch();
    const auto ip = attacked("add_ip", "ips");
    attacked("forward_number", "call_forwarding");
    attacked("add_api_key", "api_keys");
    const auto shortened = [this](std::string_view resource, std::size_t length) {
        const auto now = object_of(resource);
        return text_in(now, "id").substr(0, length) + "." + text_in(now, "state");
    };
    const auto ended = accept(
        {shortened("ips", 9), shortened("call_forwarding", 14), shortened("api_keys", 8), text_in(ip, "id")});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    for (int resolved = 0; resolved < 3; ++resolved)
        EXPECT_NE(daemon->line_with("finding resolved", 20s), "");
    EXPECT_TRUE(only_added_lines(text_of_file(demo_baseline), text()));
    EXPECT_EQ(lines_in(ended.out).front().substr(0, 6), "--- a/");
    end();
    expect_nothing_found_again();
}

}  // namespace
}  // namespace trunkwarden::end_to_end
