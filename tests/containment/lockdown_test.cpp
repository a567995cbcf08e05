#include "containment/lockdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <functional>

#include "containment/lockdown_evidence.hpp"
#include "containment/lockdown_world.hpp"

// The playbook against an account in process: the order of its steps, its outcome when the API lies, and the
// secrets that it makes.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using fakes::text_of_file;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(LockdownOfAnAccount, ClosesEveryWayInBeforeTheFirstNewSecret)
{
    for (const char* name : {"add_api_key", "add_oauth_client", "add_oauth_grant", "add_user"})
        attack(name);
    const auto went = lock_down();
    EXPECT_TRUE(went.ways.open.empty()) << went.ways.open.front();
    const auto first_secret =
        std::min(place_of_write("PATCH /credential_connections/" + pbx + " {\"password\""),
                 place_of_write("POST /messaging_profiles"));
    ASSERT_LT(first_secret, api->written.size());
    for (const char* closes : {"POST /iam/api_keys/", "DELETE /oauth_clients/", "DELETE /oauth_grants/",
                               "POST /organizations/users/"})
        EXPECT_LT(place_of_write(closes), first_secret) << closes;
    EXPECT_THAT(went.ways.trusted, Contains(HasSubstr("provisioning"))) << "what stays is named";
    for (const auto& name : went.ways.trusted)
        EXPECT_THAT(name, Not(HasSubstr("API key trunkwarden"))) << "its own is no question";
}

TEST_F(LockdownOfAnAccount, AnnouncesEachRequestAndTellsHowItLeftTheObject)
{
    const auto went = lock_down();
    EXPECT_EQ(announced.size(), api->written.size());
    for (const auto& each : announced)
        EXPECT_EQ(each.now, own_change::stage::sending);
    const auto& rotated = about(went, "new password for credential connection office-pbx").change;
    EXPECT_EQ(rotated.now, own_change::stage::done);
    EXPECT_EQ(rotated.resource, "credential_connections");
    EXPECT_EQ(rotated.object_id, pbx);
    EXPECT_EQ(rotated.secret, "password");
    EXPECT_TRUE(rotated.fields.empty()) << "a secret is no field that a finding may be about";
    EXPECT_EQ(rotated.left.size(), 32U);
    EXPECT_TRUE(about(went, "switch off auto-recharge").change.fields.contains("enabled"));
    const auto second = lock_down();
    for (const auto& each : second.outcomes)
        EXPECT_TRUE(each.change.resource.empty()) << "nothing was sent: " << each.item.words;
}

TEST_F(LockdownOfAnAccount, SecretsOfARunThatLeftAWayInHaveToBeMadeAgain)
{
    attack("add_api_key");
    api->write_goes = [](const api_write& write) {
        return write.target.starts_with("/iam/api_keys") ? mishap::refused_422 : mishap::none;
    };
    const auto first = lock_down();
    EXPECT_THAT(first.ways.open, Contains(HasSubstr("API key ci-deploy-2 is unknown")));
    const auto exposed = password_in_force();
    EXPECT_THAT(for_people(), HasSubstr(exposed));

    api->write_goes = [](const api_write&) { return mishap::none; };
    const auto second = lock_down();
    EXPECT_TRUE(second.ways.open.empty());
    EXPECT_EQ(about(second, "new password for credential connection office-pbx").went, status::left);
    EXPECT_THAT(about(second, "new password for credential connection office-pbx").detail,
                HasSubstr("--rotate-again"));
    EXPECT_EQ(password_in_force(), exposed);

    const auto again = lock_down(true);
    EXPECT_EQ(about(again, "new password for credential connection office-pbx").went, status::done);
    EXPECT_NE(password_in_force(), exposed);
    EXPECT_THAT(for_people(), HasSubstr(password_in_force()));
    EXPECT_THAT(for_people(), Not(HasSubstr(exposed)));

    const auto last = lock_down();
    EXPECT_EQ(about(last, "new password for credential connection office-pbx").went, status::not_needed);
    EXPECT_TRUE(api->written.empty());
}

TEST_F(LockdownOfAnAccount, AWayInThatCannotBeReadMayBeOpen)
{
    for (const char* path : {"/iam/api_keys", "/organizations/users", "/oauth_clients", "/oauth_grants",
                             "/authentication_providers"}) {
        std::filesystem::remove_all(where);
        start();
        api->cannot_read = [path](const std::string& target) { return target == path; };
        EXPECT_THAT(lock_down().ways.open, Contains(HasSubstr("could not be read"))) << path;
    }
}

