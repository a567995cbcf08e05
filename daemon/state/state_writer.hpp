#pragma once

#include <SQLiteCpp/Database.h>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "state/change_writer.hpp"
#include "state/state_database.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// The identity of the file, under any name.
struct file_identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const file_identity&, const file_identity&) = default;
};

// Writes changes to the database, and forgets what is old. The lock is held as long as this lives.
class state_writer final : public state_file {
public:
    state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                 std::filesystem::path file, const forgotten_rows& forgotten);

    result<void> write(const state_change& change) override;
    result<file_place> keep_its_place() override;
    forgotten_rows take_forgotten() override { return std::exchange(forgotten_, {}); }

private:
    forgotten_rows put(const state_change& change);
    bool is_in_place() const;
    result<void> lock_again();
    result<void> make_anew();

    std::unique_ptr<file_lock> lock_;
    std::unique_ptr<SQLite::Database> database_;  // nullptr while it cannot be opened in its place
    std::filesystem::path file_;
    file_identity identity_;                     // of the database that is open
    std::optional<file_identity> wal_identity_;  // of its -wal file, after the first write
    change_writer rows_;
    forgotten_rows forgotten_;
};

}  // namespace trunkwarden
