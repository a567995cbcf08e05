#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "baseline/sample_types.hpp"

namespace trunkwarden {
namespace {

using samples::entries_of;
using indices = std::vector<std::uint32_t>;

TEST(EntryList, FindsTheEntriesThatPinAnId)
{
    const auto list = entries_of("ips", "- {id: [a, b]}\n- {port: 1}\n- {id: b}\n");
    EXPECT_EQ(list.pinned("a"), indices{0});
    EXPECT_EQ(list.pinned("b"), (indices{0, 2}));
    EXPECT_EQ(list.pinned("c"), indices());
    EXPECT_EQ(list.resource(), "ips");
}

TEST(EntryList, VisitsEveryPinInFileOrder)
{
    const auto list = entries_of("ips", "- {id: [z, b]}\n- {port: 1}\n- {id: b}\n");
    std::vector<std::pair<std::string, std::uint32_t>> seen;
    list.for_each_pin([&seen](std::string_view id, const entry& by) { seen.emplace_back(id, by.line); });
    EXPECT_EQ(seen, (std::vector<std::pair<std::string, std::uint32_t>>{{"z", 3}, {"b", 3}, {"b", 5}}));
}

TEST(EntryList, StaysRightWhenItIsCopied)
{
    entry_list copy;
    {
        const auto list = entries_of("ips", "- {id: a}\n- {ip_address: 203.0.113.7}\n");
        copy = list;
    }
    EXPECT_EQ(copy.pinned("a"), indices{0});
    EXPECT_EQ(copy.entries()[1].where.size(), 1U);
}

TEST(EntryList, IndexesARuleByItsMostSelectiveField)
{
    std::string text;
    for (int at = 0; at < 100; ++at)
        text += "- {connection_id: c" + std::to_string(at % 3) + ", ip_address: 203.0.113." +
                std::to_string(at) + "}\n";
    const auto list = entries_of("ips", text);
    ASSERT_EQ(list.indexed_rules().size(), 1U);
    EXPECT_EQ(list.indexed_rules()[0].field, 0U);
    EXPECT_EQ(list.indexed_rules()[0].by_value.find("203.0.113.57").size(), 1U);
    EXPECT_TRUE(list.other_rules().empty());
}

TEST(EntryList, LeavesRulesWithoutAWholeTextToBeLookedAtOneByOne)
{
    const auto list = entries_of("ips",
                                 "- {port: 5060}\n"
                                 "- {ip_address: 198.51.100.0/28}\n"
                                 "- {ip_address: [203.0.113.7, 198.51.100.0/28]}\n"
                                 "- {ip_address: 198.51.100.0/28, connection_id: c}\n"
                                 "- {id: a}\n");
    EXPECT_EQ(list.other_rules(), (indices{0, 1, 2}));
    ASSERT_EQ(list.indexed_rules().size(), 1U);
    EXPECT_EQ(list.indexed_rules()[0].field, 1U);
}

}  // namespace
}  // namespace trunkwarden
