#include "cli/error_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/report/output.hpp"

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

int print_problems(const std::vector<problem>& problems)
{
    const auto style = styling_of(STDERR_FILENO);
    for (const auto& problem : problems)
        print_remark("{}", problem_text(problem, style));
    return 1;
}

void say_beside(std::string_view sentence)
{
    write_remark(fitted_for(STDERR_FILENO, sentence));
}

int fail(const std::string& sentence)
{
    say_beside("trunkwarden: " + sentence);
    return 1;
}

}  // namespace trunkwarden
