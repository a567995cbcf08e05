#include "support/listen_address.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(ListenAddress, ReadsHostAndPort)
{
    EXPECT_EQ(parse_listen_address("127.0.0.1:10979").value(), (listen_address{"127.0.0.1", 10979}));
    EXPECT_EQ(parse_listen_address("[::1]:10979").value(), (listen_address{"::1", 10979}));
    EXPECT_EQ(parse_listen_address("localhost:0").value(), (listen_address{"localhost", 0}));
    EXPECT_EQ(parse_listen_address(":65535").value(), (listen_address{"", 65535}));
}

TEST(ListenAddress, RefusesAnythingElse)
{
    for (const char* text :
         {"", "10979", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
          "127.0.0.1: 1", "::1:10979", "[::1]", "[127.0.0.1]:1", "[:1", "http://127.0.0.1:80", "a b:1"})
        EXPECT_FALSE(parse_listen_address(text)) << text;
    EXPECT_EQ(
        parse_listen_address("localhost").error().message,
        "web.listen_address \"localhost\" is not HOST:PORT, such as 127.0.0.1:10979, [::1]:10979 or :10979");
}

}  // namespace
}  // namespace trunkwarden
