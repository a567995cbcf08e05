#include "reload/watched_files.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fakes/run.hpp"

// Real files in a folder of its own: what inotify says about them is the point.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class WatchedFiles : public testing::Test {
protected:
    WatchedFiles()
    {
        auto name = (fs::temp_directory_path() / "trunkwarden-watched-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        write("baseline.yml", "version: 1\n");
    }
    ~WatchedFiles() override
    {
        stop();
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    void write(const fs::path& name, const std::string& text) const { std::ofstream(folder / name) << text; }
    void rename(const fs::path& from, const fs::path& to) const { fs::rename(folder / from, folder / to); }

    // Looks are far apart unless a test says otherwise: what is noticed is noticed by inotify.
    void watch(const std::vector<fs::path>& names,
               watched_files::noticing how = watched_files::noticing::by_inotify,
               std::chrono::milliseconds between_looks = 1h)
    {
        file_watch_times times;
        times.settle = 50ms;
        times.longest_settling = 400ms;
        times.between_looks = between_looks;
        files = std::make_unique<watched_files>(aside, how, times);
        follow(names);
        asio::co_spawn(io, count(), asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
        ASSERT_TRUE(noticed(1)) << "the first look returns at once";
        settle();
    }
    void follow(const std::vector<fs::path>& names)
    {
        std::vector<fs::path> all;
        for (const auto& name : names)
            all.push_back(folder / name);
        files->follow(std::move(all));
    }

    // Whether there are this many notices before it is clear that there are not.
    bool noticed(std::size_t wanted)
    {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (notices < wanted && std::chrono::steady_clock::now() < until)
            io.run_for(10ms);
        return notices == wanted;
    }
    // Until watches are armed and what is under way has been told.
    void settle() { io.run_for(300ms); }

    fs::path folder;
    std::size_t notices = 0;
    std::unique_ptr<watched_files> files;

private:
    task<> count()
    {
        for (;;) {
            co_await files->until_changed();
            ++notices;
        }
    }
    void stop()
    {
        cancel.emit(asio::cancellation_type::terminal);
        io.run();
    }

    thread_aside aside;
    asio::cancellation_signal cancel;
    asio::io_context io{1};
};

TEST_F(WatchedFiles, NoticesAFileThatIsWrittenInPlace)
{
    watch({"baseline.yml"});
    write("baseline.yml", "version: 1\nips: []\n");
    EXPECT_TRUE(noticed(2));
}

TEST_F(WatchedFiles, NoticesAFileThatIsRenamedIntoPlaceAgainAndAgain)
{
    watch({"baseline.yml"});
    for (std::size_t edit = 0; edit < 3; ++edit) {
        write("baseline.new", "version: 1\n");
        rename("baseline.new", "baseline.yml");
        EXPECT_TRUE(noticed(2 + edit)) << edit;
        settle();
    }
}

TEST_F(WatchedFiles, NoticesThatALinkOnTheWayLeadsElsewhere)
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

TEST_F(WatchedFiles, NoticesAFolderThatIsReplacedAndFollowsTheNewOne)
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

TEST_F(WatchedFiles, NoticesAFileThatGoesAndOneThatIsMadeAnew)
{
    watch({"baseline.yml"});
    fs::remove(folder / "baseline.yml");
    EXPECT_TRUE(noticed(2));
    settle();
    write("baseline.yml", "version: 1\n");
    EXPECT_TRUE(noticed(3));
}

TEST_F(WatchedFiles, MakesOneNoticeOfABurstOfWrites)
{
    watch({"baseline.yml"});
    for (int edit = 0; edit < 20; ++edit)
        write("baseline.yml", std::string(static_cast<std::size_t>(edit), '#') + "\nversion: 1\n");
    EXPECT_TRUE(noticed(2));
    settle();
    EXPECT_EQ(notices, 2U);
}

TEST_F(WatchedFiles, SaysNothingOfOtherFilesInTheSameFolder)
{
    watch({"baseline.yml"});
    write("notes.txt", "not ours");
    fs::remove(folder / "notes.txt");
    settle();
    EXPECT_EQ(notices, 1U);
}

TEST_F(WatchedFiles, NoticesByLookingWhereNothingIsTold)
{
    watch({"baseline.yml"}, watched_files::noticing::by_looking, 100ms);
    write("baseline.new", "version: 1\nips: []\n");
    rename("baseline.new", "baseline.yml");
    EXPECT_TRUE(noticed(2));
    settle();
    EXPECT_EQ(notices, 2U) << "what is the same at every look is no change";
}

TEST_F(WatchedFiles, FollowsOtherFilesAtOnceWhenTheSettingsNameOthers)
{
    watch({"baseline.yml"});
    follow({"baseline.yml", "second.yml"});
    EXPECT_TRUE(noticed(2)) << "the others are to be read";
    settle();
    write("second.yml", "version: 1\n");
    EXPECT_TRUE(noticed(3));
}

// The queue of events holds 16,384 by default; then the kernel says only that there were more.
TEST_F(WatchedFiles, NoticesAChangeAmongMoreEventsThanTheKernelKeeps)
{
    write("other.yml", "version: 1\n");
    watch({"baseline.yml", "other.yml"});
    for (int edit = 0; edit < 10'000; ++edit) {
        fs::rename(folder / "other.yml", folder / "away");
        fs::rename(folder / "away", folder / "other.yml");
    }
    write("baseline.yml", "version: 1\nips: []\n");
    EXPECT_TRUE(noticed(2));
}

TEST(WaysToFiles, LeadThroughEveryFolderAndLink)
{
    auto name = (fs::temp_directory_path() / "trunkwarden-ways-XXXXXX").string();
    const fs::path folder = ::mkdtemp(name.data());
    fs::create_directories(folder / "v1");
    fs::create_symlink("v1", folder / "now");
    const auto ways = ways_to({folder / "now" / "baseline.yml"});
    fs::remove_all(folder);
    EXPECT_EQ(ways.at(folder).at("now"), false);
    EXPECT_EQ(ways.at(folder).at("v1"), false);
    EXPECT_EQ(ways.at(folder / "v1").at("baseline.yml"), true);
    EXPECT_TRUE(ways.contains("/"));
}

TEST(WaysToFiles, EndWhereLinksLeadInACircle)
{
    auto name = (fs::temp_directory_path() / "trunkwarden-ways-XXXXXX").string();
    const fs::path folder = ::mkdtemp(name.data());
    fs::create_symlink("two", folder / "one");
    fs::create_symlink("one", folder / "two");
    const auto ways = ways_to({folder / "one"});
    fs::remove_all(folder);
    EXPECT_EQ(ways.at(folder).size(), 2U);
}

}  // namespace
}  // namespace trunkwarden
