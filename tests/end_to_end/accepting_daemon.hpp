#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

namespace trunkwarden::end_to_end {

inline std::string text_in(const json::object& finding, std::string_view member)
{
    return json::value_to<std::string>(finding.at(json::string_view(member)));
}

// "f-1e2214e2702c.3fa9": the finding as somebody looked at it.
inline std::string seen_as(const json::object& finding)
{
    return text_in(finding, "id") + "." + text_in(finding, "state");
}

// `trunkwarden baseline accept` as people run it: an attack that was none, a running daemon that found it,
// and the baseline after which it is found no more.
class BaselineAccept : public testing::Test {
protected:
    // Starts the daemon on an account that is as it should be.
    void watch(watch_options options = {})
    {
        options.poll = quick;
        account = std::make_unique<watched_account>(std::move(options));
        watch_again();
    }
    void watch_again()
    {
        daemon = std::make_unique<daemon_process>(account->command_line({"run", "--log.level=debug"}));
        ASSERT_NE(daemon->line_with("result=complete"), "");
    }
    void end()
    {
        EXPECT_THAT(end_to_end::end(*daemon), testing::Not(testing::HasSubstr("CANARY")));
        daemon.reset();
    }
    // The finding that the attack makes the daemon open about a resource.
    json::object attacked(std::string_view name, std::string_view resource)
    {
        account->attack(name);
        return found(resource);
    }
    json::object found(std::string_view resource)
    {
        EXPECT_THAT(daemon->line_with("finding opened"),
                    testing::HasSubstr(fmt::format("resource={}", resource)));
        return object_of(resource);
    }
    json::object object_of(std::string_view resource) const
    {
        for (const auto& item : findings())
            if (text_in(item.as_object(), "resource") == resource)
                return item.as_object();
        ADD_FAILURE() << "no finding about " << resource;
        return {{"id", "f-000000000000"}, {"state", "0000"}, {"kind", "none"}};
    }
    json::array findings() const
    {
        const auto told = run({"findings", "--output=json"});
        return json::parse(told.out).as_array();
    }
    outcome run(std::vector<std::string> words) const
    {
        return run_binary(account->command_line(std::move(words)));
    }
    outcome accept(std::vector<std::string> words) const
    {
        words.insert(words.begin(),
                     {"baseline", "accept", "--reason", "wanted: OPS-1", "--approved-by=dana"});
        auto ended = run(std::move(words));
        EXPECT_THAT(ended.out + ended.err, testing::Not(testing::HasSubstr("CANARY")));
        return ended;
    }
    std::string file() const { return account->folder.file("baseline.yml"); }
    std::string text() const { return text_of_file(file()); }
    // Accepts it, and waits until the daemon has loaded the file automatically and finds nothing any more.
    std::string text_after_accepting(const json::object& finding)
    {
        const auto ended = accept({seen_as(finding)});
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        EXPECT_THAT(ended.out, testing::StartsWith("--- a/"));
        EXPECT_THAT(daemon->line_with("finding resolved", std::chrono::seconds(20)),
                    testing::HasSubstr(text_in(finding, "id")));
        return text();
    }
    void expect_nothing_found_again() const
    {
        const auto checked = account->check();
        EXPECT_TRUE(checked.findings().empty()) << json::serialize(checked.findings());
        EXPECT_EQ(checked.ended.exit_code, 0);
    }

    std::unique_ptr<watched_account> account;
    std::unique_ptr<daemon_process> daemon;
};

}  // namespace trunkwarden::end_to_end
