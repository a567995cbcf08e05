#include "watch/sweep.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/organization_check.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// An account whose every list is empty unless a test says otherwise.
class Sweep : public testing::Test, protected fakes::quiet_account {
protected:
    void sweep_once() { run(sweep(*watched)); }
};

TEST_F(Sweep, ReadsEveryResourceOfTheCatalogueAndSharesTheListsThatTwoOfThemWatch)
{
    sweep_once();
    for (const auto& coverage : watched->view.coverage) {
        if (coverage.type->pages == paging::no_endpoint || coverage.type->judged_if_written)
            continue;
        EXPECT_EQ(coverage.state, reading_state::complete) << coverage.type->name << ": " << coverage.reason;
    }
    EXPECT_EQ(std::ranges::count(api->sent, fakes::first_page(list("/phone_numbers/voice"))), 1);
    EXPECT_FALSE(watched->complete()) << "two-factor authentication is not known";
}

TEST_F(Sweep, FindsAnObjectThatTheBaselineDoesNotKnowAndResolvesItWhenItIsGone)
{
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66","port":5060,"connection_id":"7"}])");
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("opened unknown ips 9"));
    EXPECT_EQ(std::ranges::count(listener.told, "opened unknown ips 9"), 1);
    answer("/ips", "[]");
    sweep_once();  // the answer before this one once more
    EXPECT_FALSE(told("resolved unknown ips 9"));
    sweep_once();
    EXPECT_TRUE(told("resolved unknown ips 9"));
}

TEST_F(Sweep, KeepsAFindingAndClaimsNothingWhenItsListCannotBeRead)
{
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    fail("/ips", errc::server_error);
    sweep_once();
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::complete);
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::failed);
    EXPECT_FALSE(told("resolved unknown ips 9"));
}

TEST_F(Sweep, TellsWhatHalfAListShowsAndResolvesItFromTheNextWholeOneEvenWhenThatIsNothingNew)
{
    const std::string target = fakes::first_page(list("/ips"));
    const std::string second = "/ips?page[number]=2&page[size]=250";
    const std::string empty = R"({"data":[],"meta":{"total_results":0}})";
    const std::string half =
        R"({"data":[{"id":"9","ip_address":"192.0.2.66"}],"meta":{"total_results":2,"total_pages":2,)"
        R"("page_number":1,"page_size":1}})";
    api->answer(target, half);
    api->answer(target, empty);
    api->fail(second, errc::server_error);
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::complete);
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::failed);
    EXPECT_TRUE(told("opened unknown ips 9")) << "what is there is told at once";
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::complete);
    EXPECT_TRUE(told("resolved unknown ips 9"));
}

TEST_F(Sweep, KeepsFindingsOfAReadingThatShowsTheSameAgain)
{
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    sweep_once();
    sweep_once();
    now += 30s;
    sweep_once();
    EXPECT_FALSE(told("resolved unknown ips 9"));
    EXPECT_EQ(watched->memory.findings.open().at("ips").begin()->second.last_seen, now);
}

// An object that could not be read is not gone.
TEST_F(Sweep, ForgetsTheSecretOfAnObjectThatIsGoneAndNotOfOneThatCannotBeSeen)
{
    const std::string there = R"([{"id":"9","user_name":"u","password":"CANARY"}])";
    answer("/credential_connections", there);
    sweep_once();
    sweep_once();
    ASSERT_EQ(watched->memory.secrets.take_new().count("credential_connections/9/password"), 1U);
    fail("/credential_connections", errc::server_error);
    for (int day = 0; day < 10; ++day) {
        now += 24h;
        sweep_once();
    }
    EXPECT_TRUE(watched->memory.secrets.take_unseen().empty());
    answer("/credential_connections", "[]");
    for (int day = 0; day < 11; ++day) {
        now += 24h;
        sweep_once();
    }
    EXPECT_EQ(watched->memory.secrets.take_forgotten().count("credential_connections/9/password"), 1U);
}

TEST_F(Sweep, JudgesTheSameReadingAnewWhenAnEntryHasExpiredOvernight)
{
    build("version: 1\nips:\n  - {ip_address: 192.0.2.1, expires: 1972-04-13}\n");
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.1"}])");
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("opened expired ips 9"));
    now += 24h;
    sweep_once();
    EXPECT_TRUE(told("opened expired ips 9"));
}

TEST_F(Sweep, NeverCallsAnythingMissingFromAListItCouldNotRead)
{
    build("version: 1\nips:\n  - {id: 9, ip_address: 192.0.2.1}\n");
    for (const auto kind :
         {errc::server_error, errc::forbidden, errc::not_found, errc::not_understood, errc::timed_out})
        fail("/ips", kind);
    sweep_once();
    listener.told.clear();
    for (int times = 0; times < 6; ++times)
        sweep_once();
    EXPECT_FALSE(told("opened missing ips 9"));
}

// Pages of two addresses; what they say about the number of items never agrees.
class SweepOfAChangingList : public Sweep {
protected:
    static constexpr std::size_t readings = 3;  // of one sweep

