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

TEST(LintReport, CountsTheMarksThatACaptureLeft)
{
    auto marked = with(lint_issue_kind::no_reason);
    marked.marks = 2;
    EXPECT_EQ(marks_text({marked, with(lint_issue_kind::no_reason)}),
              "account production: 2 marks of the capture to look at: grep -n '# REVIEW:' production.yml\n");
    marked.weaknesses.clear();
    EXPECT_EQ(lint_exit_code({marked}), 0) << "a mark is a question, and no weakness";
}

}  // namespace
}  // namespace trunkwarden