TEST_F(LockdownOfAnAccount, ATrustedWayInThatOpensMoreIsOpenAndOneWithANewNameIsNot)
{
    seeded.change("/api_keys", "d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a02", {{"name", "of another name"}},
                  {"thief", "account_owner", true});
    EXPECT_TRUE(lock_down().ways.open.empty());
    attack("raise_user");
    EXPECT_THAT(lock_down().ways.open, Contains(HasSubstr("billing@example.com differs from the baseline")));
}

TEST_F(LockdownOfAnAccount, AWayThatOpensWhileSecretsAreMadeCounts)
{
    bool opened = false;
    api->after_write = [&](const api_write& write) {
        if (!opened && write.body.find("password") != std::string::npos) {
            opened = true;
            attack("add_api_key");
        }
    };
    EXPECT_THAT(lock_down().ways.open, Contains(HasSubstr("ci-deploy-2")));
    EXPECT_EQ(about(lock_down(), "new password for credential connection office-pbx").went, status::left);
}

TEST_F(LockdownOfAnAccount, ARotationThatDidNothingFailedAndIsTriedAgainWithTheSamePassword)
{
    const auto stolen = password_in_force();
    api->write_goes = [](const api_write& write) {
        return write.body.find("password") != std::string::npos ? mishap::answer_only : mishap::none;
    };
    const auto first = lock_down();
    EXPECT_EQ(about(first, "new password for credential connection office-pbx").went, status::failed);
    EXPECT_EQ(password_in_force(), stolen);
    EXPECT_THAT(for_people(), HasSubstr("not known to be active"));

    api->write_goes = [](const api_write&) { return mishap::none; };
    const auto written_down = for_people();
    const auto second = lock_down();
    EXPECT_EQ(about(second, "new password for credential connection office-pbx").went, status::done);
    EXPECT_THAT(written_down, HasSubstr(password_in_force())) << "it is the one that was written down";
    EXPECT_THAT(for_people(), HasSubstr(password_in_force() + "\tactive since"));
}

TEST_F(LockdownOfAnAccount, AV1SecretThatIsNotNewIsNoNewSecret)
{
    api->write_goes = [](const api_write& write) {
        return write.target.ends_with("regenerate_secret") ? mishap::answer_only : mishap::none;
    };
    EXPECT_EQ(about(lock_down(), "new v1_secret for").went, status::failed);
    api->write_goes = [](const api_write&) { return mishap::none; };
    const auto second = lock_down();
    EXPECT_EQ(about(second, "new v1_secret for").went, status::done);
    EXPECT_THAT(about(second, "new v1_secret for").detail, HasSubstr("read again")) << "it is compared, too";
}

TEST_F(LockdownOfAnAccount, APasswordThatTheApiDoesNotShowCannotBeVerified)
{
    watched->io.api = std::make_unique<masking_api>(std::move(watched->io.api), answers_show::asterisks);
    const auto went = lock_down();
    const auto& outcome = about(went, "new password for credential connection office-pbx");
    EXPECT_EQ(outcome.went, status::done);
    EXPECT_THAT(outcome.detail, HasSubstr("cannot be verified"));
    EXPECT_THAT(for_people(), HasSubstr(password_in_force() + "\tnot known to be active"));
}

TEST_F(LockdownOfAnAccount, APasswordThatOnlyTheAnswerShowsIsVerifiedByTheAnswer)
{
    watched->io.api = std::make_unique<masking_api>(std::move(watched->io.api));
    const auto went = lock_down();
    EXPECT_EQ(about(went, "new password for credential connection office-pbx").went, status::done);
    EXPECT_THAT(for_people(), HasSubstr(password_in_force() + "\tactive since"));
}

TEST_F(LockdownOfAnAccount, AnAnswerThatShowsAnotherPasswordIsNoSuccess)
{
    watched->io.api = std::make_unique<masking_api>(std::move(watched->io.api), answers_show::another);
    const auto went = lock_down();
    EXPECT_EQ(about(went, "new password for credential connection office-pbx").went, status::failed);
    EXPECT_THAT(for_people(), HasSubstr("not known to be active"));
}

TEST_F(LockdownOfAnAccount, ItsOwnWritesAreNoChangesOfHiddenPasswords)
{
    watched->io.api = std::make_unique<masking_api>(std::move(watched->io.api));
    run(sweep(*watched));
    now += 30s;
    seeded.set_time(now);
    seeded.change("/credential_connections", pbx, {{"active", false}}, {"thief", "account_owner", true});
    const auto about_password = [this] {
        return std::ranges::count_if(watched->memory.findings.open().at("credential_connections"),
                                     [](const auto& pair) {
                                         return std::ranges::count(pair.second.deviation.fields, "password",
                                                                   &field_difference::field) > 0;
                                     });
    };
    run(sweep(*watched));
    EXPECT_EQ(about_password(), 1) << "his write is one";
    lock_down();
    EXPECT_GE(api->written.size(), 2U) << "two trunks have new passwords";
    now += 30s;
    seeded.set_time(now);
    run(sweep(*watched));
    EXPECT_EQ(about_password(), 1) << "and stays one, whatever was written since";
}

