#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

class ChurnedList : public testing::Test, protected fakes::quiet_account {
protected:
    // 200 addresses of which no other reading shows any, and an item that cannot be read.
    static std::string page(int reading)
    {
        std::string out = R"([{"ip_address":"192.0.2.1"})";
        for (int number = 0; number < 200; ++number)
            out += fmt::format(R"(,{{"id":"{}-{}","ip_address":"192.0.2.66"}})", reading, number);
        return out + "]";
    }
};

// One object that cannot be read keeps the list from being read whole; the others come and go.
TEST_F(ChurnedList, FillsNoMemoryWithFindingsThatNothingResolves)
{
    for (int reading = 0; reading < 14; ++reading) {
        answer("/ips", page(reading));
        run(sweep(*watched));
        now += std::chrono::seconds(30);
    }
    const auto& open = watched->memory.findings.open().at("ips");
    const auto unknown = std::ranges::count_if(
        open, [](const auto& pair) { return pair.second.deviation.kind == deviation_kind::unknown; });
    EXPECT_GT(unknown, 1'000);
    EXPECT_LE(unknown, 1'225) << "a thousand, those that are shown, and 25 that were asked for in vain";
    EXPECT_TRUE(std::ranges::any_of(listener.told, [](const std::string& line) {
        return line.starts_with("resolved unknown ips");
    })) << "each of those that gave way is told";
    EXPECT_GT(watched->memory.findings.take_given_way().unseen, 1'000U);
}

// He hides one that is there, and lets others push it out.
class HiddenObjectOfAChurnedList : public ChurnedList {
protected:
    HiddenObjectOfAChurnedList()
    {
        api->forget(fakes::first_page(list("/ips")));
        answer("/ips", R"([{"ip_address":"192.0.2.1"},{"id":"rogue","ip_address":"192.0.2.99"}])");
        look();
        EXPECT_TRUE(told("opened unknown ips rogue"));
    }
    void look()
    {
        run(sweep(*watched));
        now += std::chrono::seconds(30);
    }
    void churn()
    {
        for (int reading = 0; reading < 12; ++reading) {
            answer("/ips", page(reading));
            for (int number = 0; number < 200; ++number)
                api->fail(fmt::format("/ips/{}-{}", reading, number), errc::not_found);
            look();
        }
    }
};

TEST_F(HiddenObjectOfAChurnedList, IsAskedForAndStaysOpen)
{
    api->answer("/ips/rogue", R"({"data":{"id":"rogue","ip_address":"192.0.2.99"}})");
    churn();
    EXPECT_FALSE(told("resolved unknown ips rogue"));
    EXPECT_GT(std::ranges::count(api->sent, "/ips/rogue"), 0);
}

TEST_F(HiddenObjectOfAChurnedList, StaysOpenWhereItsOwnAnswerCannotBeRead)
{
    api->answer("/ips/rogue", R"({"data":{"id":"rogue","id":"other","ip_address":"192.0.2.99"}})");
    churn();
    EXPECT_FALSE(told("resolved unknown ips rogue"));
}

TEST_F(HiddenObjectOfAChurnedList, StaysOpenWhereItCannotBeAskedFor)
{
    api->fail("/ips/rogue", errc::rate_limited);
    churn();
    EXPECT_FALSE(told("resolved unknown ips rogue"));
}

TEST_F(HiddenObjectOfAChurnedList, ResolvesWhereTheApiDoesNotFindIt)
{
    api->fail("/ips/rogue", errc::not_found);
    churn();
    EXPECT_TRUE(told("resolved unknown ips rogue"));
}

}  // namespace
}  // namespace trunkwarden
