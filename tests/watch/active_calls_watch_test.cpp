#include "watch/active_calls_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ActiveCallsWatch : public testing::Test, protected fakes::quiet_account {
protected:
    void limit(std::string_view by)
    {
        build(fmt::format("version: 1\nactive_calls: [{{connection_id: \"1494\", max_calls: 2{}}}]\n", by));
    }
    static std::string page_of(int calls)
    {
        return fmt::format("/connections/1494/active_calls?page[limit]={}", calls);
    }
    static std::string running(int total, std::string_view shown)
    {
        return fmt::format(R"({{"data":[{}],"meta":{{"total_items":{}}}}})", shown, total);
    }
    const coverage& calls() const { return seen("active_calls"); }
};

TEST_F(ActiveCallsWatch, CountsByTheSmallestPage)
{
    limit("");
    api->answer(page_of(1), running(3, R"({"call_control_id":"a","call_duration":9000})"));
    run(read_active_calls(*watched));
    EXPECT_THAT(api->sent, ElementsAre(page_of(1)));
    EXPECT_TRUE(told("opened exceeded active_calls 1494"));
    EXPECT_EQ(calls().state, reading_state::complete) << calls().reason;
    EXPECT_EQ(calls().items, 3U);
}

TEST_F(ActiveCallsWatch, LooksForALongCallByOneRequestAsWell)
{
    limit(", max_call_minutes: 120");
    api->answer(page_of(250), running(2, R"({"call_control_id":"a","call_duration":60},)"
                                         R"({"call_control_id":"b","call_duration":7260})"));
    run(read_active_calls(*watched));
    EXPECT_THAT(api->sent, ElementsAre(page_of(250)));
    EXPECT_TRUE(told("opened exceeded active_calls 1494"));
    EXPECT_EQ(calls().state, reading_state::complete) << calls().reason;
}

TEST_F(ActiveCallsWatch, MakesNoAllClearOfCallsThatThePageDoesNotShow)
{
    limit(", max_call_minutes: 120");
    const std::string two = R"({"call_control_id":"a","call_duration":7260},)"
                            R"({"call_control_id":"b","call_duration":60})";
    api->answer(page_of(250), running(2, two));
    run(read_active_calls(*watched));
    ASSERT_TRUE(told("opened exceeded active_calls 1494"));
    api->forget(page_of(250));
    api->answer(page_of(250), running(2, R"({"call_control_id":"b","call_duration":120})"));
    now += std::chrono::minutes(1);
    run(read_active_calls(*watched));
    EXPECT_FALSE(told("resolved exceeded active_calls 1494")) << "the long one may be the other";
    EXPECT_EQ(calls().state, reading_state::unavailable);
    EXPECT_THAT(calls().reason, HasSubstr("2 run and 1 are shown"));
}

}  // namespace
}  // namespace trunkwarden
