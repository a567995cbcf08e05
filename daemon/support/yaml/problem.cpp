#include "support/yaml/problem.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace trunkwarden {

std::string to_string(const problem& found)
{
    if (found.at.line == 0)
        return fmt::format("{}: {}", found.file, found.message);
    return fmt::format("{}:{}:{}: {}", found.file, found.at.line, found.at.column, found.message);
}

problem_list::problem_list(std::string file, std::string_view text, std::vector<std::string_view> shown_keys)
    : file_(std::move(file)), text_(without_byte_order_mark(text)), shown_keys_(std::move(shown_keys))
{
}

void problem_list::add(text_mark at, std::string message)
{
    ++count_;
    if (count_ > limit)
        return;
    auto& added = problems_.emplace_back(problem{file_, position_of(at), std::move(message)});
    if (!shown_keys_.empty())
        added.shown = source_line_of(text_, at, shown_keys_);
}

text_position problem_list::position_of(text_mark at) const
{
    const auto end = std::min<std::size_t>(at.offset, text_.size());
    std::uint32_t column = 1;
    for (auto from = end; from > 0 && text_[from - 1] != '\n'; --from)
        if ((static_cast<unsigned char>(text_[from - 1]) & 0xc0U) != 0x80U)  // not inside a UTF-8 character
            ++column;
    return {at.line, column};
}

std::vector<problem> problem_list::take()
{
    std::ranges::stable_sort(problems_, {},
                             [](const problem& some) { return std::tuple(some.at.line, some.at.column); });
    if (full())
        problems_.push_back(
            problem_of_file(file_, fmt::format("there are more problems than the {} told here", limit)));
    return std::move(problems_);
}

problem problem_of_file(std::string file, std::string message)
{
    return {std::move(file), {}, std::move(message)};
}

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace trunkwarden
