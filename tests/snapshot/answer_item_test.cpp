#include "snapshot/answer_item.hpp"

#include <gtest/gtest.h>

#include "fetch/api_client.hpp"

namespace trunkwarden {
namespace {

result<std::string> list_from(std::string body)
{
    json_reader reader;
    body.reserve(body.size() + body_padding);
    return answer_as_list(reader, body, "connection_id", "1293");
}

TEST(AnswerItem, GetsTheIdOfTheObjectThatWasAskedAbout)
{
    for (const char* body : {R"({"data":{"user_name":"a"}})", R"({"user_name":"a"})",
                             R"({"data":{"user_name":"a"},"connection_id":"1293","record_type":"x"})"})
        EXPECT_EQ(list_from(body).value(), R"({"data":[{"connection_id":"1293","user_name":"a"}]})") << body;
    EXPECT_EQ(list_from(R"({"data":{}})").value(), R"({"data":[{"connection_id":"1293"}]})");
}

TEST(AnswerItem, KeepsTheIdThatItHas)
{
    EXPECT_EQ(list_from(R"({"connection_id":1293,"x":null})").value(),
              R"({"data":[{"connection_id":1293,"x":null}]})");
}

TEST(AnswerItem, KeepsAMemberThatItHasTwice)
{
    EXPECT_EQ(list_from(R"({"data":{"a":1,"a":2}})").value(),
              R"({"data":[{"connection_id":"1293","a":1,"a":2}]})");
}

TEST(AnswerItem, IsNotThereWhereTheAnswerIsEmpty)
{
    EXPECT_EQ(list_from(R"({"data":null})").value(), R"({"data":[]})");
}

TEST(AnswerItem, IsNotTakenFromAnAnswerAboutAnotherObject)
{
    for (const char* body :
         {R"({"data":{"connection_id":"7"}})", R"({"data":{"a":1},"connection_id":"7"})"}) {
        const auto read = list_from(body);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().what, "the API answered about another object: 7");
    }
}

TEST(AnswerItem, IsAnObject)
{
    for (const char* body : {"[]", R"({"data":[]})", R"({"data":"x"})", "<html>"}) {
        const auto read = list_from(body);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, errc::not_understood);
    }
}

}  // namespace
}  // namespace trunkwarden
