#include "findings/finding_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::AllOf;
using testing::HasSubstr;

class keyed_fingerprinter : public fingerprinter {
public:
    explicit keyed_fingerprinter(unsigned char byte)
    {
        key filled{};
        filled.fill(byte);
        set_key(filled);
    }
};

const keyed_fingerprinter our_key(7);

finding changed_application()
{
    auto f = fakes::event(transition::opened, "1293384261075731499").about;
    f.deviation.kind = deviation_kind::changed;
    f.deviation.address = "1293384261075731499";
    f.deviation.fields = {{"voice_url", "https://ivr.example.com/", "https://ivr.example.com/v2",
                           severity::critical, true, "", "https://ivr.example.com/v2"},
                          {"tags", std::nullopt, "[ivr]", severity::low, false, "", "[\"ivr\"]"},
                          {"token", "(secret)", "(secret)", severity::high, false, "hmac:00ff"}};
    return f;
}

TEST(FindingState, IsFourHexDigitsAndTheSameForTheSame)
{
    const auto state = state_of(changed_application(), our_key);
    EXPECT_TRUE(is_state(state)) << state;
    EXPECT_EQ(state_of(changed_application(), our_key), state);
    EXPECT_EQ(state_of(changed_application(), keyed_fingerprinter(7)), state) << "also after a restart";
}

TEST(FindingState, IsAnotherOneWhenAnythingThatIsSeenOrWouldBeTrustedIsAnother)
{
    const std::vector<std::function<void(finding&)>> changes{
        [](finding& f) { f.id = "f-2"; },
        [](finding& f) { f.deviation.id = "2"; },
        [](finding& f) { f.deviation.address = "2"; },
        [](finding& f) { f.deviation.label = "other"; },
        [](finding& f) { f.deviation.kind = deviation_kind::weakened; },
        [](finding& f) { f.deviation.level = severity::low; },
        [](finding& f) { f.deviation.note = "expired on 2026-11-01"; },
        [](finding& f) { f.deviation.type = find_resource("fqdns"); },
        [](finding& f) { f.deviation.fields[0].field = "voice_method"; },
        [](finding& f) { f.deviation.fields[0].expected = "https://ivr.example.com/other"; },
        [](finding& f) { f.deviation.fields[0].actual = "https://evil.example/"; },
        [](finding& f) { f.deviation.fields[0].canonical_value = "https://evil.example/"; },
        [](finding& f) { f.deviation.fields[0].canonical_value.reset(); },
        [](finding& f) { f.deviation.fields[1].actual = "[]"; },
        [](finding& f) { f.deviation.fields[1].actual.reset(); },
        [](finding& f) { f.deviation.fields[1].expected = ""; },
        [](finding& f) { f.deviation.fields[2].fingerprint = "hmac:00fe"; },
        [](finding& f) { f.deviation.fields.pop_back(); },
        [](finding& f) { std::swap(f.deviation.fields[0], f.deviation.fields[1]); },
        // Nothing moves unseen from one text into the next.
        [](finding& f) {
            f.deviation.fields[0].expected = "https://ivr.example.com/https";
            f.deviation.fields[0].actual = "://ivr.example.com/v2";
        },
    };
    std::set<std::string> seen{state_of(changed_application(), our_key)};
    for (const auto& change : changes) {
        auto other = changed_application();
        change(other);
        EXPECT_TRUE(seen.insert(state_of(other, our_key)).second) << "change " << seen.size();
    }
}

TEST(FindingState, StaysWhenOnlyTimesCountsAndPeopleChange)
{
    auto later = changed_application();
    later.first_seen = later.last_seen = later.opened = later.last_changed = noon + 24h;
    later.last_notified = later.state_since = noon + 24h;
    later.deviation.modified_at = "2026-11-23T10:00:00Z";
    later.occurrences = 9;
    later.absent_since = later.back_since = noon;
    later.status = finding_status::acknowledged;
    later.acknowledged = acknowledgement{"mine", noon, {}};
    later.by = actor{"u-1", "organization_member", noon};
    later.trail = audit_trail::explained;
    later.title = "Another name of its connection";
    later.quarantine = "dry run";
    EXPECT_EQ(state_of(later, our_key), state_of(changed_application(), our_key));
}

// With a hash that everybody can compute, a thief tries harmless forms of the object until one has the state
// of the form that he wants trusted: 65,536 tries on average.
TEST(FindingState, CannotBeComputedWithoutTheKey)
{
    std::set<std::string> states;
    for (unsigned char key = 0; key < 8; ++key)
        states.insert(state_of(changed_application(), keyed_fingerprinter(key)));
    EXPECT_GE(states.size(), 7U);
}

TEST(FindingState, StandsBehindTheId)
{
    auto f = changed_application();
    f.id = "f-1e2214e2702c";
    EXPECT_EQ(id_with_state(f), "f-1e2214e2702c") << "nobody keeps it";
    f.state = "3fa9";
    EXPECT_EQ(id_with_state(f), "f-1e2214e2702c.3fa9");
    for (const char* none : {"", "3fa", "3fa99", "3FA9", "3fag", " 3fa9"})
        EXPECT_FALSE(is_state(none)) << none;
    EXPECT_TRUE(is_state("3fa9"));
}

TEST(FindingState, ARefusalNamesTheFindingBothStatesAndWhatShowsIt)
{
    auto f = changed_application();
    f.id = "f-1e2214e2702c";
    f.state = "3fa9";
    const auto refused = in_another_state(f, "77aa");
    EXPECT_EQ(refused.kind, errc::bad_usage);
    EXPECT_THAT(refused.message, AllOf(HasSubstr("f-1e2214e2702c.3fa9"), HasSubstr("77aa"),
                                       HasSubstr("\"trunkwarden findings\"")));
}

}  // namespace
}  // namespace trunkwarden
