#include "web/control_socket.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <variant>

#include "cli/control_client.hpp"
#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "support/json_view.hpp"
#include "web/routes.hpp"

// The daemon's side and the commands' side of the control socket against each other, and each against a
// partner that behaves badly.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

class scratch_folder {
public:
    scratch_folder()
    {
        std::string pattern = "/tmp/trunkwarden-control-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot make a folder");
        path_ = pattern;
    }
    ~scratch_folder() { std::filesystem::remove_all(path_); }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    std::filesystem::path socket() const { return path_ / "control.sock"; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

bool is_there(const std::filesystem::path& file)
{
    struct stat about {};
    return ::lstat(file.c_str(), &about) == 0;
}

mode_t mode_of(const std::filesystem::path& file)
{
    struct stat about {};
    return ::lstat(file.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
}

http_reply status_pages(const http_query& query)
{
    if (query.target == "/large")
        return {.body = std::string(2UL * 1024 * 1024, 'x')};
    web_view view{{}, [] { return std::string("trunkwarden_build_info 1\n"); }};
    view.door = web_door::everything;
    view.now = fakes::noon;
    view.controls.status = [] {
        auto status = examples::all_well();
        status.accounts[0].findings = {
            examples::example_finding("f-3b1c9a70d2e4", severity::critical, fakes::noon)};
        status.accounts[0].findings[0].what.fields = {
            {"password", "(secret)", "(secret)", severity::high, false, "canary"}};
        return status;
    };
    view.controls.acknowledge = [](const std::string& id, const std::string& reason,
                                   std::optional<time_point> until) -> result<finding> {
        auto taken = examples::example_finding(id.c_str(), severity::critical, fakes::noon);
        taken.acknowledged = acknowledgement{reason, fakes::noon, until};
        return taken;
    };
    auto found = route(query, view);
    if (std::holds_alternative<reload_request>(found))
        return reload_reply(failure{errc::bad_file, "a.yml:1:2: wrong"});
    return std::get<http_reply>(std::move(found));
}

class server_on_socket {
public:
    explicit server_on_socket(const std::filesystem::path& at)
    {
        auto listening = listen_on_socket(io_.get_executor(), at).value();
        server_limits limits;
        asio::co_spawn(io_, serve(std::move(listening), at_once(status_pages), limits),
                       asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr) {}));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~server_on_socket() { cancel(); }
    server_on_socket(const server_on_socket&) = delete;
    server_on_socket& operator=(const server_on_socket&) = delete;

    void cancel()
    {
        if (!thread_.joinable())
            return;
        asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        thread_.join();
    }

private:
    asio::cancellation_signal stop_;
    asio::io_context io_{1};
    std::thread thread_;
};

// What listens, but is no daemon: says `what` to one client, or nothing for as long as it lives.
class rude_listener {
public:
    rude_listener(const std::filesystem::path& at, std::function<void(int)> with_client)
        : listens_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        at.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(listens_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listens_, 1) != 0)
            throw std::runtime_error("cannot listen");
        thread_ = std::thread([this, with_client] {
            const int client = ::accept(listens_, nullptr, nullptr);
            if (client < 0)
                return;
            with_client(client);
            ::close(client);
        });
    }
    ~rude_listener()
    {
        ::shutdown(listens_, SHUT_RDWR);
        thread_.join();
        ::close(listens_);
    }
    rude_listener(const rude_listener&) = delete;
    rude_listener& operator=(const rude_listener&) = delete;

private:
    int listens_;
    std::thread thread_;
};

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

result<listening_socket> try_to_listen(const std::filesystem::path& at)
{
    static asio::io_context io;
    return listen_on_socket(io.get_executor(), at);
}

constexpr patience short_patience{300ms, 1UL * 1024 * 1024};

TEST(ControlSocket, CarriesQuestionsAndAnswers)
{
    const scratch_folder folder;
    const server_on_socket server(folder.socket());
    const auto findings = ask_api(folder.socket(), {"GET", "/api/v1/findings", ""}).value();
    EXPECT_EQ(findings.at(0).at("id"), "f-3b1c9a70d2e4");
    EXPECT_EQ(findings.at(0).at("fields").at(0).at("actual"), "(secret)");
    EXPECT_THAT(boost::json::serialize(findings), Not(HasSubstr("canary")));
    const auto taken =
        ask_api(folder.socket(), {"POST", "/api/v1/findings/f-3b1c9a70d2e4/ack", R"({"reason": "ü"})"});
    EXPECT_EQ(taken.value().at("acknowledged").at("reason"), "ü");
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/large", ""}).value().body.size(), 2UL * 1024 * 1024);
    const auto reload = ask_daemon(folder.socket(), {"POST", "/-/reload", ""}).value();
    EXPECT_EQ(reload.status, 500U);
    EXPECT_EQ(reload.body, "a.yml:1:2: wrong\n");
}

