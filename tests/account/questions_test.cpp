#include "account/questions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fmt/format.h>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// Lists that are made of one answer for each object of another list.

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view trunks = R"([{"id":"1","connection_name":"a"},{"id":"2","connection_name":"b"}])";

constexpr std::string_view six_trunks =
    R"([{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"},{"id":"5"},{"id":"6"}])";

class Questions : public testing::Test {
protected:
    void SetUp() override { account_.build(baseline_); }

    static std::string target(const char* id)
    {
        return std::string("/fqdn_connections/") + id + "/fqdn_authentication";
    }
    void answer(const char* id, const std::string& object) { account_.api->answer(target(id), object); }
    void fail(const char* id, errc kind) { account_.api->fail(target(id), kind); }
    void read_trunks(std::string_view items = trunks)
    {
        account_.answer("/fqdn_connections", std::string(items));
        sweep_trunks();
    }
    // Twice: the answer before stays until the next one was given.
    void sweep_trunks()
    {
        sweep_list_at("/fqdn_connections");
        sweep_list_at("/fqdn_connections");
    }
    void ask() { sweep_list_at("/fqdn_connections/{id}/fqdn_authentication"); }
    void sweep_list_at(std::string_view path)
    {
        auto& lists = account_.watched->view.lists;
        const auto list =
            std::ranges::find_if(lists, [path](const auto& polled) { return polled.from.path == path; });
        run(sweep_list(*account_.watched, *list));
    }
    const coverage& seen() const { return account_.seen("fqdn_authentication"); }
    const coverage& seen_trunks() const { return account_.seen("fqdn_connections"); }
    std::vector<std::string> findings() const
    {
        std::vector<std::string> out;
        for (const auto& finding : account_.watched->memory.findings.all_open())
            if (finding.deviation.type->name == "fqdn_authentication")
                out.push_back(finding.deviation.id);
        return out;
    }

    fakes::quiet_account account_;
    std::string baseline_ =
        "version: 1\n"
        "fqdn_authentication: [{connection_id: \"1\", user_name: known}]\n";
};

TEST_F(Questions, AreAskedForEachObjectThatTheOtherListShows)
{
    read_trunks();
    answer("1", R"({"data":{"user_name":"known"}})");
    answer("2", R"({"data":{"user_name":"thief","password":"CANARY"}})");
    ask();
    EXPECT_EQ(seen().state, reading_state::complete);
    EXPECT_EQ(seen().items, 2U);
    EXPECT_THAT(findings(), ElementsAre("2"));
}

TEST_F(Questions, TakeNotFoundAndEmptyMembersForNoObject)
{
    read_trunks();
    fail("1", errc::not_found);
    answer("2", R"({"data":{"user_name":null,"password":""}})");
    ask();
    EXPECT_EQ(seen().state, reading_state::complete);
    EXPECT_EQ(seen().items, 0U);
    EXPECT_THAT(findings(), ElementsAre("1")) << "a trusted one is missing";
}

TEST_F(Questions, ThatFailLeaveTheListUnknownAndTheOthersJudged)
{
    read_trunks();
    fail("1", errc::server_error);
    answer("2", R"({"data":{"user_name":"thief"}})");
    ask();
    EXPECT_EQ(seen().state, reading_state::failed);
    EXPECT_THAT(findings(), ElementsAre("2")) << "and nothing is missing";
}

TEST_F(Questions, WhoseAnswerCannotBeReadAreOneObjectThatCannotBeRead)
{
    read_trunks();
    answer("1", R"({"data":{"connection_id":"7","user_name":"known"}})");
    answer("2", R"({"data":{"user_name":"thief"}})");
    ask();
    EXPECT_EQ(seen().state, reading_state::partial);
    EXPECT_THAT(seen().reason, HasSubstr("about another object: 7"));
    EXPECT_THAT(findings(), ElementsAre("2"));
}

TEST_F(Questions, EndWhenTheApiTakesNoMore)
{
    read_trunks();
    fail("1", errc::rate_limited);
    ask();
    EXPECT_EQ(seen().failed_with, errc::rate_limited);
    EXPECT_EQ(account_.api->sent.back(), target("1"));
}

