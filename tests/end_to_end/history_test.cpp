#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"
#include "support/clock.hpp"

// `trunkwarden history` against the real binary: a takeover, the steps of people about it, a reload, a
// restart.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HistoryCommand : public BaselineAccept {
protected:
    // A user makes two heavy changes: an incident.
    void watch_a_takeover()
    {
        watch_options options;
        options.poll =
            "{requests_per_second: 1000, interval: 300ms, large_interval: 300ms, timeout: 5s, audit_interval: 1s}";
        account = std::make_unique<watched_account>(std::move(options));
        watch_again();
        for (const char* step : {"add_ip", "forward_number"})
            account->attack(step);
    }
    json::array events(std::vector<std::string> filters = {}) const
    {
        filters.insert(filters.begin(), {"history", "--output=json"});
        const auto told = run(std::move(filters));
        EXPECT_EQ(told.exit_code, 0) << told.err;
        auto history = json::parse(told.out.empty() ? "{\"events\": []}" : told.out).as_object();
        return std::move(history.at("events").as_array());
    }
    static std::vector<std::string> members(const json::array& events, std::string_view name)
    {
        std::vector<std::string> out;
        for (const auto& item : events) {
            const auto& member = item.as_object().at(json::string_view(name));
            out.push_back(member.is_string() ? json::value_to<std::string>(member) : "");
        }
        return out;
    }
    // Asks until the history has an event of this kind about a resource. Its incident; "" when it never came.
    std::string incident_of(std::string_view kind, std::string_view resource) const
    {
        for (const auto end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end;)
            for (const auto& item : events({"--resource", std::string(resource)})) {
                const auto& event = item.as_object();
                if (event.at("kind") == json::string_view(kind) && event.at("incident").is_string())
                    return json::value_to<std::string>(event.at("incident"));
            }
        return "";
    }
};

TEST_F(HistoryCommand, TellsWhatHappenedToAnIncidentAndWhatPeopleDidAboutIt)
{
    watch_a_takeover();
    const auto incident = incident_of("opened", "call_forwarding");
    ASSERT_FALSE(incident.empty()) << run({"history"}).out;
    ASSERT_EQ(incident_of("opened", "ips"), incident);
    const auto address = object_of("ips");
    ASSERT_EQ(run({"ack", seen_as(address), "--reason", "dana asks the carrier"}).exit_code, 0);
    ASSERT_EQ(run({"quarantine", "freeze", "--reason", "first look"}).exit_code, 0);
    ASSERT_EQ(run({"reload"}).exit_code, 0);

    const auto told = run({"history", "--incident", incident.substr(0, 8)});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.out, AllOf(HasSubstr("192.0.2.66"), HasSubstr("(audit log)"), HasSubstr(incident),
                                HasSubstr("acknowledged, critical"), HasSubstr("dana asks the carrier"),
                                Not(HasSubstr("frozen")), Not(HasSubstr("As of"))));
    EXPECT_LT(told.out.find("opened, critical"), told.out.find("acknowledged, critical")) << "oldest first";

    EXPECT_THAT(
        run({"explain", text_in(address, "id")}).out,
        AllOf(HasSubstr("\nHistory\n"), HasSubstr("acknowledged: "), HasSubstr("dana asks the carrier")));

    const auto everything = events();
    const auto all = members(everything, "kind");
    const auto people = members(everything, "by");
    for (std::size_t at = 0; at < all.size(); ++at) {
        const bool is_decided = all[at] == "acknowledged" || all[at] == "frozen";
        EXPECT_FALSE(is_decided && people[at].empty()) << "the kernel knows who asked for it: " << all[at];
    }
    EXPECT_THAT(all, AllOf(testing::Contains("started"), testing::Contains("opened"),
                           testing::Contains("acknowledged"), testing::Contains("frozen")));
    EXPECT_THAT(members(events({"--resource", "ips"}), "resource"), testing::Each("ips"));
    EXPECT_THAT(members(events({"--account=production"}), "account"), testing::Each("production"));
    EXPECT_TRUE(events({"--since=2h", "--account=production", "--limit=1"}).size() == 1);
    end();
}

