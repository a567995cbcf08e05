#include "watch/account_gauges.hpp"

#include <gtest/gtest.h>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

class AccountGauges : public testing::Test, protected fakes::quiet_account {};

TEST_F(AccountGauges, CountFindingsApartThatSomebodyAcknowledged)
{
    answer("/ips", R"([{"id":"1","ip_address":"192.0.2.66"},{"id":"2","ip_address":"192.0.2.67"},
                      {"id":"3","ip_address":"192.0.2.68"}])");
    run(sweep(*watched));
    run(sweep(*watched));
    const auto opened = watched->memory.findings.open().at("ips");
    ASSERT_EQ(opened.size(), 3U);
    ASSERT_TRUE(watched->memory.findings.acknowledge(opened.begin()->second.id, {"ours", now, {}}));

    auto counts = gauges_of(*watched).findings;
    std::erase_if(counts, [](const finding_count& some) { return some.labels.resource != "ips"; });

    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].labels, counts[1].labels);
    EXPECT_NE(counts[0].acknowledged, counts[1].acknowledged);
    for (const auto& some : counts)
        EXPECT_EQ(some.count, some.acknowledged ? 1U : 2U);
}

}  // namespace
}  // namespace trunkwarden
