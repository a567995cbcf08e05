#include "support/systemd_notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

// The daemon's messages to systemd: the datagrams of sd_notify(3).

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Where a service manager listens.
class manager_socket {
public:
    // `name` begins with "@": in the abstract namespace.
    explicit manager_socket(std::string name)
        : name_(std::move(name)), end_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, name_.data(), name_.size());
        if (name_.front() == '@')
            at.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
        if (::bind(end_.get(), reinterpret_cast<const sockaddr*>(&at), size) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot bind " + name_);
    }

    const std::string& name() const { return name_; }
    const std::vector<std::string>& heard() const { return heard_; }

    // The one that was waited for last.
    const std::string& last() const { return heard_.at(looked_at_ - 1); }

    // Whether one that begins so comes in time, after those that were waited for before.
    bool hears(std::string_view beginning, std::chrono::milliseconds within = 20s)
    {
        const auto deadline = daemon_process::clock::now() + within;
        for (;; take_one(deadline)) {
            for (; looked_at_ < heard_.size(); ++looked_at_)
                if (heard_[looked_at_].starts_with(beginning))
                    return ++looked_at_, true;
            if (daemon_process::clock::now() >= deadline)
                return false;
        }
    }

private:
    void take_one(daemon_process::clock::time_point deadline)
    {
        pollfd polled{end_.get(), POLLIN, 0};
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - daemon_process::clock::now());
        if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) <= 0)
            return;
        std::array<char, 2048> text{};
        const auto size = ::recv(end_.get(), text.data(), text.size(), 0);
        if (size > 0)
            heard_.emplace_back(text.data(), static_cast<std::size_t>(size));
    }

    std::string name_;
    pipe_end end_;
    std::vector<std::string> heard_;
    std::size_t looked_at_ = 0;
};

TEST(SystemdNotifier, HearsThatItIsReadyHowItGoesThatItReloadsAndThatItStops)
{
    watched_account account({.poll = std::string(quick)});
    account.attack("add_ip");
    manager_socket manager(account.folder.file("notify"));
    daemon_process daemon(account.command_line({"run"}),
                          {"NOTIFY_SOCKET=" + manager.name(), "WATCHDOG_USEC=600000"});
    ASSERT_TRUE(manager.hears("READY=1"));
    EXPECT_TRUE(
        manager.hears("STATUS=1 account, 0 findings, not every account has been read completely yet"));
    EXPECT_TRUE(manager.hears("STATUS=1 account, 1 finding, last complete reading "));

    const auto before = daemon_process::clock::now();
    for (int times = 0; times < 5; ++times)
        EXPECT_TRUE(manager.hears("WATCHDOG=1"));
    EXPECT_LT(daemon_process::clock::now() - before, 5 * 600ms) << "later than the manager waits";

    daemon.signal(SIGHUP);
    EXPECT_TRUE(manager.hears("RELOADING=1\nMONOTONIC_USEC="));
    const auto& reloading = manager.last();
    const auto said_at = std::chrono::microseconds(std::stoll(reloading.substr(reloading.rfind('=') + 1)));
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    EXPECT_LE(said_at, now);
    EXPECT_GT(said_at, now - 20s);
    EXPECT_TRUE(manager.hears("READY=1"));
    daemon.signal(SIGTERM);
    EXPECT_TRUE(manager.hears("STOPPING=1"));
    EXPECT_EQ(daemon.wait().exit_code, 0);
}

TEST(SystemdNotifier, HearsWhyEditedFilesAreNotTakenUntilTheyAre)
{
    watched_account account({.poll = std::string(quick)});
    manager_socket manager(account.folder.file("notify"));
    daemon_process daemon(account.command_line({"run"}), {"NOTIFY_SOCKET=" + manager.name()});
    ASSERT_TRUE(manager.hears("STATUS=1 account, 0 findings, last complete reading "));
    account.folder.write("baseline.yml", "version: 1\nipz: []\nfqdnz: []\n");
    daemon.signal(SIGHUP);
    ASSERT_TRUE(manager.hears("STATUS=edited files are not taken ("));
    EXPECT_THAT(manager.last(), AllOf(HasSubstr("baseline.yml:2:1"), HasSubstr("ipz"),
                                      HasSubstr(", and 1 more); 1 account, ")));
    daemon.signal(SIGHUP);
    EXPECT_TRUE(manager.hears("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_TRUE(manager.hears("READY=1")) << "else the service manager waits until its time limit";
    account.folder.write("baseline.yml", text_of_file(demo_baseline));
    daemon.signal(SIGHUP);
    EXPECT_TRUE(manager.hears("STATUS=1 account, 0 findings, last complete reading "));
}

TEST(SystemdNotifier, StopsSayingThatItIsAliveWhenItsLoopHangs)
{
    watched_account account({.poll = std::string(quick)});
    manager_socket manager("@trunkwarden-test-" + std::to_string(::getpid()));
    daemon_process daemon(account.command_line({"run"}),
                          {"NOTIFY_SOCKET=" + manager.name(), "WATCHDOG_USEC=600000"});
    ASSERT_TRUE(manager.hears("WATCHDOG=1"));
    daemon.signal(SIGSTOP);
    while (manager.hears("WATCHDOG=1", 300ms)) {
    }
    EXPECT_FALSE(manager.hears("WATCHDOG=1", 1s));
    daemon.signal(SIGCONT);
    EXPECT_TRUE(manager.hears("WATCHDOG=1"));
}

TEST(SystemdNotifier, DoesNotStartItAgainAndAgainWithFilesThatAreNotValid)
{
    watched_account account({.baseline = "version: 1\nipz: []\n"});
    manager_socket manager(account.folder.file("notify"));
    const auto words = account.command_line({"run"});
    daemon_process managed(words, {"NOTIFY_SOCKET=" + manager.name()});
    EXPECT_EQ(managed.wait().exit_code, 78) << "EX_CONFIG, for RestartPreventExitStatus=";
    EXPECT_THAT(manager.heard(), Not(Contains("READY=1")));
    EXPECT_EQ(run_binary(words).exit_code, 1) << "as every error";
}

TEST(SystemdNotifier, ThatDoesNotListenDoesNotMatter)
{
    watched_account account({.poll = std::string(quick)});
    daemon_process daemon(account.command_line({"run", "--sweeps=1"}),
                          {"NOTIFY_SOCKET=" + account.folder.file("nobody"), "WATCHDOG_USEC=nonsense"});
    EXPECT_EQ(daemon.wait().exit_code, 0);
}

TEST(SystemdNotifier, ProblemsInFilesAreEntriesOfTheLogForPrograms)
{
    watched_account account({.baseline = "version: 1\nipz: []\n"});
    const auto ended = run_binary(account.command_line({"run", "--log.format=json"}));
    EXPECT_EQ(ended.exit_code, 1);
    const auto line = json::parse(ended.err.substr(0, ended.err.find('\n'))).as_object();
    EXPECT_EQ(line.at("level").as_string(), "error");
    EXPECT_THAT(std::string(line.at("problem").as_string()),
                AllOf(HasSubstr("baseline.yml:2:1"), HasSubstr("ipz")));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
