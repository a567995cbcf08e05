#include "containment/action_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "containment/observe_object.hpp"
#include "containment/requests.hpp"
#include "containment/world.hpp"

// The order of one execution, and its outcome when the API refuses, lies or falls silent.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view fresh_password = "CANARY-fresh-password-of-a-rotation";

class ActionExecutor : public testing::Test, protected demo_world, protected execution_terms {
protected:
    ActionExecutor()
    {
        start();
        run(sweep(*watched));
        const auto hit = attack("add_texml_application");
        id = std::string(hit.at("id").as_string());
        api->after_write = [this](const api_write&) { steps.emplace_back("sent"); };
    }

    // The application of the thief, switched off.
    action switching_off()
    {
        const auto resource = place_of_resource(watched->config, "texml_applications").value();
        const auto seen = run(observe_object(*watched, resource, id));
        action out;
        out.id = "a-000000000001";
        out.resource = "texml_applications";
        out.object_id = out.address = id;
        out.undo = undoing::exact;
        out.seen = (*seen)->state;
        out.request = containing_request(**seen).value();
        return out;
    }

    // A new password for a trusted connection.
    action rotation()
    {
        action out;
        out.id = "a-000000000002";
        out.resource = "credential_connections";
        out.object_id = out.address = "1293384261075731499";
        out.measure = measure::rotate;
        out.request = {"PATCH", "/credential_connections/1293384261075731499", "{\"password\":\"(secret)\"}"};
        fresh = fresh_secret{"password", secret(std::string(fresh_password))};
        return out;
    }

    result<action> execute(action planned)
    {
        action_executor executor(*watched, *this);
        return run(executor.execute(std::move(planned)));
    }
    result<action> resume(action sent)
    {
        action_executor executor(*watched, *this);
        return run(executor.resume(std::move(sent)));
    }
    std::optional<std::string> undo(action done)
    {
        action_executor executor(*watched, *this);
        return run(executor.undo(std::move(done)));
    }

    std::optional<std::string> objection(execution& execution, const observed_object*) override
    {
        execution.fresh = fresh;
        return objects;
    }
    std::optional<std::string> last_objection(const action&, const observed_object&) override
    {
        return forbidden;
    }
    std::optional<std::string> obstacle_to_undo(const action&) override { return forbidden; }
    task<result<void>> record(action action) override
    {
        steps.emplace_back(name_of(action.state));
        if (broken)
            co_return failure{errc::bad_file, "the disk is full"};
        recorded.push_back(action);
        if (action.state == action_state::sending)
            forbidden = forbid_while_recording;
        co_return result<void>();
    }
    void on_executed(const action& ended, const observed_object*) override
    {
        steps.push_back("told " + std::string(name_of(ended.state)));
    }
    void on_undone(const action& ended, const std::optional<std::string>&) override
    {
        steps.push_back("told " + std::string(name_of(ended.state)));
    }

    std::string id;
    std::optional<fresh_secret> fresh;
    std::optional<std::string> objects, forbidden, forbid_while_recording;
    bool broken = false;
    std::vector<action> recorded;
    std::vector<std::string> steps;
};

TEST_F(ActionExecutor, RecordsBeforeItSendsAndTellsBeforeItRecordsTheEnd)
{
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::done) << ended->outcome;
    EXPECT_THAT(steps, ElementsAre("sending", "sent", "told done", "done"));
    EXPECT_THAT(recorded.front().before, HasSubstr(id)) << "the object as it was is on the disk first";
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), false);
}

TEST_F(ActionExecutor, SendsNothingThatCannotBeRecorded)
{
    broken = true;
    const auto ended = execute(switching_off());
    ASSERT_FALSE(ended);
    EXPECT_THAT(ended.error().message, HasSubstr("disk is full"));
    EXPECT_TRUE(api->written.empty());
    broken = false;
    EXPECT_TRUE(execute(switching_off())) << "the same action may be tried again";
}

TEST_F(ActionExecutor, SendsNothingWhenAnObstacleAroseWhileItWasRecorded)
{
    forbid_while_recording = "frozen";
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::stale);
    EXPECT_EQ(ended->outcome, "it was not sent: frozen");
    EXPECT_FALSE(ended->sent_at);
    EXPECT_TRUE(api->written.empty());
}

// A thief uses up the rate limit: the request starts over, and is not counted as one that failed.
TEST_F(ActionExecutor, StartsOverWithReadingAfterTooManyRequests)
{
    auto planned = switching_off();
    int left = 2;
    api->write_goes = [&left](const api_write&) { return left-- > 0 ? mishap::rate_limited : mishap::none; };
    const auto reads = api->reads;
    const auto ended = execute(planned);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::done);
    EXPECT_GE(api->reads - reads, 4U) << "before each attempt, and after the last";

    left = 1000;
    attack("add_texml_application");
    const auto refused = execute(planned);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, errc::rate_limited);
    EXPECT_EQ(recorded.back(), planned) << "as if nothing had been tried";
}

