#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

// The real binary with a list in its settings that the catalogue does not have.

namespace trunkwarden::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view operations = "12455643-3cf1-4683-ad23-1cd32f7d5e01";

const std::string profiles =
    "extra_resources:\n"
    "  - {name: notification_profiles, path: /notification_profiles, when_unknown: high,\n"
    "     fields: [{name: name, kind: text, when_changed: critical}]}\n";

const std::string trusted_profiles =
    fmt::format("notification_profiles:\n  - {{id: {}, name: operations}}\n", operations);

watch_options watching_profiles(std::string more = {})
{
    watch_options options;
    options.poll = std::string(quick);
    options.baseline += trusted_profiles;
    options.listen = "127.0.0.1:0";
    options.more = profiles + std::move(more);
    return options;
}

std::string add_profile(watched_account& account, std::string_view name)
{
    const auto made = account.control(
        "create", fmt::format(R"({{"path": "/notification_profiles", "object": {{"name": "{}"}}}})", name));
    return json::value_to<std::string>(made.at("id"));
}

void rename_profile(watched_account& account, std::string_view name)
{
    account.control("patch",
                    fmt::format(R"({{"path": "/notification_profiles", "id": "{}", "changes": {{"name": )"
                                R"("{}"}}}})",
                                operations, name));
}

// "unknown high", of the findings about the extra resource.
std::vector<std::string> findings_about_profiles(const check_report& report)
{
    std::vector<std::string> out;
    for (const auto& item : report.findings())
        if (item.at("resource").as_string() == "notification_profiles")
            out.push_back(fmt::format("{} {}", json::value_to<std::string>(item.at("kind")),
                                      json::value_to<std::string>(item.at("severity"))));
    return out;
}

TEST(ExtraResource, IsCheckedLikeTheCatalogue)
{
    watched_account account(watching_profiles());
    const auto clean = account.check();
    EXPECT_EQ(clean.ended.exit_code, 0) << clean.ended.out << clean.ended.err;
    EXPECT_EQ(clean.state("notification_profiles"), "complete");
    EXPECT_EQ(clean.seen("notification_profiles").at("items").to_number<int>(), 1);

    add_profile(account, "thief");
    rename_profile(account, "nobody");
    EXPECT_THAT(findings_about_profiles(account.check()),
                testing::UnorderedElementsAre("unknown high", "changed critical"));

    account.control("delete", fmt::format(R"({{"path": "/notification_profiles", "id": "{}"}})", operations));
    EXPECT_THAT(findings_about_profiles(account.check()),
                testing::UnorderedElementsAre("unknown high", "missing medium"));
}

TEST(ExtraResource, ThatTheApiDoesNotHaveIsNotClean)
{
    auto options = watching_profiles();
    options.baseline = text_of_file(demo_baseline);
    replace(options.more, "path: /notification_profiles", "path: /notification_profile");
    watched_account account(std::move(options));
    const auto report = account.check();
    EXPECT_EQ(report.ended.exit_code, 4) << report.ended.out;
    EXPECT_NE(report.state("notification_profiles"), "complete");
}

TEST(ExtraResource, IsCapturedLintedShownAndCompleted)
{
    watched_account account(watching_profiles());
    const auto captured =
        run_binary(account.command_line({"baseline", "capture", "--account", "production"}));
    EXPECT_EQ(captured.exit_code, 0) << captured.err;
    EXPECT_THAT(captured.out, HasSubstr("\nnotification_profiles:\n"));
    EXPECT_THAT(captured.out, HasSubstr("    name: operations\n"));

    EXPECT_THAT(run_binary(account.command_line({"resources"})).out,
                testing::AllOf(HasSubstr("/notification_profiles"), HasSubstr("extra resource")));
    EXPECT_THAT(run_binary(account.command_line({"__complete", "resources"})).out,
                HasSubstr("\nnotification_profiles\n"));
    EXPECT_THAT(run_binary(account.command_line({"baseline", "schema"})).out,
                HasSubstr("notification_profiles"));
    EXPECT_EQ(run_binary(account.command_line({"config", "check"})).exit_code, 0);

    account.more(
        "extra_resources: [{name: notification_profiles, path: /notification_profiles,\n"
        "  fields: [{name: name}, {name: colour}]}]\n");
    EXPECT_THAT(run_binary(account.command_line({"baseline", "lint"})).out,
                HasSubstr("[never-shown] no object of notification_profiles has a value in colour"));
}

