#include "fetch/http_wire.hpp"

#include <gtest/gtest.h>

#include "support/version.hpp"

namespace trunkwarden {
namespace {

const origin api{transport::tls, "api.telnyx.com", 443, "/v2", "api.telnyx.com"};

TEST(HttpWire, WritesAGet)
{
    http_request request;
    request.target = "/ips?page%5Bnumber%5D=1";
    request.headers.push_back(http_header{"Accept", "application/json"});
    request.authorization = secret("Bearer KEY1");
    EXPECT_EQ(write_request(api, request).value().reveal(),
              "GET /v2/ips?page%5Bnumber%5D=1 HTTP/1.1\r\n"
              "Host: api.telnyx.com\r\n"
              "User-Agent: trunkwarden/" +
                  std::string(version) +
                  "\r\n"
                  "Accept-Encoding: gzip\r\n"
                  "Authorization: Bearer KEY1\r\n"
                  "Accept: application/json\r\n"
                  "\r\n");
}

TEST(HttpWire, WritesABodyWithItsLength)
{
    http_request request;
    request.method = "PATCH";
    request.body = R"({"active":false})";
    const auto wire = std::string(write_request(api, request).value().reveal());
    EXPECT_NE(wire.find("\r\nContent-Length: 16\r\n"), std::string::npos);
    EXPECT_EQ(wire.substr(wire.find("\r\n\r\n") + 4), request.body);
    request.method = "POST";
    request.body.clear();
    EXPECT_NE(write_request(api, request).value().reveal().find("\r\nContent-Length: 0\r\n"),
              std::string::npos);
}

TEST(HttpWire, RefusesWhatWouldBeAnotherRequest)
{
    const auto refused = [](auto change) {
        http_request request;
        change(request);
        const auto wire = write_request(api, request);
        return !wire && wire.error().kind == errc::bad_usage;
    };
    for (const auto* target :
         {"", "ips", "/ips x", "/ips\r\nX: y", "/a#b", "/../v1/x", "/a/..", "/caf\xc3\xa9"})
        EXPECT_TRUE(refused([&](http_request& r) { r.target = target; })) << target;
    EXPECT_FALSE(refused([](http_request& r) { r.target = "/a..b?x=/../"; }));
    EXPECT_TRUE(refused([](http_request& r) { r.method = "GET /x"; }));
    EXPECT_TRUE(refused([](http_request& r) { r.method = ""; }));
    EXPECT_TRUE(refused([](http_request& r) { r.headers.push_back(http_header{"A", "b\r\nC: d"}); }));
    EXPECT_TRUE(refused([](http_request& r) { r.headers.push_back(http_header{"A b", "c"}); }));
    EXPECT_TRUE(refused([](http_request& r) { r.authorization = secret("Bearer KEY\n"); }));
}

TEST(HttpWire, AddsWhatGoesWithEveryRequest)
{
    standing_parts always;
    always.authorization = secret("Basic dTpw");
    always.headers.push_back({"X-Tenant", secret("voice")});
    always.target = standing_parts::target_form::absolute;
    http_request request;
    request.target = "/hook?x";
    const origin am{transport::plain, "am.acme.example", 9093, "/am", "am.acme.example:9093"};
    EXPECT_EQ(write_request(am, request, always).value().reveal(),
              "GET http://am.acme.example:9093/am/hook?x HTTP/1.1\r\n"
              "Host: am.acme.example:9093\r\n"
              "User-Agent: trunkwarden/" +
                  std::string(version) +
                  "\r\n"
                  "Accept-Encoding: gzip\r\n"
                  "Authorization: Basic dTpw\r\n"
                  "X-Tenant: voice\r\n"
                  "\r\n");
    request.authorization = secret("Bearer KEY1");
    const std::string own(write_request(am, request, always).value().reveal());
    EXPECT_NE(own.find("\r\nAuthorization: Bearer KEY1\r\n"), std::string::npos);
    EXPECT_EQ(own.find("Basic"), std::string::npos);
    always.headers.push_back({"X", secret("a\r\nY: b")});
    EXPECT_FALSE(write_request(am, request, always));
}

}  // namespace
}  // namespace trunkwarden
