#include "fetch/https_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <sys/socket.h>
#include <thread>

#include "fakes/run.hpp"
#include "fetch/api_client.hpp"
#include "simulator/server.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// A request takes a few milliseconds; the rest is for a machine that is busy.
constexpr auto at_once = 1s;

constexpr auto ips = "/ips?page%5Bnumber%5D=1&page%5Bsize%5D=250";

result<addresses> at_loopback(const std::string&)
{
    return addresses(1, asio::ip::make_address("127.0.0.1"));
}

simulator::options with_gzip()
{
    simulator::options options;
    options.gzip = true;
    return options;
}

// A client of a simulated account, over TLS.
class HttpsClient : public testing::Test {
protected:
    explicit HttpsClient(const simulator::options& given = {})
        : server(simulator::generate_account(600), given), key(given.api_key)
    {
        options.base_url = server.url();
        options.ca_file = server.ca_file();
        options.timeout = 5s;
    }

    void fault(const std::string& json) { server.control("fault", json); }

    http_request get(std::string target = ips) const
    {
        http_request request;
        request.target = std::move(target);
        request.authorization = secret("Bearer " + key);
        return request;
    }

    https_client& client()
    {
        if (!client_)
            client_ = create_https_client(options).value();
        return *client_;
    }

    result<http_answer> send(http_request request)
    {
        return run_to_end(io, client().send(std::move(request)));
    }
    result<http_answer> send() { return send(get()); }

    std::int64_t counted(std::string_view name)
    {
        return boost::json::parse(server.control("requests")).at(name).as_int64();
    }

    simulator::server server;
    std::string key;
    https_options options;
    asio::io_context io{1};

private:
    std::unique_ptr<https_client> client_;
};

TEST_F(HttpsClient, ReadsAPageAndLeavesRoomBehindIt)
{
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_GE(answer->body.capacity(), answer->body.size() + body_padding);
    EXPECT_TRUE(boost::json::parse(answer->body).at("data").is_array());
    EXPECT_NE(answer->content_type.find("application/json"), std::string::npos);
}

TEST_F(HttpsClient, KeepsItsConnection)
{
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(send());
    EXPECT_EQ(counted("connections"), 1);
}

TEST_F(HttpsClient, TrustsNobodyWithoutTheAuthority)
{
    options.ca_file.clear();
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::untrusted) << answer.error().message;
    EXPECT_NE(answer.error().message.find("cannot be trusted"), std::string::npos) << answer.error().message;
    EXPECT_EQ(counted("total"), 0);
}

TEST_F(HttpsClient, TakesNoCertificateOfAnotherHost)
{
    options.base_url = "https://api.example.test:" + std::to_string(server.port()) + "/v2";
    options.look_up = at_loopback;
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::untrusted);
    EXPECT_NE(answer.error().message.find("another host"), std::string::npos) << answer.error().message;
    EXPECT_EQ(counted("total"), 0);
}

// An address where nobody listens, and the server's.
result<addresses> refusing_first(const std::string&)
{
    return addresses{asio::ip::make_address("127.0.0.2"), asio::ip::make_address("127.0.0.1")};
}

TEST_F(HttpsClient, TriesTheNextAddressWhenOneRefuses)
{
    options.base_url = "https://localhost:" + std::to_string(server.port()) + "/v2";
    options.look_up = refusing_first;
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200U);
}

// Listens on 127.0.0.3 with a full queue: further connections are swallowed, as by a firewall.
class swallowing_address {
public:
    explicit swallowing_address(std::uint16_t port)
        : there_(asio::ip::make_address("127.0.0.3"), port), acceptor_(io_)
    {
        acceptor_.open(there_.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address(true));
        acceptor_.bind(there_);
        acceptor_.listen(0);
        for (auto& waiting : queue_) {
            waiting.open(there_.protocol());
            waiting.native_non_blocking(true);
            ::connect(waiting.native_handle(), there_.data(), static_cast<socklen_t>(there_.size()));
        }
    }

private:
    asio::io_context io_;
    asio::ip::tcp::endpoint there_;
    asio::ip::tcp::acceptor acceptor_;
    std::array<asio::ip::tcp::socket, 4> queue_{asio::ip::tcp::socket(io_), asio::ip::tcp::socket(io_),
                                                asio::ip::tcp::socket(io_), asio::ip::tcp::socket(io_)};
};

result<addresses> swallowing_first(const std::string&)
{
    return addresses{asio::ip::make_address("127.0.0.3"), asio::ip::make_address("127.0.0.1")};
}