// Nothing is known until then. Later the allowance counts, and they come one by one.
TEST_F(Questions, AreAskedSideBySideInTheFirstReadingAfterTheAnswerToOne)
{
    read_trunks(six_trunks);
    for (const char* id : {"1", "2", "3", "4", "5", "6"})
        account_.api->answer(target(id), R"({"data":{"user_name":"known"}})", 10);
    account_.api->most_in_flight = 0;
    ask();
    EXPECT_EQ(account_.api->most_in_flight, account_.watched->config.poll.concurrency);
    EXPECT_EQ(seen().state, reading_state::complete);
    EXPECT_EQ(seen().items, 6U);
    account_.api->most_in_flight = 0;
    ask();
    EXPECT_EQ(account_.api->most_in_flight, 1U);
    EXPECT_EQ(seen().items, 6U);
}

TEST_F(Questions, SideBySideEndWithThoseInFlightWhenTheApiTakesNoMore)
{
    read_trunks(six_trunks);
    answer("1", R"({"data":{"user_name":"known"}})");
    for (const char* id : {"2", "3", "4", "5", "6"})
        fail(id, errc::rate_limited);
    ask();
    EXPECT_EQ(seen().failed_with, errc::rate_limited);
    EXPECT_EQ(std::ranges::count(account_.api->sent, target("6")), 0);
}

TEST_F(Questions, LeaveUnknownWhatTheOtherListDoesNotShow)
{
    read_trunks(R"([{"id":"1"},{"connection_name":"no id"}])");
    answer("1", R"({"data":{"user_name":"known"}})");
    ask();
    EXPECT_EQ(seen().state, reading_state::partial);
    EXPECT_THAT(seen().reason, HasSubstr("fqdn_connections that cannot be read"));
}

TEST_F(Questions, GoOnAboutKnownObjectsWhenTheOtherListFails)
{
    read_trunks();
    answer("1", R"({"data":{"user_name":"known"}})");
    answer("2", R"({"data":{"user_name":"thief"}})");
    account_.fail("/fqdn_connections", errc::forbidden);
    sweep_trunks();
    ask();
    EXPECT_EQ(seen().failed_with, errc::forbidden);
    EXPECT_THAT(seen().reason, HasSubstr("fqdn_connections, about which it is asked"));
    EXPECT_THAT(findings(), ElementsAre("2"));
}

TEST_F(Questions, AreCutAndSoUnknownWhenThereAreTooMany)
{
    const auto resource = place_of_resource(account_.watched->config, "fqdn_connections").value();
    auto page = std::make_shared<object_page>(seen_trunks().type->fields.size());
    for (std::size_t id = 0; id <= max_questions; ++id)
        page->add({std::to_string(id), std::to_string(id), "", ""},
                  std::vector<std::string>(seen_trunks().type->fields.size()));
    account_.watched->view.objects[resource] = {page};
    const auto asked = questions_of(account_.watched->view, *seen().type);
    EXPECT_EQ(asked.all.size(), max_questions);
    ASSERT_TRUE(asked.failed);
    EXPECT_EQ(asked.failed->kind, errc::too_large);
}

TEST_F(Questions, AreOneForEachTarget)
{
    read_trunks(R"([{"id":"a/b"},{"id":".."}])");
    const auto asked = questions_of(account_.watched->view, *seen().type);
    EXPECT_THAT(asked.all, ElementsAre(question{"/fqdn_connections/a%2Fb/fqdn_authentication", "a/b", ""}));
}

class Registrations : public Questions {
protected:
    Registrations()
    {
        baseline_ =
            "version: 1\n"
            "registrations: [{connection_id: \"1\", ua_ip: 203.0.113.0/28}]\n";
    }
    void read_connection()
    {
        account_.answer("/credential_connections", R"([{"id":"1","user_name":"pbx 01"}])");
        sweep_list_at("/credential_connections");
        sweep_list_at("/credential_connections");
    }
    void registered_from(const std::string& address)
    {
        account_.api->answer(
            "/sip_registration_status?credential_type=sip_credential_connection&username=pbx%2001",
            R"({"connection_id":"1","registered":true,"sip_registration_details":{"ua_ip":")" + address +
                R"("}})");
    }
    void ask_the_registrar() { sweep_list_at("/sip_registration_status"); }
    std::size_t open() const { return account_.watched->memory.findings.all_open().size(); }
    const coverage& registrar() const { return account_.seen("registrations"); }
};

