#include "web/api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "web/routes.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr const char* known_id = "f-3b1c9a70d2e4";
const std::string ack_path = "/api/v1/findings/f-3b1c9a70d2e4/ack";
const std::string unack_path = "/api/v1/findings/f-3b1c9a70d2e4/unack";
const std::string secrets_path = "/api/v1/findings/f-3b1c9a70d2e4/accept-secrets";

// A daemon that records what is asked of it.
class Api : public testing::Test {
protected:
    Api()
    {
        status_.accounts[0].findings = {
            examples::example_finding("f-000000000001", severity::low, noon),
            examples::example_finding("f-000000000002", severity::critical, noon - 2h),
            examples::example_finding(known_id, severity::critical, noon - 1h),
        };
        view_.now = noon;
        view_.controls.status = [this] {
            ++asked_for_status_;
            return status_;
        };
        view_.controls.acknowledge = [this](const std::string& id, const std::string& reason,
                                            std::optional<time_point> until) -> result<finding> {
            acknowledged_.push_back(id + "|" + reason + "|" + (until ? rfc3339(*until) : "for good"));
            return change(id, acknowledgement{reason, noon, until});
        };
        view_.controls.unacknowledge = [this](const std::string& id) { return change(id, std::nullopt); };
        view_.controls.accept_secrets = [this](const std::string& id) {
            secrets_taken_.push_back(id);
            return change(id, std::nullopt);
        };
        view_.controls.reload = [this]() -> result<std::string> {
            ++reloads_;
            return std::string("took trunkwarden.yml");
        };
    }

    result<finding> change(const std::string& id, std::optional<acknowledgement> to)
    {
        if (id != known_id)
            return failure{errc::not_found, "no open finding has the id " + id};
        auto changed = status_.accounts[0].findings[2];
        changed.acknowledged = std::move(to);
        changed.status = changed.acknowledged ? finding_status::acknowledged : finding_status::open;
        return changed;
    }

    http_reply ask(const std::string& method, const std::string& target, const std::string& body = "")
    {
        return route({method, target, body}, view_);
    }
    http_reply ask_socket(const std::string& method, const std::string& target, const std::string& body = "")
    {
        view_.door = web_door::everything;
        return ask(method, target, body);
    }
    static boost::json::value data_of(const http_reply& reply)
    {
        const auto body = boost::json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("status"), "success") << reply.body;
        return body.at("data");
    }
    static std::string error_of(const http_reply& reply)
    {
        const auto body = boost::json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("status"), "error") << reply.body;
        EXPECT_EQ(reply.content_type, "application/json");
        return std::string(body.at("error").as_string());
    }

    daemon_status status_ = examples::all_well();
    web_view view_{{}, [] { return std::string(); }};
    int asked_for_status_ = 0;
    int reloads_ = 0;
    std::vector<std::string> acknowledged_;
    std::vector<std::string> secrets_taken_;
};

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
                                     "reason": "GET /ips: 403 Forbidden"})"));
    EXPECT_EQ(account.at("coverage").at(1),
              boost::json::parse(
                  R"({"resource": "call_forwarding", "state": "complete", "items": 2, "reason": null})"));
}

TEST_F(Api, DoesNotCallARefusedAccountComplete)
{
    status_.accounts[0].refused = "the key belongs to another organisation";
    const auto data = data_of(ask("GET", "/api/v1/coverage"));
    EXPECT_FALSE(data.at("complete").as_bool());
    EXPECT_EQ(data.at("accounts").at(0).at("reason"), "the key belongs to another organisation");
    EXPECT_FALSE(data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("complete").as_bool());
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
                                     "last_taken": "2026-11-22T10:00:00Z", "last_error": null})"));
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
    doubt.what.type = find_resource("two_factor");
    doubt.what.from_event = true;
    doubt.title = "Two-factor authentication of a user was changed";
    status_.accounts[0].findings = {doubt};
    const auto known = data_of(ask("GET", "/api/v1/status")).at("accounts").at(0).at("two_factor");
    EXPECT_EQ(known.at("state"), "not known");
    EXPECT_EQ(known.at("reason"), "Two-factor authentication of a user was changed");
}

