#include "cli/pager.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "support/environment.hpp"

namespace trunkwarden {
namespace {

// It ends alone when the text fits, keeps colours, and leaves the text on the screen.
constexpr const char* usual_pager = "less -FRX";

// Signals of the terminal's keys, and of a pipe that nobody reads any more, mean the pager, and not us: while
// it runs, this process waits for it.
class patient_signals {
public:
    patient_signals()
    {
        struct sigaction ignored {};
        ignored.sa_handler = SIG_IGN;
        for (std::size_t at = 0; at < numbers.size(); ++at)
            ::sigaction(numbers.at(at), &ignored, &before_.at(at));
    }
    ~patient_signals()
    {
        for (std::size_t at = 0; at < numbers.size(); ++at)
            ::sigaction(numbers.at(at), &before_.at(at), nullptr);
    }
    patient_signals(const patient_signals&) = delete;
    patient_signals& operator=(const patient_signals&) = delete;

    static sigset_t all()
    {
        sigset_t out{};
        ::sigemptyset(&out);
        for (const auto number : numbers)
            ::sigaddset(&out, number);
        return out;
    }

private:
    static constexpr std::array<int, 3> numbers{SIGINT, SIGQUIT, SIGPIPE};
    std::array<struct sigaction, numbers.size()> before_{};
};

// The terms of posix_spawn(), released with the scope: the pager reads the pipe, has no other descriptor of
// ours, and the signals as they are at the start of a program.
class spawn_terms {
public:
    explicit spawn_terms(int reading_end)
    {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        const auto signals = patient_signals::all();
        usable_ = ::posix_spawn_file_actions_adddup2(&files_, reading_end, STDIN_FILENO) == 0 &&
                  ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1) == 0 &&
                  ::posix_spawnattr_setsigdefault(&attributes_, &signals) == 0 &&
                  ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF) == 0;
    }
    ~spawn_terms()
    {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    spawn_terms(const spawn_terms&) = delete;
    spawn_terms& operator=(const spawn_terms&) = delete;

    bool usable() const { return usable_; }
    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
    bool usable_ = false;
};

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// The environment of this process, which is that of the shell, and the settings of the pager.
std::vector<std::string> environment_of(const pager& chosen)
{
    std::vector<std::string> out;
    for (char** each = ::environ; each != nullptr && *each != nullptr; ++each)
        out.emplace_back(*each);
    for (const auto& setting : chosen.settings) {
        const auto name = setting.substr(0, setting.find('=') + 1);
        std::erase_if(out, [&name](const std::string& other) { return other.starts_with(name); });
        out.push_back(setting);
    }
    return out;
}

// For the shell. A plain command takes the place of the shell: Ctrl-C would end a shell, and not the pager.
std::string in_place_of_shell(const std::string& command)
{
    constexpr std::string_view means_more = "|&;<>()$`\\\"'*?[]#~=%{}!\n\t";
    return command.find_first_of(means_more) == std::string::npos ? "exec " + command : command;
}

std::optional<pid_t> start_pager(const pager& chosen, int reading_end)
{
    std::vector<std::string> words{"sh", "-c", in_place_of_shell(chosen.command)};
    auto environment = environment_of(chosen);
    const spawn_terms terms(reading_end);
    pid_t child = -1;
    if (!terms.usable() || ::posix_spawn(&child, "/bin/sh", terms.files(), terms.attributes(),
                                         pointers_to(words).data(), pointers_to(environment).data()) != 0)
        return std::nullopt;
    return child;
}

// As much as the pager wants to read.
void feed(int to, std::string_view text)
{
    while (!text.empty()) {
        const auto written = ::write(to, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Whether the pager ended as it should, or because the person wanted it to (Ctrl-C).
bool ended_well(pid_t child)
{
    constexpr int by_the_shell = 128;
    int status = 0;
    while (::waitpid(child, &status, 0) != child)
        if (errno != EINTR)
            return false;
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGINT;
    const auto code = WEXITSTATUS(status);
    return code == 0 || code == by_the_shell + SIGINT;
}

bool show_with(const pager& chosen, std::string_view text)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    const auto [reading, writing] = ends;
    const patient_signals waiting;
    const auto child = start_pager(chosen, reading);
    ::close(reading);
    if (child)
        feed(writing, text);
    ::close(writing);
    return child && ended_well(*child);
}

// By an id or a name; root has no fewer rights than this process.
bool is_another_user(const std::optional<std::string>& user)
{
    return user && !user->empty() && *user != "0" && *user != "root";
}

// sudo, pkexec and doas say whose terminal it is.
terminal_rights rights_of_this_process()
{
    const bool is_for_another = ::geteuid() != ::getuid() ||
                                is_another_user(environment_variable("SUDO_UID")) ||
                                is_another_user(environment_variable("PKEXEC_UID")) ||
                                is_another_user(environment_variable("DOAS_USER"));
    return is_for_another ? terminal_rights::elevated : terminal_rights::own;
}

}  // namespace

std::optional<pager> choose_pager(const environment_reader& variable, terminal_rights rights)
{
    const auto terminal = variable("TERM").value_or("dumb");
    if (terminal == "dumb" || terminal.empty())
        return std::nullopt;
    pager out{usual_pager, {}};
    if (rights == terminal_rights::elevated) {
        out.settings.emplace_back("LESSSECURE=1");
    } else {
        auto wanted = variable("TRUNKWARDEN_PAGER");
        if (!wanted)
            wanted = variable("PAGER");
        out.command = wanted.value_or(usual_pager);
    }
    if (out.command.empty() || out.command == "cat")
        return std::nullopt;
    if (!variable("LESS"))
        out.settings.emplace_back("LESS=FRX");
    if (!variable("LESSCHARSET"))
        out.settings.emplace_back("LESSCHARSET=utf-8");  // results are UTF-8, in any locale
    return out;
}

bool show_in_pager(std::string_view text)
{
    const auto size = size_of_terminal(STDOUT_FILENO);
    // The last row is for the prompt: of the pager, or of the shell.
    if (!size || rows_of(text, size->columns) < size->rows)
        return false;
    const auto chosen = choose_pager(environment_variable, rights_of_this_process());
    return chosen && show_with(*chosen, text);
}

}  // namespace trunkwarden
