#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden baseline lint` as people run it, against the simulator.

namespace trunkwarden::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

outcome lint(const watched_account& account, std::vector<std::string> more = {})
{
    more.insert(more.begin(), {"baseline", "lint"});
    return run_binary(account.command_line(std::move(more)));
}

// A baseline without a weakness: it trusts nothing.
constexpr const char* nothing = "version: 1\n";

TEST(BaselineLint, EndsWithZeroWhenThereIsNothingToSay)
{
    watched_account account({.baseline = nothing});

    const auto ended = lint(account);

    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("No weakness in "));
    EXPECT_THAT(ended.err, HasSubstr("says nothing about spending, traffic, registrations"));
}

TEST(BaselineLint, WarnsWhereAnybodyWhoCanDialHasHonestCallsHungUp)
{
    const auto told_with = [](std::string_view mode) {
        watched_account account(
            {.baseline =
                 "version: 1\nactive_calls: [{connection_id: \"1494404757140276710\", max_calls: 20}]\n",
             .more = fmt::format("quarantine: {{rules: [{{resource: active_calls, mode: {}}}]}}\n", mode)});
        return lint(account, {"--offline"});
    };

    const auto ended = told_with("auto");

    EXPECT_EQ(ended.exit_code, 2) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(":2: [weak-limit] a rule of the quarantine hangs up in the mode auto"));
    EXPECT_EQ(told_with("approve").exit_code, 0);
}

TEST(BaselineLint, NamesFileLineAndKindAndCounts)
{
    watched_account account({.baseline =
                                 "version: 1\nips:\n  - ip_address: 198.51.100.0/24\n"
                                 "    port: [5060, 5070]\n    connection_id: \"1293384261075731510\"\n"
                                 "    reason: carrier\n"});

    const auto ended = lint(account);

    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.out, HasSubstr(account.folder.file("baseline.yml") +
                                     ":3: [wide-network] ip_address: 198.51.100.0/24 covers 256 addresses, "
                                     "and 2 objects are there: 198.51.100.4/31 would do\n"));
    EXPECT_THAT(ended.out, HasSubstr("1 weakness in "));
    EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
}

TEST(BaselineLint, KnowsWhatMatchesNothingInTheLiveAccount)
{
    const std::string baseline =
        "version: 1\nips:\n  - ip_address: 203.0.113.99\n    port: 5060\n"
        "    connection_id: c\n";
    watched_account account({.baseline = baseline});

    EXPECT_THAT(lint(account).out, HasSubstr(":3: [matches-nothing] "));
    const auto offline = lint(account, {"--offline"});
    EXPECT_EQ(offline.exit_code, 0) << offline.out;
}

TEST(BaselineLint, JudgesTheDemoBaselineByItsLines)
{
    watched_account account;

    const auto ended = lint(account, {"--output=json"});

    EXPECT_EQ(ended.exit_code, 2) << ended.err;
    const auto report = json::parse(ended.out);
    EXPECT_TRUE(report.at("not_read").as_array().empty());
    std::vector<std::string> dangerous;
    for (const auto& found : report.at("weaknesses").as_array()) {
        EXPECT_EQ(found.at("account"), "production");
        EXPECT_EQ(found.at("file"), json::string_view(account.folder.file("baseline.yml")));
        EXPECT_FALSE(found.at("message").as_string().empty());
        const auto kind = json::value_to<std::string>(found.at("kind"));
        EXPECT_THAT(kind, testing::AnyOf("unpinned-field", "dangerous", "no-reason")) << found;
        if (kind == "dangerous")
            dangerous.push_back(fmt::format("{}", json::value_to<std::string>(found.at("resource"))));
    }
    EXPECT_EQ(dangerous, std::vector<std::string>{"messaging_profiles"});
}

TEST(BaselineLint, IsNeverCleanWithAResourceThatCouldNotBeRead)
{
    watched_account account({.baseline = nothing});
    account.fault(R"({"path": "/ips", "kind": "status", "status": 403})");

    const auto ended = lint(account);
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, HasSubstr("account production: cannot count matches of ips: "));
    EXPECT_THAT(ended.out, HasSubstr("as far as it could be judged"));

    const auto report = json::parse(lint(account, {"--output=json"}).out);
    ASSERT_EQ(report.at("not_read").as_array().size(), 1U);
    EXPECT_EQ(report.at("not_read").at(0).at("resource"), "ips");
    EXPECT_EQ(report.at("not_read").at(0).at("account"), "production");
}

TEST(BaselineLint, StillPrintsWhatTheFileAloneShowsWhenTheApiIsAway)
{
    watched_account account({.poll = "{requests_per_second: 1000, timeout: 300ms}",
                             .baseline = "version: 1\nips:\n  - {id: a, expires: 2020-01-31}\n"});
    account.server_goes_down();

    const auto ended = lint(account);

    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.out, HasSubstr(":3: [expired] "));
    EXPECT_THAT(ended.err, HasSubstr("cannot count matches of "));
}

TEST(BaselineLint, StillPrintsWhatTheFileAloneShowsWithoutAKey)
{
    watched_account account({.baseline = "version: 1\nips:\n  - {id: a, expires: 2020-01-31}\n"});
    std::filesystem::remove(account.folder.file("key"));

    const auto ended = lint(account, {"--output=json"});

    EXPECT_EQ(ended.exit_code, 2);
    const auto report = json::parse(ended.out);
    EXPECT_EQ(report.at("weaknesses").at(0).at("kind"), "expired");
    const auto with_endpoint = std::ranges::count_if(
        catalogue, [](const resource_type& type) { return type.pages != paging::no_endpoint; });
    EXPECT_EQ(report.at("not_read").as_array().size(), static_cast<std::size_t>(with_endpoint));
    EXPECT_THAT(lint(account, {"--offline"}).err,
                HasSubstr("says nothing about spending, traffic, registrations"));
}

TEST(BaselineLint, RefusesAFileThatIsNotValidAndAnAccountThereIsNot)
{
    watched_account account({.baseline = "version: 1\nips:\n  - {id: a, prot: 5060}\n"});

    const auto invalid = lint(account);
    EXPECT_EQ(invalid.exit_code, 1);
    EXPECT_THAT(invalid.err, HasSubstr("baseline.yml:3:"));
    EXPECT_EQ(invalid.out, "");

    const auto unknown = lint(account, {"--account=staging"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.err, HasSubstr("no account \"staging\" in the settings; known: production"));
}

TEST(BaselineLint, NamesLimitsThatTheUseNeverCameNear)
{
    watched_account account({.baseline = "version: 1\nspending:\n  max_per_day: \"5000.00\"\n"});
    account.control("use", R"({"to": "+1415555####", "count": 30, "rate": "0.01", "ago_s": 90000})");

    EXPECT_THAT(lint(account).out,
                HasSubstr("[weak-limit] max_per_day (5000.00) was never nearly reached: the "
                          "dearest day of 31 days cost 0.30"));
    EXPECT_THAT(lint(account, {"--offline"}).out, Not(HasSubstr("never nearly reached")));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
