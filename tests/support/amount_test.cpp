#include "support/amount.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace trunkwarden {
namespace {

TEST(Amount, IsReadToTheMillionth)
{
    EXPECT_EQ(parse_amount("512.35")->millionths, 512'350'000);
    EXPECT_EQ(parse_amount("-0.0125")->millionths, -12'500);
    EXPECT_EQ(parse_amount("+7")->millionths, 7'000'000);
    EXPECT_EQ(parse_amount(".5")->millionths, 500'000);
    EXPECT_EQ(parse_amount("3.")->millionths, 3'000'000);
    EXPECT_EQ(parse_amount("0000000000012.000001000000")->millionths, 12'000'001);
    EXPECT_EQ(parse_amount("999999999.999999")->millionths, 999'999'999'999'999);
}

// An amount that cannot be kept exactly is not rounded, and a text that is no number is not zero.
TEST(Amount, RefusesWhatIsNoAmount)
{
    for (const auto* text : {"", "-", ".", "1e3", "1,000.00", "NaN", "12 ", " 12", "0x10", "1.0000001",
                             "1234567890", "--1", "1.2.3", "$5"})
        EXPECT_FALSE(parse_amount(text)) << text;
}

TEST(Amount, IsWrittenWithTwoPlacesOrMore)
{
    EXPECT_EQ(to_text(whole_units(45)), "45.00");
    EXPECT_EQ(to_text(*parse_amount("0.0125")), "0.0125");
    EXPECT_EQ(to_text(*parse_amount("-3.5")), "-3.50");
    EXPECT_EQ(to_text(*parse_amount("1.10")), "1.10");
    EXPECT_EQ(to_text({-1}), "-0.000001");
    EXPECT_EQ(to_text({std::numeric_limits<std::int64_t>::min()}), "-9223372036854.775808");
}

TEST(Amount, AddsUpExactly)
{
    amount sum;
    for (int i = 0; i < 10; ++i)
        sum += *parse_amount("0.1");
    EXPECT_EQ(sum, whole_units(1)) << "ten times 0.1 as a double is less";
    EXPECT_EQ(to_text(*parse_amount("0.3") - *parse_amount("0.1")), "0.20");
}

TEST(Amount, StaysAtTheLargestThereIs)
{
    const amount most{std::numeric_limits<std::int64_t>::max()};
    const amount least{std::numeric_limits<std::int64_t>::min()};
    EXPECT_EQ(most + amount{1}, most);
    EXPECT_EQ(least - amount{1}, least);
    EXPECT_EQ(most * 2, most);
    EXPECT_EQ(most * -2, least);
}

}  // namespace
}  // namespace trunkwarden