TEST(ControlSocket, PassesOnTheDaemonsOwnWordsWhenItRefuses)
{
    const scratch_folder folder;
    const server_on_socket server(folder.socket());
    const auto refused =
        ask_api(folder.socket(), {"POST", "/api/v1/findings/f-3b1c9a70d2e4/ack", R"({"reason": ""})"});
    EXPECT_EQ(refused.error().what, "\"reason\" is empty: why is this finding acknowledged?");
    EXPECT_EQ(ask_api(folder.socket(), {"GET", "/api/v1/nothing", ""}).error().kind, errc::not_found);
}

TEST(ControlSocket, IsForOwnerAndGroupWhateverTheUmask)
{
    const scratch_folder folder;
    for (const mode_t mask : {0U, 022U, 077U, 0777U}) {
        const auto before = ::umask(mask);
        const auto listening = try_to_listen(folder.socket());
        ::umask(before);
        ASSERT_TRUE(listening) << listening.error().what;
        EXPECT_EQ(mode_of(folder.socket()), 0660U);
    }
}

TEST(ControlSocket, TakesItsFileAwayWhenItEnds)
{
    const scratch_folder folder;
    server_on_socket server(folder.socket());
    EXPECT_TRUE(is_there(folder.socket()));
    server.cancel();
    EXPECT_FALSE(is_there(folder.socket()));
    EXPECT_FALSE(ask_daemon(folder.socket(), {"GET", "/", ""}));
}

TEST(ControlSocket, LeavesAFileThatHasTakenItsPlace)
{
    const scratch_folder folder;
    server_on_socket server(folder.socket());
    std::filesystem::rename(folder.socket(), folder.path() / "elsewhere");
    std::ofstream(folder.socket()) << "mine";
    server.cancel();
    EXPECT_TRUE(is_there(folder.socket()));
}

TEST(ControlSocket, ReplacesWhatADeadDaemonLeft)
{
    const scratch_folder folder;
    {
        const rude_listener dead(folder.socket(), [](int) {});
    }
    ASSERT_TRUE(is_there(folder.socket())) << "it did not clean up";
    const server_on_socket server(folder.socket());
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/-/healthy", ""}).value().status, 200U);
}

TEST(ControlSocket, DoesNotPushALivingDaemonAside)
{
    const scratch_folder folder;
    const server_on_socket first(folder.socket());
    const auto second = try_to_listen(folder.socket());
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().what, HasSubstr("another trunkwarden answers on " + folder.socket().string()));
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/-/healthy", ""}).value().status, 200U);
}

