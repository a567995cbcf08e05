#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "findings/accepting.hpp"
#include "watch/reevaluation.hpp"
#include "watch/secret_acceptance.hpp"
#include "watch/state_restore.hpp"
#include "watch/sweep.hpp"

// Keys that nobody used for long, and somebody uses then.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr auto trusted = "version: 1\napi_keys:\n  - {id: k-1, name: ci}\n";
constexpr auto trusts_nothing = "version: 1\n";

class DormantKeys : public testing::Test, protected fakes::quiet_account {
protected:
    DormantKeys() { begin(trusted); }

    void begin(const std::string& baseline)
    {
        build(baseline);
        watched->memory.findings.show_states(watched->memory.fingerprints);
    }
    void restart()
    {
        kept_state kept;
        kept.key = {};
        kept.secrets =
            take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; }).secrets;
        begin(trusted);
        restore_secrets(*watched, kept);
    }
    // `member` is what the list says of the last use, as JSON: "null", "\"2026-…\"".
    void see(const std::string& member) { see_members(fmt::format(R"("last_used_at":{})", member)); }
    void see_members(const std::string& members)
    {
        api->forget(fakes::first_page(list("/iam/api_keys")));
        answer(
            "/iam/api_keys",
            fmt::format(R"([{{"id":"k-1","name":"ci","created_at":"2026-01-01T00:00:00Z",{}}}])", members));
        run(sweep(*watched));
    }
    std::vector<finding> found() const
    {
        std::vector<finding> out;
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.deviation.type->name == "api_keys")
                out.push_back(finding);
        return out;
    }
};

TEST_F(DormantKeys, AreAFindingOnceTheyAreUsedAgain)
{
    see(R"("2026-09-01T08:00:00Z")");
    EXPECT_TRUE(found().empty());
    see(R"("2026-11-22T03:00:00Z")");
    ASSERT_EQ(found().size(), 1U);
    const auto finding = found().front();
    EXPECT_EQ(finding.deviation.kind, deviation_kind::changed);
    EXPECT_EQ(finding.deviation.level, severity::high);
    EXPECT_EQ(finding.title,
              "API key ci changed: it was used at 2026-11-22T03:00:00Z, after nobody had used it since "
              "2026-09-01T08:00:00Z");
}

TEST_F(DormantKeys, StayTheSameFindingHoweverOftenTheyAreUsedThen)
{
    see(R"("2026-09-01T08:00:00Z")");
    see(R"("2026-11-22T03:00:00Z")");
    const auto told_before = listener.told.size();
    see(R"("2026-11-22T03:00:31Z")");
    see(R"("2026-11-23T03:00:00Z")");
    EXPECT_EQ(found().size(), 1U);
    EXPECT_EQ(listener.told.size(), told_before) << "who uses it more often makes no noise";
}

TEST_F(DormantKeys, AreNotThoseThatAreUsedNowAndThen)
{
    for (const char* use : {R"("2026-09-01T08:00:00Z")", R"("2026-09-30T08:00:00Z")",
                            R"("2026-10-29T08:00:00Z")", R"("2026-11-22T03:00:00Z")"})
        see(use);
    EXPECT_TRUE(found().empty());
}

TEST_F(DormantKeys, ThatWereNeverUsedCountFromTheirCreation)
{
    see("null");
    see(R"("2026-01-20T00:00:00Z")");
    EXPECT_TRUE(found().empty());
    begin(trusted);
    see("null");
    see(R"("2026-02-01T00:00:00Z")");
    EXPECT_EQ(found().size(), 1U);
}

TEST_F(DormantKeys, AreNotKnownWhereTheListDoesNotSay)
{
    see_members(R"("status":"active")");
    see(R"("2026-11-22T03:00:00Z")");
    EXPECT_TRUE(found().empty()) << "what was not known is not long ago";
    see_members(R"("status":"active")");
    see(R"("nonsense")");
    EXPECT_TRUE(found().empty());
    see_members(R"("last_used":"2027-03-01T00:00:00Z")");
    EXPECT_EQ(found().size(), 1U) << "by another name";
}

TEST_F(DormantKeys, AreRememberedOverARestart)
{
    see(R"("2026-09-01T08:00:00Z")");
    restart();
    see(R"("2026-11-22T03:00:00Z")");
    ASSERT_EQ(found().size(), 1U);
    restart();
    see(R"("2026-11-22T09:00:00Z")");
    ASSERT_EQ(found().size(), 1U);
    EXPECT_THAT(found().front().title, HasSubstr("used at 2026-11-22T03:00:00Z")) << "the first use counts";
}

TEST_F(DormantKeys, EndWhenAPersonAcceptsTheUse)
{
    see(R"("2026-09-01T08:00:00Z")");
    see(R"("2026-11-22T03:00:00Z")");
    ASSERT_EQ(found().size(), 1U);
    const auto finding = found().front();
    const auto wanted = acceptable_of(finding);
    ASSERT_TRUE(wanted) << wanted.error().message;
    EXPECT_TRUE(wanted->secrets);
    EXPECT_FALSE(wanted->in_baseline);
    const auto accepted = accept_changed_secrets(watched->memory, finding.id, finding.state);
    ASSERT_TRUE(accepted) << accepted.error().message;
    see(R"("2026-11-22T03:10:00Z")");
    EXPECT_TRUE(found().empty());
    see(R"("2027-02-22T03:00:00Z")");
    EXPECT_EQ(found().size(), 1U) << "the next long rest is another one";
}

TEST_F(DormantKeys, AreDormantAfterWhatTheSettingsSay)
{
    auto settings = watched->config.settings;
    settings.api_keys.dormant_after = std::chrono::hours(24 * 90);
    take_settings(*watched, settings, watched->config.poll);
    see(R"("2026-09-01T08:00:00Z")");
    see(R"("2026-11-22T03:00:00Z")");
    EXPECT_TRUE(found().empty());
    see(R"("2027-03-22T03:00:00Z")");
    EXPECT_EQ(found().size(), 1U);
}

TEST_F(DormantKeys, ThatNobodyTrustsAreOneFindingOnly)
{
    begin(trusts_nothing);
    see(R"("2026-09-01T08:00:00Z")");
    see(R"("2026-11-22T03:00:00Z")");
    ASSERT_EQ(found().size(), 1U);
    EXPECT_EQ(found().front().deviation.kind, deviation_kind::unknown);
}

TEST_F(DormantKeys, AreNotWrittenDownAfterEveryUse)
{
    see(R"("2026-11-22T03:00:00Z")");
    watched->memory.secrets.take_new();
    see(R"("2026-11-22T03:30:00Z")");
    EXPECT_TRUE(watched->memory.secrets.take_new().empty());
    see(R"("2026-11-22T04:00:00Z")");
    EXPECT_EQ(watched->memory.secrets.take_new().size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