// "A previous update is still in progress" passes within seconds; the object may be another by then.
TEST_F(ActionExecutor, StartsAPatchOverWithReadingAfterConflict)
{
    int left = 2;
    api->write_goes = [&left](const api_write&) { return left-- > 0 ? mishap::refused_409 : mishap::none; };
    const auto reads = api->reads;
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::done);
    EXPECT_EQ(api->written.size(), 3U);
    EXPECT_GE(api->reads - reads, 4U) << "before each attempt, and after the last";
    left = 2;
    EXPECT_EQ(undo(*ended), std::nullopt);
}

TEST_F(ActionExecutor, TakesAConflictThatDoesNotPassForARefusal)
{
    api->write_goes = [](const api_write&) { return mishap::refused_409; };
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::failed);
    EXPECT_EQ(api->written.size(), 3U);
}

TEST_F(ActionExecutor, AsksWhetherItMayAtTheMomentItsBytesLeave)
{
    api->on_its_way = [this](const api_write&) { forbidden = "frozen"; };
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::stale);
    EXPECT_TRUE(api->written.empty());
    forbidden.reset();
    api->on_its_way = [](const api_write&) {};
    const auto done = execute(switching_off());
    ASSERT_TRUE(done);
    api->on_its_way = [this](const api_write&) { forbidden = "frozen"; };
    const auto why_not = undo(*done);
    ASSERT_TRUE(why_not);
    EXPECT_THAT(*why_not, HasSubstr("frozen"));
    EXPECT_EQ(api->written.size(), 1U);
    EXPECT_EQ(recorded.back().state, action_state::done) << "it can be undone later";
}

TEST_F(ActionExecutor, EndsStaleWhenItsOwnerObjects)
{
    objects = "the baseline covers the object by now";
    const auto ended = execute(switching_off());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::stale);
    EXPECT_EQ(ended->outcome, *objects);
    EXPECT_TRUE(api->written.empty());
}

TEST_F(ActionExecutor, SendsNothingAboutAnObjectThatCannotBeRead)
{
    auto planned = switching_off();
    api->cannot_read = [](const std::string& path) { return path.starts_with("/texml_applications/"); };
    const auto ended = execute(std::move(planned));
    ASSERT_FALSE(ended);
    EXPECT_THAT(ended.error().message, HasSubstr("could not be read"));
    EXPECT_TRUE(api->written.empty());
    EXPECT_TRUE(recorded.empty());
}

TEST_F(ActionExecutor, BelievesTheObjectAndNotTheAnswer)
{
    api->write_goes = [](const api_write&) { return mishap::answer_only; };
    const auto lied = execute(switching_off());
    ASSERT_TRUE(lied);
    EXPECT_EQ(lied->state, action_state::failed) << "the API said 200 and changed nothing";
    EXPECT_THAT(lied->outcome, HasSubstr("the API took it, but"));

    api->write_goes = [](const api_write&) { return mishap::timed_out_after; };
    const auto silent = execute(switching_off());
    ASSERT_TRUE(silent);
    EXPECT_EQ(silent->state, action_state::done) << "no answer came, and the object is as it should be";
}

TEST_F(ActionExecutor, FindsOutLaterWhatItCouldNotReadAtOnce)
{
    auto planned = switching_off();
    bool was_sent = false;
    api->after_write = [&was_sent](const api_write&) { was_sent = true; };
    api->cannot_read = [&was_sent](const std::string&) { return was_sent; };
    const auto unverified = execute(std::move(planned));
    ASSERT_TRUE(unverified);
    EXPECT_EQ(unverified->state, action_state::unverified);
    EXPECT_FALSE(resume(*unverified)) << "it is still not known";
    api->cannot_read = [](const std::string&) { return false; };
    const auto known = resume(*unverified);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->state, action_state::done);
    EXPECT_EQ(api->written.size(), 1U) << "nothing was sent twice";
}

TEST_F(ActionExecutor, KnowsThatARequestNeverLeftBeforeACrash)
{
    auto interrupted = switching_off();
    interrupted.state = action_state::sending;
    const auto known = resume(interrupted);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->state, action_state::stale);
    EXPECT_TRUE(api->written.empty());
}

