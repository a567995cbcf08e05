#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "catalogue/catalogue.hpp"
#include "diff/diff.hpp"
#include "fakes/judging.hpp"
#include "findings/title.hpp"
#include "snapshot/accepted_secrets.hpp"
#include "snapshot/fingerprint.hpp"

namespace trunkwarden {
namespace {

constexpr auto monday = "2026-11-23T10:00:00.000Z";
constexpr auto tuesday = "2026-11-24T10:00:00.000Z";
constexpr auto masked = "********";

// A trunk that the baseline trusts, read again and again.
class MaskedSecrets : public testing::Test {
protected:
    object_list trunk(const std::string& password, const std::string& updated_at) const
    {
        return read(R"([{"id":"1","connection_name":"sbc","password":")" + password + R"(","updated_at":")" +
                    updated_at + R"(","created_at":"2026-01-01T00:00:00.000Z"}])");
    }

    // As after a complete reading.
    std::vector<deviation> seen(const object_list& objects)
    {
        auto found =
            diff(type, {trusted.value.entries_of(type), secrets, fakes::today}, objects, extent::complete);
        for_each(objects, [this](const object_view& object) { secrets.remember(type, object); });
        return found;
    }
    std::vector<deviation> seen(const std::string& password, const std::string& updated_at)
    {
        return seen(trunk(password, updated_at));
    }
    void restart()
    {
        const auto kept = secrets.take_new();
        secrets = {};
        secrets.restore(kept);
    }
    void accept(const deviation& deviation)
    {
        secrets.accept(type, deviation.id, deviation.fields.at(0).field, deviation.fields[0].fingerprint,
                       deviation.modified_at);
    }

    const resource_type& type = *find_resource("credential_connections");
    const fakes::reader read{type};
    const baseline_reading trusted =
        parse_baseline("version: 1\ncredential_connections: [{id: 1}]\n", "baseline.yml", catalogue);
    accepted_secrets secrets;
};

TEST_F(MaskedSecrets, AMaskHasNoFingerprintWhateverItsLength)
{
    const auto value = [this](const std::string& password) {
        const auto objects = trunk(password, monday);
        const auto at =
            std::ranges::find(type.fields, "password", &watched_field::name) - type.fields.begin();
        return std::string((*objects[0])[0].field(static_cast<std::size_t>(at)));
    };
    EXPECT_EQ(value(masked), not_shown);
    EXPECT_EQ(value("*"), not_shown);
    EXPECT_TRUE(value("*******x").starts_with("hmac:"));
    EXPECT_TRUE(value("not shown").starts_with("hmac:")) << "no password looks like a mask";
}

TEST_F(MaskedSecrets, WhenMaskingBeginsOrEndsNothingIsFound)
{
    EXPECT_TRUE(seen("CANARY-1", monday).empty());
    EXPECT_TRUE(seen(masked, monday).empty());
    restart();
    EXPECT_TRUE(seen(masked, monday).empty());
    EXPECT_TRUE(seen("CANARY-1", monday).empty());
}

TEST_F(MaskedSecrets, APasswordOfAsterisksDoesNotLookAsIfMaskingHadBegun)
{
    seen("CANARY-1", monday);
    restart();
    const auto found = seen(masked, tuesday);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::critical) << "the account showed it";
    EXPECT_EQ(
        title_of(found[0], {}),
        "Credential connection sbc changed: password may be another one: it is not shown, and the object "
        "was changed at 2026-11-24T10:00:00.000Z");
    EXPECT_EQ(seen(masked, tuesday).size(), 1U) << "seeing it again accepts nothing";
}

TEST_F(MaskedSecrets, APasswordThatAPersonAcceptedCannotBeReplacedByAsterisksEither)
{
    seen("CANARY-1", monday);
    const auto changed = seen("CANARY-2", tuesday);
    ASSERT_EQ(changed.size(), 1U);
    accept(changed[0]);
    restart();
    EXPECT_EQ(seen(masked, "2026-11-25T10:00:00.000Z").size(), 1U);
    EXPECT_TRUE(seen(masked, tuesday).empty());
}

