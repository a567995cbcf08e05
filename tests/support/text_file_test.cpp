#include "support/text_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

class TextFile : public testing::Test {
protected:
    const fakes::scratch_folder scratch_;
    const std::filesystem::path& folder_ = scratch_.path();
};

TEST_F(TextFile, ReadsAllOfAFileUpToTheLimit)
{
    const auto file = folder_ / "a";
    std::ofstream(file) << std::string(5000, 'x');
    EXPECT_EQ(read_text_file(file, 5000).value(), std::string(5000, 'x'));
    const auto refused = read_text_file(file, 4999);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, errc::too_large);
    EXPECT_EQ(refused.error().message, file.string() + " is larger than 4999 bytes");
}

TEST_F(TextFile, ReadsAnEmptyFile)
{
    std::ofstream(folder_ / "empty").flush();
    EXPECT_EQ(read_text_file(folder_ / "empty", 10).value(), "");
}

// /proc reports a size of 0 for files that have content.
TEST_F(TextFile, DoesNotTrustTheSizeTheFileSystemReports)
{
    EXPECT_NE(read_text_file("/proc/self/status", 100'000).value().find("VmRSS"), std::string::npos);
    EXPECT_EQ(read_text_file("/proc/self/status", 10).error().kind, errc::too_large);
}

TEST_F(TextFile, NamesTheFileAndTheReason)
{
    const auto missing = read_text_file(folder_ / "missing", 10);
    EXPECT_EQ(missing.error().kind, errc::not_found);
    EXPECT_EQ(missing.error().message,
              "cannot read " + (folder_ / "missing").string() + ": No such file or directory");
    EXPECT_EQ(read_text_file(folder_, 10).error().message,
              "cannot read " + folder_.string() + ": Is a directory");
}

TEST_F(TextFile, DoesNotWaitForANamedPipe)
{
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(read_text_file(pipe, 10).error().message, pipe.string() + " is not a regular file");
}

}  // namespace
}  // namespace trunkwarden
