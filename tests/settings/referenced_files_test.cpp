#include "settings/referenced_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using testing::UnorderedElementsAre;

connection_settings with_every_file()
{
    connection_settings out;
    out.tls_config = {"/ca", "/cert", "/key"};
    out.proxy_url_file = "/proxy";
    out.http_headers_file = "/headers";
    return out;
}

// A change of one of them is taken as a change of the settings is.
TEST(ReferencedFiles, AreThoseOfTheWayToAServerToo)
{
    sink_settings sink;
    sink.connection = with_every_file();
    sink.basic_auth = basic_auth_settings{"u", "/password"};
    EXPECT_THAT(files_of(sink),
                UnorderedElementsAre("/ca", "/cert", "/key", "/proxy", "/headers", "/password"));
    sink.mail.auth_password_file = "/mail_password";
    EXPECT_THAT(files_of(sink), testing::Contains("/mail_password"));
    sink.mail = {};
    sink.basic_auth.reset();
    sink.authorization = authorization_settings{"Bearer", "/token"};
    EXPECT_THAT(files_of(sink), UnorderedElementsAre("/ca", "/cert", "/key", "/proxy", "/headers", "/token"));

    heartbeat_settings beat;
    beat.url_file = "/url";
    beat.connection = with_every_file();
    beat.authorization = authorization_settings{"Bearer", "/token"};
    EXPECT_THAT(files_of(beat),
                UnorderedElementsAre("/url", "/ca", "/cert", "/key", "/proxy", "/headers", "/token"));
    settings all;
    all.file = "/settings";
    all.alerts.heartbeat = heartbeat_settings{};
    all.alerts.heartbeat->url_file = "/url";
    EXPECT_THAT(files_of(all), UnorderedElementsAre("/settings", "/url"));

    account_settings account;
    account.api_key.file = "/api_key";
    account.connection = with_every_file();
    EXPECT_THAT(files_of(account),
                UnorderedElementsAre("/api_key", "/ca", "/cert", "/key", "/proxy", "/headers"));
}

}  // namespace
}  // namespace trunkwarden