    SweepOfAChangingList()
    {
        build("version: 1\nips:\n  - {id: 1, ip_address: 192.0.2.1}\n  - {id: 5, ip_address: 192.0.2.5}\n");
        for (auto& each : watched->view.lists)
            if (each.from.path == "/ips")
                each.from.page_size = 2;
    }
    void page(int number, std::vector<int> ids)
    {
        std::string items;
        for (const auto id : ids)
            items +=
                fmt::format(R"({}{{"id":"{}","ip_address":"192.0.2.{}"}})", items.empty() ? "" : ",", id, id);
        api->answer(fmt::format("/ips?page[number]={}&page[size]=2", number),
                    fmt::format(R"({{"data":[{}],"meta":{{"total_results":{},"total_pages":3}}}})", items,
                                5 + number % 2));
    }
};

TEST_F(SweepOfAChangingList, JudgesWhatEveryReadingShowedAndCallsNothingMissing)
{
    for (std::size_t reading = 0; reading < readings; ++reading) {
        page(1, {1, static_cast<int>(20 + reading)});  // one that comes and goes
        page(2, {2, reading == 2 ? 1 : 3});            // 3 is gone at last, and 1 has moved
        page(3, {9});
    }
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::failed);
    EXPECT_NE(seen("ips").reason.find("kept changing"), std::string::npos) << seen("ips").reason;
    EXPECT_TRUE(told("opened unknown ips 9")) << "also after the page that disagrees";
    EXPECT_TRUE(told("opened unknown ips 2"));
    for (const auto* passing : {"20", "21", "22", "3", "1"})
        EXPECT_FALSE(told(fmt::format("opened unknown ips {}", passing))) << passing;
    EXPECT_FALSE(told("opened missing ips 5"));
}

TEST_F(SweepOfAChangingList, ResolvesNothingAndIsToldAsBlind)
{
    page(1, {1, 9});
    page(2, {2, 3});
    page(3, {4});
    sweep_once();
    EXPECT_TRUE(told("opened unknown ips 9"));
    for (std::size_t reading = 0; reading < readings; ++reading)
        page(1, {1, 7});
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("resolved unknown ips 9"));
    EXPECT_TRUE(told("opened unknown ips 7")) << "as soon as each reading of a sweep shows it";
    EXPECT_FALSE(told("opened blind ips ips"));
    for (int minutes = 0; minutes < 4; ++minutes) {
        now += 1min;
        sweep_once();
    }
    EXPECT_TRUE(told("opened blind ips ips"));
}

// Two pages that agree. Between them an object was deleted on the first, and one was created behind the
// second: the stranger moved to the first page unseen.
class SweepOfAListThatHidesAnObject : public Sweep {
protected:
    void SetUp() override
    {
        const std::string meta = R"(,"meta":{"total_results":3,"total_pages":2,"page_size":2}})";
        const std::string first = R"({"data":[{"id":"1","ip_address":"192.0.2.1"},)";
        for (auto& each : watched->view.lists)
            if (each.from.path == "/ips")
                each.from.page_size = 2;
        api->answer("/ips?page[number]=1&page[size]=2",
                    first + R"({"id":"2","ip_address":"192.0.2.2"}])" + meta);
        api->answer("/ips?page[number]=2&page[size]=2",
                    R"({"data":[{"id":"9","ip_address":"192.0.2.9"}])" + meta);
        sweep_once();
        EXPECT_TRUE(told("opened unknown ips 9"));
        EXPECT_EQ(seen("ips").state, reading_state::complete);
        api->answer("/ips?page[number]=2&page[size]=2",
                    R"({"data":[{"id":"3","ip_address":"192.0.2.3"}])" + meta);
    }
};

TEST_F(SweepOfAListThatHidesAnObject, ResolvesNothingThatIsThere)
{
    api->answer("/ips/9", R"({"data":{"id":"9","ip_address":"192.0.2.9"}})");
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("resolved unknown ips 9"));
    EXPECT_EQ(seen("ips").reason, "GET /ips: the list does not show 192.0.2.9, which is there");
    EXPECT_TRUE(told("opened unknown ips 3")) << "what the list shows is judged";
}

TEST_F(SweepOfAListThatHidesAnObject, BelievesAListThatNeverShowsItAgain)
{
    api->answer("/ips/9", R"({"data":{"id":"9","ip_address":"192.0.2.9"}})");
    sweep_once();  // the answer before once more
    for (int times = 0; times < 5; ++times) {
        sweep_once();
        EXPECT_FALSE(told("resolved unknown ips 9")) << times;
    }
    sweep_once();
    EXPECT_TRUE(told("resolved unknown ips 9"));
    EXPECT_EQ(seen("ips").state, reading_state::complete);
}

TEST_F(SweepOfAListThatHidesAnObject, ResolvesNothingThatCouldNotBeAskedFor)
{
    api->fail("/ips/9", errc::timed_out);
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("resolved unknown ips 9"));
    EXPECT_EQ(seen("ips").state, reading_state::failed);
}

TEST_F(SweepOfAListThatHidesAnObject, ResolvesWhatIsGone)
{
    api->fail("/ips/9", errc::not_found);
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("resolved unknown ips 9"));
    EXPECT_EQ(seen("ips").state, reading_state::complete);
    EXPECT_EQ(std::ranges::count(api->sent, "/ips/9"), 1);
}

