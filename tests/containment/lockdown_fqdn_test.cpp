#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/lockdown_reading.hpp"
#include "containment/lockdown.hpp"
#include "containment/world.hpp"
#include "fakes/scratch_folder.hpp"

// FQDN connections in a lockdown: their password is that of their authentication, which is an object of its
// own.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class LockdownOfFqdnConnections : public testing::Test, protected demo_world {
protected:
    LockdownOfFqdnConnections()
    {
        seeded.set_time(now);
        start();
        run(check_organization(*watched));
        run(sweep(*watched));
    }

    lockdown_terms terms() { return {run(read_monitor_identity(*watched)), lockdown_basis::baseline}; }
    std::vector<std::string> by_hand()
    {
        return secrets_to_make_by_hand(lockdown_view(*watched, terms()), watched->view.objects);
    }
    std::string connection() const { return std::string(seeded.at(path, 0).at("connection_id").as_string()); }
    std::string password() const
    {
        return std::string(seeded.find(path, connection())->at("password").as_string());
    }

    static constexpr auto path = "/fqdn_authentication";
    fakes::scratch_folder scratch;
};

TEST_F(LockdownOfFqdnConnections, GivesThemANewPasswordByTheirAuthentication)
{
    const auto before = password();
    const auto lockdown_terms = terms();
    auto items = plan_lockdown(lockdown_view(*watched, lockdown_terms), watched->view.objects);
    std::erase_if(items, [](const lockdown_item& item) { return item.kind != "fqdn_authentication"; });
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items.front().step, lockdown_step::sip_credentials);
    auto folder = lockdown_folder::open(scratch.file("incident"), "test").value();
    const auto done = run(carry_out_lockdown(*watched, lockdown_terms, std::move(items), folder,
                                             [](const lockdown_outcome&) {}));
    EXPECT_EQ(done.outcomes.front().went, lockdown_outcome::status::done) << done.outcomes.front().detail;
    EXPECT_NE(password(), before);
    EXPECT_THAT(fakes::text_of_file(scratch.file("incident/credentials.txt")), HasSubstr(password()));
    EXPECT_EQ(api->written.back().target, "/fqdn_connections/" + connection() + "/fqdn_authentication");
}

TEST_F(LockdownOfFqdnConnections, SendsNobodyForAPasswordThatItMakes)
{
    EXPECT_THAT(by_hand(), Not(Contains(ContainsRegex("[ ,]password[ ,].*of fqdn_connections"))));
    EXPECT_THAT(purpose_of(lockdown_step::sip_credentials), HasSubstr("FQDN"));
    for (const auto& task : what_people_do())
        EXPECT_THAT(task, Not(HasSubstr("FQDN")));
}

TEST_F(LockdownOfFqdnConnections, SendsAPersonWhereTheAuthenticationIsNotSeen)
{
    const auto& types = watched->config.types;
    const auto at = std::ranges::find(types, "fqdn_authentication", &resource_type::name) - types.begin();
    watched->view.objects[static_cast<std::size_t>(at)].clear();
    EXPECT_THAT(by_hand(), Contains(ContainsRegex("password.* of fqdn_connections")));
}

}  // namespace
}  // namespace trunkwarden
