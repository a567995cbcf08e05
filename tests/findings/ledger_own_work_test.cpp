#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fakes/deviations.hpp"
#include "findings/ledger.hpp"

// The findings about objects that trunkwarden itself changed.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::audited;
using fakes::ips;
using fakes::noon;
using fakes::unknown_ip;

using events = std::vector<finding_event>;

class LedgerOwnWork : public testing::Test {
protected:
    events see(deviation seen, time_point at)
    {
        return findings.apply(ips, {std::move(seen)}, {extent::complete, at, at}, {});
    }
    static deviation trusted_with(std::string port)
    {
        auto out = unknown_ip("1");
        out.kind = deviation_kind::changed;
        out.fields = {{"port", "5060", port, severity::high, false}};
        return out;
    }
    static deviation switched_off()
    {
        auto out = unknown_ip("1");
        out.fields.push_back({"active", std::nullopt, "false", severity::info, false});
        return out;
    }
    const finding& only() const { return findings.open().at("ips").begin()->second; }

    ledger findings{"production"};
};

TEST_F(LedgerOwnWork, AnObjectInOwnHandsNeitherOpensNorChangesNorResolvesAnything)
{
    auto in_hands = trusted_with("5070");
    in_hands.in_own_hands = true;
    EXPECT_TRUE(see(in_hands, noon).empty());
    EXPECT_EQ(findings.size(), 0U);
    EXPECT_EQ(see(trusted_with("5070"), noon + 1min).size(), 1U);
    in_hands.fields[0].actual = "5080";
    EXPECT_TRUE(see(in_hands, noon + 2min).empty());
    ASSERT_EQ(findings.size(), 1U) << "it is not over";
    EXPECT_EQ(only().deviation.fields[0].actual, "5070");
}

TEST_F(LedgerOwnWork, ATrustedObjectThatLockdownSwitchedOffIsContainedAndNobodyIsTold)
{
    EXPECT_TRUE(findings.leave_contained(trusted_with("5070"), "lockdown did it", {}, noon).empty());
    EXPECT_EQ(only().status, finding_status::contained);
    EXPECT_EQ(only().quarantine, "lockdown did it");
    EXPECT_EQ(only().max_severity, severity::info);
    EXPECT_EQ(findings.take_unsaved().size(), 1U) << "a restart knows it";
    EXPECT_TRUE(see(trusted_with("5070"), noon + 1min).empty()) << "as it was left";
    audit_memory log;
    log.restore({audited("e-1", "1", "dana", noon)});
    EXPECT_TRUE(findings.attribute_open(log, noon + 1min).empty());
    EXPECT_FALSE(only().by) << "it is nobody's but trunkwarden's";
}

TEST_F(LedgerOwnWork, AnotherStateOfItOpensAtOnceAsAChangeOfATrustedObject)
{
    findings.leave_contained(trusted_with("5070"), "lockdown did it", {}, noon);
    const auto told = see(trusted_with("666"), noon + 1min);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transition, transition::changed);
    EXPECT_EQ(told[0].about.status, finding_status::open);
    EXPECT_EQ(told[0].about.deviation.kind, deviation_kind::changed) << "it was never away";
    EXPECT_EQ(told[0].about.deviation.level, severity::critical);
    EXPECT_EQ(told[0].about.quarantine, "");
}

TEST_F(LedgerOwnWork, AnObjectOfAThiefThatLockdownSwitchedOffKeepsHisName)
{
    see(unknown_ip("1"), noon);
    audit_memory log;
    log.restore({audited("e-1", "1", "thief", noon)});
    findings.attribute_open(log, noon);
    const auto told = findings.leave_contained(switched_off(), "lockdown did it", {}, noon + 1min);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transition, transition::contained);
    EXPECT_EQ(told[0].about.by->user_id, "thief");
    EXPECT_TRUE(see(switched_off(), noon + 2min).empty());
    EXPECT_TRUE(findings.leave_contained(switched_off(), "again", {}, noon + 3min).empty());
    const auto back = see(unknown_ip("1"), noon + 4min);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].transition, transition::recreated) << "he switched it on again";
}

TEST_F(LedgerOwnWork, AnObjectOfAThiefThatNobodySawBeforeIsToldAllTheSame)
{
    const auto told = findings.leave_contained(switched_off(), "lockdown did it", {}, noon);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].transition, transition::opened);
    EXPECT_EQ(told[1].transition, transition::contained);
}

}  // namespace
}  // namespace trunkwarden
