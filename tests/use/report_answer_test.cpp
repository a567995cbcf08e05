#include "use/report_answer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "fetch/api_client.hpp"
#include "snapshot/json_reader.hpp"

namespace trunkwarden {
namespace {

std::string padded_answer(std::string body)
{
    body.reserve(body.size() + body_padding);
    return body;
}

TEST(ReportAnswer, IsAListUnderDataOrSaysWhyNot)
{
    json_reader reader;
    EXPECT_EQ(
        data_of(reader.parse(padded_answer(R"({"data":[1,2]})"), deepest_list), "GET /x").value().size(), 2U);
    const auto other = data_of(reader.parse(padded_answer(R"({"data":{}})"), deepest_list), "GET /x");
    ASSERT_TRUE(other.has_error());
    EXPECT_EQ(other.error().message,
              "GET /x: the answer has no \"data\" array; its \"data\" is an object with no members");
    const auto unread = data_of(failure{errc::too_large, "it is too long"}, "GET /x");
    ASSERT_TRUE(unread.has_error());
    EXPECT_EQ(unread.error().kind, errc::too_large);
    EXPECT_EQ(unread.error().message, "GET /x: it is too long");
}

}  // namespace
}  // namespace trunkwarden
