#include "alerts/webhook_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fmt/format.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"
#include "findings/ocsf_schema.hpp"

namespace trunkwarden {
namespace {

// The program, not the library that the sink signs with.
std::string openssl_hmac(const std::string& key, const std::string& text)
{
    const secret_file_for_test file(text);
    std::filesystem::resize_file(file.path, text.size());  // without the line end
    const auto command = fmt::format("openssl dgst -sha256 -hmac '{}' -r '{}'", key, file.path.string());
    std::array<char, 65> hex{};
    FILE* const answer = ::popen(command.c_str(), "r");
    const auto read = std::fread(hex.data(), 1, 64, answer);
    ::pclose(answer);
    return {hex.data(), read};
}

TEST(WebhookSink, SendsTheNotificationAsItIs)
{
    const auto sink = sink_of(settings_for(sink_type::webhook, "https://soc.example/hooks/in?token=t-1"));
    const auto notification = told("opened", with(sample_finding(), "title", view(hostile_text)));
    const auto request = only_request(sink->requests_for(notification, sample_now()));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/hooks/in?token=t-1");
    EXPECT_EQ(request.body, to_text(notification));
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    EXPECT_EQ(header_of(request, "Idempotency-Key"), "d-1");
    EXPECT_EQ(header_of(request, "X-Trunkwarden-Event"), "opened");
    EXPECT_EQ(header_of(request, "X-Trunkwarden-Signature"), "(none)");
}

TEST(WebhookSink, SendsToTheRootWhenItsUrlHasNoPath)
{
    const auto target = [](std::string url) {
        const auto sink = sink_of(settings_for(sink_type::webhook, std::move(url)));
        return only_request(sink->requests_for(told("opened"), sample_now())).target;
    };
    EXPECT_EQ(target("https://soc.example"), "/");
    EXPECT_EQ(target("https://soc.example?a=b"), "/?a=b");
    EXPECT_EQ(target("https://soc.example/hook/"), "/hook/");
}

TEST(WebhookSink, SignsTheBodyAsOpensslDoes)
{
    const std::string key = "a shared secret of the receiver, longer than a block of SHA-256 has bytes: 64";
    const secret_file_for_test file(key);
    auto settings = settings_for(sink_type::webhook, "https://soc.example/hook");
    settings.secret_file = file.path;
    const auto sink = sink_of(settings);
    for (const auto& notification : {told("opened"), told_many(12, 12)}) {
        const auto request = only_request(sink->requests_for(notification, sample_now()));
        const auto expected = openssl_hmac(key, request.body);
        ASSERT_EQ(expected.size(), 64U) << "the openssl program did not answer";
        EXPECT_EQ(header_of(request, "X-Trunkwarden-Signature"), "sha256=" + expected);
    }
}

TEST(WebhookSink, SignsTheSameBodyTheSameAtEveryAttempt)
{
    const secret_file_for_test file("k");
    auto settings = settings_for(sink_type::webhook, "https://soc.example/hook");
    settings.secret_file = file.path;
    const auto sink = sink_of(settings);
    const auto first = only_request(sink->requests_for(told("opened"), sample_now()));
    const auto later = only_request(sink->requests_for(told("opened"), sample_now() + std::chrono::hours(1)));
    EXPECT_EQ(first.body, later.body);
    EXPECT_EQ(header_of(first, "X-Trunkwarden-Signature"), header_of(later, "X-Trunkwarden-Signature"));
    EXPECT_EQ(header_of(first, "Idempotency-Key"), header_of(later, "Idempotency-Key"));
}

TEST(WebhookSink, TellsASiemOfEachFindingInTheFormOfOcsf)
{
    auto settings = settings_for(sink_type::webhook, "https://soc.example/hook");
    settings.format = message_format::ocsf;
    const auto sink = sink_of(settings);
    const auto events = [&sink](const notification& notification) {
        return boost::json::parse(only_request(sink->requests_for(notification, sample_now())).body)
            .as_array();
    };
    const auto single = events(told("opened"));
    ASSERT_EQ(single.size(), 1U);
    EXPECT_EQ(single[0].at("class_uid"), 2004);
    for (const auto& event : single)
        EXPECT_THAT(ocsf::faults_of_event(event.as_object()), testing::IsEmpty());
    EXPECT_EQ(single[0].at("finding_info").at("uid"), "f-3b1c9a70d2e4");
    auto twelve = told_many(12, 10);
    const auto many = events(twelve);
    ASSERT_EQ(many.size(), 12U) << "those that are told by their ids only are there, too";
    for (const auto& event : many)
        EXPECT_THAT(ocsf::faults_of_event(event.as_object()), testing::IsEmpty());
    EXPECT_EQ(many[11].at("finding_info").at("uid"), "f-11");
    EXPECT_EQ(many[11].at("severity"), "Critical") << "a SIEM filters by it";
    twelve.severities.clear();
    EXPECT_EQ(events(twelve)[11].at("severity"), "Unknown") << "an earlier version kept none";
}

}  // namespace
}  // namespace trunkwarden
