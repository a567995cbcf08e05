#include "containment/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/safety_limits.hpp"

// The tokens of a service account go off with it. An undo brings back those that were on.

namespace trunkwarden {
namespace {

using quarantine_world::mishap;
using quarantine_world::power_cut;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr auto tokens_path = "/service_account_tokens";

class Parts : public SafetyLimits {
protected:
    // A service account that nobody trusts, with two tokens that are on and one that is off. The tokens are
    // left to themselves.
    Parts()
    {
        policy.rules.push_back({tokens_path + 1, {}, {}, quarantine_mode::off});
        id = id_of(attack("add_service_account"));
        on = {add_token("export", "active"), add_token("backup", "active")};
        off = add_token("old", "inactive");
    }

    std::string add_token(const char* name, const char* status)
    {
        const auto made =
            seeded.create(tokens_path, {{"service_account_id", id}, {"name", name}, {"status", status}},
                          {"dana", "account_owner", true});
        return std::string(made.at("id").as_string());
    }
    std::string status_of(const std::string& token) const
    {
        return std::string(seeded.find(tokens_path, token)->at("status").as_string());
    }
    std::string status_of_account() const
    {
        return std::string(seeded.find("/iam/service_accounts", id)->at("status").as_string());
    }
    bool is_about_tokens(std::string_view path) const
    {
        return path == "/iam/service_accounts/" + id + "/tokens";
    }
    action done() const { return actions_on("service_accounts").front(); }
    void switch_off()
    {
        look();
        ASSERT_EQ(states_of("service_accounts"), "done") << refusals();
        ASSERT_EQ(status_of_account(), "inactive");
        for (const auto& token : on)
            ASSERT_EQ(status_of(token), "inactive");
        api->written.clear();
    }
    std::vector<std::string> targets_written() const
    {
        std::vector<std::string> out;
        for (const auto& write : api->written)
            out.push_back(write.target);
        return out;
    }

