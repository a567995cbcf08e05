#include "watch/count_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "account/not_proven.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CountCheck : public testing::Test, protected fakes::quiet_account {
protected:
    static constexpr auto target = "/connections/count";

    void sweep_once() { run(sweep(*watched)); }
    void count(const std::string& kinds) { api->answer(target, R"({"data":{"counts":{)" + kinds + "}}}"); }
    void count_anew(const std::string& kinds)
    {
        api->forget(target);
        count(kinds);
    }
    // From the very first reading on.
    void show(std::string_view path, const std::string& items)
    {
        api->forget(fakes::first_page(list(path)));
        answer(path, items);
    }
    std::ptrdiff_t asked() const { return std::ranges::count(api->sent, target); }
};

TEST_F(CountCheck, FindsThatAListIsShortAndEndsNothingMeanwhile)
{
    build("version: 1\nip_connections: [{id: 1}]\n");
    show("/ip_connections", R"([{"id":"1"},{"id":"9"}])");
    count(R"("ip_connections":3)");
    sweep_once();
    EXPECT_EQ(seen("ip_connections").state, reading_state::partial);
    EXPECT_EQ(seen("ip_connections").reason,
              "GET /connections/count counts 3 ip_connections, and the list shows 2");
    EXPECT_TRUE(told("opened blind ip_connections ip_connections"));
    EXPECT_TRUE(told("opened unknown ip_connections 9"));
    EXPECT_FALSE(watched->complete());
    show("/ip_connections", R"([{"id":"1"}])");
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("resolved unknown ip_connections 9"));
    EXPECT_FALSE(told("resolved blind ip_connections ip_connections"));

    count_anew(R"("ip_connections":1)");
    sweep_once();
    sweep_once();
    EXPECT_EQ(seen("ip_connections").state, reading_state::complete) << seen("ip_connections").reason;
    EXPECT_TRUE(told("resolved blind ip_connections ip_connections"));
    EXPECT_TRUE(told("resolved unknown ip_connections 9")) << "the same page means something else now";
}

TEST_F(CountCheck, LooksAgainAtAListThatWasReadTooEarly)
{
    answer("/ip_connections", R"([{"id":"9"}])");  // the second reading shows it
    count(R"("ip_connections":1)");
    sweep_once();
    EXPECT_EQ(seen("ip_connections").state, reading_state::complete);
    EXPECT_TRUE(told("opened unknown ip_connections 9"));
    EXPECT_FALSE(told("opened blind ip_connections ip_connections"));
}

TEST_F(CountCheck, AsksOnceWhereEverythingAgrees)
{
    show("/fax_applications", R"([{"id":"1"}])");
    count(R"("fax_connections":1,"ip_connections":0,"zoom_sbc_connections":0)");
    sweep_once();
    EXPECT_EQ(asked(), 1);
    EXPECT_EQ(seen("fax_applications").state, reading_state::complete);
    EXPECT_EQ(watched->view.counts_trouble, std::nullopt);
    EXPECT_THAT(not_proven(*watched), IsEmpty());
}

TEST_F(CountCheck, NamesAKindOfConnectionsThatNoListShows)
{
    count(R"("third_party_provider_connections":2,"walkie_talkie_connections":1,"ip_connections":0)");
    sweep_once();
    EXPECT_EQ(seen("connections").state, reading_state::partial);
    EXPECT_EQ(seen("connections").reason,
              "GET /connections/count counts 3 third_party_provider_connections, walkie_talkie_connections "
              "that no other list shows, and the list shows 0");
    EXPECT_TRUE(told("opened blind connections connections"));
}

TEST_F(CountCheck, TakesAKindForSeenWhereTheIndexShowsIt)
{
    show("/connections", R"([{"id":"5","record_type":"third_party_provider_connection"}])");
    count(R"("third_party_provider_connections":1)");
    sweep_once();
    EXPECT_EQ(seen("connections").state, reading_state::complete);
    EXPECT_TRUE(told("opened unknown connections 5"));
}

TEST_F(CountCheck, KnowsWhichConnectionsAreCountedApart)
{
    show("/fqdn_connections", R"([{"id":"1","microsoft_teams_sbc":true},{"id":"2"}])");
    show("/external_connections", R"([{"id":"3","external_sip_connection":"zoom"}])");
    count(R"("fqdn_connections":1,"external_connections":0,"microsoft_teams_sbc_connections":1,)"
          R"("zoom_sbc_connections":1,"operator_connect_connections":0)");
    sweep_once();
    EXPECT_EQ(asked(), 1) << "nothing is in doubt";
    EXPECT_EQ(seen("connections").state, reading_state::complete);
}

TEST_F(CountCheck, HidesNothingThatTheIndexShows)
{
    show("/ip_connections", R"([{"id":"1"}])");
    show("/connections",
         R"([{"id":"1","record_type":"ip_connection"},{"id":"2","record_type":"ip_connection"}])");
    count(R"("ip_connections":2)");
    sweep_once();
    sweep_once();
    EXPECT_EQ(seen("ip_connections").state, reading_state::partial);
    EXPECT_TRUE(told("opened unknown connections 2"));
    EXPECT_FALSE(told("resolved unknown connections 2"));
}

