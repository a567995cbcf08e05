#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "containment/carriers.hpp"
#include "containment/world.hpp"
#include "use/traffic.hpp"

// The objects that are switched off to stop a use, and the time after a reload in which none is.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class CarriersOfUse : public testing::Test, protected demo_world {
protected:
    CarriersOfUse()
    {
        baseline_text += "\nspending: {max_per_minute: \"3.00\", min_available_credit: \"50.00\"}\n";
        start();
        look();
    }
    void spend(int dollars)
    {
        left_ -= dollars;
        seeded.change_single("/balance", {{"available_credit", fmt::format("{}.00", left_)}},
                             {"telnyx", "system", false});
        now += 30s;  // and as much for the look
        look();
    }

    static constexpr std::string_view trunk = "1293384261075731499";

private:
    int left_ = 400;
};

// A file that is saved slowly has no limits, or other ones, for a moment.
TEST_F(CarriersOfUse, WaitsWhereAnotherBaselineWasInForceAMomentAgo)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_fraction = 1.0;
    auto half = baseline_text;
    half.replace(half.find("max_per_minute: \"3.00\""), 22, "max_per_minute: \"2.00\"");
    replace_baseline(half);
    spend(45);
    EXPECT_EQ(states_of("auto_recharge"), "waiting") << refusals();
    EXPECT_THAT(actions_on("auto_recharge").front().held,
                HasSubstr("of the baseline changed when it was reloaded at"));
    EXPECT_TRUE(api->written.empty());
    now += 11min;
    look();
    look();
    spend(45);
    EXPECT_THAT(states_of("auto_recharge"), HasSubstr("done")) << "after ten minutes it is what people want";
}

TEST_F(CarriersOfUse, DoesNotWaitWhereTheOtherBaselineSaidTheSameAboutTheUse)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_fraction = 1.0;
    replace_baseline(baseline_text + "\n");
    spend(45);
    EXPECT_EQ(states_of("auto_recharge"), "done") << refusals();
}

// The traffic of a connection, as a finding reports it.
deviation traffic_of(std::string_view sender)
{
    deviation out;
    out.type = &resource_of(resource_role::traffic);
    out.kind = deviation_kind::unknown;
    out.id = fmt::format("sip-trunking/{}/LV", sender);
    out.fields.push_back({.field = "product", .expected = std::nullopt, .actual = "sip-trunking"});
    out.fields.push_back({.field = "connection_id", .expected = std::nullopt, .actual = std::string(sender)});
    return out;
}

TEST_F(CarriersOfUse, SparesAProfileThatOthersShareWhereTheSenderItselfCanBeSwitchedOff)
{
    const auto carried_by = [this](std::string_view sender) {
        std::string out;
        for (const auto& way : carriers_of(*watched, traffic_of(sender)).on)
            out += std::string(watched->config.types[way.resource].name) + " " + way.id + "\n";
        return out;
    };
    EXPECT_EQ(carried_by(trunk), fmt::format("credential_connections {}\n", trunk));
    EXPECT_EQ(carried_by("1293384261075731530"), "fqdn_connections 1293384261075731530\n");
    EXPECT_EQ(carried_by("1494404757140276720"), "fax_applications 1494404757140276720\n");
    EXPECT_THAT(carried_by("1"), HasSubstr("outbound_voice_profiles")) << "no list shows it";
    EXPECT_EQ(carried_by(several_senders), "") << "an honest one may be among them";
    seeded.change("/credential_connections", trunk, {{"active", false}}, {"dana", "system", false});
    look();
    EXPECT_EQ(carried_by(trunk), "") << "it is off, and its profile carries the calls of others";
}

}  // namespace
}  // namespace trunkwarden
