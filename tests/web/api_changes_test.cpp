#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

#include "web/api.hpp"
#include "web/api_daemon.hpp"

// Requests that change something: to acknowledge, to take secrets, to act, to read the files again.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

const std::string ack_path = "/api/v1/findings/f-3b1c9a70d2e4/ack";
const std::string unack_path = "/api/v1/findings/f-3b1c9a70d2e4/unack";
const std::string secrets_path = "/api/v1/findings/f-3b1c9a70d2e4/accept-secrets";

TEST_F(Api, TakesOrdersOverTheControlSocketOnlyAndOnlyWholeOnes)
{
    const std::string path = "/api/v1/actions/a-0123456789ab/";
    view_.access = access_level::reload;
    for (const auto* verb : {"approve", "reject", "undo"})
        EXPECT_EQ(ask("POST", path + verb).status, 405U) << verb;
    EXPECT_EQ(ask("POST", "/api/v1/quarantine/freeze").status, 405U);

    view_.access = access_level::admin;
    EXPECT_EQ(ask("GET", path + "approve").status, 405U);
    EXPECT_EQ(ask("POST", "/api/v1/actions/f-0123456789ab/approve").status, 404U);
    EXPECT_EQ(ask("POST", "/api/v1/actions/a-01/approve").status, 404U);
    EXPECT_EQ(ask("POST", path + "freeze").status, 404U);
    EXPECT_EQ(ask("POST", "/api/v1/quarantine/undo").status, 404U);
    EXPECT_EQ(ask("POST", path + "undo", R"({"because": "x"})").status, 400U);
    EXPECT_EQ(ask("POST", path + "undo", R"({"reason": 1})").status, 400U);

    const auto found = lead("POST", path + "reject", R"({"reason": "our SBC"})");
    const auto* order = std::get_if<quarantine_order>(&found);
    ASSERT_NE(order, nullptr);
    EXPECT_EQ(order->wanted, quarantine_order::verb::reject);
    EXPECT_EQ(order->id, "a-0123456789ab");
    EXPECT_EQ(order->reason, "our SBC");
    EXPECT_TRUE(std::holds_alternative<quarantine_order>(lead("POST", "/api/v1/quarantine/freeze")));
    EXPECT_TRUE(std::holds_alternative<quarantine_order>(lead("POST", path + "approve", "{}")));
}

TEST_F(Api, ShowsRecordsOverTheControlSocketOnly)
{
    view_.controls.quarantine = [](const action_selection& chosen) {
        action done;
        done.id = chosen.after.empty() ? "a-000000000001" : "a-000000000002";
        done.state = action_state::done;
        done.undo = undoing::exact;
        quarantine_report page;
        page.actions = {done};
        page.next = chosen.after.empty() ? done.id : "";
        return page;
    };
    EXPECT_EQ(ask("GET", "/api/v1/records").status, 405U);
    EXPECT_EQ(ask_socket("POST", "/api/v1/records").status, 405U);
    const auto told = data_of(ask_socket("GET", "/api/v1/records"));
    EXPECT_EQ(told.at("findings").as_array().size(), 3U);
    EXPECT_EQ(told.at("accounts").as_array().front(), "production");
    EXPECT_EQ(told.at("actions").as_array().size(), 2U) << "of every page";
}

