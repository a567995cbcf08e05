#include "reload/file_watcher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Runs a watcher and counts how often it notices something.
class CountsNotices : public testing::Test {
protected:
    void TearDown() override
    {
        cancel.emit(asio::cancellation_type::terminal);
        io.run();
    }

    void start(std::vector<fs::path> files, const file_watch_times& times,
               const file_watcher::stamp_function& stamp = stamp_of)
    {
        watcher = std::make_unique<file_watcher>(aside, times, stamp);
        watcher->follow(std::move(files));
        asio::co_spawn(io, count(), asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    }

    // Whether there are this many notices before it is clear that there are not.
    bool noticed(std::size_t wanted)
    {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (notices < wanted && std::chrono::steady_clock::now() < until)
            io.run_for(10ms);
        return notices == wanted;
    }
    // Until a notice that is under way has come.
    void settle() { io.run_for(200ms); }

    std::unique_ptr<file_watcher> watcher;
    std::size_t notices = 0;

private:
    task<> count()
    {
        for (;;) {
            co_await watcher->until_changed();
            ++notices;
        }
    }

    worker_thread aside;
    asio::cancellation_signal cancel;
    asio::io_context io{1};
};

// Real files in a folder of its own, to test the answers of a real file system about them.
class FileWatcher : public CountsNotices {
protected:
    FileWatcher()
    {
        auto name = (fs::temp_directory_path() / "trunkwarden-watched-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        write("baseline.yml", "version: 1\n");
    }
    ~FileWatcher() override
    {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    void write(const fs::path& name, const std::string& text) const { std::ofstream(folder / name) << text; }
    void rename(const fs::path& from, const fs::path& to) const { fs::rename(folder / from, folder / to); }

    void watch(const std::vector<fs::path>& names)
    {
        file_watch_times times;
        times.between_looks = 20ms;
        times.settle = 30ms;
        start(inside(names), times);
        ASSERT_TRUE(noticed(1)) << "the first call waits for no change";
        settle();
    }
    void follow(const std::vector<fs::path>& names) { watcher->follow(inside(names)); }

    fs::path folder;

private:
    std::vector<fs::path> inside(const std::vector<fs::path>& names) const
    {
        std::vector<fs::path> out;
        for (const auto& name : names)
            out.push_back(folder / name);
        return out;
    }
};

TEST_F(FileWatcher, NoticesAFileThatIsWrittenInPlace)
{
    watch({"baseline.yml"});
    write("baseline.yml", "version: 1\nips: []\n");
    EXPECT_TRUE(noticed(2));
}

TEST_F(FileWatcher, NoticesAFileThatIsRenamedIntoPlaceAgainAndAgain)
{
    watch({"baseline.yml"});
    for (std::size_t edit = 0; edit < 3; ++edit) {
        write("baseline.new", "version: 1\n");
        rename("baseline.new", "baseline.yml");
        EXPECT_TRUE(noticed(2 + edit)) << edit;
        settle();
    }
}

TEST_F(FileWatcher, NoticesThatALinkOnTheWayLeadsElsewhere)
{
    fs::create_directories(folder / "v1");
    fs::create_directories(folder / "v2");
    write("v1/baseline.yml", "version: 1\n");
    write("v2/baseline.yml", "version: 1\n");
    fs::remove(folder / "baseline.yml");
    fs::create_symlink("v1", folder / "..data");
    fs::create_symlink("..data/baseline.yml", folder / "baseline.yml");
    watch({"baseline.yml"});
    fs::create_symlink("v2", folder / "..data_tmp");
    rename("..data_tmp", "..data");
    EXPECT_TRUE(noticed(2));
    settle();
    write("v2/baseline.yml", "version: 1\nips: []\n");
    EXPECT_TRUE(noticed(3)) << "it is followed to where it leads now";
}

TEST_F(FileWatcher, NoticesAFolderThatIsReplacedAndFollowsTheNewOne)
{
    fs::create_directories(folder / "etc/trunkwarden");
    write("etc/trunkwarden/baseline.yml", "version: 1\n");
    watch({"etc/trunkwarden/baseline.yml"});
    rename("etc", "old");
    EXPECT_TRUE(noticed(2)) << "it is not there any more";
    settle();
    fs::create_directories(folder / "etc/trunkwarden");
    write("etc/trunkwarden/baseline.yml", "version: 1\n");
    EXPECT_TRUE(noticed(3));
    settle();
    write("etc/trunkwarden/baseline.yml", "version: 1\nips: []\n");
    EXPECT_TRUE(noticed(4));
}

TEST_F(FileWatcher, NoticesAFileThatGoesAndOneThatIsMadeAnew)
{
    watch({"baseline.yml"});
    fs::remove(folder / "baseline.yml");
    EXPECT_TRUE(noticed(2));
    settle();
    write("baseline.yml", "version: 1\n");
    EXPECT_TRUE(noticed(3));
}

TEST_F(FileWatcher, MakesOneNoticeOfABurstOfWrites)
{
    watch({"baseline.yml"});
    for (int edit = 0; edit < 20; ++edit)
        write("baseline.yml", std::string(static_cast<std::size_t>(edit), '#') + "\nversion: 1\n");
    EXPECT_TRUE(noticed(2));
    settle();
    EXPECT_EQ(notices, 2U);
}

TEST_F(FileWatcher, SaysNothingOfOtherFilesInTheSameFolder)
{
    watch({"baseline.yml"});
    write("notes.txt", "not ours");
    fs::remove(folder / "notes.txt");
    settle();
    EXPECT_EQ(notices, 1U);
}

TEST_F(FileWatcher, SaysNothingOfFilesThatStayAsTheyAre)
{
    watch({"baseline.yml", "not-there.yml"});
    settle();
    EXPECT_EQ(notices, 1U);
}

TEST_F(FileWatcher, NoticesAnEditThatKeepsTheSizeWithinTheSameSecond)
{
    watch({"baseline.yml"});
    write("baseline.yml", "version: 2\n");
    EXPECT_TRUE(noticed(2));
    settle();
    write("baseline.yml", "version: 3\n");
    EXPECT_TRUE(noticed(3));
}

TEST_F(FileWatcher, NoticesAnotherFileOfTheSameSizeAndTime)
{
    watch({"baseline.yml"});
    write("baseline.new", "version: 2\n");
    fs::last_write_time(folder / "baseline.new", fs::last_write_time(folder / "baseline.yml"));
    rename("baseline.new", "baseline.yml");
    EXPECT_TRUE(noticed(2));
}

TEST_F(FileWatcher, NoticesThatAFileMayBeReadNoMore)
{
    watch({"baseline.yml"});
    fs::permissions(folder / "baseline.yml", fs::perms::none);
    EXPECT_TRUE(noticed(2));
}

TEST_F(FileWatcher, NoticesThatALinkThatLedInACircleLeadsToAFile)
{
    fs::create_symlink("two", folder / "one");
    fs::create_symlink("one", folder / "two");
    watch({"one"});
    fs::create_symlink("baseline.yml", folder / "new");
    rename("new", "two");
    EXPECT_TRUE(noticed(2));
}

TEST_F(FileWatcher, FollowsOtherFilesAtOnceWhenTheSettingsNameOthers)
{
    watch({"baseline.yml"});
    follow({"baseline.yml", "second.yml"});
    EXPECT_TRUE(noticed(2)) << "the others are to be read";
    settle();
    write("second.yml", "version: 1\n");
    EXPECT_TRUE(noticed(3));
}

// The stamps that looks see, one after the other; the last is seen for ever. Called on the watcher's thread,
// and read when that has nothing to do.
class script {
public:
    explicit script(std::vector<file_stamp> seen) : seen_(std::move(seen)) {}

    file_stamp next()
    {
        const auto look = looks_++;
        return seen_[std::min(look, seen_.size() - 1)];
    }
    std::size_t looks() const { return looks_; }

private:
    std::vector<file_stamp> seen_;
    std::atomic<std::size_t> looks_ = 0;
};

file_stamp of_size(std::int64_t size, std::chrono::nanoseconds changed = 1h + 123456789ns)
{
    return {.size = size, .changed = changed};
}

class FileWatcherSettling : public CountsNotices {
protected:
    void watch(std::vector<file_stamp> seen, const file_watch_times& times)
    {
        looks = std::make_unique<script>(std::move(seen));
        start({"baseline.yml"}, times, [this](const fs::path&) { return looks->next(); });
    }
    static file_watch_times quick()
    {
        file_watch_times times;
        times.between_looks = 1ms;
        times.settle = 1ms;
        times.settle_by_seconds = 1h;
        times.longest_settling = 1h;
        return times;
    }

    std::unique_ptr<script> looks;
};

TEST_F(FileWatcherSettling, WaitsUntilTwoLooksSeeTheSame)
{
    watch({of_size(1), of_size(1), of_size(2), of_size(3), of_size(4), of_size(4)}, quick());
    EXPECT_TRUE(noticed(2));
    EXPECT_GE(looks->looks(), 6U) << "sizes 2 and 3 were half of a file";
    settle();
    EXPECT_EQ(notices, 2U);
}

TEST_F(FileWatcherSettling, ReturnsAtLastAndOnceMoreWhenTheFileHasSettled)
{
    auto times = quick();
    times.longest_settling = 0ms;
    watch({of_size(1), of_size(2), of_size(3), of_size(3)}, times);
    EXPECT_TRUE(noticed(2)) << "after size 2, which was not the last, and after size 3";
    settle();
    EXPECT_EQ(notices, 2U);
}

TEST_F(FileWatcherSettling, ReturnsOnceMoreAlsoWhenTheNextLookSeesTheSame)
{
    auto times = quick();
    times.longest_settling = 0ms;
    watch({of_size(1), of_size(2), of_size(2)}, times);
    EXPECT_TRUE(noticed(2)) << "a write may have followed within the same tick of the clock";
    settle();
    EXPECT_EQ(notices, 2U);
}

TEST_F(FileWatcherSettling, TakesLongerWhereTimesHaveWholeSeconds)
{
    auto times = quick();
    times.settle = 1h;
    times.settle_by_seconds = 1ms;
    watch({of_size(1, 1h)}, times);
    EXPECT_TRUE(noticed(1));
}

TEST_F(FileWatcherSettling, TakesNoLongerForAFileThatIsNotThere)
{
    file_stamp gone;
    gone.error = ENOENT;
    watch({gone}, quick());
    EXPECT_TRUE(noticed(1));
}

}  // namespace
}  // namespace trunkwarden
