#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/reevaluation.hpp"
#include "watch/sweep.hpp"

// The memory of an account after a reload with other settings or another baseline.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class LiveReload : public testing::Test, protected fakes::quiet_account {
protected:
    // The fake gives the answer before a new one once more.
    void see(std::string_view path, const std::string& items)
    {
        answer(path, items);
        run(sweep(*watched));
        run(sweep(*watched));
    }
    account_settings settings() const { return watched->config.settings; }
    void take(const account_settings& changed) { take_settings(*watched, changed, watched->config.poll); }
    coverage& known(std::string_view resource)
    {
        return *std::ranges::find_if(watched->view.coverage, [resource](const auto& covered) {
            return covered.type->name == resource;
        });
    }
    void trust(const std::string& text)
    {
        watched->config.baseline = parse_baseline(text, "baseline.yml", catalogue).value;
    }
    std::string state(std::string_view resource) { return std::string(name_of(known(resource).state)); }

    worker_thread aside;
};

TEST_F(LiveReload, ReadsTheApiKeysAnewWhenTheirListHasAnotherShape)
{
    see("/iam/api_keys", R"([{"id":"1","name":"ci"}])");
    ASSERT_TRUE(told("opened unknown api_keys 1"));
    auto changed = std::make_unique<account_settings>(settings());
    changed->api_keys = {.path = "/v3/keys", .id = "key", .label = "title", .own_key_id = {}};
    take(*changed);
    changed.reset();  // nothing may point into what was read
    EXPECT_EQ(known("api_keys").state, reading_state::never) << "what was read in another shape says nothing";
    EXPECT_EQ(list("/v3/keys").last, nullptr);

    api->answer(fakes::first_page(list("/v3/keys")), R"({"data":[{"key":"2","title":"deploy"}]})");
    run(sweep(*watched));
    EXPECT_EQ(known("api_keys").state, reading_state::complete) << known("api_keys").reason;
    EXPECT_TRUE(told("opened unknown api_keys 2"));
    EXPECT_TRUE(told("resolved unknown api_keys 1"));
}

TEST_F(LiveReload, KeepsWhatWasReadWhenTheShapeOfTheApiKeysIsTheSame)
{
    see("/iam/api_keys", R"([{"id":"1","name":"ci"}])");
    const auto before = list("/iam/api_keys").last;
    auto changed = std::make_unique<account_settings>(settings());
    changed->api_key.file = "/elsewhere/key";
    take(*changed);
    changed.reset();
    EXPECT_EQ(list("/iam/api_keys").last, before);
    EXPECT_EQ(known("api_keys").state, reading_state::complete);
    listener.told.clear();
    run(sweep(*watched));
    EXPECT_EQ(listener.told, std::vector<std::string>{}) << "nothing is told twice";
}

TEST_F(LiveReload, TakesBlindSpotsAtOnceAndTakesThemBack)
{
    fail("/portouts", errc::forbidden);
    run(sweep(*watched));
    run(sweep(*watched));
    ASSERT_EQ(state("portouts"), "unavailable");
    auto changed = settings();
    changed.accepted_blind_spots = {"portouts"};
    take(changed);
    EXPECT_EQ(state("portouts"), "accepted");
    changed.accepted_blind_spots.clear();
    take(changed);
    EXPECT_EQ(state("portouts"), "unavailable");
    EXPECT_EQ(known("portouts").failed_with, errc::forbidden) << "why is still known";
}

TEST_F(LiveReload, DoesNotCallAListSeenBecauseItMayBeBlindNow)
{
    auto changed = settings();
    changed.accepted_blind_spots = {"portouts"};
    take(changed);
    EXPECT_EQ(known("portouts").state, reading_state::never);
    run(sweep(*watched));
    EXPECT_EQ(known("portouts").state, reading_state::complete);
}

