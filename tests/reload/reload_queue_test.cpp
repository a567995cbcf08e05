#include "reload/reload_queue.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

task<> ask_and_keep(reload_queue& queue, reload_cause why, std::optional<std::string>& answer)
{
    const auto outcome = co_await queue.ask(why);
    answer = outcome ? *outcome : outcome.error().message;
}

task<> take(reload_queue& queue, std::optional<reload_cause>& cause)
{
    cause = co_await queue.next();
}

class ReloadQueue : public testing::Test {
protected:
    void ask(reload_cause why, std::optional<std::string>& answer)
    {
        asio::co_spawn(io, ask_and_keep(queue, why, answer), must_not_throw);
        io.poll();
    }
    std::optional<reload_cause> next()
    {
        std::optional<reload_cause> cause;
        asio::co_spawn(io, take(queue, cause), must_not_throw);
        io.poll();
        return cause;
    }
    void done(const reload_queue::outcome& outcome)
    {
        queue.done(outcome);
        io.poll();
    }

    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    reload_queue queue;
    std::optional<std::string> first;
    std::optional<std::string> second;
};

TEST_F(ReloadQueue, AnswersAllWhoAskedBeforeItBegan)
{
    ask(reload_cause::files_changed, first);
    ask(reload_cause::asked, second);
    EXPECT_EQ(next(), reload_cause::asked) << "a person is answered, whatever else happened";
    done(std::string("took it"));
    EXPECT_EQ(first, "took it");
    EXPECT_EQ(second, "took it");
}

TEST_F(ReloadQueue, MakesOneReloadOfManySignalsThatComeWhileOneIsUnderWay)
{
    queue.want(reload_cause::asked);
    EXPECT_EQ(next(), reload_cause::asked);
    for (int signals = 0; signals < 20; ++signals)
        queue.want(reload_cause::asked);
    done(std::string("took it"));
    EXPECT_EQ(next(), reload_cause::asked);
    done(std::string("took it"));
    ask(reload_cause::files_changed, first);
    EXPECT_EQ(next(), reload_cause::files_changed) << "none of the signals is left";
}

TEST_F(ReloadQueue, LetsThoseWhoAskMeanwhileHaveAnotherOne)
{
    ask(reload_cause::files_changed, first);
    EXPECT_EQ(next(), reload_cause::files_changed);
    ask(reload_cause::asked, second);
    done(failure{errc::bad_file, "a.yml:1:2: wrong"});
    EXPECT_EQ(first, "a.yml:1:2: wrong");
    EXPECT_EQ(second, std::nullopt);
    EXPECT_EQ(next(), reload_cause::asked);
    done(std::string("took it"));
    EXPECT_EQ(second, "took it");
}

}  // namespace
}  // namespace trunkwarden