TEST_F(MaskedSecrets, AChangeOfAnObjectWhoseSecretWasNeverShownIsFoundByItsDate)
{
    EXPECT_TRUE(seen(masked, monday).empty());
    restart();
    const auto found = seen(masked, tuesday);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, severity::high);
    accept(found[0]);
    EXPECT_TRUE(seen(masked, tuesday).empty());
    const auto again = seen(masked, "2026-11-25T10:00:00.000Z");
    ASSERT_EQ(again.size(), 1U);
    EXPECT_NE(again[0].fields, found[0].fields) << "the next change is news";
}

TEST_F(MaskedSecrets, WhenItIsShownAgainItIsComparedWithTheLastOneThatWasSeen)
{
    seen("CANARY-1", monday);
    seen(masked, monday);
    seen(masked, tuesday);
    restart();
    EXPECT_TRUE(seen("CANARY-1", tuesday).empty()) << "another member was changed";
    const auto found = seen("CANARY-2", tuesday);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, severity::critical);
}

TEST_F(MaskedSecrets, OneThatIsShownForTheFirstTimeIsTakenOnlyIfNothingWasChangedMeanwhile)
{
    seen(masked, monday);
    EXPECT_EQ(seen("CANARY-2", tuesday).size(), 1U);
    EXPECT_TRUE(seen("CANARY-1", monday).empty());
    EXPECT_EQ(seen("CANARY-2", monday).size(), 1U) << "from then on its fingerprint counts";
}

TEST_F(MaskedSecrets, AFingerprintOfAnEarlierVersionHasNoDateAndTakesTheFirst)
{
    seen("CANARY-1", monday);
    auto kept = secrets.take_new();
    for (auto& [place, value] : kept)
        value = value.substr(0, value.find('@'));
    secrets = {};
    secrets.restore(kept);
    EXPECT_TRUE(seen(masked, monday).empty());
    EXPECT_EQ(seen(masked, tuesday).size(), 1U);
    EXPECT_TRUE(seen("CANARY-1", tuesday).empty()) << "the fingerprint is kept";
}

TEST_F(MaskedSecrets, ANormalChangeOfAnotherMemberMovesTheDateOfASecretThatIsShown)
{
    seen("CANARY-1", monday);
    EXPECT_TRUE(seen("CANARY-1", tuesday).empty());
    EXPECT_TRUE(seen(masked, tuesday).empty());
}

TEST_F(MaskedSecrets, AReadingFromBeforeAKnownChangeFindsNothing)
{
    seen(masked, tuesday);
    EXPECT_TRUE(seen(masked, monday).empty());
    EXPECT_TRUE(seen(masked, "2026-11-24T10:00:00Z").empty()) << "the same time, spelled otherwise";
    EXPECT_EQ(seen(masked, "2026-11-24T10:00:00.001Z").size(), 1U);
    EXPECT_EQ(seen(masked, "a moment ago").size(), 1U) << "what is no date is no proof";
}

TEST_F(MaskedSecrets, ItsOwnWriteIsNoChangeOfSomebodyElse)
{
    seen(masked, monday);
    const auto before = trunk(masked, monday);
    secrets.note_own_write(type, (*before[0])[0], tuesday);
    EXPECT_TRUE(seen(masked, tuesday).empty());
    EXPECT_EQ(seen(masked, "2026-11-25T10:00:00.000Z").size(), 1U);
}

TEST_F(MaskedSecrets, ItsOwnWriteDoesNotAcceptWhatSomebodyElseDidBefore)
{
    seen(masked, monday);
    const auto before = trunk(masked, tuesday);
    secrets.note_own_write(type, (*before[0])[0], "2026-11-25T10:00:00.000Z");
    EXPECT_EQ(seen(masked, "2026-11-25T10:00:00.000Z").size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