TEST_F(LiveReload, ForgetsWhatAnotherProbeSaid)
{
    watched->memory.two_factor_evidence.probe.emplace();
    auto changed = settings();
    take(changed);
    EXPECT_TRUE(watched->memory.two_factor_evidence.probe) << "it is the same probe";
    changed.probe = two_factor_probe{"https://sso.example.com/state", "/required", "true"};
    take(changed);
    EXPECT_FALSE(watched->memory.two_factor_evidence.probe);
}

// A setting that is not taken over makes each later reload start the watch again.
TEST_F(LiveReload, TakesEverySettingThatAReloadMayChange)
{
    auto changed = settings();
    changed.api_key.file = "/elsewhere/key";
    changed.baseline_file = "elsewhere.yml";
    changed.baseline_public_key = "RWQ";
    changed.api_url = "https://elsewhere.example.com/v2";
    changed.ca_file = "ca.pem";
    changed.accepted_blind_spots = {"portouts"};
    changed.api_keys.path = "/v3/keys";
    changed.probe = two_factor_probe{"https://sso.example.com/state", "/required", "true"};
    changed.managed_account_id = "4711";
    changed.connection.proxy_url = "http://p.example:3128";
    take(changed);
    EXPECT_TRUE(settings() == changed);
}

TEST_F(LiveReload, JudgesTheLastReadingByANewBaselineWithoutAskingTheApi)
{
    see("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    ASSERT_TRUE(told("opened unknown ips 9"));
    const auto asked = api->sent.size();
    trust("version: 1\nips:\n  - ip_address: 192.0.2.66\n");
    run(reevaluate(*watched, aside));
    EXPECT_TRUE(told("resolved unknown ips 9"));
    listener.told.clear();
    trust("version: 1\nips:\n  - {id: 10, ip_address: 192.0.2.1}\n");
    run(reevaluate(*watched, aside));
    EXPECT_TRUE(told("opened unknown ips 9"));
    EXPECT_TRUE(told("opened missing ips 10"));
    EXPECT_EQ(api->sent.size(), asked);
}

TEST_F(LiveReload, CallsNothingMissingFromAListThatWasNeverRead)
{
    trust("version: 1\nips:\n  - {id: 10, ip_address: 192.0.2.1}\n");
    run(reevaluate(*watched, aside));
    EXPECT_FALSE(told("opened missing ips 10"));
    run(sweep(*watched));
    EXPECT_TRUE(told("opened missing ips 10"));
}

// The reading that lands while the older one is judged was judged by the new baseline already.
TEST_F(LiveReload, DropsAJudgementThatAReadingHasOvertaken)
{
    see("/ips", R"([{"id":"9","ip_address":"192.0.2.66"}])");
    asio::io_context io(1);
    trust("version: 1\nips:\n  - ip_address: 192.0.2.1\n");
    asio::co_spawn(io, reevaluate(*watched, aside), must_not_throw);
    io.poll_one();  // the judging has begun, and its result waits for this loop
    see("/ips", "[]");
    ASSERT_TRUE(told("resolved unknown ips 9"));
    listener.told.clear();
    io.run();
    EXPECT_FALSE(told("opened unknown ips 9"));
}

TEST_F(LiveReload, KeepsWhatAnObjectReadByItselfHasShownSince)
{
    see("/ips", "[]");
    now += 10s;
    const auto ips =
        static_cast<std::size_t>(std::ranges::find(watched->config.types, "ips", &resource_type::name) -
                                 watched->config.types.begin());
    api->answer("/ips/9", R"({"data":{"id":"9","ip_address":"192.0.2.66"}})");
    ASSERT_TRUE(run(sweep_object(*watched, ips, "9")));
    ASSERT_TRUE(told("opened unknown ips 9"));
    run(reevaluate(*watched, aside));
    EXPECT_FALSE(told("resolved unknown ips 9")) << "the list of before cannot know";
}

}  // namespace
}  // namespace trunkwarden
