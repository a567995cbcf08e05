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

TEST(QuarantineReport, SaysInWordsWhatAnActionDoesAndWritesNumbersAsPeopleDo)
{
    const auto action =
        boost::json::parse(R"({"id": "a-5d20c1000000", "state": "waiting", "measure": "restore",
        "resource": "outbound_voice_profiles", "resource_id": "17", "undo": "exact",
        "request": {"method": "PATCH", "target": "/outbound_voice_profiles/17",
                    "body": {"max_destination_rate": 0.25, "tags": ["a", 3], "limit": null, "a \"b\"": true}},
        "before": {"max_destination_rate": 1.5}})")
            .as_object();
    const auto text = action_text(action, noon, {styling::off, 0});
    EXPECT_THAT(text, testing::HasSubstr("what it does  writes trusted values back\n"));
    EXPECT_THAT(text, testing::HasSubstr(
                          R"({"max_destination_rate":0.25,"tags":["a",3],"limit":null,"a \"b\"":true})"));
    EXPECT_THAT(text, testing::HasSubstr("max_destination_rate: 1.5\n"));
    auto of_a_newer_version = action;
    of_a_newer_version["measure"] = "melt";
    EXPECT_THAT(action_text(of_a_newer_version, noon, {styling::off, 0}),
                testing::HasSubstr("what it does  melt\n"));
}

}  // namespace
}  // namespace trunkwarden
