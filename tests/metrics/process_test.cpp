#include "metrics/process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <unistd.h>

namespace trunkwarden {
namespace {

// A directory shaped like /proc/self, removed at the end.
class proc_directory {
public:
    proc_directory()
        : path(std::filesystem::path(testing::TempDir()) / ("proc." + std::to_string(::getpid())))
    {
        std::filesystem::create_directories(path / "fd");
    }
    ~proc_directory() { std::filesystem::remove_all(path); }
    proc_directory(const proc_directory&) = delete;
    proc_directory& operator=(const proc_directory&) = delete;

    void write(const char* name, const std::string& text) const { std::ofstream(path / name) << text; }

    const std::filesystem::path path;
};

TEST(Process, ReadsWhatTheKernelSays)
{
    const proc_directory proc;
    proc.write("stat",
               "42 (trunk) R 1 (x) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 17 18 2500 104857600 256 0\n");
    proc.write("limits",
               "Limit                     Soft Limit           Hard Limit           Units\n"
               "Max open files            1024                 524288               files\n");
    for (const char* fd : {"fd/0", "fd/1", "fd/2"})
        proc.write(fd, "");

    const process_facts facts = read_process(proc.path);
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    EXPECT_DOUBLE_EQ(facts.cpu_seconds.value(), 200 / ticks);
    EXPECT_DOUBLE_EQ(facts.started.value(), 2500 / ticks);
    EXPECT_EQ(facts.virtual_bytes, 104857600U);
    EXPECT_EQ(facts.resident_bytes, 256U * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
    EXPECT_EQ(facts.max_fds, 1024U);
    EXPECT_EQ(facts.open_fds, 2U) << "without the one that lists them";
}

TEST(Process, LeavesOutWhatIsHiddenOrBroken)
{
    const proc_directory proc;
    proc.write("stat", "42 (cut short) S 1 2 3");
    proc.write("limits", "Max open files            unlimited            unlimited            files\n");
    const process_facts facts = read_process(proc.path);
    EXPECT_FALSE(facts.cpu_seconds);
    EXPECT_FALSE(facts.resident_bytes);
    EXPECT_FALSE(facts.started);
    EXPECT_FALSE(facts.max_fds);
    EXPECT_FALSE(read_process("/nowhere").open_fds);
}

TEST(Process, KnowsThisOne)
{
    const process_facts facts = read_process();
    ASSERT_TRUE(facts.started && facts.resident_bytes && facts.open_fds && facts.max_fds &&
                facts.cpu_seconds);
    EXPECT_GT(*facts.resident_bytes, 1'000'000U);
    EXPECT_LT(*facts.open_fds, *facts.max_fds);
    const double now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_LE(unix_time_of(*facts.started), now + 1);
    EXPECT_GT(unix_time_of(*facts.started), now - 3600);
}

}  // namespace
}  // namespace trunkwarden
