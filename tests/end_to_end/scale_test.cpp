#include <gtest/gtest.h>

#include "end_to_end/watched_account.hpp"

// A large account.

namespace trunkwarden::end_to_end {
namespace {

constexpr std::size_t numbers = 20'000;
constexpr std::size_t forwarded = numbers / 50;  // as the generated account has them

// The generated account, as a person would trust it: numbers in groups, the rest by rules.
std::string baseline_of_numbers()
{
    std::string text =
        "version: 1\n"
        "two_factor: {required: false}\n"
        "credential_connections:\n"
        "  - connection_name: site-*\n"
        "outbound_voice_profiles:\n"
        "  - {name: default, daily_spend_limit: \"50.00\"}\n"
        "organization_users:\n"
        "  - email: dana@example.com\n"
        "auto_recharge:\n"
        "  - enabled: [true, false]\n"
        "iam_settings:\n"
        "  - enabled: [true, false]\n"
        "call_forwarding:\n";
    for (std::size_t at = 0; at < numbers; at += 50)
        text += fmt::format("  - phone_number: \"+1555{:07}\"\n    forwards_to: \"+1415555{:04}\"\n", at,
                            at % 10000);
    text += "phone_numbers:\n";
    for (std::size_t at = 0; at < numbers; ++at)
        text += fmt::format("{}      - \"+1555{:07}\"\n",
                            at % 1000 == 0 ? "  - status: active\n    phone_number:\n" : "", at);
    return text;
}

TEST(CheckOfALargeAccount, ReadsEveryNumberAndFindsTheOneThatIsWrong)
{
    watched_account account(
        {.poll = "{requests_per_second: 1000, concurrency: 3}", .baseline = baseline_of_numbers()},
        with_demo_key(), simulator::generate_account(numbers));

    account.attack("forward_number");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2) << report.ended.err;
    EXPECT_TRUE(report.whole.at("complete").as_bool());
    ASSERT_EQ(report.findings().size(), 1U) << report.findings();
    EXPECT_EQ(report.findings().front().at("resource"), "call_forwarding");
    EXPECT_EQ(report.findings().front().at("kind"), "unknown");
    EXPECT_EQ(report.seen("phone_numbers").at("items"), numbers);
    EXPECT_EQ(report.seen("call_forwarding").at("items"), forwarded + 1);
    const auto requests = account.control("requests");
    EXPECT_LE(requests.at("connections").as_int64(), 3);
    EXPECT_EQ(requests.at("by_path").at("/phone_numbers"), numbers / 250);
    EXPECT_EQ(requests.at("writes").as_array().size(), 0U);
}

TEST(CheckOfALargeAccount, ReportsEveryNumberThatNothingTrusts)
{
    watched_account account({.baseline = "version: 1\ntwo_factor: {required: false}\n"}, with_demo_key(),
                            simulator::generate_account(3000));

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2);
    EXPECT_TRUE(report.whole.at("complete").as_bool());
    // Besides: their connections, the profile, the user, the forwarded ones, auto-recharge and IAM.
    EXPECT_EQ(report.findings().size(), 3000U + 10 + 1 + 1 + 60 + 2);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
