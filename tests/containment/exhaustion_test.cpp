#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "containment/need_to_look.hpp"
#include "containment/safety_limits.hpp"
#include "fakes/run.hpp"

// A thief who knows the limits, and causes so much light work that nothing is left for what he means to do.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class Exhaustion : public SafetyLimits {
protected:
    static constexpr const char* applications = "/call_control_applications";
    static constexpr const char* application = "1494404757140276710";

    void poke(const json::object& fields) { seeded.change(applications, application, fields, {"thief"}); }
    void rename(int times) { poke({{"application_name", fmt::format("poke-{}", times)}}); }
    void rename_without_containment()
    {
        policy.mode = quarantine_mode::off;
        rename(1);
        look();
        policy.mode = quarantine_mode::automatic;
    }
    void expect_that_it_waits()
    {
        look();
        EXPECT_EQ(written(), 0U);
        EXPECT_THAT(states_of("call_control_applications"), HasSubstr("waiting")) << refusals();
    }
    std::string text_at(const char* field) const
    {
        return std::string(seeded.find(applications, application)->at(field).as_string());
    }
    const action& last_on(std::string_view resource) const
    {
        const auto found =
            std::find_if(guard->actions().rbegin(), guard->actions().rend(),
                         [resource](const action& action) { return action.resource == resource; });
        if (found == guard->actions().rend())
            throw std::runtime_error("no action on " + std::string(resource));
        return *found;
    }
};

TEST_F(Exhaustion, ATrustedObjectThatIsPokedAgainAndAgainIsPutBackLaterEachTime)
{
    for (int times = 0; times < 24; ++times) {  // twelve minutes
        rename(times);
        look();
    }
    EXPECT_GE(written(), 2U);
    EXPECT_LE(written(), 4U) << "after one minute, four, sixteen";
    now += 20min;
    look();
    EXPECT_EQ(text_at("application_name"), "queue") << "it is never left alone";
}

TEST_F(Exhaustion, ALightChangeThatComesBackHasTheShareOfALightOne)
{
    rename(1);
    look();
    const auto first = last_on("call_control_applications").level;
    now += 2min;
    rename(2);
    look();
    ASSERT_EQ(states_of("call_control_applications"), "done done") << refusals();
    EXPECT_EQ(finding_about("call_control_applications")->deviation.level, severity::critical);
    EXPECT_EQ(last_on("call_control_applications").level, first);
    EXPECT_LT(first, severity::critical);
}

TEST_F(Exhaustion, AFieldThatIsPokedOftenKeepsNoOtherWaiting)
{
    for (int times = 0; times < 3; ++times) {
        rename(times);
        look();
        now += 5min;
    }
    poke({{"application_name", "poke"}, {"webhook_event_url", "https://calls.attacker.example/hook"}});
    look();
    EXPECT_EQ(text_at("webhook_event_url"), "https://hooks.example.com/queue") << refusals();
}

TEST_F(Exhaustion, FindingsThatNobodyCanAnswerTakeTheTurnsOfNoOther)
{
    policy.max_fraction = 1;
    policy.allow_irreversible = true;
    for (int i = 0; i < 60; ++i)
        attack("add_texml_application");
    api->cannot_read = [](const std::string& path) { return path.starts_with("/texml_applications/"); };
    look();
    EXPECT_EQ(written(), 0U);
    attack("add_user");
    attack("add_api_key");
    look();
    look();
    EXPECT_EQ(states_of("organization_users"), "done") << refusals();
    EXPECT_EQ(states_of("api_keys"), "done");
    api->cannot_read = [](const std::string&) { return false; };
    const auto before = written();
    for (int looks = 0; looks < 8; ++looks)
        look();
    EXPECT_GT(written(), before) << "each of them has its turn again";
}

TEST_F(Exhaustion, FindingsAboutWhichThereIsNoRequestAreNotRead)
{
    const auto type = std::ranges::find_if(catalogue, [](const resource_type& resource) {
        return !resource.restore.possible() && resource.contain.possible() &&
               resource.role == resource_role::none;
    });
    ASSERT_NE(type, catalogue.end());
    finding about;
    about.id = "f-1";
    about.account = "test";
    about.deviation.type = &*type;
    about.deviation.kind = deviation_kind::changed;
    const auto need = is_worth_a_look(policy, about, {}, now);
    EXPECT_FALSE(need.is_needed);
    EXPECT_THAT(need.why.value_or(""), HasSubstr("no request that writes values back"));
    about.deviation.kind = deviation_kind::unknown;
    EXPECT_TRUE(is_worth_a_look(policy, about, {}, now).is_needed);
    about.absent_since = now;
    EXPECT_FALSE(is_worth_a_look(policy, about, {}, now).is_needed) << "there is nothing to read";
}

TEST_F(Exhaustion, AWaitingStepGivesWayToAHeavierChangeOfItsObject)
{
    policy.max_actions_per_hour = 0;
    rename(1);
    look();
    ASSERT_EQ(states_of("call_control_applications"), "waiting");
    policy.max_actions_per_hour = 20;
    look();
    EXPECT_EQ(states_of("call_control_applications"), "waiting") << "it was held, and nothing is new";
    poke({{"webhook_event_url", "https://calls.attacker.example/hook"}});
    look();
    EXPECT_EQ(text_at("webhook_event_url"), "https://hooks.example.com/queue") << refusals();
    EXPECT_EQ(text_at("application_name"), "queue");
}

