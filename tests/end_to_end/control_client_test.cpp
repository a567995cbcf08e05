#include "cli/control_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "end_to_end/socket_daemon.hpp"

// The commands' side of the control socket, against the daemon and against partners that behave badly.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;

void take_request(int client)
{
    std::array<char, 4096> request{};
    ::recv(client, request.data(), request.size(), 0);
}

std::function<void(int)> saying(std::string text)
{
    return [text](int client) {
        take_request(client);
        ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    };
}

TEST(ControlClient, NamesTheNextCommandWhenNobodyListens)
{
    const socket_folder folder;
    const std::string expected = "no daemon listens on " + folder.socket().string() +
                                 ": is it running? (systemctl status trunkwarden; trunkwarden run)";
    EXPECT_EQ(ask_daemon(folder.socket(), {}).error().message, expected);
    {
        const rude_listener dead(folder.socket(), [](int) {});
    }
    EXPECT_EQ(ask_daemon(folder.socket(), {}).error().message, expected) << "its file alone is no daemon";
}

// Somebody who is neither the owner nor of the group, until it goes.
class somebody_else {
public:
    somebody_else() : became_(::setegid(65534) == 0 && ::seteuid(65534) == 0) {}
    ~somebody_else()
    {
        if (::seteuid(0) != 0 || ::setegid(0) != 0)
            std::abort();
    }
    somebody_else(const somebody_else&) = delete;
    somebody_else& operator=(const somebody_else&) = delete;
    bool became() const { return became_; }

private:
    bool became_;
};

TEST(ControlClient, NamesTheGroupThatMayConnect)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can try it as somebody else";
    const socket_folder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    const server_on_socket server(folder.socket());
    constexpr gid_t daemon_group = 1;  // on every Debian; root need not be in it
    ASSERT_EQ(::chown(folder.socket().c_str(), 0, daemon_group), 0);
    std::string refused;
    {
        const somebody_else stranger;
        ASSERT_TRUE(stranger.became());
        const auto outcome = ask_daemon(folder.socket(), {});
        refused = outcome ? "let in" : outcome.error().message;
    }
    EXPECT_THAT(refused, HasSubstr("members of group daemon (sudo usermod -aG daemon"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    {
        const somebody_else stranger;
        const auto outcome = ask_daemon(folder.socket(), {});
        refused = outcome ? "let in" : outcome.error().message;
    }
    EXPECT_THAT(refused, HasSubstr("you may not connect to")) << "the folder may not even be entered";
}

TEST(ControlClient, GivesUpOnADaemonThatHangs)
{
    const socket_folder folder;
    std::promise<void> done;
    const auto wait = done.get_future().share();
    const rude_listener hangs(folder.socket(), [wait](int) { wait.wait(); });
    const auto start = steady_clock::now();
    const auto failed = ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience);
    const auto took = steady_clock::now() - start;
    done.set_value();
    EXPECT_EQ(failed.error().kind, errc::timed_out);
    EXPECT_THAT(failed.error().message, HasSubstr("did not answer within 300 ms"));
    EXPECT_THAT(failed.error().message, HasSubstr("journalctl -u trunkwarden"));
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 5s);
}

TEST(ControlClient, GivesUpOnADaemonThatDripsItsAnswer)
{
    const socket_folder folder;
    const rude_listener drips(folder.socket(), [](int client) {
        while (::send(client, "x", 1, MSG_NOSIGNAL) == 1)
            std::this_thread::yield();
    });
    const patience limits{300ms, 1UL << 40U};
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, limits).error().kind, errc::timed_out);
}

TEST(ControlClient, StopsReadingAnAnswerThatIsTooLarge)
{
    const socket_folder folder;
    const rude_listener endless(folder.socket(), [](int client) {
        const std::string piece(64UL * 1024, 'x');
        while (::send(client, piece.data(), piece.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    const patience limits{10s, 1UL * 1024 * 1024};
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, limits).error().kind, errc::too_large);
}

TEST(ControlClient, DoesNotTakeNonsenseForAnAnswer)
{
    for (const char* lie :
         {"hello", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}", "HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 99999 OK\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", "SSH-2.0-OpenSSH\r\n\r\n"}) {
        const socket_folder folder;
        const rude_listener liar(folder.socket(), saying(lie));
        EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().kind,
                  errc::not_understood)
            << lie;
    }
}

TEST(ControlClient, SaysThatADaemonEndedInsteadOfAnswering)
{
    const socket_folder folder;
    const rude_listener dies(folder.socket(), [](int client) { take_request(client); });
    EXPECT_THAT(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().message,
                HasSubstr("closed the connection without an answer"));
}

TEST(ControlClient, DoesNotTakeAnotherShapeForData)
{
    for (const char* body : {"", "{}", "[]", "null", R"({"status": "success"})", R"({"error": 7})", "<html>"})
        EXPECT_EQ(data_of({200, body}).error().kind, errc::not_understood) << body;
    EXPECT_EQ(data_of({503, R"({"status": "success", "data": []})"}).error().kind, errc::not_understood);
    EXPECT_EQ(data_of({200, R"({"status": "success", "data": null})"}).value(), nullptr);
}

TEST(ControlClient, LetsNoAnswerSteerTheTerminal)
{
    const auto failed = data_of({400, R"({"status": "error", "error": "\u001b[2J\r\nall is well"})"});
    EXPECT_EQ(failed.error().message, "\\u{1b}[2J\\u{d}\\u{a}all is well");
}

}  // namespace
}  // namespace trunkwarden