TEST(ControlSocket, DoesNotPushAsideADaemonWhoseQueueIsFull)
{
    const scratch_folder folder;
    std::promise<void> done;
    const auto wait = done.get_future().share();
    const rude_listener busy(folder.socket(), [wait](int) { wait.wait(); });
    std::vector<int> waiting;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    folder.socket().native().copy(to.sun_path, sizeof to.sun_path - 1);
    for (int number = 0; number < 8; ++number) {
        waiting.push_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(waiting.back(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    EXPECT_THAT(try_to_listen(folder.socket()).error().what, HasSubstr("another trunkwarden answers"));
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().kind, errc::timed_out);
    done.set_value();
    for (const int one : waiting)
        ::close(one);
}

TEST(ControlSocket, RefusesToReplaceWhatIsNoSocket)
{
    const scratch_folder folder;
    std::ofstream(folder.socket()) << "precious";
    EXPECT_THAT(try_to_listen(folder.socket()).error().what, HasSubstr("no socket is there: move it away"));
    EXPECT_TRUE(std::filesystem::is_regular_file(folder.socket()));
    std::filesystem::remove(folder.socket());
    std::filesystem::create_symlink(folder.path() / "target", folder.socket());
    EXPECT_THAT(try_to_listen(folder.socket()).error().what, HasSubstr("no socket is there"));
    std::filesystem::remove(folder.socket());
    std::filesystem::create_directory(folder.socket());
    EXPECT_THAT(try_to_listen(folder.socket()).error().what, HasSubstr("no socket is there"));
}

TEST(ControlSocket, NamesTheWayOutOfAFolderThatIsMissingAndAPathThatIsTooLong)
{
    const scratch_folder folder;
    EXPECT_THAT(try_to_listen(folder.path() / "no" / "control.sock").error().what,
                testing::AllOf(HasSubstr("does not exist"), HasSubstr("RuntimeDirectory=trunkwarden"),
                               HasSubstr("control_socket")));
    EXPECT_THAT(try_to_listen(folder.path() / std::string(120, 'x')).error().what,
                HasSubstr("1 to 107 bytes"));
    EXPECT_THAT(try_to_listen("").error().what, HasSubstr("1 to 107 bytes"));
}

TEST(ControlSocket, AnswersFortyClientsAtOnce)
{
    const scratch_folder folder;
    const server_on_socket server(folder.socket());
    std::vector<std::future<bool>> clients;
    for (int number = 0; number < 40; ++number)
        clients.push_back(std::async(std::launch::async, [&folder] {
            const auto answer = ask_api(folder.socket(), {"GET", "/api/v1/status", ""});
            return answer && answer->at("summary") == "1 open finding, 1 critical.";
        }));
    for (auto& one : clients)
        EXPECT_TRUE(one.get());
}

TEST(ControlSocket, TakesNoMoreThanSixtyFourKilobytesAndSaysSoInJson)
{
    const scratch_folder folder;
    const server_on_socket server(folder.socket());
    const std::string path = "/api/v1/findings/f-3b1c9a70d2e4/ack";
    const auto large = ask_daemon(folder.socket(), {"POST", path, std::string(70UL * 1024, ' ')}).value();
    EXPECT_EQ(large.status, 413U);
    EXPECT_THAT(data_of(large).error().what, HasSubstr("larger than this server takes"));
    const std::string fits = R"({"reason": "x"})" + std::string(63UL * 1024, ' ');
    EXPECT_EQ(ask_daemon(folder.socket(), {"POST", path, fits}).value().status, 200U);
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/" + std::string(20UL * 1024, 'x'), ""}).value().status,
              431U);
}

TEST(ControlClient, NamesTheNextCommandWhenNobodyListens)
{
    const scratch_folder folder;
    const std::string expected = "no daemon listens on " + folder.socket().string() +
                                 ": is it running? (systemctl status trunkwarden; trunkwarden run)";
    EXPECT_EQ(ask_daemon(folder.socket(), {}).error().what, expected);
    {
        const rude_listener dead(folder.socket(), [](int) {});
    }
    EXPECT_EQ(ask_daemon(folder.socket(), {}).error().what, expected) << "its file alone is no daemon";
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
    const scratch_folder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    const server_on_socket server(folder.socket());
    constexpr gid_t daemon_group = 1;  // on every Debian; root need not be in it
    ASSERT_EQ(::chown(folder.socket().c_str(), 0, daemon_group), 0);
    std::string refused;
    {
        const somebody_else stranger;
        ASSERT_TRUE(stranger.became());
        const auto outcome = ask_daemon(folder.socket(), {});
        refused = outcome ? "let in" : outcome.error().what;
    }
    EXPECT_THAT(refused, HasSubstr("members of group daemon (sudo usermod -aG daemon"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    {
        const somebody_else stranger;
        const auto outcome = ask_daemon(folder.socket(), {});
        refused = outcome ? "let in" : outcome.error().what;
    }
    EXPECT_THAT(refused, HasSubstr("you may not connect to")) << "the folder may not even be entered";
}

TEST(ControlClient, GivesUpOnADaemonThatHangs)
{
    const scratch_folder folder;
    std::promise<void> done;
    const auto wait = done.get_future().share();
    const rude_listener hangs(folder.socket(), [wait](int) { wait.wait(); });
    const auto start = steady_clock::now();
    const auto failed = ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience);
    const auto took = steady_clock::now() - start;
    done.set_value();
    EXPECT_EQ(failed.error().kind, errc::timed_out);
    EXPECT_THAT(failed.error().what, HasSubstr("did not answer within 300 ms"));
    EXPECT_THAT(failed.error().what, HasSubstr("journalctl -u trunkwarden"));
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 5s);
}

TEST(ControlClient, GivesUpOnADaemonThatDripsItsAnswer)
{
    const scratch_folder folder;
    const rude_listener drips(folder.socket(), [](int client) {
        while (::send(client, "x", 1, MSG_NOSIGNAL) == 1)
            std::this_thread::yield();
    });
    const patience limits{300ms, 1UL << 40U};
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, limits).error().kind, errc::timed_out);
}

TEST(ControlClient, StopsReadingAnAnswerThatIsTooLarge)
{
    const scratch_folder folder;
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
        const scratch_folder folder;
        const rude_listener liar(folder.socket(), saying(lie));
        EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().kind,
                  errc::not_understood)
            << lie;
    }
}

TEST(ControlClient, SaysThatADaemonEndedInsteadOfAnswering)
{
    const scratch_folder folder;
    const rude_listener dies(folder.socket(), [](int client) { take_request(client); });
    EXPECT_THAT(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().what,
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
    EXPECT_EQ(failed.error().what, "\\u{1b}[2J\\u{d}\\u{a}all is well");
}

}  // namespace
}  // namespace trunkwarden