TEST_F(Api, ShowsWhatTheQuarantineDidAndDidNot)
{
    action one;
    one.id = "a-0123456789ab";
    one.account = "production";
    one.resource = "ips";
    one.state = action_state::done;
    one.undo = undoing::exact;
    one.request = {"PATCH", "/ips/1", R"({"ip_address":"192.0.2.1"})"};
    one.before = R"x({"id":"1","token":"(secret)"})x";
    view_.controls.quarantine = [&] {
        return quarantine_report{quarantine_mode::automatic,
                                 freeze{view_.now, "migration"},
                                 {one},
                                 {{"production", "f-1", "An IP", "why"}}};
    };
    const auto all = data_of(ask("GET", "/api/v1/actions"));
    EXPECT_EQ(all.at("mode"), "auto");
    EXPECT_EQ(all.at("frozen").at("reason"), "migration");
    EXPECT_EQ(all.at("refused").at(0).at("why"), "why");
    EXPECT_EQ(all.at("actions").at(0).at("request").at("body").at("ip_address"), "192.0.2.1");
    EXPECT_EQ(all.at("actions").at(0).at("before").at("token"), "(secret)");
    EXPECT_EQ(all.at("actions").at(0).at("commands").at(0), "trunkwarden quarantine undo a-0123456789ab");
    EXPECT_EQ(data_of(ask("GET", "/api/v1/actions/a-0123456789ab")).at("state"), "done");
    EXPECT_EQ(ask("GET", "/api/v1/actions/a-ffffffffffff").status, 404U);
    EXPECT_EQ(ask("DELETE", "/api/v1/actions/a-0123456789ab").status, 405U);
}

