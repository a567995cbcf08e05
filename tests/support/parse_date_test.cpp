#include "support/parse_date.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono;

TEST(ParseDate, ReadsDaysOfTheCalendar)
{
    EXPECT_EQ(parse_date("2027-03-31"), day(2027y / March / 31));
    EXPECT_EQ(parse_date("2028-02-29"), day(2028y / February / 29));
}

TEST(ParseDate, RefusesDaysThatDoNotExistAndOtherSpellings)
{
    for (const std::string_view text :
         {"2027-02-29", "2027-02-30", "2027-13-01", "2027-00-10", "2027-01-00", "2027-1-1", "27-01-01",
          "2027/01/01", "2027-01-01T00:00:00Z", "", "tomorrow", "2027-01-0x", "+027-01-01", "2027-+1-01",
          "2027--1-01", "2100-02-29"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(DateSuggestion, NamesTheLastDayOfAMonthThatIsShorter)
{
    EXPECT_EQ(date_suggestion("2027-02-30"), "; that month ends on 2027-02-28");
    EXPECT_EQ(date_suggestion("2028-02-30"), "; that month ends on 2028-02-29");
    EXPECT_EQ(date_suggestion("2026-11-31"), "; that month ends on 2026-11-30");
    EXPECT_EQ(date_suggestion("2026-13-01"), "");
    EXPECT_EQ(date_suggestion("2026-11-30"), "");
    EXPECT_EQ(date_suggestion("tomorrow"), "");
}

}  // namespace
}  // namespace trunkwarden
