#include "cli/finding_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::example_finding;
using fakes::noon;
using testing::AllOf;
using testing::HasSubstr;

finding_filter parsed(const written_filter& written)
{
    return parse_filter(written, noon).value();
}

std::string refusal(const written_filter& written)
{
    const auto parsed = parse_filter(written, noon);
    return parsed ? "(taken)" : parsed.error().message;
}

// Severity high, kind unknown, of ips in production, opened an hour ago.
finding forgotten_address()
{
    auto out = example_finding("f-3b1c9a70d2e4", severity::high, noon - 1h);
    out.last_changed = noon - 1h;
    return out;
}

TEST(FindingFilter, LetsEverythingPassWhenNothingIsAsked)
{
    EXPECT_TRUE(written_filter{}.is_empty());
    EXPECT_TRUE(parsed({}).is_empty());
    EXPECT_TRUE(passes(parsed({}), forgotten_address()));
}

TEST(FindingFilter, TakesASeverityAndHeavierOnes)
{
    EXPECT_TRUE(passes(parsed({.level = "info"}), forgotten_address()));
    EXPECT_TRUE(passes(parsed({.level = "high"}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.level = "critical"}), forgotten_address()));
}

TEST(FindingFilter, IsContentWithOneWordOfEachList)
{
    EXPECT_TRUE(passes(parsed({.accounts = {"other", "production"}}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.accounts = {"other"}}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.accounts = {"prod"}}), forgotten_address())) << "no beginnings of names";
    EXPECT_TRUE(passes(parsed({.resources = {"call_forwarding", "ips"}}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.resources = {"call_forwarding"}}), forgotten_address()));
    EXPECT_TRUE(passes(parsed({.kinds = {"changed", "unknown"}}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.kinds = {"changed"}}), forgotten_address()));
    EXPECT_FALSE(passes(parsed({.accounts = {"production"}, .kinds = {"changed"}}), forgotten_address()))
        << "and with nothing less";
}

TEST(FindingFilter, TakesAnIncidentByItsIdOrItsBeginning)
{
    auto part = forgotten_address();
    part.incident = "i-3b1c9a70d2e4";
    EXPECT_TRUE(passes(parsed({.incidents = {"i-3b1c9a70d2e4"}}), part));
    EXPECT_TRUE(passes(parsed({.incidents = {"i-3b1c9a"}}), part));
    EXPECT_FALSE(passes(parsed({.incidents = {"i-000000"}}), part));
    EXPECT_FALSE(passes(parsed({.incidents = {"i-3b1c9a"}}), forgotten_address())) << "it is part of none";
}

TEST(FindingFilter, TakesWhatBeganChangedOrResolvedSinceThen)
{
    auto f = forgotten_address();
    f.last_seen = noon;
    EXPECT_TRUE(passes(parsed({.since = "2h"}), f));
    EXPECT_TRUE(passes(parsed({.since = "2026-11-22T11:00:00Z"}), f)) << "at that moment, too";
    EXPECT_TRUE(passes(parsed({.since = "2026-11-22"}), f)) << "from the beginning of the day";
    EXPECT_FALSE(passes(parsed({.since = "30m"}), f)) << "to be seen again is no news";
    f.last_changed = noon - 10min;
    EXPECT_TRUE(passes(parsed({.since = "30m"}), f));
    f = forgotten_address();
    f.status = finding_status::resolved;
    f.resolved_at = noon - 5min;
    EXPECT_TRUE(passes(parsed({.since = "30m"}), f));
}

TEST(FindingFilter, SaysWhichWordsThereAreAndWhichOneWasMeant)
{
    EXPECT_EQ(refusal({.level = "hihg"}),
              "there is no severity \"hihg\"; did you mean \"high\"? There are info, low, medium, high and "
              "critical");
    EXPECT_EQ(refusal({.kinds = {"unknown", "gone"}}),
              "there is no kind \"gone\". There are unknown, changed, missing, weakened, recreated, blind, "
              "expired and exceeded");
    EXPECT_EQ(refusal({.resources = {"ip"}}),
              "there is no resource \"ip\"; did you mean \"ips\"? \"trunkwarden resources\" lists them");
    EXPECT_EQ(refusal({.resources = {"api_key", "clock"}}), "(taken)") << "findings about the watch itself";
    EXPECT_THAT(refusal({.incidents = {"f-3b1c9a70d2e4"}}), HasSubstr("is no incident's id: write \"i-\""));
    EXPECT_THAT(refusal({.incidents = {"i-3b1c9"}}), HasSubstr("at least 6"));
    EXPECT_THAT(refusal({.since = "yesterday"}), AllOf(HasSubstr("--since"), HasSubstr("write 2h or 3d")));
    EXPECT_THAT(refusal({.since = "2027-01-01"}), HasSubstr("in the future"));
    EXPECT_THAT(refusal({.level = "\x1b[2J"}), HasSubstr("\\u{1b}")) << "and no escape reaches a terminal";
    EXPECT_THAT(refusal({.level = "KEY0123456789_CANARY"}), HasSubstr("(secret)"));
}

TEST(FindingFilter, SaysThatAnAccountOrAnIncidentIsNotThere)
{
    auto part = forgotten_address();
    part.incident = "i-3b1c9a70d2e4";
    auto of_removed = forgotten_address();
    of_removed.account = "old";
    known_names known{.accounts = {"production"}, .incidents = {}};
    known.add({part, of_removed});
    const auto wrong = unknown_name(parsed({.accounts = {"producton"}}), known);
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->message,
              "there is no account \"producton\"; did you mean \"production\"? There are old and production");
    EXPECT_FALSE(unknown_name(parsed({.accounts = {"old"}}), known))
        << "an account that was removed has findings still";
    const auto over = unknown_name(parsed({.incidents = {"i-ffffff"}}), known);
    ASSERT_TRUE(over);
    EXPECT_EQ(over->kind, errc::not_found);
    EXPECT_THAT(over->message, HasSubstr("i-3b1c9a70d2e4"));
    EXPECT_FALSE(unknown_name(parsed({.incidents = {"i-3b1c9a"}}), known));
}

TEST(FindingFilter, KnowsWhatIsNotKnown)
{
    const auto filter = parsed({.accounts = {"production"}, .kinds = {"unknown"}});
    EXPECT_EQ(judge_by_filter(filter, {.account = "production"}), filter_verdict::not_known);
    EXPECT_EQ(judge_by_filter(filter, {.account = "other"}), filter_verdict::left_out)
        << "whatever its kind is";
    EXPECT_EQ(judge_by_filter(filter, {.account = "production", .kind = deviation_kind::unknown}),
              filter_verdict::passes);
}

TEST(FindingFilter, SeesAValueThatLacksItsOption)
{
    const std::vector<std::string> accounts{"production"};
    EXPECT_EQ(option_for_word("production", accounts), "did you mean --account production?");
    EXPECT_EQ(option_for_word("critical", accounts), "did you mean --severity critical?");
    EXPECT_EQ(option_for_word("missing", accounts), "did you mean --kind missing?");
    EXPECT_EQ(option_for_word("call_forwarding", accounts), "did you mean --resource call_forwarding?");
    EXPECT_EQ(option_for_word("i-3b1c9a70d2e4", accounts), "did you mean --incident i-3b1c9a70d2e4?");
    EXPECT_EQ(option_for_word("nonsense", accounts), "");
}

}  // namespace
}  // namespace trunkwarden
