#include "snapshot/answer_item.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
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
        EXPECT_EQ(read.error().message, "the API answered about another object: 7");
    }
}

TEST(AnswerItem, IsAnObject)
{
    for (const char* body : {"[]", R"({"data":[]})", R"({"data":"x"})", "<html>"}) {
        const auto read = list_from(body);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, errc::not_understood);
    }
    EXPECT_EQ(list_from(R"({"data":["CANARY"]})").error().message,
              "the answer has no \"data\" object; its \"data\" is an array");
}

result<std::string> tokens_from(std::string body)
{
    json_reader reader;
    body.reserve(body.size() + body_padding);
    const auto& type = *find_resource("service_account_tokens");
    return answer_with_owner(reader, body, type, "service_account_id", "a");
}

TEST(AnswerList, GetsTheOwnerAndKeepsTheRest)
{
    EXPECT_EQ(tokens_from(R"({"data":[{"id":"1"},{}],"meta":{"total_results":2},"has_more":true})").value(),
              R"({"data":[{"service_account_id":"a","id":"1"},{"service_account_id":"a"}],)"
              R"("meta":{"total_results":2},"has_more":true})");
    EXPECT_EQ(tokens_from(R"([{"id":"1","service_account_id":"a"}])").value(),
              R"([{"id":"1","service_account_id":"a"}])");
    EXPECT_EQ(tokens_from(R"({"tokens":[{"id":"1"}],"others":[{"id":"2"}]})").value(),
              R"({"tokens":[{"service_account_id":"a","id":"1"}],"others":[{"id":"2"}]})");
    EXPECT_EQ(tokens_from(R"({"data":null,"data":[7]})").value(), R"({"data":null,"data":[7]})")
        << "the parser of pages refuses both";
}

TEST(AnswerList, IsNotTakenFromAnAnswerAboutAnotherObject)
{
    const auto read = tokens_from(R"({"data":[{"id":"1"},{"id":"2","service_account_id":"b"}]})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "the API answered about another object: b");
    EXPECT_FALSE(tokens_from("7"));
    EXPECT_FALSE(tokens_from("<html>"));
}

}  // namespace
}  // namespace trunkwarden
