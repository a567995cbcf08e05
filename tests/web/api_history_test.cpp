#include "web/api_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/api_daemon.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::SizeIs;

class ApiHistory : public Api {
protected:
    ApiHistory()
    {
        view_.controls.record = [this](history_event event) { recorded_.push_back(std::move(event)); };
    }
    history_selection selected(const std::string& query)
    {
        auto found = lead("GET", "/api/v1/history" + query);
        const auto* chosen = std::get_if<history_selection>(&found);
        EXPECT_NE(chosen, nullptr) << query;
        return chosen == nullptr ? history_selection{} : *chosen;
    }

    std::vector<history_event> recorded_;
};

TEST_F(ApiHistory, IsSelectedByItsQuery)
{
    EXPECT_EQ(selected("").most, 200U);
    const auto chosen = selected(
        "?since=2026-11-22T11%3A00%3A00Z&account=production&resource=ips&incident=i-012345&finding=f-000000000001"
        "&limit=1000&before=17-4");
    EXPECT_EQ(chosen.since, noon - 1h);
    EXPECT_EQ(chosen.account, "production");
    EXPECT_EQ(chosen.resource, "ips");
    EXPECT_EQ(chosen.incident, "i-012345");
    EXPECT_EQ(chosen.finding, "f-000000000001");
    EXPECT_EQ(chosen.most, 1000U);
    EXPECT_EQ(chosen.before, "17-4");
    EXPECT_EQ(selected("?resource=api_key").resource, "api_key");
    EXPECT_FALSE(selected("").account) << "any";
    EXPECT_EQ(selected("?account=").account, "") << "only what is of none";
}

// A filter that is left out because it was not understood would show too much, or seem to show all.
TEST_F(ApiHistory, RefusesWhatItDoesNotUnderstand)
{
    for (const char* wrong :
         {"?limit=0", "?limit=1001", "?limit=x", "?limit=", "?since=yesterday",
          "?since=", "?resource=nothing", "?resource=account", "?incident=i-1", "?incident=x",
          "?incident=i-01234g", "?finding=f-1", "?severity=high", "?Account=production"}) {
        const auto reply = ask("GET", std::string("/api/v1/history") + wrong);
        EXPECT_EQ(reply.status, 400U) << wrong;
        EXPECT_FALSE(error_of(reply).empty());
    }
}

TEST_F(ApiHistory, AnswersWithThePage)
{
    history_page page;
    page.events = {{.at = noon + 7ms,
                    .kind = history_kind::sees_again,
                    .level = severity::high,
                    .account = "production",
                    .resource = "ips",
                    .finding = "f-1",
                    .incident = "i-1",
                    .action = "a-1",
                    .sentence = "it is seen",
                    .by = "dana"},
                   {.at = noon, .kind = history_kind::started, .sentence = "trunkwarden starts"}};
    page.earlier = "17-4";
    page.trouble = "the disk is full";
    const auto data = data_of(history_reply(page, noon + 1min)).as_object();
    EXPECT_EQ(data.at("as_of"), "2026-11-22T12:01:00Z");
    EXPECT_EQ(data.at("earlier"), "17-4");
    EXPECT_EQ(data.at("trouble"), "the disk is full");
    const auto& events = data.at("events").as_array();
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0], (boost::json::object{{"at", "2026-11-22T12:00:00.007Z"},
                                              {"kind", "sees_again"},
                                              {"severity", "high"},
                                              {"account", "production"},
                                              {"resource", "ips"},
                                              {"finding", "f-1"},
                                              {"incident", "i-1"},
                                              {"action", "a-1"},
                                              {"sentence", "it is seen"},
                                              {"by", "dana"}}));
    for (const char* member : {"severity", "account", "resource", "finding", "incident", "action", "by"})
        EXPECT_TRUE(events[1].at(member).is_null()) << member;
}

TEST_F(ApiHistory, SaysWhyItCannotBeRead)
{
    EXPECT_EQ(history_reply(failure{errc::bad_file, "no disk"}, noon).status, 500U);
    EXPECT_EQ(history_reply(failure{errc::timed_out, "the disk hangs"}, noon).status, 503U);
    EXPECT_EQ(history_reply(failure{errc::not_found, "no such incident"}, noon).status, 404U);
    EXPECT_EQ(history_reply(failure{errc::bad_usage, "before"}, noon).status, 400U);
}

