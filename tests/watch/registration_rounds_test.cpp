#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// The registrations of an account in which a thief creates credentials. The turns themselves:
// account/question_rounds.hpp.

namespace trunkwarden {
namespace {

class RegistrationRounds : public testing::Test, protected fakes::quiet_account {
protected:
    RegistrationRounds()
    {
        build(
            "version: 1\n"
            "credential_connections: [{id: \"1\"}]\n"
            "registrations: [{connection_id: \"1\", ua_ip: 203.0.113.0/28}]\n");
        watched->io.between_questions = std::chrono::milliseconds(1);
        std::string all = R"([{"id":"1","user_name":"pbx"})";
        for (int number = 100; number < 200; ++number) {
            all += fmt::format(R"(,{{"id":"{0}","user_name":"thief{0}"}})", number);
            api->answer(about(fmt::format("thief{}", number)), R"({"registered":false})");
        }
        answer("/credential_connections", all + "]");
        sweep_list_at("/credential_connections");
        sweep_list_at("/credential_connections");
        registered_from("203.0.113.7");
        ask();
    }
    static std::string about(const std::string& user_name)
    {
        return "/sip_registration_status?credential_type=sip_credential_connection&username=" + user_name;
    }
    void registered_from(const std::string& address)
    {
        api->answer(about("pbx"),
                    R"({"connection_id":"1","registered":true,"sip_registration_details":{"ua_ip":")" +
                        address + R"("}})");
    }
    void sweep_list_at(std::string_view path)
    {
        auto& lists = watched->view.lists;
        const auto list =
            std::ranges::find_if(lists, [path](const auto& polled) { return polled.from.path == path; });
        run(sweep_list(*watched, *list));
    }
    void ask() { sweep_list_at("/sip_registration_status"); }
};

TEST_F(RegistrationRounds, AskAboutTrustedCredentialsEveryTimeWithinTheShareOfAMinute)
{
    ASSERT_EQ(seen("registrations").state, reading_state::complete) << seen("registrations").reason;
    for (int round = 0; round < 3; ++round) {
        const auto sent = api->sent.size();
        now += std::chrono::minutes(1);
        ask();
        EXPECT_EQ(api->sent.size() - sent, 10U);
        EXPECT_EQ(
            std::count(api->sent.begin() + static_cast<std::ptrdiff_t>(sent), api->sent.end(), about("pbx")),
            1);
        EXPECT_EQ(seen("registrations").state, reading_state::complete) << seen("registrations").reason;
        EXPECT_EQ(seen("registrations").items, 1U);
    }
    registered_from("192.0.2.66");
    ask();
    ask();
    EXPECT_TRUE(told("opened unknown registrations pbx")) << testing::PrintToString(listener.told);
}

TEST_F(RegistrationRounds, AreNoCompleteReadingOnceSomeOfTheOthersHaveNoTurnForTooLong)
{
    now += std::chrono::minutes(31);
    ask();
    EXPECT_EQ(seen("registrations").failed_with, errc::too_large);
}

}  // namespace
}  // namespace trunkwarden
