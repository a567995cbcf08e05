#include "snapshot/answer_form.hpp"

#include <gtest/gtest.h>

#include <string>

#include "fetch/api_client.hpp"
#include "snapshot/json_reader.hpp"

namespace trunkwarden {
namespace {

std::string form(std::string body)
{
    json_reader reader;
    body.reserve(body.size() + body_padding);
    return form_of(reader.parse(body, deepest_list).value());
}

TEST(AnswerForm, NamesMembersAndNoValue)
{
    EXPECT_EQ(form(R"({"items":["CANARY"],"page":{"next":"CANARY"}})"), R"(it has "items", "page")");
    EXPECT_EQ(form(R"({"data":{"things":[7],"count":1}})"),
              R"(its "data" is an object with "things", "count")");
    EXPECT_EQ(form(R"({"data":"CANARY"})"), R"(its "data" is text)");
    EXPECT_EQ(form(R"({"data":true})"), R"(its "data" is true or false)");
    EXPECT_EQ(form(R"({"data":-1.5})"), R"(its "data" is a number)");
    EXPECT_EQ(form(R"({"data":null})"), R"(its "data" is null)");
    EXPECT_EQ(form("{}"), "it has no members");
    EXPECT_EQ(form(R"(["CANARY"])"), "it is an array");
    EXPECT_EQ(form("7"), "it is a number");
}

TEST(AnswerForm, IsShortAndOneLine)
{
    std::string many = R"({"KEY0123456789ABCDEF_abcdef":1,"a\nb":1)";
    for (int at = 0; at < 500; ++at)
        many += ",\"" + std::to_string(at) + "\":0";
    const auto told = form(many + "}");
    EXPECT_TRUE(told.starts_with("it has \"(secret)\", \"a")) << told;
    EXPECT_TRUE(told.ends_with(R"("7" and 492 more)")) << told;
    EXPECT_EQ(told.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
