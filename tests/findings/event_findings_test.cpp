#include <gtest/gtest.h>

#include <string>

#include "fakes/deviations.hpp"
#include "findings/ledger.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class EventFindings : public testing::Test {
protected:
    ledger::events add(int number)
    {
        deviation out;
        out.type = find_resource("two_factor");
        out.id = "e-" + std::to_string(number);
        out.kind = deviation_kind::changed;
        out.level = severity::high;
        out.from_event = true;
        return findings.apply_event(std::move(out), {}, fakes::noon + number * 1s);
    }

    ledger findings{"production"};
};

// Somebody who changes passwords all day long fills no memory.
TEST_F(EventFindings, OfTooManyTheAcknowledgedAndThenTheOldestEnd)
{
    const auto oldest = add(0).at(0).about.id;
    const auto looked_into = add(1).at(0).about.id;
    ASSERT_TRUE(findings.acknowledge(looked_into, {"it was me", fakes::noon, {}}));
    const auto most = static_cast<int>(ledger::max_from_events);
    for (int number = 2; number < most; ++number)
        EXPECT_EQ(add(number).size(), 1U);
    const auto first = add(most);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].transition, transition::opened);
    EXPECT_EQ(first[1].transition, transition::resolved);
    EXPECT_EQ(first[1].about.id, looked_into);
    EXPECT_EQ(first[1].about.quarantine, "");
    EXPECT_EQ(findings.take_given_way().from_events, 0U) << "somebody looked into it";
    const auto second = add(most + 1);
    ASSERT_EQ(second.size(), 2U);
    EXPECT_EQ(second[1].about.id, oldest);
    EXPECT_NE(second[1].about.quarantine.find("nobody acknowledged it"), std::string::npos);
    EXPECT_EQ(findings.take_given_way().from_events, 1U);
    EXPECT_EQ(findings.size(), ledger::max_from_events);
}

}  // namespace
}  // namespace trunkwarden
