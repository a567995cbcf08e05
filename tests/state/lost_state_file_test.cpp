#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fstream>
#include <string>

#include "fakes/state_file_on_disk.hpp"
#include "state/schema.hpp"

// A start that finds its state file missing, damaged, or of a later version.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

using fakes::one_of_each;

class LostStateFile : public fakes::state_file_on_disk {
protected:
    // A start finds that what was before is lost, and is frozen; so is every start after it.
    void begins_frozen(const std::string& because) const
    {
        const auto lost = open().lost.value_or("");
        EXPECT_NE(lost.find(because), std::string::npos) << lost;
        const auto again = open();
        EXPECT_EQ(again.trouble, state_trouble::none) << again.reason;
        EXPECT_EQ(again.lost, std::nullopt) << "nothing more was lost";
        ASSERT_TRUE(again.kept.frozen);
        EXPECT_EQ(again.kept.frozen->state_lost, lost);
    }
};

TEST_F(LostStateFile, OfALaterVersionIsKeptAndReplacedByOneThatIsFrozen)
{
    keep(one_of_each(now));
    run(fmt::format("PRAGMA user_version = {}", migrations.size() + 1));
    EXPECT_EQ(read_findings(file, false).error().kind, errc::bad_file);
    const auto before = fakes::text_of_file(file);
    begins_frozen("later version");
    std::size_t kept = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().string().starts_with(file.string() + ".newer-")) {
            ++kept;
            EXPECT_TRUE(fakes::text_of_file(entry.path()) == before) << "nothing was written to it";
        }
    EXPECT_EQ(kept, 1U);
}

TEST_F(LostStateFile, ThatIsMissingAlthoughThereWasOneIsReplacedByOneThatIsFrozen)
{
    EXPECT_EQ(open().kept.frozen, std::nullopt) << "a first start";
    for (const char* rest : {"", "-wal", "-shm"})
        fs::remove(file.string() + rest);
    begins_frozen("is missing or empty, although there was one");
}

TEST_F(LostStateFile, ThatWasEmptiedIsReplacedByOneThatIsFrozen)
{
    keep(one_of_each(now));
    run("PRAGMA wal_checkpoint(TRUNCATE)");
    fs::resize_file(file, 0);
    begins_frozen("is missing or empty, although there was one");
}

TEST_F(LostStateFile, ThatIsDamagedIsReplacedByOneThatIsFrozen)
{
    keep(one_of_each(now));
    run("PRAGMA wal_checkpoint(TRUNCATE)");
    fs::resize_file(file, 5000);
    begins_frozen("state.db.damaged-");
}

// The process died between making the file and freezing it, or between renaming the old one and that.
TEST_F(LostStateFile, IsFrozenAlsoWhenTheStartThatLostItWasInterrupted)
{
    keep(one_of_each(now));
    fs::remove(file);
    run("PRAGMA journal_mode = WAL; CREATE TABLE t(x); DROP TABLE t");
    begins_frozen("is missing or empty, although there was one");
}

// Of a version that left no trace beside it: the first start of this one leaves it.
TEST_F(LostStateFile, OfTheVersionBeforeIsMissedOnceItWasOpened)
{
    keep(one_of_each(now));
    fs::resize_file(file.string() + ".lock", 0);
    EXPECT_EQ(open().kept.frozen->state_lost, "");
    fs::remove(file);
    begins_frozen("although there was one");
}

TEST_F(LostStateFile, IsNotFrozenAnyMoreOnceItWasThawed)
{
    keep(one_of_each(now));
    fs::remove(file);
    ASSERT_TRUE(open().kept.frozen);
    state_change thaw;
    thaw.frozen.emplace(std::nullopt);
    keep(thaw);
    EXPECT_EQ(open().kept.frozen, std::nullopt);
}

}  // namespace
}  // namespace trunkwarden
