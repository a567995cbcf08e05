#include "fetch/https_api_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "fakes/run.hpp"
#include "fetch/fetch_list.hpp"
#include "simulator/server.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

struct recorded final : request_observer {
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> left) override
    {
        EXPECT_GT(took.count(), 0);
        methods.insert(std::string(method));
        statuses.push_back(status);
        remaining = left;
    }
    std::vector<unsigned> statuses;
    std::set<std::string> methods;
    std::optional<std::uint64_t> remaining;
};

// Takes pages of the API as they are.
class json_sink final : public page_sink {
public:
    void restart() override
    {
        ids.clear();
        repeated.reset();
    }
    result<page_facts> take(std::size_t /*number*/, std::string body) override
    {
        EXPECT_GE(body.capacity(), body.size() + body_padding);
        boost::system::error_code not_json;
        const auto parsed = boost::json::parse(body, not_json);
        if (not_json)
            return failure{errc::not_understood, "not JSON"};
        page_facts facts;
        facts.items = parsed.at("data").as_array().size();
        for (const auto& item : parsed.at("data").as_array())
            if (std::string id(item.at("id").as_string()); !ids.insert(id).second)
                repeated = id;
        if (const auto* meta = parsed.as_object().if_contains("meta")) {
            facts.page_number = meta->at("page_number").to_number<std::uint64_t>();
            facts.page_size = meta->at("page_size").to_number<std::uint64_t>();
            facts.total_pages = meta->at("total_pages").to_number<std::uint64_t>();
            facts.total_results = meta->at("total_results").to_number<std::uint64_t>();
        }
        return facts;
    }
    std::optional<std::string> repeated_id() const override { return repeated; }

    std::set<std::string> ids;
    std::optional<std::string> repeated;
};

class HttpsApiClient : public testing::Test {
protected:
    explicit HttpsApiClient(simulator::options how = {}, std::size_t numbers = 60)
        : server(simulator::generate_account(numbers), how)
    {
        access.base_url = server.url();
        access.ca_file = server.ca_file();
        access.key = secret(how.api_key);
        access.poll.requests_per_second = 1000;
        access.retries.first = 10ms;
    }

    api_client& api()
    {
        if (!api_)
            api_ = create_https_api_client(access, told).value();
        return *api_;
    }

    result<std::string> get(std::string target = "/ips")
    {
        return run_to_end(io, api().get(std::move(target), urgency::money));
    }

    result<std::size_t> fetch(std::uint16_t page_size, std::size_t side_by_side = 8)
    {
        listing from;
        from.path = "/phone_numbers";
        from.page_size = page_size;
        fetch_limits limits;
        limits.side_by_side = side_by_side;
        limits.pause = 1ms;
        return run_to_end(io, fetch_list(api(), from, sink, limits));
    }

    void fault(const std::string& json) { server.control("fault", json); }

    simulator::server server;
    api_access access;
    recorded told;
    json_sink sink;
    asio::io_context io{1};

private:
    std::unique_ptr<api_client> api_;
};

simulator::options with(void (*change)(simulator::options&))
{
    simulator::options how;
    change(how);
    return how;
}

TEST_F(HttpsApiClient, GetsABody)
{
    const auto body = get();
    ASSERT_TRUE(body) << body.error().what;
    EXPECT_TRUE(boost::json::parse(*body).at("data").is_array());
    EXPECT_EQ(told.statuses, std::vector<unsigned>{200});
    EXPECT_EQ(told.methods, std::set<std::string>{"GET"});
}

TEST_F(HttpsApiClient, TriesAgainUntilItWorks)
{
    fault(R"({"kind": "status", "path": "/ips", "status": 503, "times": 2})");
    EXPECT_TRUE(get());
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{503, 503, 200}));
}