TEST_F(Registrations, FromATrustedNetworkAreFineAndFromAnywhereElseUnknown)
{
    read_connection();
    const auto before = open();
    registered_from("203.0.113.7");
    ask_the_registrar();
    EXPECT_EQ(registrar().state, reading_state::complete);
    EXPECT_EQ(registrar().items, 1U);
    EXPECT_EQ(open(), before);
    registered_from("192.0.2.66");
    ask_the_registrar();
    ask_the_registrar();
    EXPECT_TRUE(account_.told("opened unknown registrations pbx 01"))
        << testing::PrintToString(account_.listener.told);
}

// A thief behind an address that the baseline trusts: the registrar shows him and the phone in turns.
TEST_F(Registrations, TellOfTwoClientsThatTakeTurnsAtOnePassword)
{
    read_connection();
    for (const auto* address : {"203.0.113.7", "203.0.113.9", "203.0.113.7"}) {
        account_.now += std::chrono::minutes(4);
        registered_from(address);
        ask_the_registrar();
        ask_the_registrar();
    }
    EXPECT_TRUE(account_.told("opened exceeded registrations pbx 01"))
        << testing::PrintToString(account_.listener.told);
    account_.now += std::chrono::minutes(61);
    ask_the_registrar();
    EXPECT_TRUE(account_.told("resolved exceeded registrations pbx 01"));
}

TEST_F(Registrations, OfAPhoneThatMovedAreFine)
{
    read_connection();
    const auto before = open();
    for (const auto* address : {"203.0.113.7", "203.0.113.9", "203.0.113.11"}) {
        registered_from(address);
        ask_the_registrar();
        ask_the_registrar();
    }
    EXPECT_EQ(open(), before);
}

// The registrar that knows no such user has not said that nobody is registered.
TEST_F(Registrations, AreNotKnownWhereTheRegistrarDoesNotAnswer)
{
    read_connection();
    registered_from("203.0.113.7");
    ask_the_registrar();
    ask_the_registrar();
    ASSERT_EQ(registrar().state, reading_state::complete);
    account_.api->fail("/sip_registration_status?credential_type=sip_credential_connection&username=pbx%2001",
                       errc::not_found);
    ask_the_registrar();
    ask_the_registrar();
    EXPECT_EQ(registrar().state, reading_state::unavailable) << registrar().reason;
}

TEST_F(Registrations, AreNotAskedForWhileTheBaselineSaysNothingAboutThem)
{
    account_.build("version: 1\n");
    read_connection();
    registered_from("192.0.2.66");
    const auto sent = account_.api->sent.size();
    ask_the_registrar();
    EXPECT_EQ(account_.api->sent.size(), sent);
    EXPECT_EQ(registrar().state, reading_state::accepted);
    EXPECT_EQ(registrar().reason, "the baseline says nothing about it");
}

TEST_F(Registrations, AreNotCalledUnreadForTheTimeInWhichNobodyAskedForThem)
{
    account_.build("version: 1\n");
    read_connection();
    ask_the_registrar();
    ASSERT_TRUE(registrar().is_left_out());
    account_.watched->config.baseline = parse_baseline(baseline_, "baseline.yml", catalogue).value;
    ask_the_registrar();
    EXPECT_EQ(registrar().state, reading_state::failed) << "no answer is planned";
    EXPECT_EQ(registrar().watched_since, account_.now);
}

// Each answer is a list of its own.
class Tokens : public Questions {
protected:
    Tokens()
    {
        baseline_ =
            "version: 1\n"
            "service_account_tokens: [{id: t1, service_account_id: a, status: active}]\n";
    }
    static std::string page(const std::string& account, int number = 1)
    {
        return fmt::format("/iam/service_accounts/{}/tokens?page[number]={}&page[size]=250", account, number);
    }
    void show(const std::string& account, const std::string& tokens, int total)
    {
        account_.api->answer(page(account),
                             fmt::format(R"({{"data":[{}],"meta":{{"page_number":1,"page_size":250,)"
                                         R"("total_pages":{},"total_results":{}}}}})",
                                         tokens, (total + 249) / 250, total));
    }
    void read_accounts()
    {
        account_.answer("/iam/service_accounts", R"([{"id":"a","name":"x"},{"id":"b","name":"y"}])");
        sweep_list_at("/iam/service_accounts");
        sweep_list_at("/iam/service_accounts");
    }
    void ask_for_tokens() { sweep_list_at("/iam/service_accounts/{id}/tokens"); }
    const coverage& seen_tokens() const { return account_.seen("service_account_tokens"); }
    std::vector<std::string> open() const
    {
        std::vector<std::string> out;
        for (const auto& finding : account_.watched->memory.findings.all_open())
            if (finding.deviation.type->name == "service_account_tokens")
                out.push_back(fmt::format("{} {}", name_of(finding.deviation.kind), finding.deviation.id));
        std::ranges::sort(out);
        return out;
    }

