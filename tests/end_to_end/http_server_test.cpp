#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <memory>
#include <vector>

#include "end_to_end/loopback_server.hpp"

// The server on loopback, from outside.

namespace trunkwarden::loopback {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HttpServer, AnswersOneRequestAfterTheOtherOnAConnection)
{
    const server_on_loopback server;
    const client client(server);
    for (int request = 0; request < 3; ++request) {
        client.send(healthy);
        const std::string reply = client.reply();
        EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_THAT(reply, HasSubstr("\r\nServer: trunkwarden\r\n"));
        EXPECT_THAT(reply, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(reply, EndsWith("\r\n\r\ntrunkwarden is healthy.\n"));
    }
}

TEST(HttpServer, ClosesWhenTheClientWantsItTo)
{
    const server_on_loopback server;
    EXPECT_THAT(ask(server, healthy_and_close), EndsWith("trunkwarden is healthy.\n"));
    EXPECT_THAT(ask(server, "GET /metrics HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST(HttpServer, AnswersHeadWithTheLengthButNotTheBody)
{
    const server_on_loopback server;
    const std::string reply = ask(server, "HEAD /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("\r\nContent-Length: 24\r\n"));
    EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST(HttpServer, HandsOverTheBodyOfARequest)
{
    const server_on_loopback server;
    EXPECT_THAT(
        ask(server, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        EndsWith("\r\n\r\nhello\n"));
    EXPECT_THAT(ask(server,
                    "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
                EndsWith("\r\n\r\nhello\n"));
}

TEST(HttpServer, RefusesWhatTheRoutesDoNotKnow)
{
    const server_on_loopback server;
    EXPECT_THAT(ask(server, "GET /no HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 404 Not Found\r\n"));
    EXPECT_THAT(ask(server, "BREW / HTTP/1.0\r\n\r\n"),
                testing::AllOf(StartsWith("HTTP/1.0 405 Method Not Allowed\r\n"),
                               HasSubstr("\r\nAllow: GET, HEAD\r\n")));
}

TEST(HttpServer, CallsWhatIsNotHttpABadRequest)
{
    const server_on_loopback server;
    for (const char* text :
         {"hello\r\n\r\n", "\x16\x03\x01\x02\x01\x01\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
        const std::string reply = ask(server, text);
        EXPECT_THAT(reply, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << text;
        EXPECT_THAT(reply, EndsWith("understands.\n")) << text;
    }
}

TEST(HttpServer, RefusesALargeHeader)
{
    const server_on_loopback server;
    const std::string large = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20UL * 1024, 'x') + "\r\n\r\n";
    EXPECT_THAT(ask(server, large), StartsWith("HTTP/1.1 431 "));
    const std::string endless = "GET /" + std::string(1024UL * 1024, 'x');
    EXPECT_THAT(ask(server, endless), StartsWith("HTTP/1.1 431 "));
    const std::string fits = "GET / HTTP/1.0\r\nX: " + std::string(15UL * 1024, 'x') + "\r\n\r\n";
    EXPECT_THAT(ask(server, fits), StartsWith("HTTP/1.0 200 "));
}

TEST(HttpServer, RefusesALargeBodyAndTheClientCanReadWhy)
{
    const server_on_loopback server;
    const std::string body(512UL * 1024, 'x');
    const std::string reply =
        ask(server, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body);
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(reply, EndsWith("larger than this server takes.\n"));
    EXPECT_THAT(
        ask(server, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n80000\r\n" + body),
        StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, TurnsAnExceptionIntoAReplyThatTellsNothing)
{
    const server_on_loopback server;
    const std::string reply = ask(server, "GET /broken HTTP/1.0\r\n\r\n");
    EXPECT_THAT(reply, StartsWith("HTTP/1.0 500 "));
    EXPECT_THAT(reply, testing::Not(HasSubstr("canary")));
    EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 ")) << "and goes on";
}

TEST(HttpServer, ClosesOnAClientThatDripsItsRequest)
{
    server_limits limits;
    limits.request = 300ms;
    const server_on_loopback server(limits);
    const client slow(server);
    const auto start = steady_clock::now();
    slow.send("GET / HTTP/1.1\r\nX: ");
    while (slow.send("x") && steady_clock::now() - start < 5s) {
        EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 ")) << "it holds nobody else up";
    }
    const auto took = steady_clock::now() - start;
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 5s);
}

TEST(HttpServer, ClosesOnAClientThatSaysNothing)
{
    server_limits limits;
    limits.request = 200ms;
    limits.idle = 400ms;
    const server_on_loopback server(limits);
    auto start = steady_clock::now();
    EXPECT_EQ(client(server).rest(), "");
    EXPECT_GE(steady_clock::now() - start, 150ms);
    start = steady_clock::now();
    EXPECT_THAT(ask(server, healthy), EndsWith("trunkwarden is healthy.\n"));
    EXPECT_GE(steady_clock::now() - start, 350ms) << "between requests it may wait longer";
    EXPECT_LT(steady_clock::now() - start, 5s);
}

TEST(HttpServer, ClosesOnAClientThatDoesNotReadItsReply)
{
    server_limits limits;
    limits.request = 300ms;
    limits.connections = 1;
    limits.grace = 5s;
    const server_on_loopback server(limits);
    const client deaf(server);
    deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 "))
        << "the only place is free again";
    EXPECT_LT(deaf.rest().size(), 32UL * 1024 * 1024);
}

TEST(HttpServer, AnswersAHundredClientsAtOnce)
{
    const server_on_loopback server;
    std::vector<std::unique_ptr<client>> clients;
    for (int number = 0; number < 100; ++number) {
        clients.push_back(std::make_unique<client>(server));
        clients.back()->send(healthy_and_close);
    }
    for (const auto& client : clients)
        EXPECT_THAT(client->rest(), EndsWith("trunkwarden is healthy.\n"));
}

TEST(HttpServer, GivesTheLongestIdleConnectionsPlaceToANewOne)
{
    server_limits limits;
    limits.connections = 2;
    limits.spared = 0ms;
    const server_on_loopback server(limits);
    const client first(server);
    first.send(healthy);
    EXPECT_THAT(first.reply(), StartsWith("HTTP/1.1 200 "));
    const client second(server);
    second.send(healthy);
    EXPECT_THAT(second.reply(), StartsWith("HTTP/1.1 200 "));

    EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(first.rest(), "") << "closed";
    second.send(healthy);
    EXPECT_THAT(second.reply(), StartsWith("HTTP/1.1 200 ")) << "still there";
}

TEST(HttpServer, SaysItIsBusyWhenEveryConnectionHasARequestInHand)
{
    server_limits limits;
    limits.connections = 2;
    limits.grace = 100ms;
    const server_on_loopback server(limits);
    const client first(server);
    const client second(server);
    for (const auto* client : {&first, &second}) {
        client->send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(client->some(5), "HTTP/");
    }
    const std::string reply = ask(server, healthy_and_close);
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(reply, HasSubstr("\r\nRetry-After: 1\r\n"));
    EXPECT_GT(first.rest().size(), 1024UL * 1024) << "those who were there are served";
}

// Clients that send nothing, one that begins a request, and one that continues it byte by byte.
TEST(HttpServer, ServesTheNextClientAtOnceHoweverManySendNoWholeRequest)
{
    for (const std::string begun : {"", "G", "GET /metrics HTTP/1.1\r\nHost: x\r\nX: "}) {
        const server_on_loopback server;
        std::vector<std::unique_ptr<client>> idle;
        for (int number = 0; number < 200; ++number) {
            idle.push_back(std::make_unique<client>(server));
            if (!begun.empty())
                idle.back()->send(begun);
        }
        for (int scrape = 0; scrape < 3; ++scrape) {
            const auto start = steady_clock::now();
            EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 ")) << begun;
            EXPECT_LT(steady_clock::now() - start, 2s) << begun;
            idle.push_back(std::make_unique<client>(server));
        }
    }
}

TEST(HttpServer, OfThoseWithoutAWholeRequestTheOldestGivesWay)
{
    server_limits limits;
    limits.connections = 2;
    limits.spared = 0ms;
    const server_on_loopback server(limits);
    const client first(server);
    first.send(half_a_request);
    const client second(server);
    second.send(healthy);
    EXPECT_THAT(second.reply(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(first.rest(), testing::AnyOf("", "(reset)")) << "closed";
    second.send(healthy);
    EXPECT_THAT(second.reply(), StartsWith("HTTP/1.1 200 ")) << "still there";
}

TEST(HttpServer, EndsEveryConnectionWhenItIsCancelled)
{
    server_on_loopback server;
    const client idle(server), halfway(server), deaf(server), silent(server);
    idle.send(healthy);
    EXPECT_THAT(idle.reply(), StartsWith("HTTP/1.1 200 "));
    halfway.send(half_a_request);
    deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(ask(server, healthy_and_close), StartsWith("HTTP/1.1 200 "));

    server.cancel();
    EXPECT_TRUE(server.ended());
    EXPECT_THAT(server.ended_by(), HasSubstr("cancel"));
    EXPECT_THAT(idle.rest(), testing::AnyOf("", "(reset)"));
    EXPECT_THAT(halfway.rest(), testing::AnyOf("", "(reset)"));
    EXPECT_THAT(silent.rest(), testing::AnyOf("", "(reset)"));
    EXPECT_LT(deaf.rest().size(), 32UL * 1024 * 1024);
    EXPECT_THROW(client late(server), std::runtime_error) << "nobody listens";
}

TEST(HttpServer, SurvivesTheLossOfItsEventLoop)
{
    auto server = std::make_unique<server_on_loopback>();
    const client idle(*server), halfway(*server);
    idle.send(healthy);
    EXPECT_THAT(idle.reply(), StartsWith("HTTP/1.1 200 "));
    halfway.send(half_a_request);
    EXPECT_THAT(ask(*server, healthy_and_close), StartsWith("HTTP/1.1 200 "));
    server->abandon();
    server.reset();
    EXPECT_THAT(idle.rest(), testing::AnyOf("", "(reset)"));
}

TEST(HttpServer, SaysWhyItCannotListenAndWhatToDo)
{
    const server_on_loopback server;
    asio::io_context io;
    const std::string taken = "127.0.0.1:" + std::to_string(server.port());
    EXPECT_EQ(
        listen_on(io.get_executor(), taken).error().message,
        "cannot listen on " + taken +
            ": Address already in use; another process has this port (ss -ltnp shows which): stop it, or set "
            "web.listen_address in the settings to another address");
    EXPECT_EQ(listen_on(io.get_executor(), "192.0.2.1:0").error().message,
              "cannot listen on 192.0.2.1:0: Cannot assign requested address; set web.listen_address in the "
              "settings to "
              "an address of this host, or to \"\" to switch the web server off");
    EXPECT_THAT(listen_on(io.get_executor(), "nonsense").error().message, HasSubstr("is not HOST:PORT"));
}

TEST(HttpServer, ListensOnNamesAndOnEveryInterface)
{
    asio::io_context io;
    EXPECT_TRUE(listen_on(io.get_executor(), "localhost:0").value().local_endpoint().address().is_loopback());
    EXPECT_TRUE(listen_on(io.get_executor(), ":0").value().local_endpoint().address().is_unspecified());
}

TEST(HttpServer, HasFewerPlacesWhereFewFilesMayBeOpen)
{
    const server_limits usual;
    EXPECT_EQ(within_open_files(usual, std::numeric_limits<std::size_t>::max()).connections,
              usual.connections);
    EXPECT_EQ(within_open_files(usual, 1024).connections, usual.connections);
    EXPECT_EQ(within_open_files(usual, 256).connections, 32U);
    EXPECT_EQ(within_open_files(usual, 24).connections, 3U);
    EXPECT_EQ(within_open_files(usual, 0).connections, 1U);
}

}  // namespace
}  // namespace trunkwarden::loopback