TEST_F(HttpsClient, TriesTheNextAddressWhenOneSwallowsAndRemembersWhichAnswered)
{
    const swallowing_address firewall(server.port());
    options.base_url = "https://localhost:" + std::to_string(server.port()) + "/v2";
    options.look_up = swallowing_first;
    options.timeout = 3s;  // a third of it for each address
    fault(R"({"kind": "close_after_answer", "path": "/ips"})");
    auto start = clock::now();
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_GE(clock::now() - start, 900ms) << "the first one was asked";
    start = clock::now();
    const auto again = send();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_LT(clock::now() - start, 900ms) << "a new connection, to the one that answers";
}

TEST_F(HttpsClient, VerifiesTheNameLocalhostToo)
{
    options.base_url = "https://localhost:" + std::to_string(server.port()) + "/v2";
    options.look_up = at_loopback;
    EXPECT_TRUE(send());
}

TEST_F(HttpsClient, ReportsAnErrorStatusAsAnAnswer)
{
    fault(R"({"kind": "status", "path": "/ips", "status": 429, "retry_after": "7"})");
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 429U);
    EXPECT_EQ(answer->hints.retry_after, "7");
}

TEST_F(HttpsClient, DoesNotFollowARedirect)
{
    fault(R"({"kind": "redirect", "path": "/ips"})");
    const auto answer = send();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 307U);
    EXPECT_EQ(counted("total"), 1);
}

TEST_F(HttpsClient, DoesNotTakeHalfABodyForAWholeOne)
{
    fault(R"({"kind": "truncate", "path": "/ips"})");
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::unreachable);
    EXPECT_NE(answer.error().message.find("before the answer was whole"), std::string::npos)
        << answer.error().message;
}

TEST_F(HttpsClient, ReadsChunkedBodies)
{
    const auto plain = send();
    fault(R"({"kind": "chunked", "path": "/ips"})");
    const auto chunked = send();
    ASSERT_TRUE(plain && chunked);
    EXPECT_EQ(chunked->body, plain->body);
    EXPECT_GE(chunked->body.capacity(), chunked->body.size() + body_padding);
}

TEST_F(HttpsClient, OpensANewConnectionWhenTheOldOneIsClosed)
{
    fault(R"({"kind": "close_after_answer", "path": "/ips"})");
    EXPECT_TRUE(send());
    EXPECT_TRUE(send());
    EXPECT_EQ(counted("connections"), 2);
}

TEST_F(HttpsClient, SendsAGetAgainWhenAKeptConnectionWasDropped)
{
    fault(R"({"kind": "keepalive_drop", "path": "/ips"})");
    for (int i = 0; i < 20; ++i) {
        const auto answer = send();
        ASSERT_TRUE(answer) << i << ": " << answer.error().message;
    }
}

TEST_F(HttpsClient, AFreshConnectionThatIsClosedIsAFailure)
{
    fault(R"({"kind": "close", "path": "/ips"})");
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::unreachable);
    EXPECT_EQ(counted("connections"), 1);
}

TEST_F(HttpsClient, TheDeadlineHoldsAgainstAnAnswerThatDrips)
{
    options.timeout = 200ms;
    fault(R"({"kind": "drip", "path": "/ips", "ms": 20})");
    const auto start = clock::now();
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::timed_out);
    EXPECT_NE(answer.error().message.find("within 200 ms, waiting for the answer"), std::string::npos)
        << answer.error().message;
    EXPECT_LT(clock::now() - start, 2s);
}

TEST_F(HttpsClient, RefusesTooLargeHeaders)
{
    fault(R"({"kind": "big_header", "path": "/ips", "bytes": 70000})");
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::not_understood) << "less of a list would not make them smaller";
}

TEST_F(HttpsClient, TakesLargeHeadersBelowTheLimit)
{
    fault(R"({"kind": "big_header", "path": "/ips", "bytes": 40000})");
    EXPECT_TRUE(send());
}

TEST_F(HttpsClient, RefusesTooLargeBodies)
{
    fault(R"({"kind": "huge", "path": "/ips", "mb": 64})");
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::too_large) << answer.error().message;
}

TEST_F(HttpsClient, RefusesGzipThatExpandsWithoutEnd)
{
    options.timeout = 60s;  // with sanitizers, 100 MB are made and expanded slowly
    fault(R"({"kind": "huge_gzip", "path": "/ips", "mb": 100})");
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::too_large) << answer.error().message;
    EXPECT_NE(answer.error().message.find("expands"), std::string::npos);
}

class HttpsClientWithGzip : public HttpsClient {
protected:
    HttpsClientWithGzip() : HttpsClient(with_gzip()) {}
};

