#include "support/atomic_write.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using fakes::text_of_file;

class AtomicWrite : public testing::Test {
protected:
    fs::path write(const char* name, std::string_view text) const { return scratch_.write(name, text); }
    static mode_t mode_of(const fs::path& file)
    {
        struct stat about {};
        return ::stat(file.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
    }
    std::size_t files() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    const fakes::scratch_folder scratch_;
    const fs::path& folder_ = scratch_.path();
};

TEST_F(AtomicWrite, KeepsTheModeOfTheFile)
{
    const auto file = write("b.yml", "old");
    ::chmod(file.c_str(), 0640);
    ASSERT_TRUE(atomic_write(file, "new"));
    EXPECT_EQ(text_of_file(file), "new");
    EXPECT_EQ(mode_of(file), 0640U);
    EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicWrite, KeepsItsOwnerWhenAnotherUserReplacesIt)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give a file away";
    const auto file = write("b.yml", "old");
    ASSERT_EQ(::chown(file.c_str(), 12345, 54321), 0);
    ASSERT_TRUE(atomic_write(file, "new"));
    struct stat about {};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_uid, 12345U);
    EXPECT_EQ(about.st_gid, 54321U);
}

TEST_F(AtomicWrite, ReplacesWhatASymbolicLinkPointsToAndLeavesTheLink)
{
    const auto file = write("real.yml", "old");
    fs::create_symlink("real.yml", folder_ / "link.yml");
    ASSERT_TRUE(atomic_write(folder_ / "link.yml", "new"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "link.yml"));
    EXPECT_EQ(text_of_file(file), "new");
}

TEST_F(AtomicWrite, MakesAFileThatIsNotThere)
{
    const auto before = ::umask(027);
    const auto made = atomic_write(folder_ / "new.yml", "text");
    ::umask(before);
    ASSERT_TRUE(made);
    EXPECT_EQ(text_of_file(folder_ / "new.yml"), "text");
    EXPECT_EQ(mode_of(folder_ / "new.yml"), 0640U);
}

TEST_F(AtomicWrite, NamesTheFolderItCannotWriteTo)
{
    const auto outcome = atomic_write(folder_ / "nowhere" / "b.yml", "text");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, errc::bad_file);
    EXPECT_NE(outcome.error().message.find("nowhere/b.yml"), std::string::npos);
}

TEST_F(AtomicWrite, LeavesEverythingAsItWasInAFolderThatCannotBeWrittenTo)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may write anywhere";
    const auto file = write("b.yml", "old");
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_FALSE(atomic_write(file, "new"));
    EXPECT_EQ(text_of_file(file), "old");
}

// A limit on the size of files acts as a full disk: the write comes back short, then fails.
TEST_F(AtomicWrite, KeepsTheOldFileWhenTheNewOneDoesNotFit)
{
    const auto file = write("b.yml", "old");
    struct rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small {
        1000, before.rlim_max
    };
    auto* const was = ::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto outcome = atomic_write(file, std::string(5000, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, was);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(text_of_file(file), "old");
    EXPECT_EQ(files(), 1U) << "the temporary file is still there";
}

}  // namespace
}  // namespace trunkwarden
