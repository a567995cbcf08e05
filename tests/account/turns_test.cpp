#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "account/schedule.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// Questions about single objects come one after another, however many objects an intruder makes.

namespace trunkwarden {
namespace {

class Turns : public testing::Test, protected fakes::quiet_account {};

TEST_F(Turns, OfQuestionsAreNoMoreThanTenAMinuteOnceTheListWasRead)
{
    EXPECT_EQ(std::chrono::minutes(1) / between_questions, 10);
    api->forget(fakes::first_page(list("/fqdn_connections")));
    answer("/fqdn_connections", R"([{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"}])");
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

}  // namespace
}  // namespace trunkwarden
