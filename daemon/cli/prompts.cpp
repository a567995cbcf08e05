#include "cli/prompts.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace trunkwarden {
namespace {

class without_echo {
public:
    without_echo()
    {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0)
            return;
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);  // Ctrl-C must not leave it without echo
        is_off_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~without_echo()
    {
        if (is_off_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    without_echo(const without_echo&) = delete;
    without_echo& operator=(const without_echo&) = delete;

private:
    termios before_{};
    bool is_off_ = false;
};

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos
               ? std::string()
               : std::string(text.substr(first, text.find_last_not_of(" \t\r") + 1 - first));
}

}  // namespace

bool stdin_is_a_terminal()
{
    return ::isatty(STDIN_FILENO) != 0;
}

std::string ask_for(std::string_view question, std::string_view otherwise)
{
    fmt::print(stderr, "{}{}: ", question, otherwise.empty() ? "" : fmt::format(" [{}]", otherwise));
    std::string typed;
    std::getline(std::cin, typed);
    typed = trimmed(typed);
    return typed.empty() ? std::string(otherwise) : typed;
}

secret ask_for_secret(std::string_view question)
{
    fmt::print(stderr, "{}: ", question);
    std::string typed;
    {
        const without_echo quiet;
        std::getline(std::cin, typed);
    }
    fmt::print(stderr, "\n");
    const secret line(std::move(typed));
    constexpr char control_c = 3;
    if (line.reveal().find(control_c) != std::string_view::npos)
        std::exit(130);  // NOLINT(concurrency-mt-unsafe): as if the signal had come; nothing is written yet
    return secret(trimmed(line.reveal()));
}

bool ask_whether(std::string_view question, bool otherwise)
{
    const auto typed = ask_for(fmt::format("{} [{}]", question, otherwise ? "Y/n" : "y/N"));
    return typed.empty() ? otherwise : typed.front() == 'y' || typed.front() == 'Y';
}

}  // namespace trunkwarden
