#include "cli/report/quarantine_report.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using fakes::noon;

TEST(QuarantineReport, FitsTheTerminalAlsoWhereNothingIsDone)
{
    const auto report = boost::json::parse(R"({"mode": "approve", "actions": [
        {"id": "a-5d20c1000000", "state": "waiting", "account": "production", "resource": "auto_recharge",
         "summary": "put back threshold_amount, recharge_amount of auto-recharge", "planned_at": "2026-11-22T11:59:00Z",
         "reason": "Auto-recharge weakened", "commands": ["trunkwarden quarantine approve a-5d20c1000000"]}],
        "refused": [{"finding": "f-866970a4d979", "account": "production", "why": "only a secret of it differs",
         "title": "Credential connection office-pbx changed: password is not the one that was accepted"}]})")
                            .as_object();
    const auto text = quarantine_list_text(report, actions_shown::current, noon, {styling::off, 40});
    for (std::size_t from = 0, to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
        EXPECT_LE(to - from, 40U) << text.substr(from, to - from);
    EXPECT_THAT(text, testing::HasSubstr("not done  Credential connection\n          office-pbx changed:"));
}

}  // namespace
}  // namespace trunkwarden
