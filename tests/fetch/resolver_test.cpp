#include "fetch/resolver.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

addresses only(const char* text)
{
    return addresses(1, asio::ip::make_address(text));
}

// A name server that answers in turn, and waits before an answer until the test lets it.
struct fake_name_server {
    std::atomic<unsigned> asked = 0;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::vector<result<addresses>> answers;
    unsigned hangs_from = ~0U;
};

// The look-up's thread may outlive the test, so it owns a share.
name_lookup look_up(const std::shared_ptr<fake_name_server>& server)
{
    return [server](const std::string&) -> result<addresses> {
        const unsigned number = server->asked++;
        if (number >= server->hangs_from)
            server->released.wait();
        return server->answers.at(std::min<std::size_t>(number, server->answers.size() - 1));
    };
}

TEST(Resolver, DoesNotAskForAnAddress)
{
    const auto server = std::make_shared<fake_name_server>();
    resolver names(look_up(server));
    EXPECT_EQ(run(names.resolve("192.0.2.1")).value(), only("192.0.2.1"));
    EXPECT_EQ(run(names.resolve("2001:db8::1")).value(), only("2001:db8::1"));
    EXPECT_EQ(server->asked, 0U);
}

TEST(Resolver, KeepsAFreshAnswer)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(only("192.0.2.1"));
    resolver names(look_up(server));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(run(names.resolve("api.example")).value(), only("192.0.2.1"));
    EXPECT_EQ(server->asked, 1U);
}

TEST(Resolver, UsesTheLastGoodAddressesWhenALookUpFails)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(only("192.0.2.1"));
    server->answers.emplace_back(failure{errc::unreachable, "no such host"});
    resolver names(look_up(server), resolver_times{0ms, 1h});
    EXPECT_TRUE(run(names.resolve("api.example")));
    EXPECT_EQ(run(names.resolve("api.example")).value(), only("192.0.2.1"));
    EXPECT_EQ(server->asked, 2U);
}

TEST(Resolver, UsesTheLastGoodAddressesWhenALookUpHangs)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(only("192.0.2.1"));
    server->answers.emplace_back(only("192.0.2.2"));
    server->hangs_from = 1;
    resolver names(look_up(server), resolver_times{0ms, 100ms});
    EXPECT_TRUE(run(names.resolve("api.example")));
    EXPECT_EQ(run(names.resolve("api.example")).value(), only("192.0.2.1"));
    while (server->asked < 2U)  // its thread may begin late on a busy machine
        std::this_thread::yield();
    EXPECT_EQ(run(names.resolve("api.example")).value(), only("192.0.2.1")) << "the same look-up still hangs";
    EXPECT_EQ(server->asked, 2U);
    server->release.set_value();
    resolver patient(look_up(server), resolver_times{0ms, 1h});
    EXPECT_EQ(run(patient.resolve("api.example")).value(), only("192.0.2.2"));
}

TEST(Resolver, SaysWhyThereIsNoAddress)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(failure{errc::unreachable, "no such host"});
    server->answers.emplace_back(addresses());
    resolver names(look_up(server));
    EXPECT_EQ(run(names.resolve("api.example")).error().message,
              "cannot find the address of api.example: no such host");
    EXPECT_EQ(run(names.resolve("api.example")).error().message,
              "cannot find the address of api.example: the answer is empty");
}

TEST(Resolver, ALookUpThatThrowsIsAFailure)
{
    resolver names(
        [](const std::string&) -> result<addresses> { throw std::runtime_error("broken resolver"); });
    EXPECT_EQ(run(names.resolve("api.example")).error().message,
              "cannot find the address of api.example: broken resolver");
}

TEST(Resolver, AsksOnceForManyWhoWait)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(failure{errc::unreachable, "no such host"});
    server->hangs_from = 0;
    resolver names(look_up(server));
    asio::io_context io(1);
    unsigned answered = 0;
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(
            io, names.resolve("api.example"), [&](std::exception_ptr, const result<addresses>& found) {
                EXPECT_EQ(found.error().message, "cannot find the address of api.example: no such host");
                ++answered;
            });
    io.poll();
    server->release.set_value();
    io.run();
    EXPECT_EQ(answered, 5U);
    EXPECT_EQ(server->asked, 1U);
}

TEST(Resolver, ALookUpThatHangsHoldsUpNeitherTheDeadlineNorTheEnd)
{
    const auto server = std::make_shared<fake_name_server>();
    server->answers.emplace_back(only("192.0.2.1"));
    server->hangs_from = 0;
    {
        resolver names(look_up(server));
        const auto found = run(with_deadline(5ms, names.resolve("api.example")));
        EXPECT_EQ(found.error().kind, errc::timed_out);
    }
    server->release.set_value();  // the thread finds nobody left
}

TEST(SystemLookup, FindsTheHostItself)
{
    const auto found = system_lookup("localhost");
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_FALSE(found->empty());
    EXPECT_TRUE(found->front().is_loopback());
}

TEST(SystemLookup, TakesLocalhostForBothLoopbackAddressesWhateverIsConfigured)
{
    const addresses both{asio::ip::make_address("127.0.0.1"), asio::ip::make_address("::1")};
    for (const auto* name : {"localhost", "LocalHost", "localhost.", "alertmanager.localhost"})
        EXPECT_EQ(system_lookup(name).value(), both) << name;
}

TEST(SystemLookup, LeavesOutFamiliesThatThisHostLacksButNeverLoopback)
{
    const auto v4 = only("192.0.2.1").front();
    const auto v6 = only("2001:db8::1").front();
    const auto loop4 = only("127.0.0.1").front();
    const auto loop6 = only("::1").front();
    const addresses all{v6, v4, loop6, loop4};
    EXPECT_EQ(worth_trying(all, true, true), all);
    EXPECT_EQ(worth_trying(all, true, false), (addresses{v4, loop6, loop4}));
    EXPECT_EQ(worth_trying(all, false, true), (addresses{v6, loop6, loop4}));
    EXPECT_EQ(worth_trying({v4, loop4}, false, true), addresses{loop4});
    EXPECT_EQ(worth_trying({v4}, false, true), addresses{v4}) << "better than nothing: the sentence names it";
    EXPECT_EQ(worth_trying({}, true, true), addresses{});
}

}  // namespace
}  // namespace trunkwarden
