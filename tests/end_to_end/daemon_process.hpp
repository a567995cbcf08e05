#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "fakes/paths.hpp"

// The real binary as its users see it: its arguments, its output, its end.

namespace trunkwarden::end_to_end {

struct outcome {
    int exit_code = -1;  // 128 and the signal's number when a signal ended it, as in a shell
    std::string out;
    std::string err;
    std::chrono::milliseconds took{0};
};

// One end of a pipe, closed once.
class pipe_end {
public:
    explicit pipe_end(int descriptor = -1) : descriptor_(descriptor) {}
    ~pipe_end() { reset(); }
    pipe_end(const pipe_end&) = delete;
    pipe_end& operator=(const pipe_end&) = delete;

    int get() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }

    void reset(int descriptor = -1)
    {
        if (is_open())
            ::close(descriptor_);
        descriptor_ = descriptor;
    }

    // Closes itself at the end of its input.
    void read_into(std::string& text)
    {
        std::array<char, 4096> piece{};
        const auto count = ::read(descriptor_, piece.data(), piece.size());
        if (count > 0)
            text.append(piece.data(), static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            reset();
    }

private:
    int descriptor_;
};

class daemon_process {
public:
    using milliseconds = std::chrono::milliseconds;
    using clock = std::chrono::steady_clock;

    // `environment` is added to the test's own: "NAME=value".
    explicit daemon_process(std::vector<std::string> arguments, std::vector<std::string> environment = {})
    {
        start(std::move(arguments), std::move(environment));
    }

    ~daemon_process()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    daemon_process(const daemon_process&) = delete;
    daemon_process& operator=(const daemon_process&) = delete;

    // The next line on stderr that holds `text`, after the one returned last; "" when none came in time, or
    // before it ended.
    std::string line_with(std::string_view text, milliseconds within = std::chrono::seconds(30))
    {
        const auto deadline = clock::now() + within;
        do {
            const auto at = err_.find(text, read_up_to_);
            const auto ends = at == std::string::npos ? at : err_.find('\n', at);
            if (ends != std::string::npos) {
                const auto begins = err_.rfind('\n', at) + 1;
                read_up_to_ = ends;
                return err_.substr(begins, ends - begins);
            }
        } while (take_some(deadline));
        return {};
    }

    // Lets time pass while it runs.
    void follow(milliseconds span)
    {
        const auto until = clock::now() + span;
        while (take_some(until)) {
        }
    }

    void signal(int number) const { ::kill(pid_, number); }

    // Waits for its end; one that does not end in time is killed, which the exit code shows.
    outcome wait(milliseconds within = std::chrono::seconds(60))
    {
        const auto deadline = clock::now() + within;
        while (take_some(deadline)) {
        }
        if (out_end_.is_open() || err_end_.is_open())
            signal(SIGKILL);
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        const auto took = std::chrono::duration_cast<milliseconds>(clock::now() - started_);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out_, err_, took};
    }

    // The most memory it has held so far.
    std::size_t peak_megabytes() const
    {
        std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
        for (std::string word; status >> word;)
            if (std::size_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
                return kilobytes / 1024;
        return 0;
    }

private:
    void start(std::vector<std::string> arguments, std::vector<std::string> environment)
    {
        std::array<int, 2> out{};
        std::array<int, 2> err{};
        if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
        out_end_.reset(out[0]);
        err_end_.reset(err[0]);
        const pipe_end out_writes(out[1]);
        const pipe_end err_writes(err[1]);

        posix_spawn_file_actions_t files;
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files, out_writes.get(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&files, err_writes.get(), STDERR_FILENO);
        arguments.insert(arguments.begin(), fakes::daemon_binary());
        for (char** variable = ::environ; *variable != nullptr; ++variable)
            environment.emplace_back(*variable);
        const int failed = ::posix_spawn(&pid_, arguments.front().c_str(), &files, nullptr,
                                         pointers_to(arguments).data(), pointers_to(environment).data());
        ::posix_spawn_file_actions_destroy(&files);
        if (failed != 0)
            throw std::system_error(failed, std::generic_category(), "cannot start " + arguments.front());
    }

    static std::vector<char*> pointers_to(std::vector<std::string>& texts)
    {
        std::vector<char*> pointers;
        pointers.reserve(texts.size() + 1);
        for (auto& text : texts)
            pointers.push_back(text.data());
        pointers.push_back(nullptr);
        return pointers;
    }

    // Takes what it prints next. False when the time is over, or it has closed both of its outputs by ending.
    bool take_some(clock::time_point deadline)
    {
        if (!out_end_.is_open() && !err_end_.is_open())
            return false;
        std::array<pollfd, 2> watched{{{out_end_.get(), POLLIN, 0}, {err_end_.get(), POLLIN, 0}}};
        const auto left = std::chrono::ceil<milliseconds>(deadline - clock::now()).count();
        if (::poll(watched.data(), watched.size(), left > 0 ? static_cast<int>(left) : 0) <= 0)
            return false;
        if (watched[0].revents != 0)
            out_end_.read_into(out_);
        if (watched[1].revents != 0)
            err_end_.read_into(err_);
        return true;
    }

    pid_t pid_ = -1;
    pipe_end out_end_;
    pipe_end err_end_;
    std::string out_;
    std::string err_;
    std::size_t read_up_to_ = 0;
    clock::time_point started_ = clock::now();
};

// Runs it to its end.
inline outcome run_binary(std::vector<std::string> arguments)
{
    daemon_process process(std::move(arguments));
    return process.wait();
}

}  // namespace trunkwarden::end_to_end
