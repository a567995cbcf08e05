#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The checks of `doctor` on the API: which lists the key may not read, and how the API answers. And on the
// receiver of the heartbeat.

namespace trunkwarden::end_to_end {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Doctor : public testing::Test {
protected:
    outcome doctor(std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(), "doctor");
        return run_binary(account_.command_line(std::move(more)));
    }
    void refuse(const std::string& path, int status)
    {
        account_.fault(fmt::format(R"({{"path": "{}", "kind": "status", "status": {}}})", path, status));
    }

    watched_account account_;
};

TEST_F(Doctor, SaysThatTheKeyMayReadEverything)
{
    EXPECT_THAT(doctor().out, HasSubstr("ok    lists production: the key may read "));
}

TEST_F(Doctor, SaysOfEachRefusedListWhatThatHides)
{
    refuse("/ips", 403);
    refuse("/wireguard_peers", 404);
    const auto seen = doctor().out;
    EXPECT_THAT(seen,
                AllOf(HasSubstr("warn  lists production: GET /ips: 403 Forbidden, so ips is not seen. "),
                      HasSubstr("accepted_blind_spots"), Not(HasSubstr("/wireguard_peers"))));
}

TEST_F(Doctor, NamesThePermissionThatEachRefusedListNeeds)
{
    for (const char* path : {"/ips", "/iam/settings"})
        refuse(path, 403);
    const auto seen = doctor().out;
    EXPECT_THAT(seen,
                AllOf(HasSubstr("give the key's user the right to read it; with IAM, the action that GET "
                                "/v2/iam/actions shows for GET /v2/ips ("),
                      HasSubstr("only a key of the organisation's owner may read it; with IAM, the action "
                                "iam_settings.read (")));
}

TEST_F(Doctor, NamesManagedAccountsThatNobodyWatches)
{
    EXPECT_THAT(doctor().out,
                HasSubstr("warn  managed accounts production: nobody watches 1 managed account: "
                          "Example Reseller (e1b0c4d2-6a7f-4b8e-9d21-0f3a5c7e9b01)"));
}

TEST_F(Doctor, NamesThePortThatMayBeBlocked)
{
    account_.settings_file();  // there is none to edit before
    account_.edit_settings([](std::string& text) {
        const auto at = text.find("api_url: ");
        text.replace(at, text.find('\n', at) - at,
                     "api_url: https://127.0.0.1:9/v2");  // nobody listens there
    });
    EXPECT_THAT(doctor().out, HasSubstr("may block port 9"));
}

TEST_F(Doctor, EndsTheRoundWhenTheApiRefusesMoreRequests)
{
    refuse("/ips", 429);
    EXPECT_THAT(doctor().out,
                AllOf(HasSubstr("GET /ips: 429"), ContainsRegex("[0-9]+ of [0-9]+ lists were asked for")));
}

TEST_F(Doctor, NamesNoListWhenTheKeyIsRejected)
{
    account_.folder.write("key", "KEY_CANARY_wrong");
    EXPECT_THAT(doctor().out, AllOf(HasSubstr("rejects the key (401)"), Not(HasSubstr("lists production")),
                                    Not(HasSubstr("CANARY"))));
}

TEST_F(Doctor, ProbesTheApiForNamesAndShowsNoValue)
{
    refuse("/ips", 403);
    const auto seen = doctor({"--probe-api", "--account=production"});
    EXPECT_EQ(seen.exit_code, 0) << seen.err;
    EXPECT_THAT(seen.out, AllOf(HasSubstr("account 1: "), HasSubstr("headers of every answer: "),
                                HasSubstr("content-type"), HasSubstr("beside the items: meta"),
                                ContainsRegex("GET /ips[^ ]* 403\n"), HasSubstr("outbound.channel_limit"),
                                Not(HasSubstr("CANARY")), Not(HasSubstr("production"))));
    const auto values = {"203.0.113.", "acme", "+1312", "sip.telnyx.com"};
    for (const char* value : values)
        EXPECT_THAT(seen.out, Not(HasSubstr(value)));
}

TEST_F(Doctor, ProbesAnAccountOfTheSettings)
{
    const auto seen = doctor({"--probe-api", "--account=other"});
    EXPECT_EQ(seen.exit_code, 1);
    EXPECT_THAT(seen.err, HasSubstr("no account other"));
    EXPECT_NE(doctor({"--account=production"}).exit_code, 0) << "it is an option of --probe-api";
}

TEST_F(Doctor, LooksAtTheCertificateOfTheHeartbeatsReceiver)
{
    const receiver listener({.over = receiver_options::speaks::tls});
    account_.folder.write("beat_url", listener.url() + "/CANARY\n");
    account_.more("alerts: {heartbeat: {url_file: beat_url}}\n");
    EXPECT_THAT(doctor().out, HasSubstr("fail  heartbeat: the certificate of 127.0.0.1"));
    account_.folder.write("beat.pem", listener.authority());
    account_.more("alerts: {heartbeat: {url_file: beat_url, tls_config: {ca_file: beat.pem}}}\n");
    EXPECT_THAT(doctor().out, AllOf(HasSubstr("ok    heartbeat: the certificate is valid until "),
                                    Not(HasSubstr("fail  heartbeat")), Not(HasSubstr("CANARY"))));
    EXPECT_TRUE(listener.requests().empty()) << "it sends nothing";
}

// Of this process and the programs that it starts.
class scoped_limit {
public:
    scoped_limit(__rlimit_resource_t resource, rlim_t limit) : resource_(resource)
    {
        ::getrlimit(resource_, &before_);
        auto lower = before_;
        lower.rlim_cur = limit;
        ::setrlimit(resource_, &lower);
    }
    ~scoped_limit() { ::setrlimit(resource_, &before_); }
    scoped_limit(const scoped_limit&) = delete;
    scoped_limit& operator=(const scoped_limit&) = delete;

private:
    __rlimit_resource_t resource_;
    struct rlimit before_ = {};
};

TEST_F(Doctor, SeesLimitsThatADaemonWouldRunInto)
{
    EXPECT_THAT(doctor().out, HasSubstr("ok    limits: "));
    const scoped_limit files(RLIMIT_NOFILE, 64);
    const scoped_limit size(RLIMIT_FSIZE, 1'024'000);
    EXPECT_THAT(doctor().out, AllOf(HasSubstr("warn  limits: 64 files"),
                                    HasSubstr("warn  limits: a file may have 1024000 bytes")));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