TEST_F(LockdownOfAnAccount, ATrustedConnectionThatIsOffGetsANewPassword)
{
    const auto stolen = password_in_force();
    seeded.change("/credential_connections", pbx, {{"active", false}}, {"thief", "account_owner", true});
    const auto went = lock_down();
    EXPECT_EQ(seeded.find("/credential_connections", pbx)->at("active"), true) << "it is put back";
    EXPECT_NE(password_in_force(), stolen);
    EXPECT_THAT(for_people(), HasSubstr(password_in_force()));
}

TEST_F(LockdownOfAnAccount, WithoutABaselineOnlyWhatCostsIsSwitchedOff)
{
    basis = lockdown_basis::nothing;
    const auto went = lock_down();
    ASSERT_FALSE(went.outcomes.empty());
    for (const auto& outcome : went.outcomes) {
        EXPECT_TRUE(outcome.item.step == lockdown_step::outbound_profiles ||
                    outcome.item.step == lockdown_step::recharge)
            << outcome.item.words;
        EXPECT_EQ(outcome.went, status::done) << outcome.item.words << outcome.detail;
    }
    for (std::size_t at = 0; at < seeded.size("/outbound_voice_profiles"); ++at)
        EXPECT_EQ(seeded.at("/outbound_voice_profiles", at).at("enabled"), false);
    EXPECT_FALSE(std::filesystem::exists(where / "credentials.txt"));
}

TEST_F(LockdownOfAnAccount, EvidenceThatCouldNotBeReadIsReadByTheNextRun)
{
    run(sweep(*watched));
    std::vector<std::string> holes;
    api->cannot_read = [](const std::string& target) { return target == "/ips"; };
    {
        auto folder = lockdown_folder::open(where, "test").value();
        ASSERT_TRUE(run(keep_evidence(*watched, folder, holes)));
    }
    EXPECT_THAT(holes, Contains(HasSubstr("ips")));
    EXPECT_THAT(text_of_file(where / "evidence.jsonl"), Not(HasSubstr("\"resource\":\"ips\"")));
    api->cannot_read = [](const std::string&) { return false; };
    holes.clear();
    auto folder = lockdown_folder::open(where, "test").value();
    const auto before = api->reads;
    ASSERT_TRUE(run(keep_evidence(*watched, folder, holes)));
    EXPECT_TRUE(holes.empty());
    EXPECT_THAT(text_of_file(where / "evidence.jsonl"), HasSubstr("\"resource\":\"ips\""));
    EXPECT_LT(api->reads - before, 3U) << "what is there is not read again";
}

// The items of a list from the first on, each replaced by this one.
void replace_items(std::string& body, std::size_t count, const json::value& by)
{
    auto page = json::parse(body);
    auto& items = page.at("data").as_array();
    for (std::size_t at = 0; at < std::min(count, items.size()); ++at)
        items[at] = by;
    body = json::serialize(page);
}

// The text of a list with its first object spoiled by a thief, so that nothing of it is kept.
struct spoiled_item {
    const char* name;
    std::function<void(std::string&)> spoil;
};

void PrintTo(const spoiled_item& some, std::ostream* out)
{
    *out << some.name;
}

spoiled_item with_text(const char* name, const std::string& from, const std::string& to)
{
    return {name, [from, to](std::string& body) { body.replace(body.find(from), from.size(), to); }};
}

spoiled_item replaced_by(const char* name, const json::value& by)
{
    return {name, [by](std::string& body) { replace_items(body, 1, by); }};
}

class EvidenceOfASpoiledObject : public LockdownOfAnAccount,
                                 public testing::WithParamInterface<spoiled_item> {};

