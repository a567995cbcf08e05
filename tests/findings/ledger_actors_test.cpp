#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/deviations.hpp"
#include "fakes/times.hpp"
#include "findings/ledger.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

class LedgerActors : public testing::Test {
protected:
    LedgerActors()
    {
        deviation seen;
        seen.type = find_resource("ips");
        seen.id = "1";
        seen.kind = deviation_kind::unknown;
        seen.level = severity::critical;
        findings.apply(*seen.type, {seen}, {extent::complete, noon, noon}, {});
        log.take({fakes::audited("e-1", "1", "u-1", noon - 5s)}, noon + 10s);
    }
    const finding& only() const { return findings.open().at("ips").begin()->second; }

    ledger findings{"production"};
    audit_memory log;
};

TEST_F(LedgerActors, AreNamedInTheEventThatTellsThem)
{
    const auto events = findings.attribute_open(log, noon + 10s,
                                                [](actor& who) { who.email = who.user_id + "@example.com"; });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].about.by->email, "u-1@example.com");
}

TEST_F(LedgerActors, AreNamedAnewWhenMoreIsKnown)
{
    findings.attribute_open(log, noon + 10s);
    findings.take_unsaved();
    const auto as_gone = [](actor& who) { who.is_user = false; };
    findings.name_actors(as_gone);
    EXPECT_EQ(only().by->is_user, false);
    EXPECT_EQ(findings.take_unsaved().size(), 1U) << "it outlives the process";
    findings.name_actors(as_gone);
    EXPECT_TRUE(findings.take_unsaved().empty()) << "nothing new";
}

}  // namespace
}  // namespace trunkwarden
