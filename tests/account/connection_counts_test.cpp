#include "account/connection_counts.hpp"

#include <gtest/gtest.h>

#include "fetch/api_client.hpp"

namespace trunkwarden {
namespace {

result<kind_counts> read(std::string body)
{
    body.reserve(body.size() + body_padding);
    return counts_in(body);
}

TEST(KindCounts, AreReadByName)
{
    const auto counts = read(R"({"data":{"counts":{"ip_connections":2,"new_kind":0},"limits":{"x":9}}})");
    ASSERT_TRUE(counts) << counts.error().message;
    EXPECT_EQ(*counts, (kind_counts{{"ip_connections", 2}, {"new_kind", 0}}));
}

TEST(KindCounts, OfAnotherFormAreNone)
{
    for (const char* body :
         {"[]", "<html>", R"({"data":{}})", R"({"data":{"counts":{}}})", R"({"data":{"counts":[1]}})",
          R"({"data":{"counts":{"ip_connections":"2"}}})", R"({"data":{"counts":{"ip_connections":-1}}})",
          R"({"data":{"counts":{"ip_connections":2,"ip_connections":1}}})"}) {
        const auto counts = read(body);
        ASSERT_FALSE(counts) << body;
        EXPECT_EQ(counts.error().kind, errc::not_understood) << body;
    }
    EXPECT_EQ(read(R"({"counts":{}})").error().message,
              "GET /connections/count: the answer has no data.counts; it has \"counts\"");
}

class Counts : public testing::Test {
protected:
    static constexpr std::size_t list = 3;
    void number(std::uint64_t objects) { counts_.counted(list, objects, "ip_connections"); }
    bool shown(std::size_t objects) { return counts_.list_showed(list, objects); }
    bool is_short() const { return counts_.shortage_of(list).has_value(); }
    connection_counts counts_;
};

TEST_F(Counts, AreNotComparedWithAListThatWasNeverRead)
{
    number(7);
    number(7);
    EXPECT_FALSE(counts_.is_open());
    EXPECT_FALSE(is_short());
}

TEST_F(Counts, SayThatAListIsShortAfterTwoReadingsOfBoth)
{
    shown(6);
    number(7);
    EXPECT_TRUE(counts_.is_open(list));
    EXPECT_FALSE(shown(6));
    EXPECT_FALSE(is_short());
    number(7);
    EXPECT_FALSE(is_short());
    EXPECT_TRUE(shown(6)) << "it is short from now on";
    EXPECT_EQ(counts_.shortage_of(list),
              "GET /connections/count counts 7 ip_connections, and the list shows 6");
    EXPECT_FALSE(counts_.is_open()) << "nothing more is to be asked for";
    EXPECT_FALSE(shown(5));
    EXPECT_TRUE(is_short());
}

TEST_F(Counts, OfAListThatShowsEnoughEndTheDoubt)
{
    for (const bool by_the_list : {true, false}) {
        counts_ = {};
        shown(6);
        number(7);
        shown(6);
        number(7);
        shown(6);
        ASSERT_TRUE(is_short());
        if (by_the_list) {
            EXPECT_TRUE(shown(7));
        } else {
            number(6);
        }
        EXPECT_FALSE(is_short()) << by_the_list;
        EXPECT_FALSE(counts_.is_open());
    }
}

TEST_F(Counts, AreNoShortageWhileConnectionsComeAndGo)
{
    shown(6);
    for (int day = 0; day < 10; ++day) {
        number(7);  // one was made after the list was read
        shown(7);
        number(7);  // and one more was made, and one deleted
        shown(6);
        number(6);
        EXPECT_FALSE(is_short());
    }
    number(7);
    shown(6);
    number(8);
    shown(7);
    EXPECT_FALSE(is_short()) << "it shows as many as were there all the time";
}

TEST_F(Counts, MayBeFewerThanTheListShows)
{
    shown(6);
    number(2);
    number(2);
    shown(6);
    shown(6);
    EXPECT_FALSE(counts_.is_open());
    EXPECT_FALSE(is_short());
}

}  // namespace
}  // namespace trunkwarden
