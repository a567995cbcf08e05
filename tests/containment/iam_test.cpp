#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/lockdown_plan.hpp"
#include "containment/monitor_identity.hpp"
#include "containment/safety_limits.hpp"
#include "fakes/times.hpp"

// API keys, service accounts and the settings of IAM: objects that a request without a body switches off.

namespace trunkwarden {
namespace {

using quarantine_world::mishap;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto own_id = "KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B50";

class Iam : public SafetyLimits {
protected:
    std::string status_of(std::string_view path, const std::string& id) const
    {
        return std::string(seeded.find(path, id)->at("status").as_string());
    }
    void own_key_is_on_the_list()
    {
        seeded.create("/api_keys", {{"id", own_id}, {"name", "monitor"}}, {"dana", "account_owner", true});
    }
};

TEST_F(Iam, AKeyOfTheThiefIsSwitchedOffAndCanBeSwitchedOnAgain)
{
    const auto key = id_of(attack("add_api_key"));
    look();
    ASSERT_EQ(states_of("api_keys"), "done") << refusals();
    EXPECT_EQ(status_of("/api_keys", key), "inactive");
    ASSERT_EQ(written(), 1U);
    EXPECT_EQ(api->written.front().target, "/iam/api_keys/" + key + "/actions/deactivate");
    EXPECT_EQ(api->written.front().body, "");
    EXPECT_THAT(actions_on("api_keys").front().outcome, HasSubstr("read again"));
    look();
    EXPECT_EQ(written(), 1U) << "it is off";

    const auto back = undo(actions_on("api_keys").front().id);
    EXPECT_EQ(back.state, action_state::undone);
    EXPECT_EQ(status_of("/api_keys", key), "active");
    seeded.change("/api_keys", key, {{"last_used_at", "2026-11-22T03:00:00Z"}}, {"thief", "api", true});
    look();
    EXPECT_EQ(status_of("/api_keys", key), "active") << "that it is used does not make it another key";
}

// The API refuses to switch it off (422): nothing is tried, again and again.
TEST_F(Iam, AKeyThatHasExpiredIsLeftAlone)
{
    const auto key = id_of(attack("add_api_key"));
    seeded.change("/api_keys", key, {{"expires_at", "2025-01-01T00:00:00Z"}}, {"thief", "api", true});
    look();
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("it has expired"));
    const lockdown_account view{watched->config.types, watched->config.baseline, {}, fakes::today};
    for (const auto& item : plan_lockdown(view, watched->view.objects))
        EXPECT_NE(item.object_id, key);
}

TEST_F(Iam, AKeyThatIsOnThoughTheApiSaidYesIsNotSwitchedOff)
{
    api->write_goes = [](const api_write&) { return mishap::answer_only; };
    attack("add_api_key");
    look();
    ASSERT_EQ(states_of("api_keys"), "failed");
    EXPECT_THAT(actions_on("api_keys").front().outcome, HasSubstr("status is not inactive"));
}

TEST_F(Iam, AnUndoThatChangedNothingIsNone)
{
    attack("add_api_key");
    look();
    ASSERT_EQ(states_of("api_keys"), "done");
    api->write_goes = [](const api_write&) { return mishap::answer_only; };
    const auto id = actions_on("api_keys").front().id;
    try {
        undo(id);
        FAIL() << "the key is still off";
    } catch (const std::runtime_error& why) {
        EXPECT_THAT(why.what(), HasSubstr("status"));
    }
    EXPECT_EQ(guard->find(id)->state, action_state::done);
}

TEST_F(Iam, AKeyThatSomebodySwitchedOnAgainIsNotTakenBack)
{
    const auto key = id_of(attack("add_api_key"));
    look();
    seeded.change("/api_keys", key, {{"status", "active"}}, {"dana", "account_owner", true});
    EXPECT_THROW(undo(actions_on("api_keys").front().id), std::runtime_error);
}

TEST_F(Iam, ItsOwnKeyIsKnownByWhatItBeginsWithIfTheListShowsIt)
{
    own_key.clear();
    own_key_is_on_the_list();
    start();
    api->begins_with = own_id;
    look();
    EXPECT_EQ(monitor_key_of(*watched).key_id, own_id);
    look();
    const auto key = id_of(attack("add_api_key"));
    look();
    EXPECT_EQ(status_of("/api_keys", key), "inactive") << refusals();
    EXPECT_EQ(status_of("/api_keys", own_id), "active");
    EXPECT_THAT(refusals(), HasSubstr("it is the monitor's own key"));
}

TEST_F(Iam, ItsOwnKeyIsNeverGuessed)
{
    own_key.clear();
    start();
    api->begins_with = own_id;
    look();
    look();
    attack("add_api_key");
    look();
    EXPECT_EQ(monitor_key_of(*watched).key_id, "");
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("own_key_id is not set"));
}

