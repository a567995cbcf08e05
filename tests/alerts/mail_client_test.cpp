#include "alerts/mail_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <memory>

#include "alerts/email_sink.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

sink_settings mail_sink(const tcp::acceptor& at)
{
    sink_settings out;
    out.name = "mail";
    out.type = sink_type::email;
    out.mail.smarthost = fmt::format("127.0.0.1:{}", at.local_endpoint().port());
    out.mail.from = "trunkwarden@example.com";
    out.mail.to = "noc@example.com";
    return out;
}

task<> send_one(https_client& client, bool& was_answered)
{
    auto request = mail_request("Subject: test\r\n\r\ntest\r\n", {"noc@example.com"});
    const auto answer = co_await client.send(std::move(request));
    was_answered = true;
}

task<> until_no_mail_is_under_way()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (mail_is_under_way() && std::chrono::steady_clock::now() < until) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// A server that takes the connection, and greets nobody.
TEST(MailClient, ATaskThatIsCancelledWaitsForNoServerAndTheMailEndsAlone)
{
    asio::io_context io(1);
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    auto client = create_mail_client(mail_sink(acceptor));
    ASSERT_TRUE(client) << client.error().message;
    asio::cancellation_signal stop;
    bool was_answered = false;
    std::exception_ptr ended_with;
    tcp::socket connection(io);
    acceptor.async_accept(connection, [&stop](const boost::system::error_code& problem) {
        EXPECT_FALSE(problem);
        EXPECT_TRUE(mail_is_under_way());
        stop.emit(asio::cancellation_type::terminal);
    });
    asio::co_spawn(io, send_one(**client, was_answered),
                   asio::bind_cancellation_slot(stop.slot(), [&ended_with](std::exception_ptr thrown) {
                       ended_with = std::move(thrown);
                   }));
    io.run();
    EXPECT_FALSE(was_answered);
    EXPECT_TRUE(ended_with != nullptr) << "it was cancelled";
    client->reset();  // before the thread
    io.restart();
    asio::co_spawn(io, until_no_mail_is_under_way(),
                   [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    io.run();
    EXPECT_FALSE(mail_is_under_way()) << "its thread does not stay until the server's time is over";
}

}  // namespace
}  // namespace trunkwarden
