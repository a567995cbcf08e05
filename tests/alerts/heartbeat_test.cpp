#include "alerts/heartbeat.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "alerts/sample_sinks.hpp"
#include "fakes/answers.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The services that wait for the heartbeat: the requests they got, and their next answer, 200 unless a test
// says otherwise.
struct heartbeat_listener {
    std::vector<std::string> asked;  // method and target
    std::deque<result<http_answer>> answers;
};

class heartbeat_client final : public https_client {
public:
    heartbeat_client(heartbeat_listener& to, std::string base) : to_(to), base_(std::move(base)) {}
    task<result<http_answer>> send(http_request request) override
    {
        to_.asked.push_back(request.method + ' ' + base_ + request.target);
        co_return fakes::take_next(to_.answers);
    }

private:
    heartbeat_listener& to_;
    std::string base_;
};

class Heartbeat : public testing::Test {
protected:
    Heartbeat() : url("https://beats.example/CANARY?q=1")
    {
        asio::co_spawn(io, beat.beat_forever(),
                       asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
    }
    ~Heartbeat() override
    {
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
    }

    heartbeat_settings to_file(const secret_file_for_test& file, duration interval = 1h) const
    {
        heartbeat_settings out;
        out.url_file = file.path;
        out.interval = interval;
        return out;
    }
    void set_target(const std::optional<heartbeat_settings>& wanted)
    {
        auto ready = beat.prepare(wanted);
        ASSERT_TRUE(ready) << ready.error().message;
        beat.commit(std::move(*ready));
        run_what_is_ready();
    }
    void run_what_is_ready()
    {
        io.restart();
        io.poll();
    }
    // Runs until so many heartbeats were asked for.
    void run_until(std::size_t count)
    {
        const auto latest = std::chrono::steady_clock::now() + 10s;
        while (to.asked.size() < count && std::chrono::steady_clock::now() < latest) {
            io.restart();
            io.run_one_until(latest);
        }
    }

    asio::io_context io{1};
    asio::cancellation_signal stop;
    std::ostringstream text;
    logger log{{}, text};
    heartbeat_listener to;
    optional_reason why_not;
    secret_file_for_test url;
    heartbeat beat{{log, [this] { return why_not; },
                    [this](https_options options) -> result<std::unique_ptr<https_client>> {
                        return std::unique_ptr<https_client>(
                            std::make_unique<heartbeat_client>(to, options.base_url));
                    }}};
};

TEST_F(Heartbeat, GetsTheSecretUrlAtOnceAndAgainAfterEachInterval)
{
    run_what_is_ready();
    EXPECT_THAT(to.asked, IsEmpty());
    EXPECT_FALSE(beat.status());
    set_target(to_file(url, 10ms));
    run_until(3);
    ASSERT_GE(to.asked.size(), 3U);
    EXPECT_EQ(to.asked[2], "GET https://beats.example/CANARY?q=1");
    ASSERT_TRUE(beat.status());
    EXPECT_TRUE(beat.status()->last_taken);
    EXPECT_EQ(beat.status()->failures, 0U);
    EXPECT_THAT(text.str(), Not(HasSubstr("CANARY")));
}

TEST_F(Heartbeat, IsHeldBackWhileTheWatchDoesNotSeeAndGoesOnWhenItDoes)
{
    why_not = "ips of account production was not read completely within 3 min";
    set_target(to_file(url, 10ms));
    EXPECT_THAT(to.asked, IsEmpty());
    EXPECT_EQ(beat.status()->held_back, why_not);
    EXPECT_FALSE(beat.status()->last_taken);
    why_not.reset();
    run_until(1);
    EXPECT_EQ(to.asked.size(), 1U);
    EXPECT_EQ(beat.status()->held_back, std::nullopt);
}

TEST_F(Heartbeat, SaysOnceThatItIsNotTakenAndNeverRepeatsTheUrl)
{
    const auto gone = fakes::answer_with(404, "https://beats.example/CANARY is not known");
    to.answers = {failure{errc::unreachable, "beats.example: connection refused"}, gone};
    set_target(to_file(url, 10ms));
    EXPECT_EQ(beat.status()->last_error, "beats.example: connection refused");
    run_until(2);
    run_what_is_ready();
    EXPECT_EQ(beat.status()->failures, 2U);
    run_until(3);
    run_what_is_ready();
    EXPECT_EQ(beat.status()->last_error, std::nullopt);
    const auto told = text.str();
    EXPECT_EQ(told.find("the heartbeat is not taken"), told.rfind("the heartbeat is not taken"));
    EXPECT_THAT(told, HasSubstr("the heartbeat is taken again"));
    EXPECT_THAT(told, Not(HasSubstr("CANARY")));
}

TEST_F(Heartbeat, AReloadMovesItEndsItAndLeavesAloneWhatIsTheSame)
{
    set_target(to_file(url));
    EXPECT_EQ(to.asked.size(), 1U);
    set_target(to_file(url));
    EXPECT_EQ(to.asked.size(), 1U) << "it goes on in its rhythm";
    const secret_file_for_test elsewhere("https://other.example/beat");
    set_target(to_file(elsewhere));
    ASSERT_EQ(to.asked.size(), 2U);
    EXPECT_EQ(to.asked[1], "GET https://other.example/beat");
    std::ofstream(elsewhere.path) << "https://third.example\n";
    set_target(to_file(elsewhere));
    ASSERT_EQ(to.asked.size(), 3U) << "the file holds another URL";
    EXPECT_EQ(to.asked[2], "GET https://third.example/");
    set_target(std::nullopt);
    EXPECT_FALSE(beat.status());
    EXPECT_EQ(to.asked.size(), 3U);
}

TEST_F(Heartbeat, NamesTheFileButNotWhatIsInIt)
{
    const secret_file_for_test odd("CANARY");
    const auto ready = beat.prepare(to_file(odd));
    ASSERT_FALSE(ready);
    EXPECT_THAT(ready.error().message, HasSubstr("alerts.heartbeat"));
    EXPECT_THAT(ready.error().message, HasSubstr(odd.path.string()));
    EXPECT_THAT(ready.error().message, Not(HasSubstr("CANARY")));
    auto missing = to_file(odd);
    missing.url_file += ".gone";
    EXPECT_FALSE(beat.prepare(missing));
}

}  // namespace
}  // namespace trunkwarden