TEST_F(Iam, KeysOfTheUndocumentedListAreDeletedOnlyWhereThatIsAllowed)
{
    start();
    api->is_forbidden = [](const std::string& path) { return path.starts_with("/iam/"); };
    look();
    const auto key = id_of(attack("add_api_key"));
    look();
    EXPECT_EQ(states_of("api_keys"), "waiting") << refusals();
    EXPECT_TRUE(seeded.find("/api_keys", key));
    EXPECT_THAT(api->written, IsEmpty());
}

TEST_F(Iam, AServiceAccountIsSwitchedOffAndCanBeSwitchedOnAgain)
{
    const auto id = id_of(attack("add_service_account"));
    look();
    ASSERT_EQ(states_of("service_accounts"), "done") << refusals();
    EXPECT_EQ(status_of("/iam/service_accounts", id), "inactive");
    const auto back = undo(actions_on("service_accounts").front().id);
    EXPECT_EQ(status_of("/iam/service_accounts", id), "active");
    EXPECT_THAT(back.outcome, HasSubstr("none of its service_account_tokens were on"));
}

TEST_F(Iam, ATokenIsSwitchedOffAtItsServiceAccountAndCanBeSwitchedOnAgain)
{
    const auto token = id_of(attack("add_service_account_token"));
    const std::string account(
        seeded.find("/service_account_tokens", token)->at("service_account_id").as_string());
    look();
    ASSERT_EQ(states_of("service_account_tokens"), "done") << refusals();
    EXPECT_EQ(status_of("/service_account_tokens", token), "inactive");
    ASSERT_EQ(written(), 1U);
    EXPECT_EQ(api->written.front().target,
              "/iam/service_accounts/" + account + "/tokens/" + token + "/actions/deactivate");
    undo(actions_on("service_account_tokens").front().id);
    EXPECT_EQ(status_of("/service_account_tokens", token), "active");
    EXPECT_EQ(api->written.back().target,
              "/iam/service_accounts/" + account + "/tokens/" + token + "/actions/activate");
}

TEST_F(Iam, ItsSettingsArePutBackByAPersonOnly)
{
    attack("disable_iam");
    look();
    ASSERT_EQ(states_of("iam_settings"), "waiting") << refusals();
    EXPECT_THAT(actions_on("iam_settings").front().held, HasSubstr("refuses everybody but the owner"));
    EXPECT_EQ(written(), 0U);
    ASSERT_TRUE(guard->approve(actions_on("iam_settings").front().id));
    round();
    EXPECT_EQ(states_of("iam_settings"), "done");
    EXPECT_TRUE(seeded.single("/iam/settings").at("enabled").as_bool());
}

TEST_F(Iam, ALockdownLeavesItsSettingsToAPerson)
{
    attack("disable_iam");
    look();
    const lockdown_account account{watched->config.types, watched->config.baseline, {}, {}, {}};
    const auto items = plan_lockdown(account, watched->view.objects);
    const auto found =
        std::ranges::find_if(items, [](const lockdown_item& item) { return item.kind == "iam_settings"; });
    ASSERT_NE(found, items.end());
    EXPECT_THAT(found->leave.value_or(""), HasSubstr("look at iam_grants first"));
}

TEST_F(Iam, AKeyThatIsOffIsNoItemOfALockdown)
{
    const auto key = id_of(attack("add_api_key"));
    seeded.change("/api_keys", key, {{"status", "inactive"}}, {"dana", "account_owner", true});
    policy.mode = quarantine_mode::off;
    look();
    const lockdown_account account{watched->config.types, watched->config.baseline, {}, {}, {}};
    for (const auto& item : plan_lockdown(account, watched->view.objects))
        EXPECT_NE(item.object_id, key);
}

TEST_F(Iam, ADormantKeyInUseIsLeftToAPerson)
{
    attack("use_dormant_api_key");
    look();
    ASSERT_NE(finding_about("api_keys"), nullptr);
    EXPECT_EQ(finding_about("api_keys")->deviation.kind, deviation_kind::changed);
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("somebody used it after a long rest"));
}

}  // namespace
}  // namespace trunkwarden
