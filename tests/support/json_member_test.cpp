#include "support/json_member.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(JsonMember, IsTheTextOfAMember)
{
    const auto object = boost::json::parse(R"({"id": "f-1", "empty": ""})").as_object();
    EXPECT_EQ(string_at(object, "id"), "f-1");
    EXPECT_EQ(string_at(object, "empty"), "");
}

TEST(JsonMember, IsEmptyWhenItIsMissingOrNoText)
{
    const auto object = boost::json::parse(R"({"count": 1, "gone": null, "list": ["x"]})").as_object();
    for (const auto* name : {"count", "gone", "list", "id"})
        EXPECT_EQ(string_at(object, name), "") << name;
}

TEST(JsonMember, IsSafeToPrintAndCutToItsLimit)
{
    boost::json::object object;
    object["title"] = "\x1b[2J";
    object["long"] = boost::json::string(1000, 'x');
    EXPECT_EQ(printable_at(object, "title").find('\x1b'), std::string::npos);
    EXPECT_LT(printable_at(object, "long", 20).size(), 40U);
    EXPECT_EQ(printable_at(object, "id"), "");
}

}  // namespace
}  // namespace trunkwarden