TEST_F(HistoryCommand, IsReadFromTheStateFileWhenNoDaemonAnswers)
{
    watch_a_takeover();
    const auto incident = incident_of("opened", "call_forwarding");
    end();
    const auto told = run({"history", "--incident", incident});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.err, HasSubstr("no daemon listens"));
    EXPECT_THAT(told.out,
                AllOf(HasSubstr("opened, critical"), HasSubstr("As of 20"), HasSubstr("by the state file")));
    EXPECT_EQ(members(events(), "kind").back(), "stopped");
    EXPECT_EQ(events({"--incident", incident}), events({"--incident", incident.substr(0, 8)}));
    watch_again();
    EXPECT_THAT(members(events(), "kind"), testing::Contains("stopped")) << "a restart keeps it";
    end();
}

TEST_F(HistoryCommand, IsSummedUpAsAReport)
{
    watch_a_takeover();
    const auto incident = incident_of("opened", "call_forwarding");
    const auto told = run({"report", "--output=json", "--account", "production"});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    const auto report = json::parse(told.out.empty() ? "{\"findings\": []}" : told.out).as_object();
    EXPECT_THAT(members(report.at("findings").as_array(), "resource"), testing::Contains("call_forwarding"));
    EXPECT_THAT(members(report.at("findings").as_array(), "incident"), testing::Contains(incident));
    EXPECT_EQ(run({"report", "--account", "producton"}).exit_code, 1);
    end();
    const auto page = run({"report", "--output=html", "--account", "production"});
    EXPECT_EQ(page.exit_code, 0) << page.err;
    EXPECT_THAT(page.out, AllOf(testing::StartsWith("<!doctype html>"), HasSubstr("No daemon answered"),
                                HasSubstr("the daemon did not run")));
    account->edit_settings([](std::string& text) { text += "\nnonsense: true\n"; });
    const auto still = run({"report", "--account", "production"});
    EXPECT_EQ(still.exit_code, 0) << still.err;
    EXPECT_THAT(still.err, AllOf(HasSubstr("unknown key \"nonsense\""), HasSubstr("the settings are wrong")));
}

TEST_F(HistoryCommand, IsSummedUpWithWhatBeganBeforeTheTime)
{
    watch_a_takeover();
    ASSERT_NE(incident_of("opened", "call_forwarding"), "");
    end();
    std::this_thread::sleep_for(std::chrono::seconds(1));  // --since counts whole seconds
    const auto since = rfc3339_milliseconds(std::chrono::system_clock::now());
    watch_again();
    const auto told = run({"report", "--output=json", "--since", since});
    ASSERT_EQ(told.exit_code, 0) << told.err;
    const auto report = json::parse(told.out).as_object();
    EXPECT_THAT(members(report.at("blind").as_array(), "sentence"),
                testing::Contains("the daemon did not run"));
    EXPECT_TRUE(report.at("running_known_from").is_null());
    const auto& findings = report.at("findings").as_array();
    EXPECT_THAT(members(findings, "resource"), testing::Contains("call_forwarding"));
    EXPECT_THAT(members(findings, "opened_before"), testing::Contains(testing::StartsWith("20")));
    end();
}

TEST_F(HistoryCommand, RefusesWordsThatDoNotExist)
{
    watch({});
    const auto refusal = [this](std::vector<std::string> words) {
        words.insert(words.begin(), "history");
        const auto told = run(std::move(words));
        EXPECT_EQ(told.exit_code, 1) << told.out;
        return told.err;
    };
    EXPECT_THAT(refusal({"--account", "producton"}), HasSubstr("did you mean \"production\"?"));
    EXPECT_THAT(refusal({"--resource", "ip"}), HasSubstr("did you mean \"ips\"?"));
    EXPECT_THAT(refusal({"--incident", "i-ffffff"}), HasSubstr("no event that is kept is of an incident"));
    EXPECT_THAT(refusal({"--incident", "production"}), HasSubstr("is no incident's id"));
    EXPECT_THAT(refusal({"--since", "tomorrow"}), HasSubstr("write 2h or 3d"));
    end();
}

}  // namespace
}  // namespace trunkwarden::end_to_end
