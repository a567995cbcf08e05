#include "watch/read_every_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view trunks = "/fqdn_connections";
constexpr std::string_view answers_about_trunks = "/fqdn_connections/{id}/fqdn_authentication";
constexpr unsigned late = 1000;  // turns of the event loop

struct order_of_readings final : watch_listener {
    std::vector<std::string> paths;
    void on_events(const std::vector<finding_event>& /*events*/) override {}
    void on_list_read(const std::string& /*account*/, const polled_list& list) override
    {
        paths.push_back(list.from.path);
    }
};

class ReadEveryList : public testing::Test, protected fakes::quiet_account {
protected:
    void SetUp() override
    {
        watched->io.listener = &order_;
        shows(trunks, R"([{"id":"1","connection_name":"a"}])");
        api->answer("/fqdn_connections/1/fqdn_authentication", R"({"data":{"user_name":"u"}})");
    }
    void shows(std::string_view path, const std::string& items, unsigned turns = 0)
    {
        const auto target = fakes::first_page(list(path));
        api->forget(target);
        api->answer(target, R"({"data":)" + items + "}", turns);
    }
    void sweep_once() { run(sweep(*watched)); }
    bool was_read_before(std::string_view first, std::string_view second) const
    {
        const auto& paths = order_.paths;
        const auto found = std::ranges::find(paths, first);
        const auto other = std::ranges::find(paths, second);
        return found != paths.end() && other != paths.end() && found < other;
    }

    order_of_readings order_;
};

TEST_F(ReadEveryList, AsksAboutObjectsWithoutWaitingForListsThatDoNotShowThem)
{
    shows("/ips", "[]", late);
    sweep_once();
    EXPECT_TRUE(was_read_before(answers_about_trunks, "/ips"));
    EXPECT_EQ(seen("fqdn_authentication").items, 1U);
}

TEST_F(ReadEveryList, ReadsTheIndexAfterEveryTypedList)
{
    shows("/ips", "[]", late);
    sweep_once();
    EXPECT_TRUE(was_read_before("/ips", "/connections"));
    EXPECT_EQ(order_.paths.size(), watched->view.lists.size());
}

// An earlier round showed the list already; that does not count.
TEST_F(ReadEveryList, AsksAboutWhatThisRoundShows)
{
    sweep_once();
    shows(trunks, R"([{"id":"1","connection_name":"a"},{"id":"2","connection_name":"b"}])", late);
    api->answer("/fqdn_connections/2/fqdn_authentication", R"({"data":{"user_name":"thief"}})");
    sweep_once();
    EXPECT_EQ(seen("fqdn_authentication").items, 2U);
}

TEST_F(ReadEveryList, GoesOnWhenAListThatOthersDependOnCannotBeRead)
{
    api->forget(fakes::first_page(list(trunks)));
    fail(trunks, errc::server_error);
    sweep_once();
    EXPECT_EQ(order_.paths.size(), watched->view.lists.size());
    EXPECT_EQ(seen("fqdn_authentication").failed_with, errc::server_error);
}

}  // namespace
}  // namespace trunkwarden
