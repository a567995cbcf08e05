#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/yaml/source_line.hpp"

// A fault of a file that a person wrote, and its place.

namespace trunkwarden {

// As editors count: both from 1, columns in characters. A line of 0 means the file as a whole.
struct text_position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    friend bool operator==(const text_position&, const text_position&) = default;
};

struct problem {
    std::string file;
    text_position at;
    std::string message;     // one sentence, without a value that could be a secret
    source_line shown = {};  // the line, when the problem has one
};

// FILE:LINE:COLUMN: message
std::string to_string(const problem& found);

// The problems of one file. Collects the first `limit` of them, then only that there are more.
class problem_list {
public:
    static constexpr std::size_t limit = 50;

    // `text` is what the marks point into; it must outlive the list. A UTF-8 byte order mark does not count.
    // Lines are shown with the values of these keys, whose names must last as long; with none, not at all.
    problem_list(std::string file, std::string_view text, std::vector<std::string_view> shown_keys = {});

    void add(text_mark at, std::string message);
    std::size_t count() const { return count_; }
    bool full() const { return count_ > limit; }

    // All of them in the order of the file.
    std::vector<problem> take();

private:
    text_position position_of(text_mark at) const;

    std::string file_;
    std::string_view text_;
    std::vector<std::string_view> shown_keys_;
    std::vector<problem> problems_;
    std::size_t count_ = 0;
};

// A problem with a file as a whole: it cannot be read.
problem problem_of_file(std::string file, std::string message);

// `text` after the byte order mark that some editors put in front.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace trunkwarden
