#include "containment/carriers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "use/judge_traffic.hpp"
#include "watch/sweep.hpp"

// The objects that are offered to be switched off for a finding about traffic.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TrafficCarriers : public testing::Test, protected fakes::quiet_account {
protected:
    TrafficCarriers()
    {
        build("version: 1\n");
        show("/outbound_voice_profiles", R"([{"id":"p-1","name":"office","enabled":true},)"
                                         R"({"id":"p-2","name":"dialler","enabled":true},)"
                                         R"({"id":"p-3","name":"old","enabled":false}])");
        show("/credential_connections", R"([{"id":"c-1","connection_name":"office","active":true,)"
                                        R"("outbound":{"outbound_voice_profile_id":"p-1"}},)"
                                        R"({"id":"c-2","connection_name":"lone","active":true}])");
        show("/call_control_applications", R"([{"id":"a-1","application_name":"dialler","active":true,)"
                                           R"("outbound":{"outbound_voice_profile_id":"p-2"}}])");
        show("/messaging_profiles", R"([{"id":"m-1","name":"reminders","enabled":true},)"
                                    R"({"id":"m-2","name":"codes","enabled":true}])");
        run(sweep(*watched));
    }

    void show(std::string_view path, std::string items)
    {
        api->forget(fakes::first_page(list(path)));
        answer(path, std::move(items));
    }

    // As the judgement reports 412 refused attempts that no entry covers.
    carriers of_traffic(traffic_product product, std::string connection)
    {
        traffic_policy policy;
        policy.present = true;
        policy.entries.emplace_back().product = product;
        policy.entries.back().destinations = {"US"};
        traffic_record record;
        const usage_row row{{product, std::move(connection), "LV"}, now, {412, 0, 0, {}}};
        record.add_report(product, std::array{row}, 1h, now);
        const auto& type = watched->config.types[*place_of_resource(watched->config, "traffic")];
        const auto found = judge_traffic(type, policy, record, {}, now);
        return found.size() == 1 ? carriers_of(*watched, found.front()) : carriers{{}, {"not one finding"}};
    }
    std::vector<std::string> offered(traffic_product product, std::string connection)
    {
        const auto ways = of_traffic(product, std::move(connection));
        EXPECT_THAT(ways.unread, IsEmpty());
        std::vector<std::string> out;
        for (const auto& way : ways.on)
            out.push_back(fmt::format("{} {}", watched->config.types[way.resource].name, way.id));
        return out;
    }
};

TEST_F(TrafficCarriers, OfASenderThatAListShowsIsItselfAndNotTheProfileThatOthersShare)
{
    EXPECT_THAT(offered(traffic_product::sip_trunking, "c-1"), ElementsAre("credential_connections c-1"));
    EXPECT_THAT(offered(traffic_product::call_control, "a-1"), ElementsAre("call_control_applications a-1"));
    EXPECT_THAT(offered(traffic_product::sip_trunking, "c-2"), ElementsAre("credential_connections c-2"))
        << "it leads to no profile";
}

TEST_F(TrafficCarriers, OfMessagesIsTheirProfile)
{
    EXPECT_THAT(offered(traffic_product::messaging, "m-2"), ElementsAre("messaging_profiles m-2"));
}

TEST_F(TrafficCarriers, OfCallsThatNameNoConnectionAreAllOutboundProfilesThatAreOn)
{
    for (const auto& connection : {std::string(not_in_report), std::string()})
        for (const auto product : {traffic_product::sip_trunking, traffic_product::call_control,
                                   traffic_product::webrtc, traffic_product::fax})
            EXPECT_THAT(offered(product, connection),
                        UnorderedElementsAre("outbound_voice_profiles p-1", "outbound_voice_profiles p-2"))
                << name_of(product) << " '" << connection << "'";
}

TEST_F(TrafficCarriers, OfCallsOfAConnectionThatNoListShowsAreAllProfiles)
{
    EXPECT_THAT(offered(traffic_product::sip_trunking, "gone"),
                UnorderedElementsAre("outbound_voice_profiles p-1", "outbound_voice_profiles p-2"));
}

TEST_F(TrafficCarriers, OfMessagesThatNameNoProfileAreAllMessagingProfiles)
{
    EXPECT_THAT(offered(traffic_product::messaging, std::string(not_in_report)),
                UnorderedElementsAre("messaging_profiles m-1", "messaging_profiles m-2"));
}

TEST_F(TrafficCarriers, OfVerificationsAreNoneBecauseNothingCanBeSwitchedOff)
{
    EXPECT_THAT(offered(traffic_product::verify, std::string(not_in_report)), IsEmpty());
}

TEST_F(TrafficCarriers, SayThatMoreMayCarryItWhereTheProfilesWereNotRead)
{
    build("version: 1\n");
    api->forget(fakes::first_page(list("/outbound_voice_profiles")));
    fail("/outbound_voice_profiles", errc::server_error);
    run(sweep(*watched));
    EXPECT_THAT(of_traffic(traffic_product::sip_trunking, std::string(not_in_report)).unread,
                ElementsAre("outbound_voice_profiles"));
}

}  // namespace
}  // namespace trunkwarden