    std::string id;
    std::vector<std::string> on;
    std::string off;
};

TEST_F(Parts, ThatWereOnAreOnAgainAfterAnUndoAndNoOthers)
{
    switch_off();
    EXPECT_THAT(*done().taken_along, ElementsAre(on[0], on[1]));
    const auto back = undo(done().id);
    EXPECT_EQ(back.state, action_state::undone);
    EXPECT_EQ(status_of_account(), "active");
    EXPECT_EQ(status_of(on[0]), "active");
    EXPECT_EQ(status_of(on[1]), "active");
    EXPECT_EQ(status_of(off), "inactive") << "it was off before";
    EXPECT_THAT(back.outcome, HasSubstr("its service_account_tokens that were on are on again: 2"));
    EXPECT_THAT(targets_written(),
                ElementsAre(EndsWith("/actions/enable"), EndsWith(on[0] + "/actions/activate"),
                            EndsWith(on[1] + "/actions/activate")));
}

TEST_F(Parts, ThatSomebodySwitchedOnAlreadyAreNotWrittenAgain)
{
    switch_off();
    seeded.change(tokens_path, on[0], {{"status", "active"}}, {"dana", "account_owner", true});
    EXPECT_EQ(undo(done().id).state, action_state::undone);
    EXPECT_THAT(targets_written(),
                ElementsAre(EndsWith("/actions/enable"), EndsWith(on[1] + "/actions/activate")));
}

TEST_F(Parts, ThatTheApiDoesNotSwitchOnAreNamed)
{
    switch_off();
    api->write_goes = [this](const api_write& write) {
        return write.target.find(on[0]) == std::string::npos ? mishap::none : mishap::refused_422;
    };
    const auto back = undo(done().id);
    EXPECT_EQ(back.state, action_state::undone) << "the service account is on";
    EXPECT_EQ(status_of(on[1]), "active");
    EXPECT_THAT(back.outcome,
                HasSubstr("these were on and do not show that they are again: " + on[0] + " ("));
    EXPECT_THAT(back.outcome, HasSubstr("422"));
}

TEST_F(Parts, AreReadAgainWhateverTheApiAnswers)
{
    switch_off();
    api->write_goes = [this](const api_write& write) {
        return write.target.find("/tokens/") == std::string::npos ? mishap::none : mishap::answer_only;
    };
    EXPECT_THAT(undo(done().id).outcome,
                HasSubstr("do not show that they are again: " + on[0] + ", " + on[1]));
}

TEST_F(Parts, ThatCannotBeReadKeepNothingFromBeingContained)
{
    api->cannot_read = [this](const std::string& path) { return is_about_tokens(path); };
    look();
    ASSERT_EQ(states_of("service_accounts"), "done") << refusals();
    EXPECT_EQ(status_of_account(), "inactive");
    EXPECT_FALSE(done().taken_along);
    api->written.clear();
    const auto back = undo(done().id);
    EXPECT_THAT(back.outcome, HasSubstr("which of its service_account_tokens were on is not known"));
    EXPECT_THAT(targets_written(), ElementsAre(EndsWith("/actions/enable")));
}

TEST_F(Parts, WaitUntilTheyCanBeRead)
{
    switch_off();
    api->cannot_read = [this](const std::string& path) { return is_about_tokens(path); };
    EXPECT_THROW(undo(done().id), std::runtime_error);
    EXPECT_EQ(done().state, action_state::undoing);
    look();
    EXPECT_EQ(status_of_account(), "active") << "it is not contained again meanwhile";
    api->cannot_read = [](const std::string&) { return false; };
    look();
    EXPECT_EQ(done().state, action_state::undone) << done().outcome;
    EXPECT_EQ(status_of(on[0]), "active");
    EXPECT_EQ(status_of(on[1]), "active");
}

TEST_F(Parts, AreNotWrittenWhileTheQuarantineIsFrozen)
{
    switch_off();
    api->after_write = [this](const api_write& write) {
        if (write.target.ends_with("/actions/enable"))
            guard->forbid("it is frozen");
    };
    EXPECT_THROW(undo(done().id), std::runtime_error);
    look();
    EXPECT_EQ(done().state, action_state::undoing);
    EXPECT_EQ(status_of(on[0]), "inactive");
    guard->forbid(std::nullopt);
    look();
    EXPECT_EQ(done().state, action_state::undone);
    EXPECT_EQ(status_of(on[0]), "active");
}

TEST_F(Parts, ThatAreTooManyAreLeftToAPerson)
{
    for (int more = 0; more < 99; ++more)
        add_token("many", "active");
    look();
    ASSERT_EQ(states_of("service_accounts"), "done") << refusals();
    EXPECT_FALSE(done().taken_along);
}

// The power fails at any point of an undo: the next start completes it.
class PowerCutsOfParts : public Parts, public testing::WithParamInterface<int> {};

TEST_P(PowerCutsOfParts, EndWithEveryTokenOnThatWasOn)
{
    switch_off();
    const auto undone = done().id;
    int left = GetParam();
    const auto maybe = [&left](const char* where) {
        if (left-- == 0)
            throw power_cut{where};
    };
    journal->before_write = [&](const action&) { maybe("before the journal"); };
    journal->after_write = [&](const action&) { maybe("after the journal"); };
    api->just_before_write = [&](const api_write&) { maybe("before the request"); };
    api->after_write = [&](const api_write&) { maybe("after the request"); };
    try {
        undo(undone);
    } catch (const power_cut&) {
        start();
        look();
        look();
    }
    left = -1;
    if (guard->find(undone)->state == action_state::done)
        undo(undone);  // the order was lost before anything was sent
    EXPECT_EQ(guard->find(undone)->state, action_state::undone) << guard->find(undone)->outcome;
    EXPECT_EQ(status_of_account(), "active");
    EXPECT_EQ(status_of(on[0]), "active");
    EXPECT_EQ(status_of(on[1]), "active");
    EXPECT_EQ(status_of(off), "inactive");
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, PowerCutsOfParts, testing::Range(0, 10));

}  // namespace
}  // namespace trunkwarden
