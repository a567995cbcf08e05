#include <gtest/gtest.h>

#include <chrono>
#include <optional>
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

TEST(EntryList, FindsTheEntriesThatNameAnObjectByIdOrAddress)
{
    const auto list = entries_of("ips", "- {id: c}\n- {id: [a, c]}\n- {port: 1}\n- {id: a}\n");
    EXPECT_EQ(list.naming("a", "c"), (indices{0, 1, 3})) << "in file order, and none twice";
    EXPECT_EQ(list.naming("a", "a"), (indices{1, 3}));
    EXPECT_EQ(list.naming("a", ""), (indices{1, 3}));
    EXPECT_EQ(list.naming("x", "c"), (indices{0, 1}));
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

TEST(EntryList, KnowsTheFirstDayOnWhichAnEntryEnds)
{
    using namespace std::chrono;
    EXPECT_EQ(entries_of("ips", "- {id: a}\n").first_expiry(), std::nullopt);
    EXPECT_EQ(entries_of("ips",
                         "- {id: a, expires: 2027-03-31}\n- {id: b, expires: 2026-01-31}\n"
                         "- {id: c}\n")
                  .first_expiry(),
              sys_days(2026y / January / 31));
}

}  // namespace
}  // namespace trunkwarden
