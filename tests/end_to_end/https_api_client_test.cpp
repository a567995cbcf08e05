#include "fetch/https_api_client.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "end_to_end/loopback_api_client.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

simulator::options with(void (*change)(simulator::options&))
{
    simulator::options options;
    change(options);
    return options;
}

TEST_F(HttpsApiClient, GetsABody)
{
    const auto body = get();
    ASSERT_TRUE(body) << body.error().message;
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
    EXPECT_EQ(body.error().message.find("GET /ips?page[number]=1: "), 0U) << body.error().message;
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
        EXPECT_EQ(body.error().kind, kind) << body.error().message;
    }
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{401, 403, 404, 307, 422}));
}

TEST_F(HttpsApiClient, ARejectedKeyIsNotRepeated)
{
    access.key = secret("KEY_wrong_and_secret");
    const auto body = get();
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().kind, errc::unauthorised);
    EXPECT_EQ(body.error().message.find("KEY_wrong"), std::string::npos);
    EXPECT_NE(body.error().message.find("401 Unauthorized ("), std::string::npos) << body.error().message;
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
    ASSERT_TRUE(size) << size.error().message;
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
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 60U);
}

TEST_F(HttpsApiClient, ReadsAListThatMovedOnceAgain)
{
    fault(R"({"kind": "page_shift", "path": "/phone_numbers", "times": 1})");
    const auto size = fetch(7);
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, sink.ids.size());
}

class HttpsApiClientFarAway : public HttpsApiClient {
protected:
    HttpsApiClientFarAway()
        : HttpsApiClient(with([](simulator::options& options) { options.delay = 100ms; }), 400)
    {
    }
};

TEST_F(HttpsApiClientFarAway, ReadsPagesSideBySide)
{
    access.poll.concurrency = 8;
    access.poll.requests_per_second = 10'000;
    const auto start = clock::now();
    const auto size = fetch(5);
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 400U);
    EXPECT_LT(clock::now() - start, 80 * 100ms / 2) << "80 pages, one after another";
}

class HttpsApiClientWithALimit : public HttpsApiClient {
protected:
    HttpsApiClientWithALimit()
        : HttpsApiClient(with([](simulator::options& options) {
              options.rate_limit = 20;
              options.rate_window = 2s;
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

TEST_F(HttpsApiClientWithALimit, ReadsAListWithinItsShareAndLeavesOtherEndpointsAlone)
{
    const auto start = clock::now();
    const auto size = fetch(3);  // 20 pages, of which 10 fit into our half of a window
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 60U);
    EXPECT_GE(clock::now() - start, 900ms);
    EXPECT_EQ(std::set<unsigned>(told.statuses.begin(), told.statuses.end()), std::set<unsigned>{200});
    const auto other = clock::now();
    EXPECT_TRUE(get("/ips"));
    EXPECT_LT(clock::now() - other, 500ms);
}

TEST_F(HttpsApiClientWithALimit, WaitsForTheResetWhenOthersHaveUsedTheWindowUp)
{
    api_access theirs;
    theirs.base_url = access.base_url;
    theirs.ca_file = access.ca_file;
    theirs.key = secret("KEY_simulated_0123456789");
    theirs.poll.requests_per_second = 1000;
    theirs.poll.rate_limit_reserve = 0;
    recorded others;
    const auto other = create_https_api_client(std::move(theirs), others).value();
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(run_to_end(io, other->get("/ips", urgency::money)));
    EXPECT_TRUE(get("/ips")) << "the 429 says no Retry-After, but when the window ends";
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{429, 200}));
}

TEST_F(HttpsApiClientWithALimit, IsHeldByTheCeilingAloneWhereNobodyUnderstandsTheHeaders)
{
    server.control("set", R"({"rate_form": "garbage", "rate_limit": 1000})");
    access.poll.requests_per_second = 20;
    const auto start = clock::now();
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(get());
    EXPECT_GE(clock::now() - start, 350ms);
    EXPECT_EQ(told.unread, std::vector<std::string>{"GET /ips, x-ratelimit-limit: plenty; for=everybody"})
        << "told once";
    EXPECT_FALSE(told.remaining);
}

TEST_F(HttpsApiClient, IsNotHeldUpByAnEndpointThatIsUsedUp)
{
    fault(R"({"kind": "status", "path": "/ips", "status": 429, "retry_after": "3600"})");
    const auto start = clock::now();
    EXPECT_EQ(get("/ips").error().kind, errc::rate_limited);
    EXPECT_EQ(get("/ips").error().kind, errc::rate_limited) << "and it is not asked again so soon";
    EXPECT_TRUE(get("/fqdns"));
    EXPECT_LT(clock::now() - start, 5s);
    EXPECT_EQ(told.statuses, (std::vector<unsigned>{429, 200}));
}

TEST_F(HttpsApiClient, TakesTheStatusForTheErrorAndNotItsCode)
{
    fault(R"({"kind": "status", "path": "/ips", "status": 400,
              "body": {"errors": [{"code": "10011", "title": "Record type is missing"}]}})");
    EXPECT_EQ(get("/ips").error().kind, errc::refused);
    EXPECT_EQ(get("/ips").error().kind, errc::refused);
    EXPECT_EQ(told.statuses.size(), 2U) << "the endpoint is not left alone";
}

TEST_F(HttpsApiClient, DoesNotTakeAListForWholeWhoseHeadersNameANextPage)
{
    fault(R"({"kind": "headers", "path": "/phone_numbers",
              "headers": {"link": "<https://api.telnyx.com/v2/phone_numbers?page=99>; rel=\"next\""}})");
    const auto size = fetch(20);
    ASSERT_FALSE(size);
    EXPECT_NE(size.error().message.find("Link header"), std::string::npos) << size.error().message;
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
