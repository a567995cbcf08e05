#include <gtest/gtest.h>

#include <algorithm>

#include "baseline/file/baseline_file.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class SweepOfUnreadableObjects : public testing::Test, protected fakes::quiet_account {
protected:
    void sweep_once() { run(sweep(*watched)); }
};

TEST_F(SweepOfUnreadableObjects, JudgesTheObjectsBesideOneThatCannotBeReadAndTellsItsPlace)
{
    build("version: 1\nips:\n  - {id: 7, ip_address: 192.0.2.1}\n  - {id: 8, ip_address: 192.0.2.2}\n");
    answer("/ips", R"([{"id":"7","ip_address":"192.0.2.1"},{"id":"8","ip_address":"192.0.2.2"}])");
    sweep_once();
    sweep_once();
    listener.told.clear();
    answer("/ips", R"([{"id":"7","ip_address":"192.0.2.66"},{"ip_address":"192.0.2.2"},)"
                   R"({"id":"9","ip_address":"192.0.2.67 \ud800"}])");
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("opened changed ips 7"));
    EXPECT_TRUE(told("opened unknown ips 9")) << "it was repaired";
    EXPECT_TRUE(told("opened blind ips page 1, item 2"));
    EXPECT_FALSE(told("opened missing ips 8")) << "it may be the one that cannot be read";
    EXPECT_EQ(seen("ips").state, reading_state::partial);
    EXPECT_EQ(seen("ips").items, 2U);
    EXPECT_EQ(seen("ips").reason, "1 object cannot be read: page 1, item 2: it has no \"id\"");
    EXPECT_FALSE(watched->complete());
    now += 1h;
    sweep_once();
    EXPECT_FALSE(told("opened blind ips ips")) << "the list itself was read";
}

TEST_F(SweepOfUnreadableObjects, ResolvesNothingByAListWithAnObjectThatCannotBeReadAndAllOnceItCan)
{
    build("version: 1\nips:\n  - {id: 8, ip_address: 192.0.2.2}\n");
    answer("/ips", R"([{"id":"8","ip_address":"192.0.2.2"},{"id":"9","ip_address":"192.0.2.66"}])");
    sweep_once();
    answer("/ips", R"([{"id":"8","ip_address":"192.0.2.2"},{}])");
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("opened unknown ips 9"));
    for (int again = 0; again < 3; ++again) {
        now += 2h;
        sweep_once();
    }
    EXPECT_FALSE(told("resolved unknown ips 9"));
    EXPECT_EQ(std::ranges::count(listener.told, "opened blind ips page 1, item 2"), 1);
    answer("/ips", "[]");
    sweep_once();
    sweep_once();
    EXPECT_TRUE(told("resolved unknown ips 9"));
    EXPECT_TRUE(told("resolved blind ips page 1, item 2"));
    EXPECT_TRUE(told("opened missing ips 8"));
    EXPECT_EQ(seen("ips").state, reading_state::complete);
}

TEST_F(SweepOfUnreadableObjects, KeepsWhatItSaidOfAnObjectWhileItsListCannotBeReadAtAll)
{
    answer("/ips", "[{}]");
    answer("/ips", "[{}]");
    fail("/ips", errc::server_error);
    for (int times = 0; times < 4; ++times)
        sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::failed);
    EXPECT_TRUE(told("opened blind ips page 1, item 1"));
    EXPECT_FALSE(told("resolved blind ips page 1, item 1"));
}

TEST_F(SweepOfUnreadableObjects, AcceptsAnObjectThatCannotBeReadWhereTheResourceIsAnAcceptedBlindSpot)
{
    watched->view.coverage[*place_of_resource(watched->config, "ips")].accepted_blind = true;
    answer("/ips", R"([{},{"id":"9","ip_address":"192.0.2.66"}])");
    sweep_once();
    sweep_once();
    EXPECT_EQ(seen("ips").state, reading_state::accepted);
    EXPECT_TRUE(told("opened unknown ips 9"));
    EXPECT_FALSE(told("opened blind ips page 1, item 1"));
}

}  // namespace
}  // namespace trunkwarden
