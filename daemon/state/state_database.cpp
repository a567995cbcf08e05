#include "state/state_database.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sqlite3.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "state/schema.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_rows.hpp"
#include "support/clock.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

constexpr int newest_version = static_cast<int>(migrations.size());
constexpr int patience_ms = 5000;  // for another process's lock on the database

int pragma(SQLite::Database& in, const char* query)
{
    return in.execAndGet(query).getInt();
}

void check_owner(SQLite::Database& database)
{
    const auto owner = pragma(database, "PRAGMA application_id");
    const auto version = pragma(database, "PRAGMA user_version");
    const bool is_empty =
        owner == 0 && version == 0 && pragma(database, "SELECT count(*) FROM sqlite_master") == 0;
    if (owner != application_id && !is_empty)
        throw foreign_file{state_trouble::unusable,
                           "it is a database of another program: set state_file to another path"};
    if (version > newest_version)
        throw foreign_file{state_trouble::newer,
                           fmt::format("it was written by a later version of trunkwarden (format {}, this "
                                       "one knows {})",
                                       version, newest_version)};
}

// Returns whether it had no tables before. A new file is frozen in the transaction that makes it: no crash
// leaves one that is not.
bool migrate(SQLite::Database& database, const std::optional<freeze>& begins_frozen)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const int before = pragma(database, "PRAGMA user_version");
    for (int version = before; version < newest_version; ++version)
        database.exec(migrations.at(static_cast<std::size_t>(version)));
    if (before == 0 && begins_frozen) {
        sqlite_runner runner(database);
        put_freeze(runner, begins_frozen);
    }
    database.exec(fmt::format("PRAGMA application_id = {}", application_id));
    database.exec(fmt::format("PRAGMA user_version = {}", newest_version));
    transaction.commit();
    return before == 0;
}

// In memory, of a file that cannot be written to.
SQLite::Database migrated_copy(SQLite::Database& database)
{
    SQLite::Database copy(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    {
        SQLite::Backup whole(copy, database);
        whole.executeStep(-1);
    }
    migrate(copy, {});
    return copy;
}

void set_up(SQLite::Database& database)
{
    database.setBusyTimeout(patience_ms);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA foreign_keys = ON");
}

// Before SQLite does it with the umask's mode; the files beside it take after it.
void create_private(const fs::path& file)
{
    if (const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        descriptor >= 0)
        ::close(descriptor);
}

}  // namespace

file_lock::file_lock(const fs::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
{
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
        error_ = errno;
}

file_lock::~file_lock()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

bool file_lock::is_at(const fs::path& file) const
{
    struct stat ours {};
    struct stat there {};
    return descriptor_ >= 0 && ::fstat(descriptor_, &ours) == 0 && ::stat(file.c_str(), &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

bool file_lock::is_taken() const
{
    return error_ == EWOULDBLOCK;
}

bool file_lock::knows_of_a_state_file() const
{
    struct stat about {};
    return descriptor_ >= 0 && ::fstat(descriptor_, &about) == 0 && about.st_size > 0;
}

// Best effort: on a disk that takes nothing, nothing is done in an account either.
void file_lock::remember_the_state_file() const
{
    constexpr std::string_view note =
        "There is a state file beside this one. A start of trunkwarden that does not find it is frozen.\n";
    if (knows_of_a_state_file())
        return;
    if (::pwrite(descriptor_, note.data(), note.size(), 0) > 0)
        ::fsync(descriptor_);
}

opened_database open_database(const fs::path& file, const std::optional<freeze>& begins_frozen)
{
    create_private(file);
    auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, patience_ms);
    check_owner(*database);
    set_up(*database);
    const bool was_begun = migrate(*database, begins_frozen);
    {
        sqlite_runner runner(*database);
        make_key(runner);
    }
    if (database->execAndGet("PRAGMA quick_check(1)").getString() != "ok")
        throw SQLite::Exception("quick_check found damage", SQLITE_CORRUPT);
    return {std::move(database), was_begun};
}

SQLite::Database open_read_only(const fs::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, patience_ms);
    check_owner(database);
    return database;
}

std::optional<SQLite::Database> open_immutable(const fs::path& file)
{
    SQLite::Database database(fmt::format("file:{}?immutable=1", file.string()),
                              SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    const int version = pragma(database, "PRAGMA user_version");
    if (pragma(database, "PRAGMA application_id") != application_id || version < 1 ||
        version > newest_version)
        return std::nullopt;
    if (version < newest_version)
        return migrated_copy(database);
    return database;
}

bool is_new(SQLite::Database& database)
{
    return pragma(database, "PRAGMA user_version") == 0;
}

bool is_of_an_earlier_version(SQLite::Database& database)
{
    return pragma(database, "PRAGMA user_version") < newest_version;
}

bool looks_like_a_database(const fs::path& file)
{
    constexpr std::string_view magic("SQLite format 3\0", 16);
    std::array<char, magic.size()> head{};
    std::ifstream from(file, std::ios::binary);
    from.read(head.data(), head.size());
    return from.gcount() == 0 || std::string_view(head.data(), head.size()) == magic;
}

bool is_damage(const SQLite::Exception& error)
{
    return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

void copy_database(SQLite::Database& from, const fs::path& to)
{
    std::error_code may_be_absent;
    fs::remove(to, may_be_absent);
    create_private(to);  // VACUUM INTO takes an empty file
    SQLite::Statement copy(from, "VACUUM INTO ?");
    copy.bind(1, to.string());
    copy.exec();
    const int descriptor = ::open(to.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!is_synced)
        throw SQLite::Exception(fmt::format("{} cannot be synced", to.string()), SQLITE_IOERR_FSYNC);
}

void close_and_leave(std::unique_ptr<SQLite::Database> database)
{
    int was_set = 0;
    sqlite3_db_config(database->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &was_set);
    database.reset();
}

void sync_folder_of(const fs::path& file)
{
    const auto folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

fs::path lock_of(const fs::path& state_file)
{
    return state_file.string() + ".lock";
}

std::string set_aside(const fs::path& file, std::string_view why)
{
    const auto aside = fmt::format("{}.{}-{}", file.string(), why, rfc3339(std::chrono::system_clock::now()));
    std::error_code error;
    // First what belongs to it: left behind, it would be played into the new file.
    for (const char* beside : {"-wal", "-shm"}) {
        std::error_code may_be_absent;
        fs::rename(file.string() + beside, aside + beside, may_be_absent);
    }
    fs::rename(file, aside, error);
    return error ? std::string{} : aside;
}

}  // namespace trunkwarden
