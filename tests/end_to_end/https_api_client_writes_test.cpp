#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "end_to_end/loopback_api_client.hpp"
#include "support/known_secrets.hpp"

// The requests that change an account.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class HttpsApiClientWriting : public HttpsApiClient {
protected:
    HttpsApiClientWriting()
    {
        access.writes = allowed_writes(catalogue);
        const auto read =
            boost::json::parse(server.control("state", R"({"path": "/credential_connections"})"));
        target = "/credential_connections/" + std::string(read.at("data").at(0).at("id").as_string());
    }

    result<write_answer> send(std::string method, std::string to, std::string body)
    {
        api_write write{std::move(method), std::move(to), std::move(body)};
        return run_to_end(io, api().send(std::move(write), why_not));
    }
    result<write_answer> switch_off() { return send("PATCH", target, R"({"active":false})"); }

    bool is_active()
    {
        const auto read =
            boost::json::parse(server.control("state", R"({"path": "/credential_connections"})"));
        return read.at("data").at(0).at("active").as_bool();
    }

    // The writes that arrived, as "PATCH /ips/1 {}".
    std::vector<std::string> arrived()
    {
        const auto read = boost::json::parse(server.control("requests"));
        std::vector<std::string> out;
        for (const auto& item : read.at("writes").as_array()) {
            std::string line;
            for (const auto* part : {"method", "path", "body"}) {
                const auto& text = item.at(part).as_string();
                line.append(line.empty() ? "" : " ").append(text.data(), text.size());
            }
            out.push_back(std::move(line));
        }
        return out;
    }

    void fault_of_writes(const std::string& kind, const std::string& more = {})
    {
        fault(R"({"path": "*", "method": "PATCH", "kind": ")" + kind + '"' + more + "}");
    }

    std::string target;
    last_check why_not;
};

TEST_F(HttpsApiClientWriting, SendsWhatTheCatalogueAllows)
{
    const auto answer = switch_off();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_GE(answer->body.capacity(), answer->body.size() + body_padding);
    EXPECT_FALSE(boost::json::parse(answer->body).at("data").at("active").as_bool());
    EXPECT_FALSE(is_active());
    EXPECT_EQ(arrived(), std::vector<std::string>{"PATCH " + target + R"( {"active":false})"});
    EXPECT_EQ(told.methods, std::set<std::string>{"PATCH"});
    EXPECT_EQ(told.statuses, std::vector<unsigned>{200});
}

TEST_F(HttpsApiClientWriting, TakesAnEmptyAnswerForASuccess)
{
    const auto made = boost::json::parse(server.control(
        "create", R"({"path": "/oauth_clients", "object": {"name": "x", "redirect_uris": []}})"));
    const auto answer = send("DELETE", "/oauth_clients/" + std::string(made.at("client_id").as_string()), "");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 204U);
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(told.methods, std::set<std::string>{"DELETE"});
}

TEST_F(HttpsApiClientWriting, SendsNothingThatTheCatalogueDoesNotHave)
{
    for (const auto& [method, to] :
         std::vector<std::pair<std::string, std::string>>{{"DELETE", target},
                                                          {"PATCH", target + "?force=true"},
                                                          {"PATCH", target + "/../../ips/1"},
                                                          {"PATCH", "/credential_connections/..%2fips%2f1"},
                                                          {"PATCH", "/organizations/users/1"},
                                                          {"GET", "/ips"}}) {
        const auto answer = send(method, to, R"({"active":false})");
        ASSERT_FALSE(answer) << method << ' ' << to;
        EXPECT_EQ(answer.error().kind, errc::bad_usage);
        EXPECT_EQ(answer.error().message.find(method + " /"), 0U) << answer.error().message;
    }
    EXPECT_EQ(boost::json::parse(server.control("requests")).at("total").as_int64(), 0);
    EXPECT_TRUE(told.statuses.empty());
}

TEST_F(HttpsApiClientWriting, SendsNothingUnlessItWasSaidWhatMayBeWritten)
{
    access.writes = {};
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::bad_usage);
    EXPECT_TRUE(is_active());
    EXPECT_EQ(boost::json::parse(server.control("requests")).at("connections").as_int64(), 0);
}

// A thief chooses which words are secrets.
TEST_F(HttpsApiClientWriting, NamesTheMemberThatIsRefusedAlsoWhereItsNameIsASecret)
{
    known_secrets shown;
    shown.note("connection_name");
    access.shown = &shown;
    const auto answer = send("PATCH", target, R"({"active":false,"connection_name":null})");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::refused);
    EXPECT_EQ(answer.error().members, std::vector<std::string>{"connection_name"}) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("connection_name"), std::string::npos) << answer.error().message;
}

TEST_F(HttpsApiClientWriting, SendsOnceWhenTheConnectionEndsAfterItWasCarriedOut)
{
    fault_of_writes("apply_then_close");
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::unreachable);
    EXPECT_EQ(answer.error().message.find("PATCH " + target + ": "), 0U) << answer.error().message;
    EXPECT_FALSE(is_active());
    EXPECT_EQ(arrived().size(), 1U);
    EXPECT_EQ(told.statuses, std::vector<unsigned>{0});
}