TEST_F(ApiHistory, TakesStepsOfALockdownOverTheControlSocketOnly)
{
    const std::string step = R"({"account": "production", "resource": "ips", "sentence": "done: remove it"})";
    view_.by = "root (sudo by dana)";
    const auto over_tcp = ask("POST", "/api/v1/history", step);
    EXPECT_EQ(over_tcp.status, 405U);
    EXPECT_THAT(recorded_, SizeIs(0));
    EXPECT_EQ(ask_socket("POST", "/api/v1/history", step).status, 200U);
    ASSERT_THAT(recorded_, SizeIs(1));
    EXPECT_EQ(recorded_[0].kind, history_kind::lockdown);
    EXPECT_EQ(recorded_[0].at, noon) << "the daemon's time, whatever somebody says";
    EXPECT_EQ(recorded_[0].account, "production");
    EXPECT_EQ(recorded_[0].resource, "ips");
    EXPECT_EQ(recorded_[0].sentence, "done: remove it");
    EXPECT_EQ(recorded_[0].by, "root (sudo by dana)");
    for (const char* wrong :
         {"", "[]", "{}", R"({"account": "production"})", R"({"account": "", "sentence": "x"})",
          R"({"account": "production", "sentence": 1})", R"({"account": "elsewhere", "sentence": "x"})",
          R"({"account": "production", "sentence": "x", "kind": "opened"})",
          R"({"account": "production", "sentence": "x", "finding": "a-0123456789ab"})",
          R"({"account": "production", "sentence": "x", "resource": "nothing"})"})
        EXPECT_EQ(ask_socket("POST", "/api/v1/history", wrong).status, 400U) << wrong;
    EXPECT_THAT(recorded_, SizeIs(1));
}

TEST_F(ApiHistory, TakesWhoMadeABaselineTrustAFinding)
{
    view_.by = "dana";
    const char* accepted =
        R"({"account": "production", "resource": "ips", "finding": "f-3b1c9a70d2e4", "sentence": "OPS-1"})";
    EXPECT_EQ(ask_socket("POST", "/api/v1/history", accepted).status, 200U);
    ASSERT_THAT(recorded_, SizeIs(1));
    EXPECT_EQ(recorded_[0].kind, history_kind::accepted);
    EXPECT_EQ(recorded_[0].finding, "f-3b1c9a70d2e4");
    EXPECT_EQ(recorded_[0].by, "dana");
}

TEST_F(ApiHistory, TakesWhatALockdownDoesToAnObjectOverTheControlSocketOnly)
{
    std::vector<std::pair<std::string, own_change>> changes;
    view_.controls.take_own_change = [&changes](const std::string& account, own_change told) {
        changes.emplace_back(account, std::move(told));
    };
    const std::string announced =
        R"({"account": "production", "resource": "ips", "change": {"stage": "sending", "object_id": "7"}})";
    EXPECT_EQ(ask("POST", "/api/v1/history", announced).status, 405U);
    EXPECT_THAT(changes, SizeIs(0));
    EXPECT_EQ(ask_socket("POST", "/api/v1/history", announced).status, 200U);
    EXPECT_THAT(recorded_, SizeIs(0)) << "it is no step yet";
    EXPECT_EQ(ask_socket("POST", "/api/v1/history",
                         R"({"account": "production", "resource": "ips", "sentence": "done: it", "change":
                             {"stage": "done", "object_id": "7", "user_id": "u", "left": "aa", "date_before": "b",
                              "date_after": "c", "secret": "password", "fields": ["port", "active"]}})")
                  .status,
              200U);
    EXPECT_THAT(recorded_, SizeIs(1));
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_EQ(changes[0].first, "production");
    EXPECT_EQ(changes[0].second.now, own_change::stage::sending);
    const auto& done = changes[1].second;
    EXPECT_EQ(done.now, own_change::stage::done);
    EXPECT_EQ(done.resource, "ips");
    EXPECT_EQ(done.object_id, "7");
    EXPECT_EQ(done.user_id, "u");
    EXPECT_EQ(done.left, "aa");
    EXPECT_EQ(done.date_before, "b");
    EXPECT_EQ(done.date_after, "c");
    EXPECT_EQ(done.secret, "password");
    EXPECT_EQ(done.fields, (std::set<std::string>{"active", "port"}));
    for (const char* wrong : {R"("x")", R"({"stage": "sending"})", R"({"stage": "begun", "object_id": "7"})",
                              R"({"stage": "done", "object_id": "7"})",  // and no sentence
                              R"({"stage": "sending", "object_id": "7", "fields": "port"})",
                              R"({"stage": "sending", "object_id": "7", "fields": [1]})",
                              R"({"stage": "sending", "object_id": "7", "severity": "low"})"})
        EXPECT_EQ(ask_socket(
                      "POST", "/api/v1/history",
                      R"({"account": "production", "resource": "ips", "change": )" + std::string(wrong) + "}")
                      .status,
                  400U)
            << wrong;
    EXPECT_THAT(changes, SizeIs(2));
}

TEST_F(ApiHistory, SaysWhichMethodsThereAre)
{
    const auto allowed = [](const http_reply& reply) {
        EXPECT_EQ(reply.status, 405U);
        for (const auto& [name, value] : reply.headers)
            if (name == "Allow")
                return value;
        return std::string("none");
    };
    EXPECT_EQ(allowed(ask("DELETE", "/api/v1/history")), "GET, HEAD");
    EXPECT_EQ(allowed(ask_socket("DELETE", "/api/v1/history")), "GET, HEAD, POST");
}

}  // namespace
}  // namespace trunkwarden
