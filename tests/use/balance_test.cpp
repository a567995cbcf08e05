#include "use/balance.hpp"

#include <gtest/gtest.h>

#include "fetch/api_client.hpp"

namespace trunkwarden {
namespace {

result<balance> read(std::string body)
{
    body.reserve(body.size() + body_padding);
    return balance_in(body);
}

TEST(Balance, IsReadFromTheDocumentedAnswer)
{
    const auto found =
        read(R"({"data":{"record_type":"balance","balance":"512.35","available_credit":"612.35",)"
             R"("credit_limit":"100.00","pending":"0.00","frozen":"0.00","currency":"USD"}})");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(to_text(found->available), "612.35");
    EXPECT_EQ(found->currency, "USD");
}

TEST(Balance, OfAnAnswerThatIsNoneIsNotZero)
{
    for (const auto* body :
         {R"({"data":{"currency":"USD"}})", R"({"data":{"available_credit":null,"currency":"USD"}})",
          R"({"data":{"available_credit":"much","currency":"USD"}})",
          R"({"data":{"available_credit":"1e9","currency":"USD"}})",
          R"({"data":{"available_credit":"12.00"}})",
          R"({"data":{"available_credit":"12.00","currency":"\u001b[31m"}})", R"({"data":[]})", "<html>", ""})
        EXPECT_FALSE(read(body)) << body;
}

TEST(Balance, SaysWhichMemberIsWrongAndNotMoreThanNeeded)
{
    const auto wrong =
        read(R"({"data":{"available_credit":"\u001b[2J)" + std::string(500, 'x') + R"(","currency":"USD"}})");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, errc::not_understood);
    EXPECT_NE(wrong.error().message.find("GET /balance: data.available_credit"), std::string::npos);
    EXPECT_EQ(wrong.error().message.find('\x1b'), std::string::npos);
    EXPECT_LT(wrong.error().message.size(), 200U);
}

}  // namespace
}  // namespace trunkwarden
