#include "cli/report/lint_report.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

linted_account with(lint_issue_kind kind)
{
    return {"production", "production.yml", {{3, "credential_connections", kind, "words"}}, {}};
}

TEST(LintReport, EndsWithTwoWhereTheOwnerCanDoSomething)
{
    EXPECT_EQ(lint_exit_code({with(lint_issue_kind::no_reason)}), 2);
    EXPECT_EQ(lint_exit_code({with(lint_issue_kind::not_shown), with(lint_issue_kind::expired)}), 2);
    EXPECT_EQ(lint_exit_code({{"production", "production.yml", {}, {{"ips", "timed out"}}}}), 2);
}

TEST(LintReport, EndsWithZeroWhereOnlyTelnyxCould)
{
    EXPECT_EQ(lint_exit_code({with(lint_issue_kind::not_shown)}), 0);
    EXPECT_EQ(lint_exit_code({}), 0);
}

}  // namespace
}  // namespace trunkwarden
