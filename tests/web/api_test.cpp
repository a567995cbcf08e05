#include "web/api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "web/api_daemon.hpp"

// Requests that only read.

namespace trunkwarden {
namespace {

using fakes::noon;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST_F(Api, ListsFindingsByWeightAndThenTheNewestFirst)
{
    const auto reply = ask("GET", "/api/v1/findings");
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.content_type, "application/json");
    const auto findings = data_of(reply).as_array();
    ASSERT_EQ(findings.size(), 3U);
    EXPECT_EQ(findings[0].at("id"), known_id);
    EXPECT_EQ(findings[1].at("id"), "f-000000000002");
    EXPECT_EQ(findings[2].at("id"), "f-000000000001");
}

TEST_F(Api, ShowsCoverageInTheShapeOfCheck)
{
    status_.accounts[0].seen[0].fail({errc::forbidden, "GET /ips: 403 Forbidden"}, noon);
    status_.accounts[0].complete = false;
    const auto data = data_of(ask("GET", "/api/v1/coverage"));
    EXPECT_FALSE(data.at("complete").as_bool());
    const auto& account = data.at("accounts").at(0);
    EXPECT_EQ(account.at("account"), "production");
    EXPECT_FALSE(account.at("complete").as_bool());
    EXPECT_EQ(account.at("coverage").at(0),
              boost::json::parse(R"({"resource": "ips", "state": "unavailable", "items": null,
                                     "reason": "GET /ips: 403 Forbidden", "not_shown": []})"));
    EXPECT_EQ(
        account.at("coverage").at(1),
        boost::json::parse(
            R"({"resource": "call_forwarding", "state": "complete", "items": 2, "reason": null, "not_shown": []})"));
}

TEST_F(Api, SaysWhatIsNotProvenInCoverageAndStatus)
{
    status_.accounts[0].not_proven = {"nothing proves that no list of connections is short: 403 Forbidden"};
    const boost::json::value wanted =
        boost::json::parse(R"(["nothing proves that no list of connections is short: 403 Forbidden"])");
    for (const char* path : {"/api/v1/coverage", "/api/v1/status"})
        EXPECT_EQ(data_of(ask("GET", path)).at("accounts").at(0).at("not_proven"), wanted) << path;
    EXPECT_TRUE(data_of(ask("GET", "/api/v1/coverage")).at("accounts").at(0).at("complete").as_bool());
}

TEST_F(Api, DoesNotCallARefusedAccountComplete)
{
    status_.accounts[0].refused = "the key belongs to another organisation";
    const auto data = data_of(ask("GET", "/api/v1/coverage"));
    EXPECT_FALSE(data.at("complete").as_bool());
    EXPECT_EQ(data.at("accounts").at(0).at("reason"), "the key belongs to another organisation");
    EXPECT_FALSE(data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("complete").as_bool());
}

TEST_F(Api, TellsNothingOfAUseThatIsNotWatched)
{
    const auto use = data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("use");
    EXPECT_EQ(use, boost::json::parse(R"({"money": null, "registrations": null, "running_calls": null,
                                          "calls_last_hour": null})"));
}

TEST_F(Api, TellsTheUseOfAnAccount)
{
    auto& use = status_.accounts[0].use;
    use.money = money_summary{.currency = "USD",
                              .available = whole_units(255),
                              .today = whole_units(45),
                              .last_day = whole_units(57),
                              .spent_by_hour = {},
                              .lasts = std::chrono::minutes(14)};
    use.registered = {{"pbx01", "office", "203.0.113.20", true}, {"pbx01", "office", "192.0.2.66", false}};
    use.running_calls = 0;
    use.calls = calls_summary{{{"LV", 412, {}}}, true};
    EXPECT_EQ(data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("use"), boost::json::parse(R"({
        "money": {"currency": "USD", "available": "255.00", "spent_today": "45.00", "spent_last_day": "57.00",
                  "at_least": false, "gone_in_seconds": 840},
        "registrations": {"clients": 2, "not_trusted": 1},
        "running_calls": 0,
        "calls_last_hour": {"countries": [{"country": "LV", "calls": 412, "cost": "0.00"}], "at_least": true}})"));
}

TEST_F(Api, TellsTheStatusAndWhetherAllIsWell)
{
    const auto data = data_of(ask("GET", "/api/v1/status"));
    EXPECT_FALSE(data.at("well").as_bool());
    EXPECT_EQ(data.at("summary"), "3 open findings, 2 critical.");
    EXPECT_EQ(data.at("at"), "2026-11-22T12:00:00Z");
    EXPECT_EQ(data.at("quarantine_mode"), "dry_run");
    EXPECT_TRUE(data.at("state_file").at("trouble").is_null());
    const auto& account = data.at("accounts").at(0);
    EXPECT_EQ(account.at("findings"),
              boost::json::parse(R"({"open": 3, "open_critical": 2, "acknowledged": 0, "contained": 0})"));
    EXPECT_EQ(account.at("two_factor").at("state"), "shown");
    EXPECT_EQ(account.at("audit_log").at("state"), "read");
    EXPECT_EQ(data.at("sinks").at(0),
              boost::json::parse(R"({"sink": "page", "type": "pagerduty", "pending": 0, "dead": 0,
                                     "last_taken": "2026-11-22T10:00:00Z", "last_error": null,
                                     "clock_ahead_seconds": null})"));
    EXPECT_EQ(data.at("log_lines_dropped"), 0);
    EXPECT_EQ(data.at("limits"), boost::json::parse(R"({"open_files": null, "file_bytes": null})"));
    status_.sinks[0].clock_ahead = std::chrono::milliseconds(-90'500);
    status_.log_lines_dropped = 12;
    status_.limits = {1024, 4096};
    const auto later = data_of(ask("GET", "/api/v1/status"));
    EXPECT_EQ(later.at("sinks").at(0).at("clock_ahead_seconds"), -90.5);
    EXPECT_EQ(later.at("log_lines_dropped"), 12);
    EXPECT_EQ(later.at("limits"), boost::json::parse(R"({"open_files": 1024, "file_bytes": 4096})"));
}

TEST_F(Api, TellsThatTheLastReloadWasRefusedUntilOneIsTaken)
{
    EXPECT_TRUE(data_of(ask("GET", "/api/v1/status")).at("refused_reload").is_null());
    status_.refused = refused_reload{noon, {"baseline.yml:3:1: wrong"}};
    const auto data = data_of(ask("GET", "/api/v1/status"));
    EXPECT_FALSE(data.at("well").as_bool());
    EXPECT_EQ(
        data.at("refused_reload"),
        boost::json::parse(R"({"at": "2026-11-22T12:00:00Z", "problems": ["baseline.yml:3:1: wrong"]})"));
}

TEST_F(Api, TakesNoAttestationOfTwoFactorAgainstAnEventThatSaysOtherwise)
{
    auto doubt = examples::example_finding("f-000000000003", severity::high, noon);
    doubt.deviation.type = find_resource("two_factor");
    doubt.deviation.from_event = true;
    doubt.title = "Two-factor authentication of a user was changed";
    status_.accounts[0].findings = {doubt};
    const auto known = data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("two_factor");
    EXPECT_EQ(known.at("state"), "not known");
    EXPECT_EQ(known.at("reason"), "Two-factor authentication of a user was changed");
}

TEST_F(Api, ShowsWhatTheQuarantineDidAndDidNot)
{
    action action;
    action.id = "a-0123456789ab";
    action.account = "production";
    action.resource = "ips";
    action.state = action_state::done;
    action.undo = undoing::exact;
    action.request = {"PATCH", "/ips/1", R"({"ip_address":"192.0.2.1"})"};
    action.decided_by = "dana";
    action.before = R"x({"id":"1","token":"(secret)"})x";
    view_.controls.quarantine = [&](const action_selection&) {
        return quarantine_report{quarantine_mode::automatic,
                                 freeze{view_.now, "migration", "", "root (sudo by dana)"},
                                 {action},
                                 {{"production", "f-1", "An IP", "why"}},
                                 1,
                                 1};
    };
    view_.controls.find_action = [&](std::string_view id) {
        return id == action.id ? std::optional(action) : std::nullopt;
    };
    const auto all = data_of(ask("GET", "/api/v1/actions"));
    EXPECT_EQ(all.at("mode"), "auto");
    EXPECT_EQ(all.at("frozen").at("reason"), "migration");
    EXPECT_EQ(all.at("frozen").at("by"), "root (sudo by dana)");
    EXPECT_EQ(all.at("actions").at(0).at("decided_by"), "dana");
    EXPECT_EQ(all.at("refused").at(0).at("why"), "why");
    EXPECT_EQ(all.at("actions").at(0).at("request").at("body").at("ip_address"), "192.0.2.1");
    EXPECT_EQ(all.at("actions").at(0).at("before").at("token"), "(secret)");
    EXPECT_EQ(all.at("actions").at(0).at("commands").at(0), "trunkwarden quarantine undo a-0123456789ab");
    EXPECT_EQ(data_of(ask("GET", "/api/v1/actions/a-0123456789ab")).at("state"), "done");
    EXPECT_EQ(ask("GET", "/api/v1/actions/a-ffffffffffff").status, 404U);
    EXPECT_EQ(ask("DELETE", "/api/v1/actions/a-0123456789ab").status, 405U);
}

TEST_F(Api, ShowsThePartOfTheActionsThatIsAskedFor)
{
    action_selection asked;
    view_.controls.quarantine = [&](const action_selection& chosen) -> result<quarantine_report> {
        asked = chosen;
        if (chosen.after == "a-ffffffffffff")
            return failure{errc::not_found, "there is no such action"};
        quarantine_report out;
        out.all_actions = 4000;
        out.next = "a-0123456789ab";
        return out;
    };
    const auto first = data_of(ask("GET", "/api/v1/actions"));
    EXPECT_EQ(asked.most, 200U);
    EXPECT_EQ(first.at("all_actions"), 4000);
    EXPECT_EQ(first.at("next"), "a-0123456789ab");
    data_of(ask("GET", "/api/v1/actions?limit=7&after=a-0123456789ab"));
    EXPECT_EQ(asked.most, 7U);
    EXPECT_EQ(asked.after, "a-0123456789ab");
    for (const char* wrong : {"limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "limit=5x", "after=x",
                              "after=f-0123456789ab"})
        EXPECT_EQ(ask("GET", std::string("/api/v1/actions?") + wrong).status, 400U) << wrong;
    EXPECT_EQ(ask("GET", "/api/v1/actions?after=a-ffffffffffff").status, 404U);
}

TEST_F(Api, MakesTheStatusOnlyWhenItIsAskedFor)
{
    ask("GET", "/style.css");
    ask("GET", "/metrics");
    ask("POST", "/api/v1/findings");
    EXPECT_EQ(asked_for_status_, 0);
    ask("GET", "/api/v1/findings");
    EXPECT_EQ(asked_for_status_, 1);
}

TEST_F(Api, RefusesToChangeWhatCanOnlyBeRead)
{
    for (const auto access : {access_level::read_only, access_level::reload, access_level::admin})
        for (const char* path :
             {"/api/v1/findings", "/api/v1/coverage", "/api/v1/status", "/api/v1/actions"}) {
            view_.access = access;
            const auto reply = ask("DELETE", path);
            EXPECT_EQ(reply.status, 405U) << path;
            EXPECT_THAT(reply.headers, Contains(Pair("Allow", "GET, HEAD")));
            EXPECT_THAT(error_of(reply), HasSubstr("only be read"));
        }
}

TEST_F(Api, AnswersUnknownPathsInJsonAndRepeatsNothing)
{
    for (const char* path : {"/api", "/api/", "/api/v1", "/api/v2/findings", "/api/v1/findings/",
                             "/api/v1/canary", "/api/v1/findings/f-3b1c9a70d2e4", "/api/v1/findings/ack",
                             "/api/v1/findings//ack", "/api/v1/findings/f-3b1c9a70d2e4/canary"}) {
        const auto reply = ask_socket("POST", path, "{}");
        EXPECT_EQ(reply.status, 404U) << path;
        EXPECT_THAT(error_of(reply), Not(HasSubstr("canary")));
    }
}

TEST_F(Api, ExplainsAFindingOverTheControlSocketOnly)
{
    view_.explain = [this](const std::string& id) -> result<explanation> {
        if (id != known_id)
            return failure{errc::not_found, "no open finding has the id " + id};
        explanation out;
        out.as_of = noon;
        out.about = status_.accounts[0].findings[2];
        return out;
    };
    const auto path = std::string("/api/v1/findings/") + known_id + "/explanation";
    EXPECT_EQ(ask("GET", path).status, 405U) << "its cost grows with the baseline";
    EXPECT_EQ(data_of(ask_socket("GET", path)).at("finding").at("id"), known_id);
    EXPECT_EQ(ask_socket("POST", path).status, 405U);
    for (const char* wrong : {"f-000000000000", "a-000000000000", "f-3b1c9a"})
        EXPECT_EQ(ask_socket("GET", fmt::format("/api/v1/findings/{}/explanation", wrong)).status, 404U)
            << wrong;
}

TEST_F(Api, ProtectsEveryReply)
{
    for (const char* path : {"/api/v1/findings", "/api/nothing"})
        EXPECT_THAT(ask("GET", path).headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
}

TEST_F(Api, KeepsSecretsSecretAndMarkupText)
{
    auto& spoilt = status_.accounts[0].findings[2];
    spoilt.deviation.fields = {
        {"password", "(secret)", "(secret)", severity::high, false, "canary-fingerprint"}};
    spoilt.title = "</script>\n\x1b[2J\"";
    const auto reply = ask("GET", "/api/v1/findings");
    EXPECT_THAT(reply.body, HasSubstr(R"x("expected":"(secret)","actual":"(secret)")x"));
    EXPECT_THAT(reply.body, Not(HasSubstr("canary")));
    EXPECT_EQ(reply.body.find('\x1b'), std::string::npos);
    EXPECT_EQ(data_of(reply).at(0).at("title"), "</script>\n\x1b[2J\"");
}

TEST(Refusals, AreJsonOnPathsOfTheApi)
{
    for (const unsigned status : {400U, 413U, 431U, 500U}) {
        EXPECT_EQ(refusal(status, "/api/v1/findings?x").content_type, "application/json");
        EXPECT_THAT(refusal(status, "/api/v1/findings").body, HasSubstr(R"({"status":"error","error":)"));
        EXPECT_EQ(refusal(status, "/metrics").content_type, "text/plain; charset=utf-8");
    }
}

}  // namespace
}  // namespace trunkwarden
