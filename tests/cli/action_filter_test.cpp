#include "cli/action_filter.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

boost::json::object report()
{
    return boost::json::parse(R"({"mode": "approve", "actions": [
        {"id": "a-000000000001", "finding": "f-000000000001", "account": "production", "resource": "ips",
         "severity": "high", "planned_at": "2026-11-22T11:00:00Z", "ended_at": null},
        {"id": "a-000000000002", "finding": "f-000000000002", "account": "lab", "resource": "call_forwarding",
         "severity": "critical", "planned_at": "2026-11-22T08:00:00Z", "ended_at": "2026-11-22T11:30:00Z"},
        {"id": "a-000000000003", "finding": "f-000000000009", "account": "production", "resource": "ips",
         "severity": "low", "planned_at": "2026-11-20T08:00:00Z"}],
      "refused": [{"finding": "f-000000000003", "account": "production", "title": "T", "why": "W"}]})")
        .as_object();
}

boost::json::value open_findings()
{
    return boost::json::parse(R"([
        {"id": "f-000000000001", "resource": "ips", "kind": "unknown", "severity": "critical",
         "incident": "i-000000000001"},
        {"id": "f-000000000002", "resource": "call_forwarding", "kind": "changed", "severity": "critical",
         "incident": null},
        {"id": "f-000000000003", "resource": "users", "kind": "missing", "severity": "medium",
         "incident": null}])");
}

struct kept_steps {
    std::vector<std::string> ids;  // of refused steps, those of their findings
    std::size_t not_known = 0;
};

kept_steps kept(const written_filter& written)
{
    auto from = report();
    kept_steps out;
    out.not_known = filter_actions(from, parse_filter(written, fakes::noon).value(), open_findings());
    for (const auto& item : from.at("actions").as_array())
        out.ids.emplace_back(string_at(item.as_object(), "id"));
    for (const auto& item : from.at("refused").as_array())
        out.ids.emplace_back(string_at(item.as_object(), "finding"));
    return out;
}

TEST(ActionFilter, GoesByTheActionAndByItsFinding)
{
    EXPECT_THAT(kept({}).ids,
                ElementsAre("a-000000000001", "a-000000000002", "a-000000000003", "f-000000000003"));
    EXPECT_THAT(kept({.accounts = {"lab"}}).ids, ElementsAre("a-000000000002"));
    EXPECT_THAT(kept({.resources = {"ips"}}).ids, ElementsAre("a-000000000001", "a-000000000003"));
    EXPECT_THAT(kept({.kinds = {"missing"}}).ids, ElementsAre("f-000000000003"));
    EXPECT_THAT(kept({.incidents = {"i-000000"}}).ids, ElementsAre("a-000000000001"));
    EXPECT_THAT(kept({.level = "critical"}).ids, ElementsAre("a-000000000001", "a-000000000002"))
        << "as heavy as the finding is now";
    EXPECT_THAT(kept({.since = "2h"}).ids, ElementsAre("a-000000000001", "a-000000000002"))
        << "it was planned, or it ended";
}

TEST(ActionFilter, CountsWhatCannotBeJudgedAndLeavesItOut)
{
    EXPECT_EQ(kept({.kinds = {"unknown"}}).not_known, 1U) << "its finding is over";
    EXPECT_EQ(kept({.accounts = {"lab"}, .kinds = {"unknown"}}).not_known, 0U) << "it is of another account";
    EXPECT_EQ(kept({.since = "2h"}).not_known, 1U) << "nobody knows when a step was refused";
    EXPECT_EQ(kept({.resources = {"ips"}}).not_known, 0U);
}

TEST(ActionFilter, ChoosesByIdOfActionsAndFindings)
{
    auto from = report();
    EXPECT_THAT(ids_without_action(from, {"a-000000000001", "f-000000000003", "f-00000000000b"}),
                ElementsAre("f-00000000000b"));
    choose_actions(from, {"a-000000000001", "f-000000000003"});
    EXPECT_EQ(from.at("actions").as_array().size(), 1U);
    EXPECT_EQ(from.at("refused").as_array().size(), 1U);
    EXPECT_EQ(string_at(from, "mode"), "approve") << "and everything else stays";
}

TEST(ActionFilter, BearsADaemonThatLies)
{
    for (const char* nonsense : {"{}", R"({"actions": 1, "refused": null})", R"({"actions": [1, null]})"}) {
        auto from = boost::json::parse(nonsense).as_object();
        EXPECT_EQ(filter_actions(from, {.accounts = {"production"}}, boost::json::parse("{}")), 0U);
        choose_actions(from, {"a-000000000001"});
        EXPECT_THAT(ids_without_action(from, {}), IsEmpty());
    }
}

}  // namespace
}  // namespace trunkwarden
