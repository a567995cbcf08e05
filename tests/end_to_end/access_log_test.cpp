#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"

// A change of which the audit log says nothing: the access log of IAM names its author.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class AccessLogWatched : public testing::Test {
protected:
    AccessLogWatched()
        : account({.poll = "{requests_per_second: 1000, interval: 300ms, large_interval: 300ms, timeout: 5s, "
                           "audit_interval: 1s}",
                   .listen = "127.0.0.1:0"})
    {
    }

    // Lee, who is no owner, changes the address of a trunk.
    void change_silently()
    {
        account.control("patch", R"({"path": "/ips", "id": "1293384261075731520", "changes": {"port": 6001},
                                     "user_id": "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02", "audit": false})");
    }

    // The answer of the daemon once it holds this text; else the last one.
    static std::string answer_with(daemon_process& daemon, std::uint16_t port, std::string_view path,
                                   std::string_view text)
    {
        std::string body;
        for (int i = 0; i < 400; ++i) {
            body = http_get(port, path).body;
            if (body.find(text) != std::string::npos)
                break;
            daemon.follow(100ms);
        }
        return body;
    }

    watched_account account;
};

TEST_F(AccessLogWatched, NamesTheAuthorThatTheAuditLogLacks)
{
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("result=complete"), "");
    change_silently();
    ASSERT_NE(daemon.line_with("finding opened"), "");
    EXPECT_THAT(answer_with(daemon, port, "/api/v1/findings", "lee@example.com"),
                HasSubstr("lee@example.com"));
    EXPECT_THAT(http_get(port, "/api/v1/coverage").body, HasSubstr(R"("not_proven":[])"));
    end(daemon);
}

TEST_F(AccessLogWatched, ThatIsRefusedIsToldInTheCoverage)
{
    account.control("fault", R"({"path": "/iam/access_logs", "kind": "status", "status": 403})");
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("result=complete"), "");
    change_silently();
    const auto told = answer_with(daemon, port, "/api/v1/coverage", "the author of a change is not known");
    EXPECT_THAT(told, HasSubstr("the author of a change is not known where the audit log names nobody"));
    EXPECT_THAT(told, HasSubstr("/iam/access_logs"));
    EXPECT_THAT(told, HasSubstr("403"));
    end(daemon);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