TEST_F(ActionExecutor, SetsASecretThatItNeverWritesDown)
{
    const auto ended = execute(rotation());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::done) << ended->outcome;
    EXPECT_THAT(ended->outcome, HasSubstr("read again"));
    EXPECT_EQ(seeded.find("/credential_connections", "1293384261075731499")->at("password"),
              json::value(fresh_password));
    ASSERT_FALSE(recorded.empty());
    for (const auto& action : recorded)
        EXPECT_THAT(action.request.body + action.before + action.outcome, Not(HasSubstr("CANARY")));
}

TEST_F(ActionExecutor, ReadsAgainWhetherASecretIsTheNewOne)
{
    api->write_goes = [](const api_write&) { return mishap::answer_only; };
    const auto ended = execute(rotation());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::failed) << "the stolen password still works";
    EXPECT_EQ(ended->outcome, "the API took it, but password is not the new one");
}

TEST_F(ActionExecutor, RepeatsNoSecretOfItsObjectThatLooksLikeAWord)
{
    const std::string connection = "1293384261075731499";
    seeded.change("/credential_connections", connection, {{"password", "butterfly"}},
                  {"dana", "account_owner", true});
    api->write_goes = [](const api_write&) { return mishap::refused_422; };
    api->refusal = "422: active cannot be false for butterfly, ask the operator";
    action switching;
    switching.id = "a-000000000003";
    switching.resource = "credential_connections";
    switching.object_id = switching.address = connection;
    switching.undo = undoing::exact;
    switching.request = {"PATCH", "/credential_connections/" + connection, R"({"active":false})"};
    const auto ended = execute(switching);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::failed);
    EXPECT_THAT(ended->outcome, HasSubstr("active cannot be false for (secret), ask the operator"));
}

TEST_F(ActionExecutor, RepeatsNoSecretThatARefusalRepeats)
{
    api->write_goes = [](const api_write&) { return mishap::refused_422; };
    api->refusal =
        std::string(fresh_password) + " is too weak, choose another than " + std::string(fresh_password);
    const auto ended = execute(rotation());
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, action_state::failed);
    EXPECT_THAT(ended->outcome, HasSubstr("(secret) is too weak, choose another than (secret)"));
    EXPECT_THAT(ended->outcome, Not(HasSubstr("CANARY")));
}

TEST_F(ActionExecutor, TakesBackWhatItDidAndNotWhatOthersDidSince)
{
    const auto done = execute(switching_off());
    ASSERT_TRUE(done);
    EXPECT_EQ(undo(*done), std::nullopt);
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), true);
    EXPECT_EQ(recorded.back().state, action_state::undone);

    const auto why_not = undo(*done);
    ASSERT_TRUE(why_not) << "somebody, here we ourselves, changed it since";
    EXPECT_THAT(*why_not, HasSubstr("not as the action left it"));
}

// A thief makes names of fields his passwords, and the API shows them: no sentence has them any more. It
// refuses the null of one field, and takes that of the other.
TEST_F(ActionExecutor, LeavesOutOnlyTheNullThatIsRefusedWhateverWordsAreSecrets)
{
    const std::string profile = "1293384261075731500";
    seeded.change("/outbound_voice_profiles", profile,
                  {{"daily_spend_limit", nullptr}, {"concurrent_call_limit", nullptr}}, {"thief"});
    action restoring;
    restoring.id = "a-000000000004";
    restoring.resource = "outbound_voice_profiles";
    restoring.object_id = restoring.address = profile;
    restoring.measure = measure::restore;
    restoring.undo = undoing::exact;
    restoring.request = {"PATCH", "/outbound_voice_profiles/" + profile,
                         R"({"name":"office","daily_spend_limit":"50.00","concurrent_call_limit":10})"};
    const auto done = execute(restoring);
    ASSERT_TRUE(done);
    ASSERT_EQ(done->state, action_state::done) << done->outcome;
    for (const auto* word : {"daily_spend_limit", "null", "must", "pointer", "detail"})
        api->shown.note(word);
    EXPECT_EQ(undo(*done), std::nullopt);
    const auto undone = seeded.find("/outbound_voice_profiles", profile);
    EXPECT_EQ(undone->at("daily_spend_limit"), "50.00") << "the API takes no null here";
    EXPECT_TRUE(undone->at("concurrent_call_limit").is_null()) << "and here it does";
    EXPECT_THAT(recorded.back().outcome, HasSubstr("differ from before: daily_spend_limit"));
}

TEST_F(ActionExecutor, UndoesNothingThatCannotBeRecorded)
{
    const auto done = execute(switching_off());
    ASSERT_TRUE(done);
    broken = true;
    const auto why_not = undo(*done);
    ASSERT_TRUE(why_not);
    EXPECT_THAT(*why_not, HasSubstr("cannot be written down"));
    EXPECT_EQ(api->written.size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
