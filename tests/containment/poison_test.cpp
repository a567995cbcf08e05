#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "containment/safety_limits.hpp"

// A thief who makes objects unreadable, to keep what he did from being put right.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class PoisonedAccount : public SafetyLimits {
protected:
    // Puts a text for another wherever it is in answers from this path.
    void poison(const std::string& path, const std::string& from, const std::string& to)
    {
        api->spoil = [path, from, to](const std::string& asked, std::string& body) {
            if (asked.starts_with(path))
                for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
                    body.replace(at, from.size(), to);
        };
    }
    void expect_open(std::string_view resource, deviation_kind kind, std::string_view id)
    {
        bool found = false;
        for (const auto& finding : watched->memory.findings.all_open())
            found = found || (finding.deviation.type->name == resource && finding.deviation.kind == kind &&
                              (id.empty() || finding.deviation.id == id));
        EXPECT_TRUE(found) << resource << ' ' << id;
    }
};

class PoisonedList : public PoisonedAccount, public testing::WithParamInterface<const char*> {};

TEST_P(PoisonedList, StopsNothingElsewhere)
{
    poison("/ai/assistants", R"("name")", std::string(GetParam()) + R"(,"x")");
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

INSTANTIATE_TEST_SUITE_P(Kinds, PoisonedList,
                         testing::Values(R"("name":"\ud800")", R"("id":7,"id":8)", R"("name":1e999)",
                                         R"("name":{x})"));

TEST_F(PoisonedAccount, IsPutRightBesideAnItemThatCannotBeReadInTheSameList)
{
    poison("/ips", R"("id":"1293384261075731520")", R"("id":null)");
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
    bool is_told = false;
    for (const auto& finding : watched->memory.findings.all_open())
        is_told = is_told ||
                  (finding.deviation.type->name == "ips" && finding.deviation.kind == deviation_kind::blind);
    EXPECT_TRUE(is_told);
}

// The application of the thief, and the trusted one that he re-pointed beside it.
TEST_F(PoisonedAccount, ShowsTheApplicationThatPoisonsItsListAndTheOneBesideIt)
{
    const auto repointed = attack("change_texml_url");
    const auto added = attack("add_texml_application", {{"object", {{"friendly_name", "ivr POISON"}}}});
    poison("/texml_applications", "ivr POISON", R"(ivr \ud800)");
    policy.mode = quarantine_mode::dry_run;
    look();
    expect_open("texml_applications", deviation_kind::unknown, id_of(added));
    expect_open("texml_applications", deviation_kind::changed, id_of(repointed));
    policy.mode = quarantine_mode::automatic;
    look();
    for (const auto& action : actions_on("texml_applications"))
        if (action.state != action_state::dry_run) {
            EXPECT_EQ(action.state, action_state::done) << action.object_id << ": " << action.outcome;
        }
    EXPECT_GE(written(), 2U) << refusals();
}

// Nobody can know which of two values counts; a decision about one of them would be carried out on the other.
TEST_F(PoisonedAccount, IsLeftAloneWhereTheObjectItselfCannotBeReadAndNowhereElse)
{
    attack("add_ip");
    attack("add_fqdn");
    poison("/ips/", R"("ip_address":)", R"("ip_address":"203.0.113.1","ip_address":)");
    look();
    EXPECT_EQ(states_of("ips"), "");
    EXPECT_THAT(refusals(), HasSubstr(R"(it has "ip_address" twice)"));
    EXPECT_EQ(states_of("fqdns"), "done") << refusals();
    api->spoil = [](const std::string&, std::string&) {};
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

TEST_F(PoisonedAccount, IsPutRightWhereAnObjectIsNestedDeeply)
{
    attack("add_ip");
    poison("/ips", R"("port":)",
           R"("deep":)" + std::string(500, '[') + "1" + std::string(500, ']') + R"(,"port":)");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
    start();
    EXPECT_EQ(states_of("ips"), "done") << "and what was kept of it can be read again";
}

TEST_F(PoisonedAccount, IsConfirmedByAnAnswerThatHadToBeRepaired)
{
    start();
    api->cannot_read = [](const std::string& path) {
        return path.starts_with("/messaging_profiles") || path.starts_with("/audit_events");
    };
    poison("/whoami", R"("data":{)", R"("data":{"nickname":"\udc00",)");
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

}  // namespace
}  // namespace trunkwarden