TEST_F(HttpsClientWithGzip, ExpandsGzip)
{
    const auto answer = send(get("/phone_numbers?page%5Bsize%5D=250"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(boost::json::parse(answer->body).at("data").as_array().size(), 250U);
    EXPECT_GE(answer->body.capacity(), answer->body.size() + body_padding);
}

TEST_F(HttpsClientWithGzip, DoesNotTakeHalfAGzipBodyForAWholeOne)
{
    fault(R"({"kind": "truncate", "path": "/phone_numbers"})");
    EXPECT_FALSE(send(get("/phone_numbers?page%5Bsize%5D=250")));
}

TEST_F(HttpsClient, NamesTheHostButNeitherTargetNorKeyInAFailure)
{
    fault(R"({"kind": "close", "path": "*"})");
    const auto answer = send(get("/services/T000/secret-part"));
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().message.find("127.0.0.1"), std::string::npos);
    EXPECT_EQ(answer.error().message.find("secret-part"), std::string::npos);
    EXPECT_EQ(answer.error().message.find(key), std::string::npos);
}

TEST_F(HttpsClient, SaysWhereNobodyListens)
{
    asio::ip::tcp::acceptor closed(io, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    options.base_url = "http://127.0.0.1:" + std::to_string(closed.local_endpoint().port());
    closed.close();
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::unreachable);
    EXPECT_NE(answer.error().message.find("Connection refused"), std::string::npos) << answer.error().message;
}

// RFC 5737: an address of nobody.
result<addresses> far_away(const std::string&)
{
    return addresses(1, asio::ip::make_address("192.0.2.1"));
}

TEST_F(HttpsClient, SendsPlainHttpBeyondThisHostOnlyWhereThatIsAllowed)
{
    options.base_url = "http://localhost:" + std::to_string(server.port());
    options.look_up = far_away;
    options.timeout = 200ms;
    const auto refused = send();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("no address of localhost"), std::string::npos)
        << refused.error().message;

    options.plain = plain_http::to_any_host;
    const auto tried = run_to_end(io, create_https_client(options).value()->send(get()));
    ASSERT_FALSE(tried);
    EXPECT_EQ(tried.error().message.find("no address of localhost"), std::string::npos)
        << tried.error().message;
}

TEST(CreateHttpsClient, RefusesAFileThatIsNoAuthority)
{
    https_options options;
    options.base_url = "https://127.0.0.1";
    options.ca_file = "/dev/null";
    const auto client = create_https_client(options);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, errc::bad_file);
    EXPECT_NE(client.error().message.find("/dev/null"), std::string::npos);
}

// A name server that never answers, until the test is over.
class hanging_name_server {
public:
    ~hanging_name_server() { release_.set_value(); }
    name_lookup look_up()
    {
        const auto released = release_.get_future().share();
        return [released](const std::string&) -> result<addresses> {
            released.wait();
            return addresses();
        };
    }

private:
    std::promise<void> release_;
};

TEST_F(HttpsClient, AHangingNameServerDoesNotHoldUpTheDeadline)
{
    hanging_name_server names;
    options.base_url = "https://api.example.test";
    options.look_up = names.look_up();
    options.timeout = 100ms;
    const auto start = clock::now();
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, errc::timed_out);
    EXPECT_NE(answer.error().message.find("looking up its address"), std::string::npos)
        << answer.error().message;
    EXPECT_LT(clock::now() - start, 1s);
}

// How long an endless request continues after it was cancelled.
clock::duration time_to_cancel(asio::io_context& io, https_client& client, http_request request)
{
    asio::cancellation_signal stop;
    clock::time_point ended;
    std::exception_ptr thrown;
    const auto note = [&](std::exception_ptr e, const result<http_answer>&) {
        ended = clock::now();
        thrown = e;
    };
    asio::co_spawn(io, client.send(std::move(request)), asio::bind_cancellation_slot(stop.slot(), note));
    clock::time_point cancelled;
    asio::steady_timer timer(io, 50ms);
    timer.async_wait([&](const boost::system::error_code&) {
        cancelled = clock::now();
        stop.emit(asio::cancellation_type::terminal);
    });
    io.restart();
    io.run();
    EXPECT_TRUE(thrown);
    return ended - cancelled;
}

TEST_F(HttpsClient, CancellingEndsARequestAtOnceEvenWhileItsNameIsLookedUp)
{
    hanging_name_server names;
    options.base_url = "https://api.example.test";
    options.look_up = names.look_up();
    EXPECT_LT(time_to_cancel(io, client(), get()), at_once);
}

TEST_F(HttpsClient, CancellingEndsARequestAtOnceWhileItsAnswerIsAwaited)
{
    fault(R"({"kind": "drip", "path": "/ips", "ms": 20})");
    EXPECT_LT(time_to_cancel(io, client(), get()), at_once);
}

}  // namespace
}  // namespace trunkwarden