TEST(ExtraResource, WithAFaultIsRefusedAtItsPlace)
{
    auto options = watching_profiles();
    replace(options.more, "path: /notification_profiles", "path: https://evil.example/x");
    watched_account account(std::move(options));
    const auto checked = run_binary(account.command_line({"config", "check"}));
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_THAT(checked.out + checked.err, HasSubstr("path must be a path below api_url"));
}

// The thief's address beside it is taken away, so the quarantine does act.
TEST(ExtraResource, IsReportedAndNeverContained)
{
    watched_account account(watching_profiles("quarantine: {mode: auto, warmup_cycles: 1}\n"));
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("sweep ended"), "");
    add_profile(account, "thief");
    ASSERT_THAT(daemon.line_with("resource=notification_profiles"), HasSubstr("finding opened"));
    account.attack("add_ip");
    ASSERT_NE(daemon.line_with("finding contained"), "");

    const auto listed = run_binary(account.command_line({"quarantine", "list", "--all", "--output=json"}));
    EXPECT_THAT(listed.out, HasSubstr("\"ips\""));
    EXPECT_THAT(listed.out, Not(HasSubstr(R"("resource":"notification_profiles")"))) << "no action of it";
    EXPECT_THAT(listed.out, HasSubstr("no request that makes one of notification_profiles harmless"));
    const auto about = run_binary(account.command_line({"findings", "--resource", "notification_profiles"}));
    EXPECT_EQ(about.exit_code, 0) << about.err;
    EXPECT_THAT(about.out, HasSubstr("thief"));
    const auto requests = account.control("requests");
    for (const auto& write : requests.at("writes").as_array())
        EXPECT_THAT(json::serialize(write), Not(HasSubstr("notification_profiles")));
    end(daemon);
}

TEST(ExtraResource, ComesAndGoesWithAReload)
{
    watch_options options;
    options.poll = std::string(quick);
    options.listen = "127.0.0.1:0";
    watched_account account(std::move(options));
    add_profile(account, "thief");
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    const auto before = text_of_file(account.folder.file("trunkwarden.yml"));
    account.folder.write("trunkwarden.yml", before + profiles);
    EXPECT_THAT(daemon.line_with("a reload permits less"),
                HasSubstr("extra resource notification_profiles added"));
    EXPECT_THAT(daemon.line_with("resource=notification_profiles"), HasSubstr("finding opened"));

    account.folder.write("baseline.yml", text_of_file(demo_baseline) + trusted_profiles);
    EXPECT_THAT(daemon.line_with("finding resolved"), HasSubstr("resource=notification_profiles"));

    // The baseline names it still: the edit of the settings alone is refused, and monitoring continues.
    account.folder.write("trunkwarden.yml", before);
    EXPECT_THAT(daemon.line_with("an edited file is not valid"), HasSubstr("notification_profiles"));
    account.folder.write("baseline.yml", text_of_file(demo_baseline));
    EXPECT_THAT(daemon.line_with("a reload permits more"),
                HasSubstr("extra resource notification_profiles removed"));
    EXPECT_NE(daemon.line_with("msg=reloaded"), "");
    const auto open = run_binary(account.command_line({"findings", "--output=json"}));
    EXPECT_THAT(open.out, Not(HasSubstr("notification_profiles")));
    const auto past = run_binary(account.command_line({"history"}));
    EXPECT_THAT(past.out, HasSubstr("its resource is not watched any more"));
    end(daemon);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
