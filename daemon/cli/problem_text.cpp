#include "cli/problem_text.hpp"

#include <fmt/format.h>

namespace trunkwarden {

std::string problem_text(const problem& found, styling when)
{
    auto text = to_string(found);
    const auto place = text.size() - found.message.size();
    text = styled(text.substr(0, place), colour::bold, when) + found.message + '\n';
    if (found.shown.line.empty())
        return text;
    const auto number = fmt::format("{:>4}", found.at.line);
    text += fmt::format("{} | {}\n", number, found.shown.line);
    text += fmt::format("{:{}} | {:{}}{}\n", "", number.size(), "", found.shown.caret,
                        styled("^", colour::red, when));
    return text;
}

}  // namespace trunkwarden
