#include "cli/prompts.hpp"

#include <array>
#include <csignal>
#include <fmt/format.h>
#include <iostream>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include "cli/report/output.hpp"

namespace trunkwarden {
namespace {

// The terminal without echo, as long as this lives. A signal that ends or stops the process finds it with
// echo again. One at a time: a signal handler reaches nothing but globals.
class without_echo {
public:
    without_echo()
    {
        if (::tcgetattr(STDIN_FILENO, &before) != 0)
            return;
        quiet = before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        for (auto& [signal, former] : handled_)
            take_over(signal, former);
        is_off_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~without_echo()
    {
        if (is_off_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        for (const auto& [signal, former] : handled_)
            ::sigaction(signal, &former, nullptr);
    }
    without_echo(const without_echo&) = delete;
    without_echo& operator=(const without_echo&) = delete;

private:
    struct handled_signal {
        int number;
        struct sigaction former;
    };

    static void take_over(int signal, struct sigaction& former)
    {
        ::sigaction(signal, nullptr, &former);
        if (former.sa_handler == SIG_IGN)
            return;
        struct sigaction action {};
        action.sa_handler = give_echo_back;
        action.sa_flags = SA_RESTART;
        ::sigaction(signal, &action, nullptr);
    }

    // Only calls that signal-safety(7) allows.
    static void give_echo_back(int signal)
    {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
        struct sigaction mine {};
        struct sigaction usual {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(signal, &usual, &mine);
        sigset_t this_one;
        ::sigemptyset(&this_one);
        ::sigaddset(&this_one, signal);
        ::pthread_sigmask(SIG_UNBLOCK, &this_one, nullptr);
        ::raise(signal);
        // Only a process that was stopped, and continues, gets here.
        ::sigaction(signal, &mine, nullptr);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    }

    static inline termios before{};
    static inline termios quiet{};
    std::array<handled_signal, 5> handled_{
        {{SIGINT, {}}, {SIGQUIT, {}}, {SIGTERM, {}}, {SIGHUP, {}}, {SIGTSTP, {}}}};
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

// A line that was typed while the command worked is no answer to a question that was not there yet.
std::string ask_for(std::string_view question, std::string_view otherwise)
{
    if (stdin_is_a_terminal())
        ::tcflush(STDIN_FILENO, TCIFLUSH);
    print_remark("{}{}: ", question, otherwise.empty() ? "" : fmt::format(" [{}]", otherwise));
    std::string typed;
    std::getline(std::cin, typed);
    typed = trimmed(typed);
    return typed.empty() ? std::string(otherwise) : typed;
}

secret ask_for_secret(std::string_view question)
{
    print_remark("{}: ", question);
    std::string typed;
    {
        const without_echo quiet;
        std::getline(std::cin, typed);
    }
    print_remark("\n");
    const secret line(std::move(typed));
    return secret(trimmed(line.reveal()));
}

bool ask_whether(std::string_view question, bool otherwise)
{
    const auto typed = ask_for(fmt::format("{} [{}]", question, otherwise ? "Y/n" : "y/N"));
    return typed.empty() ? otherwise : typed.front() == 'y' || typed.front() == 'Y';
}

}  // namespace trunkwarden
