#include "cli/daemon_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "fakes/times.hpp"
#include "status/status_json.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::HasSubstr;
using testing::IsEmpty;
using state = doctor_check::state;

daemon_status good()
{
    daemon_status out;
    out.started = noon - 1h;
    out.scraped = noon - 15s;
    out.sinks.push_back({.name = "soc",
                         .type = sink_type::webhook,
                         .pending = 0,
                         .dead = 0,
                         .last_delivered = noon - 1min,
                         .last_error = {},
                         .clock_ahead = 400ms});
    return out;
}

// The warnings of doctor about it, but for the summary of a daemon that watches no account.
doctor_checks troubles(const daemon_status& status, const std::string& listen_address = "127.0.0.1:9841")
{
    doctor_checks out;
    judge_status(listen_address, status_json(status, noon), noon, out);
    std::erase_if(out,
                  [](const doctor_check& check) { return check.is == state::ok || check.about == "daemon"; });
    return out;
}

TEST(JudgeStatus, FindsNothingWrongWithADaemonThatIsHeardAndRead)
{
    EXPECT_THAT(troubles(good()), IsEmpty());
    auto without_dates = good();
    without_dates.sinks.front().clock_ahead.reset();
    EXPECT_THAT(troubles(without_dates), IsEmpty());
}

TEST(JudgeStatus, WarnsOfLinesOfTheLogThatNobodyTook)
{
    auto status = good();
    status.log_lines_dropped = 1234;
    const auto found = troubles(status);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].is, state::warn);
    EXPECT_EQ(found[0].about, "log");
    EXPECT_EQ(found[0].found, "1234 lines of the daemon's log were dropped since it started");
}

TEST(JudgeStatus, SaysWhyTheStateFileIsNotWritten)
{
    auto status = good();
    status.state_file = "/var/lib/trunkwarden/state.db";
    status.state_trouble = "it was removed or replaced";
    const auto found = troubles(status);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].is, state::fail);
    EXPECT_EQ(found[0].found,
              "the daemon does not write /var/lib/trunkwarden/state.db: it was removed or replaced");
}

TEST(JudgeStatus, NamesTheFirstProblemOfFilesThatAreNotTaken)
{
    auto status = good();
    status.refused = refused_reload{noon, {"baseline.yml:3:1: wrong \x1b[2J"}};
    EXPECT_EQ(troubles(status).at(0).is, state::fail);
    EXPECT_THAT(troubles(status).at(0).found,
                testing::AllOf(HasSubstr("edited files are not taken: baseline.yml:3:1: wrong "),
                               testing::Not(HasSubstr("\x1b"))));
    status.refused->problems.emplace_back("baseline.yml:4:1: wrong");
    status.refused->problems.emplace_back("baseline.yml:5:1: wrong");
    EXPECT_THAT(troubles(status).at(0).found, HasSubstr(" (and 2 more)"));
    status.refused->problems.clear();
    EXPECT_THAT(troubles(status), IsEmpty()) << "the summary says it";
}

TEST(JudgeStatus, WarnsOfMessagesThatASinkDoesNotTake)
{
    auto status = good();
    status.sinks[0].last_error = "connecting to 192.0.2.10:443 failed: Connection refused";
    status.sinks[0].dead = 2;
    const auto found = troubles(status);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].about, "sink soc");
    EXPECT_THAT(found[0].found, HasSubstr("192.0.2.10:443 failed: Connection refused"));
    EXPECT_THAT(found[0].todo, HasSubstr("trunkwarden alerts test soc"));
    EXPECT_EQ(found[1].found, "it refused 2 messages for good");
    EXPECT_THAT(found[1].todo, HasSubstr("trunkwarden alerts dead"));
}

TEST(JudgeStatus, WarnsOfAHeartbeatThatDoesNotArrive)
{
    auto status = good();
    status.heartbeat = heartbeat_status{.last_taken = noon, .last_error = {}, .held_back = {}};
    EXPECT_THAT(troubles(status), IsEmpty());
    status.heartbeat->held_back = "ips was not read for 4 min";
    EXPECT_THAT(troubles(status).at(0).found, HasSubstr("holds it back, because ips was not read for 4 min"));
    status.heartbeat->held_back.reset();
    status.heartbeat->last_error = "no answer";
    EXPECT_THAT(troubles(status).at(0).found, HasSubstr("not taken: no answer"));
}

// Those of the daemon, which its service manager sets: the ones of the command say nothing about it.
TEST(JudgeStatus, WarnsOfLimitsThatTheDaemonRunsInto)
{
    auto status = good();
    status.limits = {256, std::nullopt};
    EXPECT_THAT(troubles(status), IsEmpty());
    status.limits = {255, 1'024'000};
    const auto found = troubles(status);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].found, "255 files may be open at a time in the daemon");
    EXPECT_EQ(found[1].found, "a file may have 1024000 bytes in the daemon");
}

TEST(JudgeStatus, SaysNothingOfWhatAnOlderDaemonDoesNotTell)
{
    auto answer = status_json(good(), noon);
    for (const auto* later : {"limits", "heartbeat", "state_file", "refused_reload", "log_lines_dropped"})
        answer.erase(later);
    doctor_checks out;
    judge_status("127.0.0.1:9841", answer, noon, out);
    std::erase_if(out,
                  [](const doctor_check& check) { return check.is == state::ok || check.about == "daemon"; });
    EXPECT_THAT(out, IsEmpty());
}

TEST(JudgeStatus, WarnsOfEachSinkWhoseClockDiffersByMoreThanAMinute)
{
    for (const auto& [ahead, words] : {std::pair(600s, "the clock of this host is 10 min behind it"),
                                       std::pair(-600s, "the clock of this host is 10 min ahead of it")}) {
        auto status = good();
        status.sinks.push_back(status.sinks.front());
        status.sinks.back().name = "am";
        status.sinks.back().clock_ahead = ahead;
        const auto found = troubles(status);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].is, state::warn);
        EXPECT_EQ(found[0].about, "clock of sink am");
        EXPECT_EQ(found[0].found, words);
    }
    auto close = good();
    close.sinks.front().clock_ahead = -59s;
    EXPECT_THAT(troubles(close), IsEmpty());
}

TEST(JudgeStatus, WarnsOfMetricsThatNobodyReads)
{
    auto status = good();
    status.scraped = noon - 10min;
    EXPECT_THAT(troubles(status).at(0).found, HasSubstr("last read 10 min ago"));
    status.scraped.reset();
    EXPECT_THAT(troubles(status).at(0).found, HasSubstr("nobody has read the metrics"));
    EXPECT_THAT(troubles(status, "").at(0).found, HasSubstr("switched off"));
}

TEST(JudgeStatus, WarnsOfADaemonOfAnotherVersion)
{
    auto answer = status_json(good(), noon);
    answer["version"] = "0.0.1";
    doctor_checks out;
    judge_status("127.0.0.1:9841", answer, noon, out);
    EXPECT_EQ(std::ranges::count(
                  out, fmt::format("the daemon has version 0.0.1, this command has version {}", version),
                  &doctor_check::found),
              1);
}

}  // namespace
}  // namespace trunkwarden
