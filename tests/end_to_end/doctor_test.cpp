#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <sys/resource.h>

#include "catalogue/catalogue.hpp"
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
    const auto resources = std::size(catalogue) - 1;  // no request shows two-factor authentication
    EXPECT_THAT(
        doctor().out,
        HasSubstr(fmt::format("ok    lists production: the key may read {0} of {0} resources", resources)));
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

// Everything that the daemon reads, not only plain lists.
TEST_F(Doctor, SaysWhatIsHiddenByEachOtherRequestThatIsRefused)
{
    const std::map<std::string, std::string> hides = {
        {"/balance", "GET /balance: 403 Forbidden, so spending is not seen. "},
        {"/usage_reports", "GET /usage_reports: 403 Forbidden, so traffic is not seen. "},
        {"/detail_records", "GET /detail_records: 403 Forbidden, so traffic is not seen. "},
        {"/audit_events", "GET /audit_events: 403 Forbidden. Not known then: The author and the time"},
        {"/iam/access_logs", "GET /iam/access_logs: 403 Forbidden. Not known then: The author of changes"},
        {"/connections/count",
         "GET /connections/count: 403 Forbidden. Not known then: Whether a list is short"},
        {"/sip_registration_status",
         "GET /sip_registration_status: 403 Forbidden, so registrations is not seen. "},
        {"/fqdn_connections/*",
         "GET /fqdn_connections/{id}/fqdn_authentication: 403 Forbidden, so fqdn_authentication is not "},
        {"/connections/*",
         "GET /connections/{id}/active_calls: 403 Forbidden, so active_calls is not seen. "}};
    for (const auto& [path, words] : hides)
        refuse(path, 403);
    const auto seen = doctor().out;
    for (const auto& [path, words] : hides)
        EXPECT_THAT(seen, HasSubstr("warn  lists production: " + words)) << path;
    EXPECT_THAT(seen, AllOf(HasSubstr("GET /v2/iam/actions shows for GET /v2/balance ("),
                            HasSubstr("iam_access_logs.read ("), Not(HasSubstr("ok    lists production"))));

    account_.control("clear_faults");
    refuse("/usage_reports/options", 403);
    EXPECT_THAT(doctor().out,
                HasSubstr("GET /usage_reports/options: 403 Forbidden, so traffic is not seen. "));
}

TEST(DoctorWithBlindSpots, TakesWhatTheSettingsAccept)
{
    watched_account account({.account_extra = "    accepted_blind_spots: [spending, iam_settings]\n"});
    for (const char* path : {"/balance", "/iam/settings", "/iam/access_logs"})
        account.fault(fmt::format(R"({{"path": "{}", "kind": "status", "status": 403}})", path));
    EXPECT_THAT(
        run_binary(account.command_line({"doctor"})).out,
        ContainsRegex("ok    lists production: the key may read [0-9]+ of [0-9]+ resources; 2 may not be "
                      "read, and the settings accept that\n"));
}

TEST_F(Doctor, TriesTheOtherListOfApiKeysWhereIamRefuses)
{
    refuse("/iam/api_keys", 403);
    EXPECT_THAT(doctor().out, HasSubstr("ok    lists production: the key may read "));
    refuse("/api_keys", 403);
    EXPECT_THAT(doctor().out, AllOf(HasSubstr("GET /iam/api_keys: 403 Forbidden, so api_keys is not seen. "),
                                    HasSubstr("GET /api_keys: 403 Forbidden, so api_keys is not seen. "),
                                    HasSubstr("the action api_keys.read")));
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
                                ContainsRegex("GET /balance 200, 1 item\n"), HasSubstr("available_credit"),
                                HasSubstr("GET /fqdn_connections/{id}/fqdn_authentication 200, 1 item\n"),
                                Not(HasSubstr("CANARY")), Not(HasSubstr("production"))));
    const auto values = {"203.0.113.", "acme", "+1312", "sip.telnyx.com", "dana@example.com"};
    for (const char* value : values)
        EXPECT_THAT(seen.out, Not(HasSubstr(value)));
}

// A member that only one object alone shows, or /whoami, is noticed as well as one of a list.
TEST_F(Doctor, ProbesSingleObjectsAndTheOwnerOfTheKey)
{
    for (const char* path : {"/ips/*", "/whoami"})
        account_.fault(fmt::format(
            R"({{"path": "{}", "kind": "replaced_text", "from": "{{\"data\":{{", "to": "{{\"data\":{{\"new_member\":\"CANARY\","}})",
            path));
    const auto seen = doctor({"--probe-api"}).out;
    const auto about = [&seen](const std::string& request) {
        const auto begin = seen.find(request);
        return begin == std::string::npos ? request + " is missing"
                                          : seen.substr(begin, seen.find("\nGET ", begin) - begin);
    };
    EXPECT_THAT(about("GET /whoami 200, 1 item\n"),
                AllOf(ContainsRegex("watched:[^:]* organization_id"),
                      ContainsRegex("not in the catalogue:[^:]*new_member")));
    EXPECT_THAT(about("GET /ips/{id} 200, 1 item\n"),
                AllOf(ContainsRegex("watched:[^:]* ip_address"),
                      ContainsRegex("not in the catalogue:[^:]*new_member")));
    for (const char* request :
         {"GET /ai/assistants/{id} 200, 1 item\n", "GET /phone_numbers/{id}/voice 200, "})
        EXPECT_THAT(seen, HasSubstr(request));
    EXPECT_THAT(seen, AllOf(Not(HasSubstr("CANARY")), Not(HasSubstr("/managed_accounts/{id}"))))
        << "alone, a managed account comes with its keys in clear";
}

TEST_F(Doctor, SaysWhatCannotBeDoneWhereASingleObjectIsRefused)
{
    refuse("/ips/*", 403);
    refuse("/whoami", 403);
    EXPECT_THAT(
        doctor().out,
        AllOf(HasSubstr("GET /ips/{id}: 403 Forbidden. Not known then: Whether one of ips is still as "
                        "the list shows it: nothing is done about it then."),
              HasSubstr("GET /whoami: 403 Forbidden. Not known then: The organisation and the user")));
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
