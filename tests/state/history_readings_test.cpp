#include "state/history_readings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

history_page page_with(const std::string& sentence)
{
    history_page out;
    out.events.push_back({.at = {}, .kind = history_kind::started, .sentence = sentence});
    return out;
}

// A disk that gives nothing until it is released.
class hanging_disk {
public:
    hanging_disk() = default;
    ~hanging_disk() { let_go(); }
    hanging_disk(const hanging_disk&) = delete;
    hanging_disk& operator=(const hanging_disk&) = delete;
    history_readings::reading reading() const
    {
        return [released = released_]() -> result<history_page> {
            released.wait();
            return page_with("late");
        };
    }
    void let_go()
    {
        if (!std::exchange(is_let_go_, true))
            promise_.set_value();
    }

private:
    std::promise<void> promise_;
    std::shared_future<void> released_ = promise_.get_future().share();
    bool is_let_go_ = false;
};

task<> note_outcome(history_readings& from, history_readings::reading work, std::size_t places,
                    std::vector<std::string>& to)
{
    const auto out = co_await from.read(std::move(work), places);
    to.push_back(out ? out->events.front().sentence : out.error().message);
}

TEST(HistoryReadings, GiveWhatTheDiskGives)
{
    history_readings readings;
    const auto fine = run(readings.read([]() -> result<history_page> { return page_with("fine"); }));
    ASSERT_TRUE(fine) << fine.error().message;
    EXPECT_EQ(fine->events.front().sentence, "fine");
    const auto refused = run(readings.read([]() -> result<history_page> { return bad_usage("no"); }));
    EXPECT_EQ(refused.error().kind, errc::bad_usage);
    const auto thrown =
        run(readings.read([]() -> result<history_page> { throw std::runtime_error("thrown"); }));
    EXPECT_EQ(thrown.error().message, "thrown");
    EXPECT_EQ(readings.under_way(), 0U);
}

TEST(HistoryReadings, AreNotWaitedForLongWhenTheDiskHangs)
{
    asio::io_context io(1);
    history_readings readings(50ms);
    const hanging_disk disk;
    const auto out = run_to_end(io, readings.read(disk.reading()));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind, errc::timed_out);
    EXPECT_THAT(out.error().message, HasSubstr("has not given the history"));
    EXPECT_EQ(readings.under_way(), 1U) << "its thread waits for the disk: nothing may be taken down";
}

TEST(HistoryReadings, AreFewAtATimeAndTheCommandLineHasPlacesOfItsOwn)
{
    asio::io_context io(1);
    history_readings readings(1min);
    hanging_disk disk;
    std::vector<std::string> over_tcp;
    std::vector<std::string> over_socket;
    for (int asked = 0; asked < 70; ++asked)
        asio::co_spawn(io, note_outcome(readings, disk.reading(), history_readings::most / 2, over_tcp),
                       must_not_throw);
    while (over_tcp.size() < 68)
        io.run_one();
    EXPECT_THAT(over_tcp, testing::Each(HasSubstr("2 readings of the history are under way")))
        << "at once, not after the disk";
    for (int asked = 0; asked < 3; ++asked)
        asio::co_spawn(io, note_outcome(readings, disk.reading(), history_readings::most, over_socket),
                       must_not_throw);
    while (over_socket.empty())
        io.run_one();
    EXPECT_EQ(readings.under_way(), history_readings::most);
    EXPECT_THAT(over_socket.front(), HasSubstr("4 readings of the history are under way"));
    disk.let_go();
    io.run();
    EXPECT_THAT(over_socket, testing::Contains("late"));
}

TEST(HistoryReadings, ThatAreNotWaitedForHaveTheirPlacesUntilTheyEnd)
{
    asio::io_context io(1);
    history_readings readings(1ms);
    const hanging_disk disk;
    for (std::size_t asked = 0; asked < history_readings::most; ++asked)
        EXPECT_THAT(run_to_end(io, readings.read(disk.reading())).error().message,
                    HasSubstr("has not given"));
    EXPECT_THAT(run_to_end(io, readings.read(disk.reading())).error().message, HasSubstr("are under way"));
}

}  // namespace
}  // namespace trunkwarden
