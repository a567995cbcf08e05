#include "metrics/process.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace trunkwarden {

namespace {

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// proc(5), stat: the name in parentheses may hold anything, spaces and ")" included, so fields count from its
// last ")".
void read_stat(const std::string& stat, process_facts& into)
{
    constexpr std::size_t first = 3, utime = 14, stime = 15, start_time = 22, virtual_size = 23,
                          resident = 24;
    const std::size_t end_of_name = stat.rfind(')');
    if (end_of_name == std::string::npos)
        return;
    std::istringstream rest(stat.substr(end_of_name + 1));
    std::array<std::uint64_t, resident + 1> fields{};
    for (std::size_t at = first; at < fields.size(); ++at) {
        std::string word;
        if (!(rest >> word))
            return;
        if (at >= utime)
            fields[at] = std::strtoull(word.c_str(), nullptr, 10);
    }
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    into.cpu_seconds = static_cast<double>(fields[utime] + fields[stime]) / ticks;
    into.started = static_cast<double>(fields[start_time]) / ticks;
    into.virtual_bytes = fields[virtual_size];
    into.resident_bytes = fields[resident] * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> soft_limit_of_files(const std::string& limits)
{
    constexpr std::string_view line = "Max open files";
    const std::size_t at = limits.find(line);
    if (at == std::string::npos)
        return std::nullopt;
    std::istringstream rest(limits.substr(at + line.size()));
    std::uint64_t soft = 0;
    if (rest >> soft)
        return soft;
    return std::nullopt;
}

std::optional<std::uint64_t> entries_of(const std::filesystem::path& directory)
{
    std::error_code failed;
    std::filesystem::directory_iterator at(directory, failed);
    std::uint64_t count = 0;
    for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed))
        ++count;
    if (failed)
        return std::nullopt;
    return count;
}

}  // namespace

process_facts read_process(const std::filesystem::path& proc)
{
    process_facts facts;
    read_stat(text_of(proc / "stat"), facts);
    facts.max_fds = soft_limit_of_files(text_of(proc / "limits"));
    facts.open_fds = entries_of(proc / "fd");
    if (facts.open_fds > 0U)
        --*facts.open_fds;  // the one that listed them
    return facts;
}

double unix_time_of(double seconds_after_boot)
{
    std::timespec up{};
    ::clock_gettime(CLOCK_BOOTTIME, &up);
    const double since_boot = static_cast<double>(up.tv_sec) + static_cast<double>(up.tv_nsec) / 1e9;
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    return now.count() - since_boot + seconds_after_boot;
}

}  // namespace trunkwarden