TEST_P(EvidenceOfASpoiledObject, IsNamedAsLeftAndReadAgainByTheNextRun)
{
    run(sweep(*watched));
    api->spoil = [](const std::string& asked, std::string& body) {
        if (asked == "/ips")
            GetParam().spoil(body);
    };
    std::vector<std::string> holes;
    {
        auto folder = lockdown_folder::open(where, "test").value();
        ASSERT_TRUE(run(keep_evidence(*watched, folder, holes)));
        EXPECT_FALSE(folder.has_evidence("ips"));
        EXPECT_TRUE(folder.has_evidence("fqdns"));
    }
    ASSERT_EQ(holes.size(), 1U);
    EXPECT_THAT(holes[0], testing::AllOf(HasSubstr("an object of ips"), HasSubstr("page 1, item 1")));
    EXPECT_THAT(text_of_file(where / "evidence.jsonl"), HasSubstr("\"resource\":\"ips\""))
        << "the others are kept";
    api->spoil = [](const std::string&, std::string&) {};
    holes.clear();
    auto folder = lockdown_folder::open(where, "test").value();
    ASSERT_TRUE(run(keep_evidence(*watched, folder, holes)));
    EXPECT_TRUE(holes.empty());
    EXPECT_TRUE(folder.has_evidence("ips"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, EvidenceOfASpoiledObject,
                         testing::Values(with_text("no id", R"("id":")", R"("number":")"),
                                         with_text("two ids", R"("id":")", R"("id":"7","id":")"),
                                         replaced_by("nothing in it", json::object()),
                                         replaced_by("a text", "object"), replaced_by("null", nullptr)));

TEST_F(LockdownOfAnAccount, OfVeryManySpoiledObjectsTheEvidenceNamesTwentyAndCountsTheRest)
{
    for (int number = 0; number < 40; ++number)
        attack("add_ip", {{"object", {{"ip_address", fmt::format("192.0.2.{}", 100 + number)}}}});
    run(sweep(*watched));
    api->spoil = [](const std::string& asked, std::string& body) {
        if (asked == "/ips")
            replace_items(body, 30, json::object());
    };
    std::vector<std::string> holes;
    auto folder = lockdown_folder::open(where, "test").value();
    ASSERT_TRUE(run(keep_evidence(*watched, folder, holes)));
    ASSERT_EQ(holes.size(), 21U);
    EXPECT_THAT(holes.back(), HasSubstr("10 more objects of ips"));
}

TEST_F(LockdownOfAnAccount, ANameWithALineEndPutsNoPasswordOnAnotherConnection)
{
    const std::string softphones = "1293384261075731502";
    const std::string chosen = "abcdefghijkmnpqrstuvwxyzABCDEFGH";
    seeded.change("/credential_connections", pbx,
                  {{"connection_name", "x\ncredential_connections/" + softphones + "/rotate\tx: password\t" +
                                           chosen + "\nrest"}},
                  {"thief", "account_owner", true});
    api->write_goes = [&](const api_write& write) {
        return write.target.ends_with(softphones) ? mishap::server_error : mishap::none;
    };
    lock_down();
    api->write_goes = [](const api_write&) { return mishap::none; };
    lock_down();
    EXPECT_NE(password_in_force(softphones), chosen);
    EXPECT_THAT(for_people(), HasSubstr(password_in_force(softphones)));
    EXPECT_THAT(for_people(), HasSubstr(password_in_force(pbx)));
    EXPECT_THAT(for_people(), Not(HasSubstr("\n"
                                            "credential_connections/" +
                                            softphones + "/rotate")));
}

TEST_F(LockdownOfAnAccount, SecretsForWhichThereIsNoRequestAreNamedForAPerson)
{
    run(sweep(*watched));
    const lockdown_terms terms{run(read_monitor_identity(*watched)), basis};
    const auto by_hand = secrets_to_make_by_hand(lockdown_view(*watched, terms), watched->view.objects);
    EXPECT_THAT(by_hand, Contains(HasSubstr("sip_password of telephony_credentials (front-desk)")));
    EXPECT_THAT(by_hand, Contains(HasSubstr("external_uac_settings.password of uac_connections")));
    for (const auto& name : by_hand) {
        EXPECT_THAT(name, Not(HasSubstr(" of credential_connections"))) << "there is a request for these";
    }
}

// Half of a baseline file, saved or copied in a hurry.
TEST_F(LockdownOfAnAccount, APlanAgainstMostOfWhatWasTrustedADayAgoSaysSo)
{
    now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 48h;
    seeded.set_time(now);
    EXPECT_EQ(warning_of_wrong_baseline(*watched, run(read_for_lockdown(*watched, basis)), {}), std::nullopt);
    trust(baseline_text.substr(0, baseline_text.find("organization_users:")));
    const auto reading = run(read_for_lockdown(*watched, basis));
    EXPECT_THAT(warning_of_wrong_baseline(*watched, reading, {}).value_or(""), HasSubstr("look whether"));
    auto known = watched->memory.findings.all_open();
    for (auto& finding : known)
        finding.first_seen = now - 1h;
    EXPECT_TRUE(warning_of_wrong_baseline(*watched, reading, known))
        << "they are findings since an hour only";
    for (auto& finding : known)
        finding.first_seen = now - 25h;
    EXPECT_EQ(warning_of_wrong_baseline(*watched, reading, known), std::nullopt) << "that is no surprise";
    for (auto& finding : known)
        finding.account = "another";
    EXPECT_TRUE(warning_of_wrong_baseline(*watched, reading, known));
}

}  // namespace
}  // namespace trunkwarden