TEST_F(Api, SaysWhatCameOfAnOrder)
{
    const auto refused =
        order_reply(failure{errc::bad_usage, "a-0123456789ab cannot be approved: it is done"});
    EXPECT_EQ(refused.status, 400U);
    EXPECT_THAT(error_of(refused), HasSubstr("it is done"));
    EXPECT_THAT(refused.headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
    const auto frozen = order_reply(quarantine_outcome{std::nullopt, freeze{noon, "our own change"}});
    EXPECT_EQ(frozen.status, 200U);
    EXPECT_TRUE(data_of(frozen).is_object());
}

TEST_F(Api, AcknowledgesOverTheControlSocketOnly)
{
    for (const auto access : {access_level::read_only, access_level::reload})
        for (const auto& path : {ack_path, unack_path}) {
            view_.access = access;
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
    ask_socket("POST", ack_path,
               R"({"reason": "mine", "until": "2026-11-22T14:00:00+01:00", "state": "3fa9"})");
    EXPECT_THAT(acknowledged_, testing::ElementsAre("f-3b1c9a70d2e4|our \"new\" SBC|for good",
                                                    "f-3b1c9a70d2e4|mine|for good",
                                                    "f-3b1c9a70d2e4.3fa9|mine|2026-11-22T13:00:00Z"));
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
        {R"({"reason": "x", "state": 1})", "must be null or 4 hex digits"},
        {R"({"reason": "x", "state": "3FA9"})", "must be null or 4 hex digits"},
        {R"({"reason": "x", "state": ""})", "must be null or 4 hex digits"},
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
    view_.by = "dana";
    for (const char* body : {"", "{}"}) {
        const auto reply = ask_socket("POST", unack_path, body);
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(data_of(reply).at("status"), "open");
        EXPECT_TRUE(data_of(reply).at("acknowledged").is_null());
    }
    EXPECT_EQ(unacknowledged_by_, "dana");
    EXPECT_EQ(ask_socket("POST", unack_path, R"({"reason": "x"})").status, 400U);
    EXPECT_EQ(ask_socket("POST", unack_path, "x").status, 400U);
}

TEST_F(Api, TakesChangedSecretsOverTheControlSocketOnly)
{
    for (const auto access : {access_level::read_only, access_level::reload}) {
        view_.access = access;
        const auto reply = ask("POST", secrets_path, "{}");
        EXPECT_EQ(reply.status, 405U);
        EXPECT_THAT(reply.headers, Contains(Pair("Allow", "")));
        EXPECT_THAT(error_of(reply), HasSubstr("trunkwarden baseline accept"));
    }
    EXPECT_TRUE(secrets_taken_.empty());
    const auto reply = ask_socket("POST", secrets_path, R"({"state": "3fa9"})");
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(data_of(reply).at("id"), known_id);
    EXPECT_THAT(secrets_taken_, testing::ElementsAre(known_id + std::string(".3fa9")));
    view_.by = "dana";
    EXPECT_EQ(ask_socket("POST", secrets_path, R"({"state": "3fa9"})").status, 200U);
    EXPECT_EQ(secrets_taken_.back(), known_id + std::string(".3fa9 by dana")) << "the history names him";
}

TEST_F(Api, TakesNoChangedSecretWhenMoreIsSaidOrTheFindingIsNotThere)
{
    for (const char* body : {"", "x", "[]", "{}", R"({"state": null})", R"({"state": "3fa"})",
                             R"({"state": "3fa9", "reason": "x"})"})
        EXPECT_EQ(ask_socket("POST", secrets_path, body).status, 400U) << body;
    EXPECT_EQ(ask_socket("POST", "/api/v1/findings/f-1/accept-secrets").status, 404U);
    EXPECT_TRUE(secrets_taken_.empty());
    const auto unknown =
        ask_socket("POST", "/api/v1/findings/f-ffffffffffff/accept-secrets", R"({"state": "3fa9"})");
    EXPECT_EQ(unknown.status, 404U);
    EXPECT_EQ(error_of(unknown), "no open finding has the id f-ffffffffffff");
    view_.controls.accept_secrets = [](const std::string&, const std::string&,
                                       const std::string&) -> result<finding> {
        return failure{errc::bad_usage, "it is not about a secret"};
    };
    EXPECT_EQ(ask_socket("POST", secrets_path, R"({"state": "3fa9"})").status, 400U);
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
                                    const acknowledgement&) -> result<finding> {
        return failure{errc::bad_file, "cannot write /var/lib/trunkwarden/state.db"};
    };
    const auto reply = ask_socket("POST", ack_path, R"({"reason": "x"})");
    EXPECT_EQ(reply.status, 500U);
    EXPECT_EQ(error_of(reply), "cannot write /var/lib/trunkwarden/state.db");
}

TEST_F(Api, ReloadsOverTcpOnlyWhereTheSettingsSaySo)
{
    const auto refused = ask("POST", "/-/reload");
    EXPECT_EQ(refused.status, 403U);
    EXPECT_THAT(refused.body, HasSubstr("web.enable_lifecycle"));
    for (const auto access : {access_level::reload, access_level::admin})
        for (const char* method : {"POST", "PUT"}) {
            view_.access = access;
            EXPECT_TRUE(std::holds_alternative<reload_request>(lead(method, "/-/reload"))) << method;
        }
    for (const auto access : {access_level::read_only, access_level::admin}) {
        view_.access = access;
        EXPECT_EQ(ask("GET", "/-/reload").status, 405U) << "as Prometheus does: a link must not reload";
        EXPECT_THAT(ask("GET", "/-/reload").headers, Contains(Pair("Allow", "POST, PUT")));
    }
}

TEST_F(Api, AnswersAReloadWithWhatItTook)
{
    const auto reply = reload_reply(std::string("took trunkwarden.yml"));
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, "took trunkwarden.yml\n");
    EXPECT_THAT(reply.headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
}

TEST_F(Api, AnswersAReloadThatWasRefusedWithEveryProblem)
{
    const auto reply = reload_reply(failure{errc::bad_file, "a.yml:1:2: one\na.yml:3:4: two"});
    EXPECT_EQ(reply.status, 500U);
    EXPECT_EQ(reply.body, "a.yml:1:2: one\na.yml:3:4: two\n");
}

}  // namespace
}  // namespace trunkwarden