TEST_F(HttpsApiClient, GivesUpAfterItsAttempts)
{
    fault(R"({"kind": "close", "path": "/ips"})");
    const auto body = get("/ips?page%5Bnumber%5D=1");
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().kind, errc::unreachable);
    EXPECT_EQ(body.error().what.find("GET /ips?page[number]=1: "), 0U) << body.error().what;
    EXPECT_EQ(told.statuses, (std::vector<unsigned>(4, 0)));
}

TEST_F(HttpsApiClient, TellsRefusalsApartWithoutTryingAgain)
{
    const std::vector<std::pair<unsigned, errc>> refusals{{401, errc::unauthorised},
                                                          {403, errc::forbidden},
                                                          {404, errc::not_found},
                                                          {307, errc::refused},
                                                          {422, errc::refused}};
    for (const auto& [status, kind] : refusals) {
        server.control("clear_faults");
        fault(R"({"kind": "status", "path": "/ips", "status": )" + std::to_string(status) + "}");
        const auto body = get();
        ASSERT_FALSE(body) << status;
        EXPECT_EQ(body.error().kind, kind) << body.error().what;
    }
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{401, 403, 404, 307, 422}));
}

TEST_F(HttpsApiClient, ARejectedKeyIsNotRepeated)
{
    access.key = secret("KEY_wrong_and_secret");
    const auto body = get();
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().kind, errc::unauthorised);
    EXPECT_EQ(body.error().what.find("KEY_wrong"), std::string::npos);
    EXPECT_NE(body.error().what.find("401 Unauthorized ("), std::string::npos) << body.error().what;
}

TEST_F(HttpsApiClient, WaitsAsLongAsRetryAfterSays)
{
    fault(R"({"kind": "status", "path": "/ips", "status": 429, "retry_after": "1", "times": 1})");
    const auto start = clock::now();
    EXPECT_TRUE(get());
    EXPECT_GE(clock::now() - start, 1s);
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{429, 200}));
}

TEST_F(HttpsApiClient, GivesUpWhenToldToWaitTooLong)
{
    access.retries.patience = 500ms;
    fault(R"({"kind": "status", "path": "/ips", "status": 429, "retry_after": "3600"})");
    const auto body = get();
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().kind, errc::rate_limited);
    EXPECT_EQ(told.statuses.size(), 1U);
}

TEST_F(HttpsApiClient, ReadsAWholeList)
{
    const auto size = fetch(7);
    ASSERT_TRUE(size) << size.error().what;
    EXPECT_EQ(*size, 60U);
    EXPECT_EQ(sink.ids.size(), 60U);
    EXPECT_EQ(told.statuses.size(), 9U);
}

TEST_F(HttpsApiClient, DoesNotTakeAListForWholeThatIsNot)
{
    for (const auto* wrong : {R"({"kind": "lying_total", "path": "/phone_numbers", "by": 1})",
                              R"({"kind": "repeat_page", "path": "/phone_numbers"})",
                              R"({"kind": "duplicate_ids", "path": "/phone_numbers", "page": "2"})"}) {
        server.control("clear_faults");
        fault(wrong);
        sink.restart();
        EXPECT_FALSE(fetch(7)) << wrong;
    }
}

TEST_F(HttpsApiClient, ReadsAListWithoutMetaToItsEnd)
{
    fault(R"({"kind": "no_meta", "path": "/phone_numbers"})");
    const auto size = fetch(7);
    ASSERT_TRUE(size) << size.error().what;
    EXPECT_EQ(*size, 60U);
}

