#include "account/account_exposure.hpp"

#include <gtest/gtest.h>

#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/account_gauges.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

class AccountExposure : public testing::Test, protected fakes::quiet_account {
protected:
    AccountExposure()
    {
        build("version: 1\nspending: {max_per_day: \"100\"}\n");
        api->answer("/balance", R"({"data":{"available_credit":"512.35","currency":"USD"}})");
    }

    // The lists answer as they did before once more.
    void sweep_twice()
    {
        run(sweep(*watched));
        run(sweep(*watched));
    }

    // "none" when it is not known.
    std::string exposure_shown(std::string_view resource) const
    {
        const auto open = watched->memory.findings.open().find(resource);
        if (open == watched->memory.findings.open().end() || open->second.empty())
            return "no finding";
        const auto& some = open->second.begin()->second.deviation.exposure;
        return some ? words_of(*some) : "none";
    }
};

constexpr auto profile =
    R"([{"id":"7","name":"p","enabled":true,"max_destination_rate":"0.70","concurrent_call_limit":60,)"
    R"("daily_spend_limit":null,"daily_spend_limit_enabled":false}])";

TEST_F(AccountExposure, FollowsAnAddressToItsConnectionAndProfile)
{
    answer("/outbound_voice_profiles", profile);
    answer(
        "/ip_connections",
        R"([{"id":"1","connection_name":"c","outbound":{"outbound_voice_profile_id":"7","channel_limit":10}}])");
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66","connection_id":"1"}])");
    sweep_twice();
    EXPECT_EQ(exposure_shown("ips"), "up to USD 7.00 a minute until the balance of 512.35 is gone");
    EXPECT_EQ(exposure_shown("outbound_voice_profiles"),
              "up to USD 42.00 a minute until the balance of 512.35 is gone");
    EXPECT_EQ(gauges_of(*watched).exposure_per_minute, 42.0);
}

TEST_F(AccountExposure, IsNotKnownWhileTheProfilesAreNotRead)
{
    fail("/outbound_voice_profiles", errc::server_error);
    answer("/ips", R"([{"id":"9","ip_address":"192.0.2.66","connection_id":"1"}])");
    run(sweep(*watched));
    run(sweep(*watched));
    EXPECT_EQ(exposure_shown("ips"), "none");
    EXPECT_FALSE(gauges_of(*watched).exposure_per_minute);
}

TEST_F(AccountExposure, IsOnFindingsAboutUse)
{
    build("version: 1\nspending: {min_available_credit: \"600\"}\nregistrations: []\n");
    api->answer("/balance", R"({"data":{"available_credit":"512.35","currency":"USD"}})");
    api->answer(
        "/sip_registration_status?credential_type=sip_credential_connection&username=pbx",
        R"({"connection_id":"1","registered":true,"sip_registration_details":{"ua_ip":"192.0.2.66"}})");
    answer("/outbound_voice_profiles", profile);
    answer(
        "/credential_connections",
        R"([{"id":"1","user_name":"pbx","outbound":{"outbound_voice_profile_id":"7","channel_limit":10}}])");
    sweep_twice();
    EXPECT_EQ(exposure_shown("registrations"), "up to USD 7.00 a minute until the balance of 512.35 is gone");
    EXPECT_EQ(exposure_shown("spending"), "up to USD 42.00 a minute until the balance of 512.35 is gone");
}

TEST_F(AccountExposure, IsOfNothingThatOpensNoWayToCall)
{
    answer("/outbound_voice_profiles", profile);
    answer("/messaging_profiles", R"([{"id":"9","name":"m"}])");
    sweep_twice();
    EXPECT_EQ(exposure_shown("messaging_profiles"), "none");
}

}  // namespace
}  // namespace trunkwarden
