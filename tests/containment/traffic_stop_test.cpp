#include <gtest/gtest.h>

#include "containment/use_world.hpp"
#include "simulator/thefts.hpp"

// Calls where nobody may call, with a stolen SIP password: their carriers are offered to be switched off.

namespace trunkwarden {
namespace {

using namespace quarantine_world;

class TrafficContainment : public DemoContainment {
protected:
    TrafficContainment()
    {
        baseline_text += "\ntraffic: [{product: sip-trunking, destinations: [US]}]\n";
        start();
        look();
    }

    static constexpr std::string_view own_profile = "1293384261075731500";
    static constexpr std::string_view own_connection = "1293384261075731499";
};

TEST_F(TrafficContainment, OffersTheConnectionThatCallsAndSparesItsProfileAndWaits)
{
    const boost::json::object attempts = {{"to", "+3719000####"}, {"count", 40}, {"refused", true}};
    simulator::make_use(seeded, attempts);
    for (int minute = 0; minute < 5; ++minute) {
        now += 30s;  // and as much for the look
        look();
    }
    ASSERT_NE(finding_about("traffic"), nullptr) << "the report is a minute late";
    ASSERT_EQ(states_of("credential_connections"), "waiting") << refusals();
    EXPECT_EQ(actions_on("credential_connections").front().object_id, own_connection);
    EXPECT_EQ(states_of("outbound_voice_profiles"), "") << "it carries the calls of others, too";
    EXPECT_TRUE(api->written.empty());
    approve_all();
    EXPECT_FALSE(is_on("/credential_connections", own_connection, "active"));
    EXPECT_TRUE(is_on("/outbound_voice_profiles", own_profile, "enabled"));
    EXPECT_EQ(finding_about("traffic")->status, finding_status::contained);
}

}  // namespace
}  // namespace trunkwarden