TEST_F(CountCheck, ChangesNothingWhereTheNumbersCannotBeRead)
{
    show("/ip_connections", R"([{"id":"1"}])");
    for (const auto kind : {errc::forbidden, errc::not_found, errc::server_error}) {
        api->forget(target);
        api->fail(target, kind);
        sweep_once();
        EXPECT_EQ(seen("ip_connections").state, reading_state::complete);
        EXPECT_THAT(watched->view.counts_trouble.value_or(""), HasSubstr("/connections/count"));
        EXPECT_THAT(not_proven(*watched),
                    ElementsAre(HasSubstr("nothing proves that no list of connections is short")));
    }
    count_anew(R"("ip_connections":"many")");
    sweep_once();
    EXPECT_EQ(seen("ip_connections").state, reading_state::complete);
    EXPECT_THAT(watched->view.counts_trouble.value_or(""), HasSubstr("a number of data.counts is none"));
}

TEST_F(CountCheck, KeepsWhatItKnowsWhileTheNumbersCannotBeRead)
{
    show("/ip_connections", R"([{"id":"1"}])");
    count(R"("ip_connections":2)");
    sweep_once();
    ASSERT_TRUE(told("opened blind ip_connections ip_connections"));
    api->forget(target);
    api->fail(target, errc::forbidden);
    sweep_once();
    sweep_once();
    EXPECT_FALSE(told("resolved blind ip_connections ip_connections"));
}

// Two connections that the baseline trusts, of which the list shows one.
class HiddenTrunk : public CountCheck {
protected:
    HiddenTrunk()
    {
        build("version: 1\nip_connections: [{id: 1}, {id: 2}]\n");
        show("/ip_connections", R"([{"id":"1"}])");
    }
    bool is_told_as_missing() const { return told("opened missing ip_connections 2"); }
    void read_the_list()
    {
        auto& lists = watched->view.lists;
        const auto trunks =
            std::ranges::find_if(lists, [](const auto& list) { return list.from.path == "/ip_connections"; });
        run(sweep_list(*watched, *trunks));
    }
};

TEST_F(HiddenTrunk, ThatIsCountedIsNotCalledMissing)
{
    count(R"("ip_connections":2)");
    sweep_once();
    EXPECT_FALSE(is_told_as_missing());
    EXPECT_TRUE(told("opened blind ip_connections ip_connections"));
    EXPECT_FALSE(seen("ip_connections").reason.empty());
}

TEST_F(HiddenTrunk, ThatIsCountedIsNotCalledMissingBetweenTwoSweeps)
{
    count(R"("ip_connections":2)");
    for (int reading = 0; reading < 4; ++reading)
        read_the_list();
    EXPECT_FALSE(is_told_as_missing());
    EXPECT_EQ(seen("ip_connections").state, reading_state::partial) << "the shortage is certain by now";
}

TEST_F(HiddenTrunk, ThatIsNotCountedIsMissingAtOnce)
{
    count(R"("ip_connections":1)");
    read_the_list();
    EXPECT_TRUE(is_told_as_missing());
    EXPECT_EQ(asked(), 1);
    read_the_list();
    EXPECT_EQ(asked(), 1) << "it is known as missing";
}

TEST_F(HiddenTrunk, IsMissingAsSoonAsTheNumberAgrees)
{
    count(R"("ip_connections":2)");
    read_the_list();
    EXPECT_FALSE(is_told_as_missing());
    count_anew(R"("ip_connections":1)");
    sweep_once();
    EXPECT_TRUE(is_told_as_missing());
    EXPECT_FALSE(told("opened blind ip_connections ip_connections"));
}

TEST_F(HiddenTrunk, IsMissingWhereTheNumbersAreRefused)
{
    api->fail(target, errc::forbidden);
    read_the_list();
    EXPECT_TRUE(is_told_as_missing());
}

TEST_F(HiddenTrunk, KeepsABaselineFromBeingCaptured)
{
    count(R"("ip_connections":2)");
    run(observe_account_by_count(*watched));
    EXPECT_EQ(seen("ip_connections").state, reading_state::partial);
    EXPECT_FALSE(seen("ip_connections").satisfied());
    EXPECT_EQ(seen("ip_connections").reason,
              "GET /connections/count counts 2 ip_connections, and the list shows 1");
}

TEST_F(CountCheck, SaysNothingOfAListThatCannotBeRead)
{
    api->forget(fakes::first_page(list("/ip_connections")));
    fail("/ip_connections", errc::forbidden);
    count(R"("ip_connections":2)");
    sweep_once();
    EXPECT_EQ(asked(), 1);
    EXPECT_EQ(seen("ip_connections").failed_with, errc::forbidden);
    EXPECT_FALSE(told("opened blind ip_connections ip_connections"));
}

TEST_F(CountCheck, NumbersThatLieDoNotWrap)
{
    count(R"("third_party_provider_connections":18446744073709551615,"walkie_talkie_connections":1)");
    sweep_once();
    EXPECT_THAT(seen("connections").reason, HasSubstr("counts 18446744073709551615 third_party"));
}

}  // namespace
}  // namespace trunkwarden
