#include "state/state_writer.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "state/sqlite_runner.hpp"

namespace trunkwarden {
namespace {

constexpr const char* copy_is_lost =
    "the state file was removed while the daemon ran, and its copy is lost, too: the decisions and "
    "acceptances of people are not known any more";

// Nothing when there is none.
std::optional<file_identity> identity_of(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return std::nullopt;
    return file_identity{about.st_dev, about.st_ino};
}

std::filesystem::path with(const std::filesystem::path& file, const char* suffix)
{
    return file.string() + suffix;
}

}  // namespace

state_writer::state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                           std::filesystem::path file, const forgotten_rows& forgotten)
    : lock_(std::move(lock)), database_(std::move(database)), file_(std::move(file)), forgotten_(forgotten)
{
    identity_ = identity_of(file_).value_or(file_identity{});
}

bool state_writer::is_in_place() const
{
    return database_ && identity_of(file_) == identity_ &&
           (!wal_identity_ || identity_of(with(file_, "-wal")) == wal_identity_);
}

result<file_place> state_writer::keep_its_place()
{
    if (const auto locked = lock_again(); !locked)
        return locked.error();
    if (is_in_place())
        return file_place::unchanged;
    const auto made = make_anew();
    if (!made)
        return failure{made.error().kind,
                       fmt::format("the state file {} is gone or replaced, and cannot be made again: {}",
                                   file_.string(), made.error().message)};
    return file_place::made_anew;
}

// Else another daemon could begin a state file beside this one.
result<void> state_writer::lock_again()
{
    const auto place = lock_of(file_);
    if (lock_->is_at(place))
        return {};
    auto lock = std::make_unique<file_lock>(place);
    if (lock->is_taken())
        return failure{
            errc::bad_file,
            fmt::format("another trunkwarden has taken the state file {} meanwhile", file_.string())};
    if (lock->error() != 0)
        return failure{errc::bad_file,
                       fmt::format("the lock {} is gone, and cannot be made again: {}", place.string(),
                                   std::generic_category().message(lock->error()))};
    lock->remember_the_state_file();
    lock_ = std::move(lock);
    return {};
}

// The removed file can be read as long as it is open. Its copy gets its place at once, whole.
result<void> state_writer::make_anew()
{
    const auto copy = with(file_, ".new");
    rows_.count_anew();
    try {
        if (database_) {
            copy_database(*database_, copy);
            close_and_leave(std::move(database_));
        }
        const auto there = identity_of(file_);
        if (there && there != identity_ && set_aside(file_, "replaced").empty())
            return failure{errc::bad_file, "the file in its place cannot be renamed"};
        std::error_code failed;
        for (const char* beside : {"-wal", "-shm"})
            std::filesystem::remove(with(file_, beside), failed);
        if (identity_of(copy)) {
            std::filesystem::rename(copy, file_, failed);
            if (failed)
                return failure{errc::bad_file, failed.message()};
            // Ours from now on, even if it cannot be opened yet.
            identity_ = identity_of(file_).value_or(file_identity{});
            sync_folder_of(file_);
        }
        std::optional<freeze> begins_frozen;
        if (identity_of(file_) != identity_)
            begins_frozen = freeze{std::chrono::system_clock::now(), copy_is_lost, copy_is_lost};
        database_ = open_database(file_, begins_frozen).database;
        identity_ = identity_of(file_).value_or(file_identity{});
        wal_identity_.reset();
        return {};
    } catch (const SQLite::Exception& e) {
        return failure{errc::bad_file, e.what()};
    } catch (const foreign_file& other) {
        return failure{errc::bad_file, other.why};
    }
}

forgotten_rows state_writer::put(const state_change& change)
{
    sqlite_runner runner(*database_);
    return rows_.put(runner, change);
}

result<void> state_writer::write(const state_change& change)
{
    if (!database_)
        return failure{errc::bad_file, fmt::format("the state file {} is not there", file_.string())};
    try {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        const auto forgotten = put(change);
        transaction.commit();
        if (!wal_identity_)
            wal_identity_ = identity_of(with(file_, "-wal"));
        forgotten_.audit_events += forgotten.audit_events;
        forgotten_.findings += forgotten.findings;
        forgotten_.events += forgotten.events;
        return {};
    } catch (const SQLite::Exception& e) {
        rows_.count_anew();
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be written: {}", file_.string(), e.what())};
    } catch (const std::exception& e) {
        rows_.count_anew();
        return failure{errc::bad_file,
                       fmt::format("the latest events cannot be written to the state file {}: {}",
                                   file_.string(), e.what())};
    }
}

}  // namespace trunkwarden