TEST_F(HttpsApiClient, ReadsAListThatMovedOnceAgain)
{
    fault(R"({"kind": "page_shift", "path": "/phone_numbers", "times": 1})");
    const auto size = fetch(7);
    ASSERT_TRUE(size) << size.error().what;
    EXPECT_EQ(*size, sink.ids.size());
}

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
        api_write what{std::move(method), std::move(to), std::move(body)};
        return run_to_end(io, api().send(std::move(what), why_not));
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
        for (const auto& one : read.at("writes").as_array()) {
            std::string line;
            for (const auto* part : {"method", "path", "body"}) {
                const auto& text = one.at(part).as_string();
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
    ASSERT_TRUE(answer) << answer.error().what;
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
    ASSERT_TRUE(answer) << answer.error().what;
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
        EXPECT_EQ(answer.error().what.find(method + " /"), 0U) << answer.error().what;
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

TEST_F(HttpsApiClientWriting, SendsOnceWhenTheConnectionEndsAfterItWasCarriedOut)
{
    fault_of_writes("apply_then_close");
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::unreachable);
    EXPECT_EQ(answer.error().what.find("PATCH " + target + ": "), 0U) << answer.error().what;
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
    EXPECT_EQ(answer.error().kind, errc::timed_out) << answer.error().what;
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
        {408, errc::timed_out},    {409, errc::refused},      {422, errc::refused},
        {403, errc::forbidden},    {401, errc::unauthorised}, {404, errc::not_found},
        {307, errc::refused},      {304, errc::refused}};
    for (const auto& [status, kind] : answers) {
        server.control("clear_faults");
        server.control("reset_requests");
        fault_of_writes("status", R"(, "status": )" + std::to_string(status));
        const auto answer = switch_off();
        ASSERT_FALSE(answer) << status;
        EXPECT_EQ(answer.error().kind, kind) << answer.error().what;
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

// After a 429 the gate is closed: what was decided before must not leave when it opens.
TEST_F(HttpsApiClientWriting, DoesNotWaitUntilAClosedGateOpens)
{
    fault_of_writes("status", R"(, "status": 429, "retry_after": "6", "times": 1)");
    ASSERT_FALSE(switch_off());
    const auto start = clock::now();
    const auto answer = switch_off();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().what;
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
    EXPECT_EQ(answer.error().what, "PATCH " + target + ": frozen");
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
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().what;
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
    EXPECT_EQ(answer.error().kind, errc::not_sent) << answer.error().what;
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

class HttpsApiClientFarAway : public HttpsApiClient {
protected:
    HttpsApiClientFarAway() : HttpsApiClient(with([](simulator::options& how) { how.delay = 40ms; }), 400) {}
};

TEST_F(HttpsApiClientFarAway, ReadsPagesSideBySide)
{
    access.poll.concurrency = 8;
    access.poll.requests_per_second = 10'000;
    const auto start = clock::now();
    const auto size = fetch(5);
    ASSERT_TRUE(size) << size.error().what;
    EXPECT_EQ(*size, 400U);
    EXPECT_LT(clock::now() - start, 80 * 40ms / 2) << "80 pages, one after another";
}

class HttpsApiClientWithALimit : public HttpsApiClient {
protected:
    HttpsApiClientWithALimit()
        : HttpsApiClient(with([](simulator::options& how) {
              how.rate_limit = 20;
              how.rate_window = 2s;
          }))
    {
    }
};

TEST_F(HttpsApiClientWithALimit, TakesItsShareOfEachWindowAndNoMore)
{
    const auto start = clock::now();
    std::vector<clock::duration> sent;
    for (int i = 0; i < 25; ++i) {
        ASSERT_TRUE(get());
        sent.push_back(clock::now() - start);
    }
    for (std::size_t i = 0; i + 11 < sent.size(); ++i)
        EXPECT_GE(sent[i + 11] - sent[i], 900ms) << "11 requests in one window of 2 s, of which half is ours";
    EXPECT_EQ(std::set<unsigned>(told.statuses.begin(), told.statuses.end()), std::set<unsigned>{200});
    EXPECT_TRUE(told.remaining);
}

TEST(CreateHttpsApiClient, SaysWhatIsWrongWithTheUrl)
{
    recorded told;
    api_access access;
    access.base_url = "http://api.telnyx.com/v2";
    const auto api = create_https_api_client(access, told);
    ASSERT_FALSE(api);
    EXPECT_EQ(api.error().kind, errc::bad_usage);
}

}  // namespace
}  // namespace trunkwarden