TEST_F(Api, TakesOrdersOverTheControlSocketOnlyAndOnlyWholeOnes)
{
    int orders = 0;
    view_.controls.ordered = [&orders] {
        ++orders;
        return result<quarantine_outcome>(
            failure{errc::bad_usage, "a-0123456789ab cannot be approved: it is done"});
    };
    const std::string path = "/api/v1/actions/a-0123456789ab/";
    view_.door = web_door::reading_and_reload;
    for (const auto* verb : {"approve", "reject", "undo"}) {
        EXPECT_EQ(ask("POST", path + verb).status, 405U) << verb;
        EXPECT_FALSE(quarantine_order_in({"POST", path + verb, ""}, view_.door));
    }
    EXPECT_EQ(ask("POST", "/api/v1/quarantine/freeze").status, 405U);
    EXPECT_EQ(orders, 0);

    view_.door = web_door::everything;
    EXPECT_EQ(ask("GET", path + "approve").status, 405U);
    EXPECT_EQ(ask("POST", "/api/v1/actions/f-0123456789ab/approve").status, 404U);
    EXPECT_EQ(ask("POST", "/api/v1/actions/a-01/approve").status, 404U);
    EXPECT_EQ(ask("POST", path + "freeze").status, 404U);
    EXPECT_EQ(ask("POST", "/api/v1/quarantine/undo").status, 404U);
    EXPECT_EQ(ask("POST", path + "undo", R"({"because": "x"})").status, 400U);
    EXPECT_EQ(ask("POST", path + "undo", R"({"reason": 1})").status, 400U);
    EXPECT_EQ(orders, 0);

    const auto order = quarantine_order_in({"POST", path + "reject", R"({"reason": "our SBC"})"}, view_.door);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->what, quarantine_order::verb::reject);
    EXPECT_EQ(order->id, "a-0123456789ab");
    EXPECT_EQ(order->reason, "our SBC");
    const auto reply = ask("POST", path + "approve", "{}");
    EXPECT_EQ(reply.status, 400U);
    EXPECT_THAT(error_of(reply), HasSubstr("it is done"));
    EXPECT_EQ(orders, 1);
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
    for (const auto door : {web_door::reading, web_door::reading_and_reload, web_door::everything})
        for (const char* path :
             {"/api/v1/findings", "/api/v1/coverage", "/api/v1/status", "/api/v1/actions"}) {
            view_.door = door;
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

TEST_F(Api, ProtectsEveryReply)
{
    for (const char* path : {"/api/v1/findings", "/api/nothing"})
        EXPECT_THAT(ask("GET", path).headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
}

TEST_F(Api, AcknowledgesOverTheControlSocketOnly)
{
    for (const auto door : {web_door::reading, web_door::reading_and_reload})
        for (const auto& path : {ack_path, unack_path}) {
            view_.door = door;
            const auto reply = ask("POST", path, R"({"reason": "mine"})");
            EXPECT_EQ(reply.status, 405U);
            EXPECT_THAT(reply.headers, Contains(Pair("Allow", ""))) << "no method is fine through this door";
            EXPECT_THAT(error_of(reply), HasSubstr("control socket"));
        }
    EXPECT_TRUE(acknowledged_.empty());
}

TEST_F(Api, AcknowledgesWithAReasonForGoodOrUntilATime)
{
    const auto reply = ask_socket("POST", ack_path, R"({"reason": "our \"new\" SBC", "until": null})");
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(data_of(reply).at("status"), "acknowledged");
    EXPECT_EQ(data_of(reply).at("acknowledged").at("reason"), "our \"new\" SBC");
    ask_socket("POST", ack_path, R"({"reason": "mine"})");
    ask_socket("POST", ack_path, R"({"reason": "mine", "until": "2026-11-22T14:00:00+01:00"})");
    EXPECT_THAT(acknowledged_, testing::ElementsAre("f-3b1c9a70d2e4|our \"new\" SBC|for good",
                                                    "f-3b1c9a70d2e4|mine|for good",
                                                    "f-3b1c9a70d2e4|mine|2026-11-22T13:00:00Z"));
}

TEST_F(Api, RefusesAnAcknowledgementThatSaysTooLittleOrTooMuch)
{
    const std::vector<std::pair<std::string, const char*>> wrong{
        {"", "not a JSON object"},
        {"{", "not a JSON object"},
        {"[]", "not a JSON object"},
        {"\"reason\"", "not a JSON object"},
        {R"({"reason": "x"} x)", "not a JSON object"},
        {std::string(60'000, '['), "not a JSON object"},
        {"{\"reason\": \"\xff\"}", "not a JSON object"},
        {"{}", "\"reason\" must be there"},
        {R"({"reason": null})", "\"reason\" must be there"},
        {R"({"reason": 7})", "\"reason\" must be there"},
        {R"({"reason": ""})", "\"reason\" is empty"},
        {R"({"reason": " \t\n"})", "\"reason\" is empty"},
        {R"({"reason": ")" + std::string(1001, 'x') + R"("})", "longer than 1000 bytes"},
        {R"({"reason": "x", "untill": null})", "did you mean \"until\"?"},
        {R"({"reason": "x", "until": 1})", "must be null or a time"},
        {R"({"reason": "x", "until": "tomorrow"})", "must be null or a time"},
        {R"({"reason": "x", "until": "2026-11-22T12:00:00Z"})", "in the past"},
        {R"({"reason": "x", "until": "2025-11-22T12:00:00Z"})", "in the past"},
    };
    for (const auto& [body, why] : wrong) {
        const auto reply = ask_socket("POST", ack_path, body);
        EXPECT_EQ(reply.status, 400U) << body.substr(0, 80);
        EXPECT_THAT(error_of(reply), HasSubstr(why)) << body.substr(0, 80);
    }
    EXPECT_TRUE(acknowledged_.empty());
}

TEST_F(Api, ShowsNoKeyThatWasWrittenWhereAMemberBelongs)
{
    const auto reply = ask_socket("POST", ack_path, R"({"KEY0123456789ABCDEF_canary": "x"})");
    EXPECT_THAT(reply.body, Not(HasSubstr("canary")));
    EXPECT_EQ(reply.status, 400U);
}

TEST_F(Api, NamesAnIdThatNoFindingHas)
{
    for (const char* verb : {"ack", "unack"}) {
        const auto unknown = ask_socket("POST", std::string("/api/v1/findings/f-ffffffffffff/") + verb,
                                        verb == std::string("ack") ? R"({"reason": "x"})" : "");
        EXPECT_EQ(unknown.status, 404U);
        EXPECT_EQ(error_of(unknown), "no open finding has the id f-ffffffffffff");
    }
    for (const char* id : {"f-3b1c9a", "f-3B1C9A70D2E4", "x-3b1c9a70d2e4", "f-3b1c9a70d2e4f",
                           "f-3b1c9a70d2e4/x", "%66-3b1c9a70d2e4"}) {
        const auto reply =
            ask_socket("POST", std::string("/api/v1/findings/") + id + "/ack", R"({"reason": "x"})");
        EXPECT_EQ(reply.status, 404U) << id;
        EXPECT_THAT(error_of(reply), HasSubstr("12 hex digits"));
    }
    EXPECT_EQ(acknowledged_.size(), 1U) << "only what can be an id is looked up";
}

TEST_F(Api, TakesAnAcknowledgementBack)
{
    for (const char* body : {"", "{}"}) {
        const auto reply = ask_socket("POST", unack_path, body);
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(data_of(reply).at("status"), "open");
        EXPECT_TRUE(data_of(reply).at("acknowledged").is_null());
    }
    EXPECT_EQ(ask_socket("POST", unack_path, R"({"reason": "x"})").status, 400U);
    EXPECT_EQ(ask_socket("POST", unack_path, "x").status, 400U);
}

TEST_F(Api, TakesChangedSecretsOverTheControlSocketOnly)
{
    for (const auto door : {web_door::reading, web_door::reading_and_reload}) {
        view_.door = door;
        const auto reply = ask("POST", secrets_path, "{}");
        EXPECT_EQ(reply.status, 405U);
        EXPECT_THAT(reply.headers, Contains(Pair("Allow", "")));
        EXPECT_THAT(error_of(reply), HasSubstr("trunkwarden baseline accept"));
    }
    EXPECT_TRUE(secrets_taken_.empty());
    for (const char* body : {"", "{}"}) {
        const auto reply = ask_socket("POST", secrets_path, body);
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(data_of(reply).at("id"), known_id);
    }
    EXPECT_THAT(secrets_taken_, testing::ElementsAre(known_id, known_id));
}

TEST_F(Api, TakesNoChangedSecretWhenMoreIsSaidOrTheFindingIsNotThere)
{
    for (const char* body : {"x", "[]", R"({"reason": "x"})"})
        EXPECT_EQ(ask_socket("POST", secrets_path, body).status, 400U) << body;
    EXPECT_EQ(ask_socket("POST", "/api/v1/findings/f-1/accept-secrets").status, 404U);
    EXPECT_TRUE(secrets_taken_.empty());
    const auto unknown = ask_socket("POST", "/api/v1/findings/f-ffffffffffff/accept-secrets");
    EXPECT_EQ(unknown.status, 404U);
    EXPECT_EQ(error_of(unknown), "no open finding has the id f-ffffffffffff");
    view_.controls.accept_secrets = [](const std::string&) -> result<finding> {
        return failure{errc::bad_usage, "it is not about a secret"};
    };
    EXPECT_EQ(ask_socket("POST", secrets_path).status, 400U);
}

TEST_F(Api, SaysThatChangesAreMadeWithPost)
{
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE"})
        for (const auto& path : {ack_path, unack_path, secrets_path}) {
            const auto reply = ask_socket(method, path);
            EXPECT_EQ(reply.status, 405U);
            EXPECT_THAT(reply.headers, Contains(Pair("Allow", "POST")));
        }
}

TEST_F(Api, TellsAFailureThatIsNotTheCallersFault)
{
    view_.controls.acknowledge = [](const std::string&, const std::string&,
                                    std::optional<time_point>) -> result<finding> {
        return failure{errc::bad_file, "cannot write /var/lib/trunkwarden/state.db"};
    };
    const auto reply = ask_socket("POST", ack_path, R"({"reason": "x"})");
    EXPECT_EQ(reply.status, 500U);
    EXPECT_EQ(error_of(reply), "cannot write /var/lib/trunkwarden/state.db");
}

TEST_F(Api, KeepsSecretsSecretAndMarkupText)
{
    auto& spoilt = status_.accounts[0].findings[2];
    spoilt.what.fields = {{"password", "(secret)", "(secret)", severity::high, false, "canary-fingerprint"}};
    spoilt.title = "</script>\n\x1b[2J\"";
    const auto reply = ask("GET", "/api/v1/findings");
    EXPECT_THAT(reply.body, HasSubstr(R"x("expected":"(secret)","actual":"(secret)")x"));
    EXPECT_THAT(reply.body, Not(HasSubstr("canary")));
    EXPECT_EQ(reply.body.find('\x1b'), std::string::npos);
    EXPECT_EQ(data_of(reply).at(0).at("title"), "</script>\n\x1b[2J\"");
}

TEST_F(Api, ReloadsOverTcpOnlyWhereTheSettingsSaySo)
{
    const auto refused = ask("POST", "/-/reload");
    EXPECT_EQ(refused.status, 403U);
    EXPECT_THAT(refused.body, HasSubstr("web.enable_lifecycle"));
    EXPECT_EQ(reloads_, 0);
    for (const auto door : {web_door::reading_and_reload, web_door::everything})
        for (const char* method : {"POST", "PUT"}) {
            view_.door = door;
            EXPECT_EQ(ask(method, "/-/reload").status, 200U);
            EXPECT_EQ(ask(method, "/-/reload").body, "took trunkwarden.yml\n");
        }
    EXPECT_EQ(reloads_, 8);
    for (const auto door : {web_door::reading, web_door::everything}) {
        view_.door = door;
        EXPECT_EQ(ask("GET", "/-/reload").status, 405U) << "as Prometheus does: a link must not reload";
        EXPECT_THAT(ask("GET", "/-/reload").headers, Contains(Pair("Allow", "POST, PUT")));
    }
}

TEST_F(Api, AnswersAReloadThatWasRefusedWithEveryProblem)
{
    view_.controls.reload = []() -> result<std::string> {
        return failure{errc::bad_file, "a.yml:1:2: one\na.yml:3:4: two"};
    };
    const auto reply = ask_socket("POST", "/-/reload");
    EXPECT_EQ(reply.status, 500U);
    EXPECT_EQ(reply.body, "a.yml:1:2: one\na.yml:3:4: two\n");
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