TEST_F(HttpsApiClientWriting, SendsOnceWhenNoAnswerComesInTime)
{
    access.poll.timeout = 500ms;
    fault_of_writes("apply_then_hang");
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::timed_out) << answer.error().message;
    EXPECT_FALSE(is_active());
    EXPECT_EQ(arrived().size(), 1U);
    EXPECT_EQ(told.statuses, std::vector<unsigned>{0});
}

// A connection that was kept may be dead without our knowing: a write goes out on a fresh one.
TEST_F(HttpsApiClientWriting, SendsOnceAlthoughAKeptConnectionIsAtHand)
{
    ASSERT_TRUE(get());
    fault_of_writes("close");
    ASSERT_FALSE(switch_off());
    EXPECT_EQ(arrived().size(), 1U);
    EXPECT_EQ(boost::json::parse(server.control("requests")).at("connections").as_int64(), 2);
}

TEST_F(HttpsApiClientWriting, SendsOnceWhateverTheApiAnswers)
{
    const std::vector<std::pair<unsigned, errc>> answers{
        {500, errc::server_error}, {502, errc::server_error}, {503, errc::server_error},
        {408, errc::timed_out},    {409, errc::busy},         {422, errc::refused},
        {403, errc::forbidden},    {401, errc::unauthorised}, {404, errc::not_found},
        {307, errc::refused},      {304, errc::refused}};
    for (const auto& [status, kind] : answers) {
        server.control("clear_faults");
        server.control("reset_requests");
        fault_of_writes("status", R"(, "status": )" + std::to_string(status));
        const auto answer = switch_off();
        ASSERT_FALSE(answer) << status;
        EXPECT_EQ(answer.error().kind, kind) << answer.error().message;
        EXPECT_EQ(arrived().size(), 1U) << status;
    }
    EXPECT_TRUE(is_active());
}

TEST_F(HttpsApiClientWriting, SendsOnceAndNotAgainAfterTooManyRequests)
{
    fault_of_writes("status", R"(, "status": 429, "retry_after": "0", "times": 1)");
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::rate_limited);
    EXPECT_EQ(arrived().size(), 1U);
    EXPECT_TRUE(is_active());
}

// After a 429 the gate is closed: requests decided before must not leave when it opens.
TEST_F(HttpsApiClientWriting, DoesNotWaitUntilAClosedGateOpens)
{
    fault_of_writes("status", R"(, "status": 429, "retry_after": "6", "times": 1)");
    ASSERT_FALSE(switch_off());
    const auto start = clock::now();
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().message;
    EXPECT_LT(clock::now() - start, 5s);
    EXPECT_EQ(arrived().size(), 1U);
}

TEST_F(HttpsApiClientWriting, AsksAtTheLastMomentWhetherItMayLeave)
{
    int asked = 0;
    why_not = [&asked]() -> std::optional<std::string> {
        ++asked;
        return "frozen";
    };
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_sent);
    EXPECT_EQ(answer.error().message, "PATCH " + target + ": frozen");
    EXPECT_EQ(asked, 1);
    EXPECT_TRUE(arrived().empty());
    EXPECT_TRUE(is_active());
}

// The look-up runs in a thread of its own.
name_lookup failing_first(int times, std::shared_ptr<std::atomic<int>> asked)
{
    return [times, asked](const std::string&) -> result<addresses> {
        if (asked->fetch_add(1) < times)
            return failure{errc::unreachable, "no such name for now"};
        return addresses{asio::ip::make_address("127.0.0.1")};
    };
}

std::string by_name(std::string url)
{
    return url.replace(url.find("127.0.0.1"), std::string_view("127.0.0.1").size(), "localhost");
}

TEST_F(HttpsApiClientWriting, SaysThatNothingLeftWhereTheNameWasNotFound)
{
    const auto asked = std::make_shared<std::atomic<int>>(0);
    access.base_url = by_name(server.url());
    access.look_up = failing_first(1, asked);
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().message;
    EXPECT_TRUE(arrived().empty());
    EXPECT_TRUE(switch_off());
}

TEST_F(HttpsApiClientWriting, SaysThatNothingLeftWhereNobodyListens)
{
    {
        const simulator::server gone(simulator::generate_account(1), {});
        access.base_url = gone.url();
    }
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().message;
    EXPECT_EQ(told.statuses, std::vector<unsigned>{0});
    EXPECT_TRUE(arrived().empty());
}

TEST_F(HttpsApiClientWriting, DoesNotTryAgainWithACertificateThatIsNotTrusted)
{
    access.ca_file.clear();
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::untrusted);
    EXPECT_EQ(told.statuses.size(), 1U);
    EXPECT_TRUE(arrived().empty());
}

}  // namespace
}  // namespace trunkwarden
