#include "fakes/postgres_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace trunkwarden::fakes {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// The newest of Debian's; "" when there is none.
fs::path programs_of_postgres()
{
    std::vector<fs::path> found;
    std::error_code absent;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", absent))
        if (fs::exists(version.path() / "bin/initdb"))
            found.push_back(version.path() / "bin");
    std::ranges::sort(found);
    return found.empty() ? fs::path() : found.back();
}

const passwd* user_postgres()
{
    return ::getpwnam("postgres");  // NOLINT(concurrency-mt-unsafe)
}

// Only what may be called between fork and exec.
[[noreturn]] void become(char* const* words, const passwd* user)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, 0);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0 ||
                            ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0))
        ::_exit(127);
    ::execv(words[0], words);
    ::_exit(127);
}

std::string conninfo_of(const fs::path& folder)
{
    return "host=" + folder.string() + " user=postgres dbname=postgres";
}

}  // namespace

fs::path folder_for_postgres()
{
    std::string name = "/tmp/trunkwarden-pg-XXXXXX";  // short: a socket's path has 107 bytes
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    const auto* const user = ::geteuid() == 0 ? user_postgres() : nullptr;
    if (user != nullptr && ::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::system_error(errno, std::generic_category(), name);
    return name;
}

child_process::child_process(const std::vector<std::string>& words)
{
    std::vector<char*> arguments;
    for (const auto& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const auto* const user = ::geteuid() == 0 ? user_postgres() : nullptr;
    process_ = ::fork();
    if (process_ == 0)
        become(arguments.data(), user);
}

child_process::~child_process()
{
    if (process_ > 0)
        end(SIGQUIT);
}

void child_process::end(int signal)
{
    ::kill(process_, signal);
    exit_code();
}

int child_process::exit_code()
{
    int status = 0;
    if (process_ > 0)
        ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

postgres_server* postgres_server::of_program()
{
    static const auto programs = programs_of_postgres();
    if (programs.empty() || (::geteuid() == 0 && user_postgres() == nullptr))
        return nullptr;
    static postgres_server server(programs);
    return &server;
}

postgres_server::postgres_server(const fs::path& programs)
    : programs_(programs), folder_(folder_for_postgres())
{
    child_process making({(programs_ / "initdb").string(), "--no-sync", "-A", "trust", "-U", "postgres", "-E",
                          "UTF8", "--locale=C.UTF-8", "-D", (folder_ / "data").string()});
    if (making.exit_code() != 0)
        throw std::runtime_error("initdb failed");
    start();
}

postgres_server::~postgres_server()
{
    running_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void postgres_server::start()
{
    running_ = std::make_unique<child_process>(std::vector<std::string>{
        (programs_ / "postgres").string(), "-D", (folder_ / "data").string(), "-c", "listen_addresses=", "-c",
        "unix_socket_directories=" + folder_.string(), "-c", "fsync=off", "-c", "logging_collector=off"});
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (PQping(conninfo_of(folder_).c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("PostgreSQL does not start");
        ::poll(nullptr, 0, 20);
    }
}

void postgres_server::restart()
{
    running_->end(SIGINT);
    start();
}

std::string postgres_server::run(const std::string& sql) const
{
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(conninfo_of(folder_).c_str()),
                                                                  PQfinish);
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> done(PQexec(connection.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(done.get());
    EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        << PQerrorMessage(connection.get()) << sql;
    return status == PGRES_TUPLES_OK && PQntuples(done.get()) > 0 ? PQgetvalue(done.get(), 0, 0)
                                                                  : std::string();
}

database_settings postgres_server::settings_for(const std::string& schema, const fs::path& files,
                                                const fs::path& socket_folder) const
{
    database_settings out;
    out.connection_file = files / "database.conf";
    out.schema = schema;
    out.timeout = 5s;
    std::ofstream(out.connection_file)
        << conninfo_of(socket_folder.empty() ? folder_ : socket_folder) << '\n';
    fs::permissions(out.connection_file, fs::perms::owner_read | fs::perms::owner_write);
    return out;
}

}  // namespace trunkwarden::fakes
