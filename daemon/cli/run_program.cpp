#include "cli/run_program.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace trunkwarden {

int run_program(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    auto copies = words;
    pointers.reserve(words.size() + 1);
    for (auto& word : copies)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = -1;
    int status = 0;
    if (::posix_spawnp(&child, pointers[0], nullptr, nullptr, pointers.data(), ::environ) != 0 ||
        ::waitpid(child, &status, 0) != child)
        return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace trunkwarden
