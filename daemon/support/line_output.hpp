#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace trunkwarden {

// Lines to a descriptor that may take none: a pipe that nobody reads, a terminal that is stopped, a full
// disk. No call but finish() waits for it. A bounded number of bytes waits in memory; further lines are
// dropped, and counted. A file on a disk that does not answer is the exception: there is no way to write to
// it without waiting.
class line_output {
public:
    static constexpr std::size_t most_waiting = std::size_t{1} << 20U;

    // `descriptor` must outlive it. The flags of the descriptor stay as they are: other processes share them.
    explicit line_output(int descriptor);
    ~line_output();
    line_output(const line_output&) = delete;
    line_output& operator=(const line_output&) = delete;

    // `line` ends in a newline. May be called from any thread.
    void write(std::string_view line);

    // Writes lines that wait, as far as they are taken now.
    void catch_up();

    // At the end: waits until the lines that wait are taken, at most so long.
    void finish(std::chrono::milliseconds at_most);

    std::uint64_t dropped() const;

    // How many lines were dropped since the last call, once lines are taken again; else 0.
    std::uint64_t take_gap();

private:
    enum class way : std::uint8_t { reopened, socket, file, polled };

    // How many bytes were taken, none for now included; negative for a failure.
    std::ptrdiff_t write_some(std::string_view text) const;
    bool can_be_written() const;
    void give_up();
    void drop(std::uint64_t lines);
    void catch_up_locked();

    int descriptor_;
    int reopened_ = -1;
    way how_ = way::polled;
    mutable std::mutex mutex_;
    std::string waiting_;
    std::uint64_t dropped_ = 0;
    std::uint64_t gap_ = 0;   // dropped, and not reported yet
    bool is_broken_ = false;  // the last write failed
};

}  // namespace trunkwarden