TEST_F(Sweep, ReadsAListThatKeptChangingInTheClassOfMoney)
{
    const auto target = fakes::first_page(list("/oauth_clients"));
    api->answer(target, R"({"data":[],"meta":{"total_results":2}})");
    const auto order_of_last_reading = [&] {
        const auto last = std::ranges::find(api->sent.rbegin(), api->sent.rend(), target);
        return *(api->orders.rbegin() + (last - api->sent.rbegin()));
    };
    sweep_once();
    EXPECT_EQ(seen("oauth_clients").state, reading_state::complete);
    EXPECT_EQ(order_of_last_reading(), urgency::access);
    sweep_once();
    EXPECT_EQ(seen("oauth_clients").failed_with, errc::moved);
    EXPECT_EQ(order_of_last_reading(), urgency::access);
    sweep_once();
    EXPECT_EQ(order_of_last_reading(), urgency::money);
}

TEST_F(Sweep, ReportsFromTheIndexOverAllConnectionsOnlyWhatNoTypedListShows)
{
    answer("/ip_connections", R"([{"id":"7","connection_name":"sbc"}])");
    answer("/connections",
           R"([{"id":"7","record_type":"ip_connection"},{"id":"8","record_type":"new_kind"}])");
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("opened unknown connections 7"));
    EXPECT_TRUE(told("opened unknown connections 8"));
}

TEST_F(Sweep, ReadsATypedListAgainBeforeSayingThatItDoesNotShowAConnection)
{
    sweep_once();
    answer("/ip_connections", "[]");
    answer("/ip_connections", R"([{"id":"7","connection_name":"sbc"}])");
    answer("/connections", R"([{"id":"7","record_type":"ip_connection"}])");
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("opened unknown ip_connections 7"));
    EXPECT_FALSE(told("opened unknown connections 7"));
}

TEST_F(Sweep, ObservingAnAccountRecordsObjectsAndCoverageAndEvaluatesNothing)
{
    build("version: 1\n");
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    fail("/portouts", errc::forbidden);
    run(observe_account(*watched));
    run(observe_account(*watched));
    EXPECT_EQ(seen("ips").state, reading_state::complete);
    EXPECT_EQ(seen("ips").items, 1U);
    EXPECT_EQ(seen("portouts").state, reading_state::unavailable);
    EXPECT_EQ(watched->memory.findings.size(), 0U);
    EXPECT_TRUE(listener.told.empty());
}

TEST_F(Sweep, ObservingTheIndexReadsATypedListAgainThatDoesNotShowAConnection)
{
    answer("/ip_connections", "[]");
    answer("/ip_connections", R"([{"id":"7","connection_name":"sbc"}])");
    answer("/connections", R"([{"id":"7","record_type":"ip_connection"}])");
    run(observe_account(*watched));
    run(observe_account(*watched));
    EXPECT_EQ(seen("ip_connections").items, 1U);
    EXPECT_EQ(seen("connections").items, 0U);
}

TEST_F(Sweep, SaysOnceForTheAccountThatTheKeyIsRejectedEverywhere)
{
    for (const auto& list : watched->view.lists)
        api->fail(fakes::first_page(list), errc::unauthorised);
    sweep_once();
    listener.told.clear();
    sweep_once();
    EXPECT_EQ(listener.told, std::vector<std::string>{"opened blind api_key api_key"});
}

TEST_F(Sweep, RefusesAKeyOfAnotherOrganisation)
{
    build("version: 1\norganization_id: ours\n");
    api->answer("/whoami", R"({"data":{"organization_id":"theirs"}})");
    run(check_organization(*watched));
    EXPECT_EQ(watched->view.organization.is, organization_check::verdict::refused);
    EXPECT_NE(watched->view.organization.reason.find("theirs"), std::string::npos);
}

TEST_F(Sweep, ConfirmsTheOrganisationByADocumentedListWhenWhoamiIsNotThere)
{
    build("version: 1\norganization_id: ours\n");
    api->fail("/whoami", errc::not_found);
    api->answer("/messaging_profiles?page[size]=1", R"({"data":[{"id":"1","organization_id":"ours"}]})");
    run(check_organization(*watched));
    EXPECT_EQ(watched->view.organization.is, organization_check::verdict::confirmed);
}

TEST_F(Sweep, IsNotCompleteWhileTheOrganisationIsNotKnown)
{
    build("version: 1\norganization_id: ours\ntwo_factor: {required: false}\n");
    api->fail("/whoami", errc::unreachable);
    run(check_organization(*watched));
    sweep_once();
    EXPECT_EQ(watched->view.organization.is, organization_check::verdict::not_known);
    EXPECT_EQ(api->sent.front(), "/whoami");
    EXPECT_EQ(std::ranges::count(api->sent, "/audit_events?page[size]=1"), 0)
        << "nobody answers: no use in asking more";
    EXPECT_FALSE(watched->complete());
}

}  // namespace
}  // namespace trunkwarden
