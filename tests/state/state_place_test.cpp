#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "fakes/state_file_on_disk.hpp"

// A state file that somebody removes or replaces while a daemon writes it.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

class StatePlace : public fakes::state_file_on_disk {
protected:
    StatePlace()
    {
        fs::create_directory(place);
        file = place / "state.db";
        held = open();
    }

    void write(const std::string& id) const
    {
        state_change change;
        auto about = fakes::event(transition::opened, id).about;
        change.findings.emplace(about.id, std::move(about));
        const auto written = held.file->write(change);
        ASSERT_TRUE(written) << written.error().message;
    }

    // After the end of the daemon.
    std::set<std::string> kept()
    {
        held = {};
        const auto again = open();
        EXPECT_EQ(again.trouble, state_trouble::none) << again.reason;
        EXPECT_EQ(again.lost, std::nullopt);
        EXPECT_FALSE(again.kept.frozen);
        std::set<std::string> out;
        for (const auto& finding : again.kept.findings)
            out.insert(finding.deviation.id);
        return out;
    }

    void remove_the_file() const
    {
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(file.string() + suffix);
    }

    std::size_t set_aside() const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(fs::directory_iterator(place), [](const auto& file) {
                const auto name = file.path().filename().string();
                return name.starts_with("state.db.replaced-") && !name.ends_with("-wal") &&
                       !name.ends_with("-shm");
            }));
    }

    void expect_it_is_made_anew() const
    {
        const auto looked = held.file->keep_its_place();
        ASSERT_TRUE(looked) << looked.error().message;
        EXPECT_EQ(*looked, file_place::made_anew);
        const auto again = held.file->keep_its_place();
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(*again, file_place::unchanged);
        EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }

    const fs::path place = folder / "state";
    const fs::path elsewhere = folder / "elsewhere";
    opened_state held;
};

using ids = std::set<std::string>;

TEST_F(StatePlace, IsLeftAloneWhileNothingHappens)
{
    EXPECT_EQ(held.file->keep_its_place().value(), file_place::unchanged);
    write("1");
    EXPECT_EQ(held.file->keep_its_place().value(), file_place::unchanged);
    EXPECT_EQ(kept(), ids{"1"});
}

TEST_F(StatePlace, AFileThatIsRemovedIsMadeAnewWithAllThatWasWritten)
{
    write("1");
    remove_the_file();
    write("2");
    expect_it_is_made_anew();
    write("3");
    EXPECT_EQ(kept(), (ids{"1", "2", "3"}));
    EXPECT_EQ(set_aside(), 0U);
}

TEST_F(StatePlace, SoIsOneOfWhichOnlyAPartIsRemoved)
{
    for (const char* suffix : {"", "-wal"}) {
        write(std::string("before") + suffix);
        fs::remove(file.string() + suffix);
        expect_it_is_made_anew();
        write(std::string("after") + suffix);
    }
    EXPECT_EQ(kept(), (ids{"before", "after", "before-wal", "after-wal"}));
}

TEST_F(StatePlace, AFolderThatIsReplacedGetsTheFileAndItsLock)
{
    write("1");
    fs::rename(place, elsewhere);
    fs::create_directory(place);
    write("2");
    expect_it_is_made_anew();
    EXPECT_EQ(open().trouble, state_trouble::in_use) << "the new folder belongs to it, too";
    write("3");
    EXPECT_EQ(kept(), (ids{"1", "2", "3"}));
}

// A restored backup, say.
TEST_F(StatePlace, AnotherFileInItsPlaceIsRenamed)
{
    write("1");
    fs::rename(place, elsewhere);
    fs::copy(elsewhere, place);
    write("2");
    expect_it_is_made_anew();
    EXPECT_EQ(set_aside(), 1U);
    EXPECT_EQ(kept(), (ids{"1", "2"}));
}

TEST_F(StatePlace, AFolderThatIsGoneIsSaidUntilThereIsOneAgain)
{
    write("1");
    fs::rename(place, elsewhere);
    for (int times = 0; times < 2; ++times) {
        const auto looked = held.file->keep_its_place();
        ASSERT_FALSE(looked);
        EXPECT_NE(looked.error().message.find("state.db"), std::string::npos) << looked.error().message;
    }
    fs::create_directory(place);
    expect_it_is_made_anew();
    EXPECT_EQ(kept(), ids{"1"});
}

TEST_F(StatePlace, TheFileOfAnotherDaemonIsNotTouched)
{
    write("1");
    fs::rename(place, elsewhere);
    fs::create_directory(place);
    {
        const auto other = open();
        ASSERT_EQ(other.trouble, state_trouble::none) << other.reason;
        const auto looked = held.file->keep_its_place();
        ASSERT_FALSE(looked);
        EXPECT_NE(looked.error().message.find("another trunkwarden"), std::string::npos)
            << looked.error().message;
        EXPECT_EQ(set_aside(), 0U);
    }
}

}  // namespace
}  // namespace trunkwarden
