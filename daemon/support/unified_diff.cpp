#include "support/unified_diff.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>

namespace trunkwarden {

namespace {

using lines = std::vector<std::string_view>;

// Myers' greedy algorithm on what lies between the lines that both have at their beginning and end.
class edit_script {
public:
    edit_script(const lines& before, const lines& after) : before_(before), after_(after)
    {
        const auto shorter = std::min(before.size(), after.size());
        while (first_ < shorter && before[first_] == after[first_])
            ++first_;
        while (last_ < shorter - first_ &&
               before[before.size() - 1 - last_] == after[after.size() - 1 - last_])
            ++last_;
        width_ = static_cast<long>(before.size() - first_ - last_);
        height_ = static_cast<long>(after.size() - first_ - last_);
    }

    std::vector<difference_of_lines> differences()
    {
        if (width_ == 0 && height_ == 0)
            return {};
        const auto steps = search();
        if (steps < 0)
            return {{first_, static_cast<std::size_t>(width_), first_, static_cast<std::size_t>(height_)}};
        return walk_back(steps);
    }

private:
    // Longer scripts than this cost more than they are worth: all of the middle is one difference.
    static constexpr long most_steps = 2000;

    std::string_view old_line(long x) const { return before_[first_ + static_cast<std::size_t>(x)]; }
    std::string_view new_line(long y) const { return after_[first_ + static_cast<std::size_t>(y)]; }

    static long at(const std::vector<long>& reached, long diagonal)
    {
        const auto middle = static_cast<long>(reached.size() / 2);
        return reached[static_cast<std::size_t>(middle + diagonal)];
    }

    static bool goes_down(const std::vector<long>& reached, long diagonal, long step)
    {
        return diagonal == -step ||
               (diagonal != step && at(reached, diagonal - 1) < at(reached, diagonal + 1));
    }

    static long first_after_step(const std::vector<long>& reached, long diagonal, long step)
    {
        if (step == 0)
            return 0;
        return goes_down(reached, diagonal, step) ? at(reached, diagonal + 1) : at(reached, diagonal - 1) + 1;
    }

    long after_equal_lines(long x, long diagonal) const
    {
        while (x < width_ && x - diagonal < height_ && old_line(x) == new_line(x - diagonal))
            ++x;
        return x;
    }

    // How many lines are taken out or put in at least; keeps how far each step reached. -1: too many.
    long search()
    {
        std::vector<long> reached(3, 0);
        for (long step = 0; step <= most_steps; ++step) {
            std::vector<long> next(static_cast<std::size_t>(2 * step + 5), 0);
            const auto middle = static_cast<long>(next.size() / 2);
            for (long diagonal = -step; diagonal <= step; diagonal += 2) {
                const long x = after_equal_lines(first_after_step(reached, diagonal, step), diagonal);
                next[static_cast<std::size_t>(middle + diagonal)] = x;
                if (x >= width_ && x - diagonal >= height_) {
                    trace_.push_back(std::move(next));
                    return step;
                }
            }
            reached = next;
            trace_.push_back(std::move(next));
        }
        return -1;
    }

    std::vector<difference_of_lines> walk_back(long steps) const
    {
        std::vector<difference_of_lines> out;
        long x = width_;
        long y = height_;
        for (long step = steps; step > 0; --step) {
            const auto& reached = trace_[static_cast<std::size_t>(step - 1)];
            const long diagonal = x - y;
            const bool down = goes_down(reached, diagonal, step);
            const long from_x = at(reached, down ? diagonal + 1 : diagonal - 1);
            const long from_y = from_x - (down ? diagonal + 1 : diagonal - 1);
            add(out, from_x, from_y, down);
            x = from_x;
            y = from_y;
        }
        std::ranges::reverse(out);
        return out;
    }

    // Steps come last one first; those that touch are one difference.
    void add(std::vector<difference_of_lines>& out, long x, long y, bool down) const
    {
        const auto old_at = first_ + static_cast<std::size_t>(x);
        const auto new_at = first_ + static_cast<std::size_t>(y);
        const std::size_t taken_out = down ? 0 : 1;
        const std::size_t put_in = down ? 1 : 0;
        if (!out.empty() && out.back().old_begin == old_at + taken_out &&
            out.back().new_begin == new_at + put_in)
            out.back() = {old_at, out.back().old_count + taken_out, new_at, out.back().new_count + put_in};
        else
            out.push_back({old_at, taken_out, new_at, put_in});
    }

    const lines& before_;
    const lines& after_;
    std::size_t first_ = 0;  // lines that both begin with
    std::size_t last_ = 0;   // and end with
    long width_ = 0;         // of the lines between, those of the old text
    long height_ = 0;
    std::vector<std::vector<long>> trace_;
};

constexpr std::size_t context = 3;

void write_line(char mark, std::string_view line, std::string& out)
{
    (out += mark) += line;
    if (!line.ends_with('\n'))
        out += "\n\\ No newline at end of file\n";
}

// As diff counts: from 1, and a piece without lines has the number of the line before it.
std::string place(std::size_t begin, std::size_t count)
{
    const auto line = count == 0 ? begin : begin + 1;
    return count == 1 ? fmt::format("{}", line) : fmt::format("{},{}", line, count);
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text)
{
    lines out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

std::vector<difference_of_lines> differences(const lines& before, const lines& after)
{
    return edit_script(before, after).differences();
}

namespace {

struct both_texts {
    lines before;
    lines after;
};

// Differences whose context would meet, with it.
void write_hunk(const both_texts& texts, std::span<const difference_of_lines> pieces, std::string& out)
{
    const auto& first = pieces.front();
    const auto& last = pieces.back();
    const auto lead = std::min(context, first.old_begin);
    const auto old_end = last.old_begin + last.old_count;
    const auto tail = std::min(context, texts.before.size() - old_end);
    const auto new_end = last.new_begin + last.new_count;
    const auto old_from = first.old_begin - lead;
    const auto new_from = first.new_begin - lead;
    out += fmt::format("@@ -{} +{} @@\n", place(old_from, old_end + tail - old_from),
                       place(new_from, new_end + tail - new_from));
    auto at = old_from;
    const auto write_until = [&](char mark, std::size_t end) {
        for (; at < end; ++at)
            write_line(mark, texts.before[at], out);
    };
    for (const auto& piece : pieces) {
        write_until(' ', piece.old_begin);
        write_until('-', piece.old_begin + piece.old_count);
        for (std::size_t line = 0; line < piece.new_count; ++line)
            write_line('+', texts.after[piece.new_begin + line], out);
    }
    write_until(' ', old_end + tail);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name)
{
    const both_texts texts{lines_of(before), lines_of(after)};
    const auto pieces = differences(texts.before, texts.after);
    if (pieces.empty())
        return {};
    auto out = fmt::format("--- a/{}\n+++ b/{}\n", name, name);
    for (std::size_t first = 0; first < pieces.size();) {
        auto end = first + 1;
        while (end < pieces.size() &&
               pieces[end].old_begin - (pieces[end - 1].old_begin + pieces[end - 1].old_count) <= 2 * context)
            ++end;
        write_hunk(texts, std::span(pieces).subspan(first, end - first), out);
        first = end;
    }
    return out;
}

}  // namespace trunkwarden
