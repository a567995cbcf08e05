#include "fetch/origin.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(Origin, IsReadFromAUrl)
{
    const auto at = parse_origin("https://api.telnyx.com/v2/").value();
    EXPECT_EQ(at, (origin{transport::tls, "api.telnyx.com", 443, "/v2", "api.telnyx.com"}));
    EXPECT_EQ(parse_origin("https://127.0.0.1:8443").value(),
              (origin{transport::tls, "127.0.0.1", 8443, "", "127.0.0.1:8443"}));
    EXPECT_EQ(parse_origin("https://[::1]:8443/v2").value(),
              (origin{transport::tls, "::1", 8443, "/v2", "[::1]:8443"}));
    EXPECT_EQ(parse_origin("HTTPS://API.example:443").value().authority, "api.example");
}

TEST(Origin, TakesPlainHttpForLoopbackOnly)
{
    for (const auto* url :
         {"http://127.0.0.1:9093", "http://127.8.9.1", "http://[::1]:1/x", "http://localhost:80"})
        EXPECT_TRUE(parse_origin(url)) << url;
    for (const auto* url : {"http://api.telnyx.com/v2", "http://10.0.0.1", "http://localhost.example",
                            "http://[::2]", "http://0.0.0.0"}) {
        const auto at = parse_origin(url);
        ASSERT_FALSE(at) << url;
        EXPECT_NE(at.error().message.find("in clear"), std::string::npos) << at.error().message;
    }
}

TEST(Origin, TakesPlainHttpForAnyHostWhereThatIsAllowed)
{
    EXPECT_EQ(parse_origin("http://alerts.example:9093/am", plain_http::to_any_host).value(),
              (origin{transport::plain, "alerts.example", 9093, "/am", "alerts.example:9093"}));
    EXPECT_FALSE(parse_origin("http://user:pw@alerts.example", plain_http::to_any_host));
}

TEST(Origin, RefusesWhatIsNotOne)
{
    for (const auto* url :
         {"", "api.telnyx.com", "ftp://api.telnyx.com", "https://", "https:///v2",
          "https://user:pw@api.telnyx.com", "https://api.telnyx.com?a=b", "https://api.telnyx.com#x",
          "https://api.telnyx.com:99999", "https://api.telnyx.com:0", "https://api telnyx.com",
          "https://api.telnyx.com\r\nX: y", "unix:/run/x", "http://127.0.0.1.example"})
        EXPECT_FALSE(parse_origin(url)) << url;
}

TEST(Origin, DoesNotRepeatTheUrlWhichMayHoldASecret)
{
    for (const auto* url : {"http://hooks.example/secret", "https://secret:x@hooks.example",
                            "https://hooks.example/?secret", "ftp://hooks.example/secret"})
        EXPECT_EQ(parse_origin(url).error().message.find("secret"), std::string::npos) << url;
}

}  // namespace
}  // namespace trunkwarden
