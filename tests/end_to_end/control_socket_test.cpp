#include "web/control_socket.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include "end_to_end/socket_daemon.hpp"
#include "support/json_view.hpp"

// The daemon's side of the control socket.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

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

result<listening_socket> try_to_listen(const std::filesystem::path& at)
{
    static asio::io_context io;
    return listen_on_socket(io.get_executor(), at);
}

TEST(ControlSocket, CarriesQuestionsAndAnswers)
{
    const socket_folder folder;
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
    const socket_folder folder;
    const server_on_socket server(folder.socket());
    const auto refused =
        ask_api(folder.socket(), {"POST", "/api/v1/findings/f-3b1c9a70d2e4/ack", R"({"reason": ""})"});
    EXPECT_EQ(refused.error().message, "\"reason\" is empty: why is this finding acknowledged?");
    EXPECT_EQ(ask_api(folder.socket(), {"GET", "/api/v1/nothing", ""}).error().kind, errc::not_found);
}

TEST(ControlSocket, IsForOwnerAndGroupWhateverTheUmask)
{
    const socket_folder folder;
    for (const mode_t mask : {0U, 022U, 077U, 0777U}) {
        const auto before = ::umask(mask);
        const auto listening = try_to_listen(folder.socket());
        ::umask(before);
        ASSERT_TRUE(listening) << listening.error().message;
        EXPECT_EQ(mode_of(folder.socket()), 0660U);
    }
}

TEST(ControlSocket, TakesItsFileAwayWhenItEnds)
{
    const socket_folder folder;
    server_on_socket server(folder.socket());
    EXPECT_TRUE(is_there(folder.socket()));
    server.cancel();
    EXPECT_FALSE(is_there(folder.socket()));
    EXPECT_FALSE(ask_daemon(folder.socket(), {"GET", "/", ""}));
}

TEST(ControlSocket, LeavesAFileThatHasTakenItsPlace)
{
    const socket_folder folder;
    server_on_socket server(folder.socket());
    std::filesystem::rename(folder.socket(), folder.path() / "elsewhere");
    std::ofstream(folder.socket()) << "mine";
    server.cancel();
    EXPECT_TRUE(is_there(folder.socket()));
}

TEST(ControlSocket, ReplacesWhatADeadDaemonLeft)
{
    const socket_folder folder;
    {
        const rude_listener dead(folder.socket(), [](int) {});
    }
    ASSERT_TRUE(is_there(folder.socket())) << "it did not clean up";
    const server_on_socket server(folder.socket());
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/-/healthy", ""}).value().status, 200U);
}

TEST(ControlSocket, DoesNotPushALivingDaemonAside)
{
    const socket_folder folder;
    const server_on_socket first(folder.socket());
    const auto second = try_to_listen(folder.socket());
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message,
                HasSubstr("another trunkwarden answers on " + folder.socket().string()));
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/-/healthy", ""}).value().status, 200U);
}

TEST(ControlSocket, DoesNotPushAsideADaemonWhoseQueueIsFull)
{
    const socket_folder folder;
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
    EXPECT_THAT(try_to_listen(folder.socket()).error().message, HasSubstr("another trunkwarden answers"));
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/", ""}, short_patience).error().kind, errc::timed_out);
    done.set_value();
    for (const int client : waiting)
        ::close(client);
}

TEST(ControlSocket, RefusesToReplaceWhatIsNoSocket)
{
    const socket_folder folder;
    std::ofstream(folder.socket()) << "precious";
    EXPECT_THAT(try_to_listen(folder.socket()).error().message,
                HasSubstr("no socket is there: move it away"));
    EXPECT_TRUE(std::filesystem::is_regular_file(folder.socket()));
    std::filesystem::remove(folder.socket());
    std::filesystem::create_symlink(folder.path() / "target", folder.socket());
    EXPECT_THAT(try_to_listen(folder.socket()).error().message, HasSubstr("no socket is there"));
    std::filesystem::remove(folder.socket());
    std::filesystem::create_directory(folder.socket());
    EXPECT_THAT(try_to_listen(folder.socket()).error().message, HasSubstr("no socket is there"));
}

TEST(ControlSocket, NamesTheWayOutOfAFolderThatIsMissingAndAPathThatIsTooLong)
{
    const socket_folder folder;
    EXPECT_THAT(try_to_listen(folder.path() / "no" / "control.sock").error().message,
                testing::AllOf(HasSubstr("does not exist"), HasSubstr("RuntimeDirectory=trunkwarden"),
                               HasSubstr("control_socket")));
    EXPECT_THAT(try_to_listen(folder.path() / std::string(120, 'x')).error().message,
                HasSubstr("1 to 107 bytes"));
    EXPECT_THAT(try_to_listen("").error().message, HasSubstr("1 to 107 bytes"));
}

TEST(ControlSocket, AnswersFortyClientsAtOnce)
{
    const socket_folder folder;
    const server_on_socket server(folder.socket());
    std::vector<std::future<bool>> clients;
    for (int number = 0; number < 40; ++number)
        clients.push_back(std::async(std::launch::async, [&folder] {
            const auto answer = ask_api(folder.socket(), {"GET", "/api/v1/status", ""});
            return answer && answer->at("summary") == "1 open finding, 1 critical.";
        }));
    for (auto& client : clients)
        EXPECT_TRUE(client.get());
}

TEST(ControlSocket, TakesNoMoreThanSixtyFourKilobytesAndSaysSoInJson)
{
    const socket_folder folder;
    const server_on_socket server(folder.socket());
    const std::string path = "/api/v1/findings/f-3b1c9a70d2e4/ack";
    const auto large = ask_daemon(folder.socket(), {"POST", path, std::string(70UL * 1024, ' ')}).value();
    EXPECT_EQ(large.status, 413U);
    EXPECT_THAT(data_of(large).error().message, HasSubstr("larger than this server takes"));
    const std::string fits = R"({"reason": "x"})" + std::string(63UL * 1024, ' ');
    EXPECT_EQ(ask_daemon(folder.socket(), {"POST", path, fits}).value().status, 200U);
    EXPECT_EQ(ask_daemon(folder.socket(), {"GET", "/" + std::string(20UL * 1024, 'x'), ""}).value().status,
              431U);
}

}  // namespace
}  // namespace trunkwarden
