#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "account/schedule.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// Questions about single objects come one after another, however many objects an intruder makes.

namespace trunkwarden {
namespace {

class Turns : public testing::Test, protected fakes::quiet_account {
protected:
    static constexpr std::array<std::string_view, 6> parts_of_questions{
        "/fqdn_authentication",  "/custom_storage_credentials/", "/sip_registration_status",
        "/service_accounts/sa/", "/whatsapp/business_accounts/", "/active_calls"};

    void show(std::string_view path, const std::string& items)
    {
        api->forget(fakes::first_page(list(path)));
        answer(path, items);
    }
    void show_objects()
    {
        show("/fqdn_connections", R"([{"id":"f1"},{"id":"f2"}])");
        show("/credential_connections", R"([{"id":"c1","user_name":"pbx"}])");
        show("/telephony_credentials", R"([{"id":"t1","sip_username":"gencred1"}])");
        show("/iam/service_accounts", R"([{"id":"sa","name":"export"}])");
        show("/whatsapp/business_accounts", R"([{"id":"w1"}])");
        for (const std::string id : {"f1", "f2"})
            api->answer("/fqdn_connections/" + id + "/fqdn_authentication",
                        R"({"data":{"user_name":"known"}})");
        for (const std::string id : {"f1", "f2", "c1"})
            api->fail("/custom_storage_credentials/" + id, errc::not_found);
        for (const std::string about :
             {"sip_credential_connection&username=pbx", "telephony_credential&username=gencred1"})
            api->answer("/sip_registration_status?credential_type=" + about, R"({"registered":false})");
        api->answer("/iam/service_accounts/sa/tokens?page[number]=1&page[size]=250",
                    R"({"data":[],"meta":{"total_results":0}})");
        api->answer("/whatsapp/business_accounts/w1/settings", R"({"data":{"name":"shop"}})");
        api->answer("/connections/c1/active_calls?page[limit]=1", R"({"data":[],"meta":{"total_items":0}})");
    }
    std::ptrdiff_t sent_about(std::string_view part) const
    {
        return std::ranges::count_if(
            api->sent, [part](const std::string& target) { return target.find(part) != std::string::npos; });
    }
};

TEST_F(Turns, OfQuestionsAreNoMoreThanTenAMinuteOnceTheListWasRead)
{
    EXPECT_EQ(std::chrono::minutes(1) / between_questions, 10);
    show("/fqdn_connections", R"([{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"}])");
    for (const std::string id : {"1", "2", "3", "4"})
        api->answer("/fqdn_connections/" + id + "/fqdn_authentication", R"({"data":{"user_name":"known"}})");
    run(sweep(*watched));  // the first reading waits for nothing
    ASSERT_EQ(seen("fqdn_authentication").state, reading_state::complete)
        << seen("fqdn_authentication").reason;
    watched->io.between_questions = std::chrono::milliseconds(30);
    const auto began = std::chrono::steady_clock::now();
    run(sweep(*watched));
    EXPECT_GE(std::chrono::steady_clock::now() - began, 3 * watched->io.between_questions);
}

TEST_F(Turns, AreSharedByEverythingThatIsMadeOfAnswers)
{
    build(
        "version: 1\n"
        "registrations: []\n"
        "active_calls: [{connection_id: c1, max_calls: 2}]\n");
    run(sweep(*watched));  // of an account without such objects
    show_objects();
    watched->io.between_questions = std::chrono::milliseconds(10);
    api->sent.clear();
    const auto began = std::chrono::steady_clock::now();
    run(sweep(*watched));
    const auto took = std::chrono::steady_clock::now() - began;
    std::ptrdiff_t asked = 0;
    for (const auto part : parts_of_questions) {
        EXPECT_GE(sent_about(part), 1) << part;
        asked += sent_about(part);
    }
    EXPECT_EQ(asked, 2 + 3 + 2 + 1 + 1 + 1);
    EXPECT_GE(took, (asked - 1) * watched->io.between_questions) << "the first one waits for nobody";
}

}  // namespace
}  // namespace trunkwarden
