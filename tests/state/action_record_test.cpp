#include "state/action_record.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace trunkwarden {
namespace {

// The record of an action with another word or number in one place.
std::string record_with(const std::string& written, const std::string& instead)
{
    action action;
    action.mode = quarantine_mode::automatic;
    auto out = record_of(action);
    const auto at = out.find(written);
    EXPECT_NE(at, std::string::npos) << out;
    return out.replace(at, written.size(), instead);
}

TEST(ActionRecord, KeepsTheModeByItsName)
{
    for (const auto mode : {quarantine_mode::off, quarantine_mode::dry_run, quarantine_mode::approve,
                            quarantine_mode::automatic}) {
        action action;
        action.mode = mode;
        EXPECT_EQ(action_of(record_of(action)).value(), action);
    }
    EXPECT_TRUE(action_of(record_with(R"("mode":"auto")", R"("mode":"dry_run")")));
}

TEST(ActionRecord, RefusesAChoiceThatThisVersionDoesNotKnow)
{
    EXPECT_FALSE(action_of(record_with(R"("mode":"auto")", R"("mode":"later")")));
    EXPECT_FALSE(action_of(record_with(R"("how":0)", R"("how":99)")));
    EXPECT_TRUE(action_of(record_with(R"("how":0)", R"("how":3)")));
}

TEST(ActionRecord, KeepsWhatAnActionWasAbout)
{
    action action;
    action.level = severity::high;
    action.fields = {"voice_url", "tags"};
    action.fields_seen = "0123";
    action.held_until = time_point(std::chrono::hours(498'000));
    EXPECT_EQ(action_of(record_of(action)).value(), action);
}

// Of a version that did not write them down.
TEST(ActionRecord, ReadsOneWithoutWhatItWasAbout)
{
    const action plain;
    auto record = record_of(plain);
    for (const std::string member :
         {R"("level":0,)", R"("fields":[],)", R"("fields_seen":"",)", R"("held_until":null,)"}) {
        const auto at = record.find(member);
        ASSERT_NE(at, std::string::npos) << member << record;
        record.erase(at, member.size());
    }
    EXPECT_EQ(action_of(record).value(), plain);
}

}  // namespace
}  // namespace trunkwarden
