#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The real binary says that it sees, as long as it does.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class HeartbeatOfTheDaemon : public testing::Test {
protected:
    HeartbeatOfTheDaemon()
    {
        account.folder.write("beat_url", listener.url() + "/CANARY\n");
        daemon = std::make_unique<daemon_process>(account.command_line({"run", "--log.level=debug"}));
        port = port_of(*daemon);
    }

    // Whether the receiver gets a request within ten seconds from now.
    bool beats()
    {
        listener.forget();
        return listener.wait_for(1, 10s);
    }
    std::string status() const { return run_binary(account.command_line({"status"})).out; }
    bool status_says(std::string_view words) const
    {
        for (int tries = 0; tries < 100; ++tries) {
            if (status().find(words) != std::string::npos)
                return true;
            daemon->follow(100ms);
        }
        return false;
    }

    receiver listener;
    watched_account account{{.poll = "{requests_per_second: 1000, interval: 200ms, large_interval: 200ms, "
                                     "usage_interval: 200ms, timeout: 1s, stale_after: 2s}",
                             .listen = "127.0.0.1:0",
                             .more = "alerts: {heartbeat: {url_file: beat_url, interval: 1s}}\n"}};
    std::unique_ptr<daemon_process> daemon;
    std::uint16_t port = 0;
};

TEST_F(HeartbeatOfTheDaemon, GoesOnWhateverAThiefDoesAndEndsWhenTheAccountCannotBeRead)
{
    ASSERT_TRUE(listener.wait_for(1));
    EXPECT_EQ(listener.requests()[0].method, "GET");
    EXPECT_EQ(listener.requests()[0].target, "/CANARY");
    account.attack("add_ip");
    ASSERT_NE(daemon->line_with("finding opened"), "");
    EXPECT_TRUE(beats()) << "a finding is no reason to say nothing";
    EXPECT_TRUE(status_says("heartbeat     last taken"));
    EXPECT_GT(
        metric(http_get(port, "/metrics").body, "trunkwarden_heartbeat_last_success_timestamp_seconds", {}),
        0);

    account.fault(R"({"path": "/ips", "kind": "status", "status": 500})");
    EXPECT_TRUE(status_says("held back, because ips of account production was not read"));
    listener.forget();
    daemon->follow(2s);
    EXPECT_TRUE(listener.requests().empty()) << "who cannot see must not say that all is well";
    account.control("clear_faults");
    EXPECT_TRUE(beats());
    const auto log = end(*daemon);
    EXPECT_THAT(log, Not(HasSubstr("CANARY")));
}

TEST_F(HeartbeatOfTheDaemon, ThatIsNotTakenIsSaidInStatusLogAndMetricsAndAReloadEndsIt)
{
    ASSERT_TRUE(listener.wait_for(1));
    listener.script({{.status = 404}});
    EXPECT_NE(daemon->line_with("the heartbeat is not taken", 10s), "");
    EXPECT_TRUE(status_says("the heartbeat is not taken"));
    EXPECT_GT(metric(http_get(port, "/metrics").body, "trunkwarden_heartbeat_failures_total", {}), 0);
    account.more("");
    account.settings_file();
    EXPECT_NE(daemon->line_with("alerts.heartbeat removed", 10s), "");
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_THAT(status(), Not(HasSubstr("heartbeat")));
    end(*daemon);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