// The change is of another kind by then, and so is the finding; an item that cannot be read keeps the list
// from ending the one before.
TEST_F(Exhaustion, AWaitingStepOfAFindingThatNothingEndsKeepsNoHeavierOneWaiting)
{
    const std::string profiles = "/outbound_voice_profiles";
    const std::string profile = "1293384261075731500";
    api->spoil = [&profiles](const std::string& path, std::string& body) {
        const std::string another = R"("id":"1293384261075731501")";
        if (const auto at = body.find(another); path == profiles && at != std::string::npos)
            body.replace(at, another.size(), R"("id":null)");
    };
    policy.max_actions_per_hour = 0;
    seeded.change(profiles, profile, {{"name", "lightly"}}, {"thief"});
    look();
    ASSERT_EQ(states_of("outbound_voice_profiles"), "waiting") << refusals();
    policy.max_actions_per_hour = 20;
    const auto before = seeded.find(profiles, profile)->at("daily_spend_limit");
    attack("raise_spend_limit", {{"id", profile}});
    look();
    EXPECT_EQ(states_of("outbound_voice_profiles"), "waiting done") << refusals();
    EXPECT_EQ(seeded.find(profiles, profile)->at("daily_spend_limit"), before);
}

TEST_F(Exhaustion, AnObjectThatTheBaselineNamedUntilAMomentAgoIsHeldAlsoWhenItDiffered)
{
    rename_without_containment();
    auto text = baseline_text;
    const auto entry = text.find("  - id: \"1494404757140276710\"");
    ASSERT_NE(entry, std::string::npos);
    text.erase(entry, text.find("\nfax_applications:") - entry);
    text.replace(text.find("call_control_applications:"), 26, "call_control_applications: []");
    replace_baseline(text);
    expect_that_it_waits();
}

TEST_F(Exhaustion, ACutValueInAFileThatIsSavedSlowlyIsNotWritten)
{
    rename_without_containment();
    auto text = baseline_text;
    const std::string whole = "application_name: queue\n";
    const auto at = text.find(whole);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, whole.size(), "application_name: que\n");
    replace_baseline(text);
    expect_that_it_waits();
}

TEST_F(Exhaustion, AReloadAboutOtherObjectsHoldsNothing)
{
    rename_without_containment();
    replace_baseline(baseline_text + "\n# a comment\n");
    look();
    EXPECT_EQ(text_at("application_name"), "queue") << refusals();
}

TEST_F(Exhaustion, ARuleAboutUnknownObjectsHoldsForThoseThatComeBack)
{
    policy.mode = quarantine_mode::dry_run;
    policy.rules = {{"ips", deviation_kind::unknown, "", quarantine_mode::automatic}};
    const json::object options{{"object", {{"ip_address", "192.0.2.77"}}}};
    attack("add_ip", options);
    look();
    ASSERT_EQ(states_of("ips"), "done") << refusals();
    attack("add_ip", options);
    look();
    now += 2min;
    look();
    EXPECT_EQ(states_of("ips"), "done done") << refusals();
}

class PlacesOfAnHour : public Exhaustion {
protected:
    void flood(int first, int count)
    {
        for (int number = first; number < first + count; ++number)
            attack("add_verified_number",
                   {{"object", {{"phone_number", fmt::format("+1415556{:04}", number)}}}});
        for (int looks = 0; looks < 4; ++looks)
            look();
    }
    std::size_t in_state(action_state state) const
    {
        const auto all = actions_on("verified_numbers");
        return static_cast<std::size_t>(std::ranges::count(all, state, &action::state));
    }
};

TEST_F(PlacesOfAnHour, DryRunsTakeNoneOfThoseThatArePutBeforeAPerson)
{
    policy.mode = quarantine_mode::dry_run;
    flood(0, 110);
    ASSERT_EQ(in_state(action_state::dry_run), 100U) << refusals();
    policy.mode = quarantine_mode::approve;
    flood(200, 1);
    EXPECT_EQ(in_state(action_state::waiting), 100U) << refusals();
}

TEST_F(PlacesOfAnHour, NeitherDoesAnyOfThoseTakeOneFromAStepThatActs)
{
    policy.max_fraction = 1;
    policy.allow_irreversible = true;
    policy.mode = quarantine_mode::approve;
    flood(0, 110);
    policy.mode = quarantine_mode::dry_run;
    flood(200, 110);
    policy.mode = quarantine_mode::automatic;
    flood(400, 1);
    EXPECT_GT(in_state(action_state::done), 0U) << refusals();
}

TEST_F(PlacesOfAnHour, AHeldStepThatAPersonRejectedTookNone)
{
    policy.max_actions_per_hour = 0;
    flood(0, 110);
    ASSERT_GE(in_state(action_state::waiting), 100U) << refusals();
    for (const auto& action : actions_on("verified_numbers"))
        if (action.state == action_state::waiting) {
            ASSERT_TRUE(run(guard->reject(action.id, "not now")));
        }
    policy.max_actions_per_hour = 20;
    policy.max_fraction = 1;
    policy.allow_irreversible = true;
    flood(400, 1);
    EXPECT_GT(in_state(action_state::done), 0U) << refusals();
}

TEST_F(PlacesOfAnHour, OfOneSeverityStepsThatActAreLookedAtFirst)
{
    policy.allow_irreversible = true;
    policy.max_fraction = 1;
    policy.rules = {{"texml_applications", {}, "", quarantine_mode::dry_run}};
    for (int number = 0; number < 60; ++number)
        attack("add_texml_application");
    attack("add_user");
    look();
    EXPECT_EQ(states_of("organization_users"), "done") << refusals();
}

}  // namespace
}  // namespace trunkwarden
