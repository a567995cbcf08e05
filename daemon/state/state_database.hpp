#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

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

private:
    int descriptor_;
    int error_ = 0;
};

// Thrown for a file that is none of ours, or from a later version: nothing may be written to it.
struct foreign_file {
    state_trouble trouble;
    std::string why;
};

// For writing; made with mode 0600 when it is not there, and migrated to the newest version. Throws
// SQLite::Exception and foreign_file.
std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& file);

// For reading, beside a daemon that writes. Throws SQLite::Exception and foreign_file.
SQLite::Database open_read_only(const std::filesystem::path& file);

// For reading a file in a folder that cannot be written to. Nothing when it is not ours, or of another
// version. Throws SQLite::Exception.
std::optional<SQLite::Database> open_immutable(const std::filesystem::path& file);

// Whether the file has no tables yet.
bool is_new(SQLite::Database& database);

// A file that is empty, or not there, looks like one: it will be made.
bool looks_like_a_database(const std::filesystem::path& file);

bool is_damage(const SQLite::Exception& error);

// Renames a damaged file and the files that belong to it. Returns the new name; "" when it cannot be renamed.
std::string set_aside(const std::filesystem::path& file);

// The key of the fingerprints that the database keeps; a fresh one when it keeps none.
fingerprint_key key_of(SQLite::Database& database);
fingerprint_key random_key();

}  // namespace trunkwarden
