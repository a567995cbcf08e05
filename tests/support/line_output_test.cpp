#include "support/line_output.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "support/log.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// The bytes that a descriptor holds to be read now.
std::string read_all(int descriptor)
{
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    std::string text;
    std::array<char, 65536> piece{};
    for (;;) {
        const auto count = ::read(descriptor, piece.data(), piece.size());
        if (count <= 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

const std::string line = std::string(199, 'x') + '\n';

// Far more than a pipe or a socket and the memory of the output hold.
void flood(line_output& output)
{
    const auto began = clock::now();
    for (std::size_t bytes = 0; bytes < 4 * line_output::most_waiting; bytes += line.size())
        output.write(line);
    EXPECT_LT(clock::now() - began, 10s);
}

class two_ends {
public:
    two_ends(int reader, int writer) : reader(reader), writer(writer) {}
    ~two_ends()
    {
        ::close(reader);
        ::close(writer);
    }
    two_ends(const two_ends&) = delete;
    two_ends& operator=(const two_ends&) = delete;

    const int reader;
    const int writer;
};

void expect_it_drops_counts_and_goes_on(const two_ends& ends)
{
    line_output output(ends.writer);
    output.write("first\n");
    flood(output);
    const auto dropped = output.dropped();
    EXPECT_GT(dropped, 0U);
    EXPECT_EQ(output.take_gap(), 0U) << "nobody could be told yet";

    std::string read = read_all(ends.reader);
    for (int i = 0; i < 10'000 && read.size() < line_output::most_waiting; ++i) {
        output.catch_up();
        read += read_all(ends.reader);
    }
    output.catch_up();
    read += read_all(ends.reader);
    EXPECT_EQ(read.substr(0, 6), "first\n");
    EXPECT_EQ((read.size() - 6) % line.size(), 0U) << "lines are whole";
    EXPECT_EQ(output.dropped(), dropped);
    EXPECT_EQ(output.take_gap(), dropped);
    EXPECT_EQ(output.take_gap(), 0U);
    output.write("last\n");
    EXPECT_EQ(read_all(ends.reader), "last\n");
    EXPECT_EQ(::fcntl(ends.writer, F_GETFL) & O_NONBLOCK, 0) << "others write to it, too";
}

TEST(LineOutput, APipeThatNobodyReadsStopsNobody)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    expect_it_drops_counts_and_goes_on({ends[0], ends[1]});
}

TEST(LineOutput, ASocketThatNobodyReadsStopsNobody)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    expect_it_drops_counts_and_goes_on({ends[0], ends[1]});
}

TEST(LineOutput, ATerminalThatIsStoppedStopsNobody)
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_GE(terminal, 0);
    ASSERT_EQ(::grantpt(terminal), 0);
    ASSERT_EQ(::unlockpt(terminal), 0);
    std::array<char, 100> name{};
    ASSERT_EQ(::ptsname_r(terminal, name.data(), name.size()), 0);
    const two_ends ends(terminal, ::open(name.data(), O_RDWR | O_NOCTTY));
    line_output output(ends.writer);
    ASSERT_EQ(::tcflow(ends.writer, TCOOFF), 0);  // Ctrl-S
    flood(output);
    EXPECT_GT(output.dropped(), 0U);
    EXPECT_EQ(read_all(ends.reader), "");
    ASSERT_EQ(::tcflow(ends.writer, TCOON), 0);
    std::string read;
    for (int i = 0; i < 10'000 && read.size() < line_output::most_waiting / 2; ++i) {
        output.catch_up();
        read += read_all(ends.reader);
    }
    EXPECT_GE(read.size(), line_output::most_waiting / 2);
}

TEST(LineOutput, LinesOfAFailureAreCounted)
{
    const int full = ::open("/dev/full", O_WRONLY);
    ASSERT_GE(full, 0);
    line_output output(full);
    for (int i = 0; i < 3; ++i)
        output.write(line);
    EXPECT_EQ(output.dropped(), 3U);
    EXPECT_EQ(output.take_gap(), 0U) << "the line that tells it would be lost, too";
    ::close(full);
}

TEST(LineOutput, APipeWhoseReaderIsGoneIsAFailure)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    const auto former = std::signal(SIGPIPE, SIG_IGN);
    line_output output(ends[1]);
    output.write(line);
    EXPECT_EQ(output.dropped(), 1U);
    std::signal(SIGPIPE, former);
    ::close(ends[1]);
}

TEST(LineOutput, TheEndWaitsForLinesAsLongAsItIsTold)
{
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(::pipe(pipe_ends.data()), 0);
    const two_ends ends(pipe_ends[0], pipe_ends[1]);
    line_output output(ends.writer);
    for (std::size_t bytes = 0; bytes < 200'000; bytes += line.size())
        output.write(line);
    const auto began = clock::now();
    output.finish(50ms);
    EXPECT_GE(clock::now() - began, 50ms);
    read_all(ends.reader);
    output.finish(50ms);
    EXPECT_EQ(output.dropped(), 0U);
}

// The line about lost lines is lost, too, and must not count itself.
TEST(LineOutput, ALogThatFailsForEverLosesItsLinesAndNothingElse)
{
    const int kept = ::dup(STDERR_FILENO);
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    ::dup2(full, STDERR_FILENO);
    std::uint64_t dropped = 0;
    {
        logger log(log_options{});
        log.error("a line");
        log.error("another one");
        log.catch_up();
        dropped = log.dropped();
    }
    ::dup2(kept, STDERR_FILENO);
    ::close(full);
    ::close(kept);
    EXPECT_EQ(dropped, 2U);
}

}  // namespace
}  // namespace trunkwarden
