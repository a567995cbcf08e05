#include "web/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

namespace trunkwarden {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

web_view ready_view()
{
    web_view view{{}, [] { return std::string("trunkwarden_build_info 1\n"); }};
    view.controls.status = [] { return daemon_status{}; };
    view.controls.quarantine = [](const action_selection&) { return quarantine_report{}; };
    return view;
}

http_reply ask(const std::string& method, const std::string& target, const web_view& view = ready_view())
{
    return std::get<http_reply>(route({method, target, ""}, view));
}

TEST(Routes, ShowMetricsInPrometheusTextFormat)
{
    const http_reply reply = ask("GET", "/metrics");
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(reply.body, "trunkwarden_build_info 1\n");
}

TEST(Routes, MakeMetricsOnlyWhenAsked)
{
    int made = 0;
    auto view = ready_view();
    view.metrics = [&made] {
        ++made;
        return std::string();
    };
    ask("GET", "/", view);
    ask("GET", "/-/healthy", view);
    ask("POST", "/metrics", view);
    EXPECT_EQ(made, 0);
    ask("GET", "/metrics", view);
    EXPECT_EQ(made, 1);
}

TEST(Routes, SayThatTheDaemonIsHealthyBeforeItIsReady)
{
    const web_view waiting{{"production", "staging"}, {}};
    for (const char* path : {"/-/healthy", "/healthz"}) {
        EXPECT_EQ(ask("GET", path, waiting).status, 200U);
        EXPECT_EQ(ask("GET", path, waiting).body, "trunkwarden is healthy.\n");
    }
}

TEST(Routes, NameTheAccountsThatReadinessWaitsFor)
{
    const http_reply waiting = ask("GET", "/-/ready", {{"production", "staging"}, {}});
    EXPECT_EQ(waiting.status, 503U);
    EXPECT_EQ(waiting.body, "trunkwarden is not ready: no complete sweep yet of production, staging.\n");
    EXPECT_EQ(ask("GET", "/-/ready").status, 200U);
    EXPECT_EQ(ask("GET", "/-/ready").body, "trunkwarden is ready.\n");
}

TEST(Routes, ShowAPageWithoutScriptOrStyleInIt)
{
    const http_reply page = ask("GET", "/");
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(page.body, testing::StartsWith("<!DOCTYPE html>"));
    for (const char* forbidden : {"<script>", "<style", "style=", "onclick", "http:", "https:"})
        EXPECT_THAT(page.body, Not(HasSubstr(forbidden)));
}

// A proxy may map the page below a path of its own: /trunkwarden/ there is / here.
TEST(Routes, LinkOnlyToPagesThatExistAndRelatively)
{
    const std::string body = ask("GET", "/").body;
    std::vector<std::string> links;
    for (const std::string attribute : {" href=\"", " src=\"", " action=\""})
        for (auto at = body.find(attribute); at != std::string::npos; at = body.find(attribute, at + 1)) {
            const auto start = at + attribute.size();
            const auto target = body.substr(start, body.find('"', start) - start);
            if (target.starts_with('#'))
                continue;
            EXPECT_FALSE(target.starts_with('/')) << target;
            const auto answer = route({"GET", target == "./" ? "/" : "/" + target, ""}, ready_view());
            const auto* reply = std::get_if<http_reply>(&answer);  // else it is read first: the history
            EXPECT_TRUE(reply == nullptr || reply->status == 200U) << target;
            links.push_back(target);
        }
    EXPECT_THAT(links, testing::IsSupersetOf({"style.css", "refresh.js", "icon.svg", "metrics", "-/ready",
                                              "api/v1/status", "api/v1/history", "./"}));
    EXPECT_EQ(links.size(), 12U);
}

TEST(Routes, AnswerHeadAsGet)
{
    for (const char* path : {"/", "/metrics", "/-/healthy", "/-/ready"}) {
        EXPECT_EQ(ask("HEAD", path).status, 200U);
        EXPECT_EQ(ask("HEAD", path).body, ask("GET", path).body) << "its length is part of the answer";
    }
}

TEST(Routes, RefuseOtherMethodsAndSayWhichAreFine)
{
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"}) {
        const http_reply reply = ask(method, "/metrics");
        EXPECT_EQ(reply.status, 405U) << method;
        EXPECT_THAT(reply.headers, Contains(Pair("Allow", "GET, HEAD")));
    }
}

TEST(Routes, AnswerUnknownPathsWithASentence)
{
    for (const char* path : {"/nothing", "", "*", "/metrics/", "//metrics", "/../etc/passwd", "/%6detrics",
                             "example.com:443", "/-/healthy\n"}) {
        EXPECT_EQ(ask("GET", path).status, 404U) << path;
        EXPECT_EQ(ask("POST", path).status, 404U) << path;
    }
    EXPECT_THAT(ask("GET", "/<script>").body, Not(HasSubstr("script")))
        << "nothing of the request comes back";
}

TEST(Routes, UnderstandQueriesAndAbsoluteTargets)
{
    EXPECT_EQ(ask("GET", "/-/healthy?probe=1").status, 200U);
    EXPECT_EQ(ask("GET", "http://127.0.0.1:10979/-/healthy").status, 200U);
    EXPECT_EQ(ask("GET", "http://127.0.0.1:10979").content_type, "text/html; charset=utf-8");
    EXPECT_EQ(ask("GET", "/nothing?x=http://a/metrics").status, 404U);
}

TEST(Routes, ProtectEveryReply)
{
    for (const char* path : {"/", "/metrics", "/-/ready", "/nothing"}) {
        const auto headers = ask("GET", path).headers;
        EXPECT_THAT(headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
        EXPECT_THAT(headers, Contains(Pair("Cache-Control", "no-store")));
        EXPECT_THAT(headers, Contains(Pair("Content-Security-Policy", HasSubstr("default-src 'none'"))));
        EXPECT_THAT(headers, Contains(Pair("Content-Security-Policy", Not(HasSubstr("unsafe")))));
    }
}

}  // namespace
}  // namespace trunkwarden
