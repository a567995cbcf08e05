#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "settings/settings.hpp"

// A PostgreSQL of a test program's own, from Debian's packages: a cluster in a temporary folder, behind a
// Unix socket only. It ends with the program, however that ends.

namespace trunkwarden::fakes {

// A program that ends with this, or with the process.
class child_process {
public:
    // As the user postgres where this is root: PostgreSQL refuses to run as root.
    explicit child_process(const std::vector<std::string>& words);
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    void end(int signal);
    int exit_code();  // waits for its end

private:
    pid_t process_ = -1;
};

class postgres_server {
public:
    // nullptr where Debian's postgresql-15, or a later one, is not installed. The one of the program.
    static postgres_server* of_program();

    // Settings that lead to a schema of this name, by way of a socket folder; "": the server's own.
    database_settings settings_for(const std::string& schema, const std::filesystem::path& files,
                                   const std::filesystem::path& socket_folder = {}) const;

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path socket() const { return folder_ / ".s.PGSQL.5432"; }

    // Statements as its administrator; fails the test when one is refused. Returns the first value.
    std::string run(const std::string& sql) const;

    void restart();

    explicit postgres_server(const std::filesystem::path& programs);
    ~postgres_server();
    postgres_server(const postgres_server&) = delete;
    postgres_server& operator=(const postgres_server&) = delete;

private:
    void start();

    std::filesystem::path programs_;
    std::filesystem::path folder_;
    std::unique_ptr<child_process> running_;
};

// A folder that the user postgres may write to. Its maker removes it.
std::filesystem::path folder_for_postgres();

}  // namespace trunkwarden::fakes
