#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/safety_limits.hpp"

// A thief keeps every list from being read but the one on which his object is.

namespace trunkwarden {
namespace {

using namespace quarantine_world;

enum class trouble : std::uint8_t { no_answer, forbidden, used_up, no_list };

class UnreadLists : public SafetyLimits, public testing::WithParamInterface<trouble> {
protected:
    UnreadLists()
    {
        const auto is_another = [](const std::string& path) {
            return path != "/whoami" && path != "/ips" && !path.starts_with("/ips/");
        };
        if (GetParam() == trouble::no_answer)
            api->cannot_read = is_another;
        if (GetParam() == trouble::forbidden)
            api->is_forbidden = is_another;
        if (GetParam() == trouble::used_up)
            api->takes_no_more = is_another;
        if (GetParam() == trouble::no_list)
            api->spoil = [is_another](const std::string& path, std::string& body) {
                if (is_another(path))
                    body = R"({"data":7})";
            };
    }
};

TEST_P(UnreadLists, StopNoStepOnAnObjectThatCanBeRead)
{
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

TEST_P(UnreadLists, StopNoApproval)
{
    policy.mode = quarantine_mode::approve;
    attack("add_ip");
    look();
    ASSERT_EQ(states_of("ips"), "waiting") << refusals();
    const auto approved = guard->approve(actions_on("ips").front().id);
    ASSERT_TRUE(approved) << approved.error().message;
    round();
    EXPECT_EQ(states_of("ips"), "done") << actions_on("ips").front().outcome;
}

INSTANTIATE_TEST_SUITE_P(Kinds, UnreadLists,
                         testing::Values(trouble::no_answer, trouble::forbidden, trouble::used_up,
                                         trouble::no_list));

}  // namespace
}  // namespace trunkwarden
