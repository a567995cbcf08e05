#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "state/state_file.hpp"

// The database in the state file: how it is opened, recognised, migrated and set aside. Only state/ includes
// this.

namespace trunkwarden {

// A lock on a file, which the kernel gives up when the process ends, however it ends.
class file_lock {
public:
    explicit file_lock(const std::filesystem::path& file);
    ~file_lock();
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;

    bool is_taken() const;  // by another process
    int error() const { return error_; }
    bool is_at(const std::filesystem::path& file) const;  // the file of that name is still the locked one

    // Whether the file says that there was a state file beside it, and makes it say so. Only a state file
    // that was begun, or found, puts that there: a first start finds nothing.
    bool knows_of_a_state_file() const;
    void remember_the_state_file() const;

private:
    int descriptor_;
    int error_ = 0;
};

// The lock of a state: beside the state file, or where it would be.
std::filesystem::path lock_of(const std::filesystem::path& state_file);

// Thrown for a file that is none of ours, or from a later version: nothing may be written to it.
struct foreign_file {
    state_trouble trouble;
    std::string why;
};

struct opened_database {
    std::unique_ptr<SQLite::Database> database;
    bool was_begun = false;  // it had no tables before
};

// For writing; made with mode 0600 when it is not there, and migrated to the newest version. One that has no
// tables yet gets them together with `begins_frozen`. Throws SQLite::Exception and foreign_file.
opened_database open_database(const std::filesystem::path& file, const std::optional<freeze>& begins_frozen);

// For reading, beside a daemon that writes. Throws SQLite::Exception and foreign_file.
SQLite::Database open_read_only(const std::filesystem::path& file);

// For reading a file in a folder that cannot be written to. One of an earlier version is migrated in memory,
// as the first start after an upgrade would have done it. Nothing when it is not ours, or of a later version.
// Throws SQLite::Exception.
std::optional<SQLite::Database> open_immutable(const std::filesystem::path& file);

// Whether the file has no tables yet.
bool is_new(SQLite::Database& database);
// Whether the daemon of this version has not opened it yet: tables may be missing.
bool is_of_an_earlier_version(SQLite::Database& database);

// A file that is empty, or not there, looks like one: it will be made.
bool looks_like_a_database(const std::filesystem::path& file);

bool is_damage(const SQLite::Exception& error);

// Copies everything to another file, which is on the disk when this returns. A file that was there is
// replaced. Throws SQLite::Exception.
void copy_database(SQLite::Database& from, const std::filesystem::path& to);

// Closes it and leaves its -wal file, which may be another one by now.
void close_and_leave(std::unique_ptr<SQLite::Database> database);

// Makes a renamed or removed file of this folder outlive a power cut; as far as the disk takes it.
void sync_folder_of(const std::filesystem::path& file);

// Renames a file that cannot be used, and the files that belong to it, to FILE.WHY-TIME. Returns the new
// name; "" when it cannot be renamed.
std::string set_aside(const std::filesystem::path& file, std::string_view why);

}  // namespace trunkwarden
