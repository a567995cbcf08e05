#include "baseline/compare/allowed_use.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

baseline use_as_written(const std::string& sections)
{
    auto read = parse_baseline("version: 1\n" + sections, "baseline.yml", catalogue);
    if (!read.problems.empty())
        throw std::invalid_argument(to_string(read.problems[0]));
    return std::move(read.value);
}

struct edited_use {
    resource_role role;
    std::string before;
    std::string same;
    std::string other;
};

class AllowedUse : public testing::TestWithParam<edited_use> {};

TEST_P(AllowedUse, IsTheSameWhateverElseChanges)
{
    const auto& edited = GetParam();
    const auto& use = resource_of(edited.role);
    const auto before = use_as_written(edited.before);
    EXPECT_TRUE(allows_the_same(before, use_as_written(edited.same), use));
    EXPECT_TRUE(allows_the_same(before, use_as_written(edited.before + "ips: [{id: \"1\"}]\n"), use));
    EXPECT_FALSE(allows_the_same(before, use_as_written(edited.other), use));
    EXPECT_FALSE(allows_the_same(use_as_written(edited.other), before, use));
    EXPECT_FALSE(allows_the_same(before, use_as_written(""), use)) << "the section is gone";
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, AllowedUse,
    testing::Values(
        edited_use{resource_role::spending, "spending: {max_per_minute: \"3.00\"}\n",
                   "spending:\n  max_per_minute: \"3.0\"\n", "spending: {max_per_minute: \"0.10\"}\n"},
        edited_use{resource_role::traffic, "traffic: [{product: verify, destinations: [US, CA]}]\n",
                   "traffic: [{product: verify, destinations: [CA, US], reason: shop}]\n",
                   "traffic: [{product: verify, destinations: [US]}]\n"},
        edited_use{resource_role::active_calls, "active_calls: [{connection_id: \"1\", max_calls: 20}]\n",
                   "active_calls:\n  - {connection_id: \"1\", max_calls: 20}\n",
                   "active_calls: [{connection_id: \"1\", max_calls: 2}]\n"},
        edited_use{resource_role::registrations,
                   "registrations: [{connection_id: \"1\", ua_ip: 203.0.113.0/28}]\n",
                   "registrations: [{connection_id: \"1\", ua_ip: 203.0.113.0/28, reason: office}]\n",
                   "registrations: [{connection_id: \"1\", ua_ip: 203.0.113.0/29}]\n"}));

}  // namespace
}  // namespace trunkwarden