    const std::string trusted_ = R"({"id":"t1","name":"nightly","status":"active"})";
};

TEST_F(Tokens, AreThoseOfEveryServiceAccountWithItsId)
{
    read_accounts();
    show("a", trusted_, 1);
    show("b", R"({"id":"t2","name":"thief","status":"active"})", 1);
    ask_for_tokens();
    EXPECT_EQ(seen_tokens().state, reading_state::complete) << seen_tokens().reason;
    EXPECT_EQ(seen_tokens().items, 2U);
    EXPECT_THAT(open(), ElementsAre("unknown t2"));
}

TEST_F(Tokens, OfAnAccountThatIsGoneAreNone)
{
    read_accounts();
    account_.api->fail(page("a"), errc::not_found);
    show("b", "", 0);
    ask_for_tokens();
    EXPECT_EQ(seen_tokens().state, reading_state::complete) << seen_tokens().reason;
    EXPECT_THAT(open(), ElementsAre("missing t1"));
}

TEST_F(Tokens, ThatTheirListPromisesAndDoesNotShowLeaveItUnknown)
{
    read_accounts();
    show("a", "", 2);
    show("b", R"({"id":"t2","name":"thief","status":"active"})", 1);
    ask_for_tokens();
    EXPECT_NE(seen_tokens().state, reading_state::complete);
    EXPECT_THAT(open(), ElementsAre("unknown t2")) << "and t1 is not missing";
}

TEST_F(Tokens, AreReadFromEveryPage)
{
    read_accounts();
    std::string many = trusted_;
    for (int at = 2; at <= 250; ++at)
        many += fmt::format(R"(,{{"id":"x{}","name":"x"}})", at);
    show("a", many, 251);
    account_.api->answer(page("a", 2), R"({"data":[{"id":"t2"}],"meta":{"page_number":2,"page_size":250,)"
                                       R"("total_pages":2,"total_results":251}})");
    show("b", "", 0);
    ask_for_tokens();
    EXPECT_EQ(seen_tokens().state, reading_state::complete) << seen_tokens().reason;
    EXPECT_EQ(seen_tokens().items, 251U);
    EXPECT_THAT(open(), testing::Contains("unknown t2"));
}

TEST_F(Tokens, AreNotReadForEver)
{
    read_accounts();
    show("a", trusted_, 250 * 400 + 1);
    show("b", "", 0);
    ask_for_tokens();
    EXPECT_EQ(seen_tokens().state, reading_state::partial);
    EXPECT_THAT(seen_tokens().reason, HasSubstr("401 pages"));
    EXPECT_THAT(account_.api->sent, testing::Not(testing::Contains(page("a", 2))));
}

TEST_F(Tokens, OfAnotherServiceAccountThanWasAskedAboutCannotBeRead)
{
    read_accounts();
    show("a", R"({"id":"t1","service_account_id":"b","status":"active"})", 1);
    show("b", "", 0);
    ask_for_tokens();
    EXPECT_EQ(seen_tokens().state, reading_state::partial);
    EXPECT_THAT(seen_tokens().reason, HasSubstr("about another object: b"));
    EXPECT_THAT(open(), testing::IsEmpty());
}

TEST_F(Tokens, AreAskedForAloneByTheAccountThatHasThem)
{
    read_accounts();
    show("a", trusted_, 1);
    show("b", R"({"id":"t2"})", 1);
    ask_for_tokens();
    const auto& type = *seen_tokens().type;
    const auto about = questions_about(account_.watched->view, type, "t2");
    ASSERT_EQ(about.all.size(), 1U);
    EXPECT_EQ(about.all.front().address, "b");
    EXPECT_EQ(questions_about(account_.watched->view, type, "another").all.size(), 2U);
}

TEST_F(Questions, WaitForTheOtherListsAtFirst)
{
    const auto& list = account_.list("/fqdn_connections/{id}/fqdn_authentication");
    EXPECT_TRUE(waits_for_other_lists(account_.watched->view, list));
    read_trunks();
    EXPECT_FALSE(waits_for_other_lists(account_.watched->view, list));
}

}  // namespace
}  // namespace trunkwarden
