#include "state/postgres_words.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

TEST(PostgresWords, LeaveOutTheNamesOfIndexes)
{
    EXPECT_EQ(statement_for_postgres("SELECT at FROM events INDEXED BY events_by_time WHERE true"),
              "SELECT at FROM events WHERE true");
    EXPECT_EQ(statement_for_postgres("SELECT count(*) FROM events INDEXED BY events_to_forget"),
              "SELECT count(*) FROM events");
}

TEST(PostgresWords, CountBytes)
{
    EXPECT_EQ(statement_for_postgres("SELECT number, length(CAST(body AS BLOB)) FROM deliveries"),
              "SELECT number, length(convert_to(body, 'UTF8')) FROM deliveries");
    EXPECT_EQ(statement_for_postgres("SELECT CAST(1 AS TEXT)"), "SELECT CAST(1 AS TEXT)");
}

TEST(PostgresWords, ReplaceBytesThatAreNoText)
{
    EXPECT_EQ(text_for_postgres("Zürich \xf0\x9f\x93\x9e"), std::nullopt);
    EXPECT_EQ(text_for_postgres(""), std::nullopt);
    EXPECT_EQ(text_for_postgres(std::string("a\0b", 3)),
              "a\xef\xbf\xbd"
              "b");
    EXPECT_EQ(text_for_postgres("\xc3"), "\xef\xbf\xbd");
    EXPECT_EQ(text_for_postgres("\xed\xa0\x80x"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx")
        << "half of a surrogate pair";
    EXPECT_EQ(text_for_postgres("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd") << "a longer form of NUL";
}

}  // namespace
}  // namespace trunkwarden
