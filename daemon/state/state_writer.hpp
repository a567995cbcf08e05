#pragma once

#include <SQLiteCpp/Database.h>
#include <filesystem>
#include <memory>
#include <utility>

#include "state/state_database.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// Writes changes to the database, and forgets what is old. The lock is held as long as this lives.
class state_writer final : public state_file {
public:
    state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                 std::filesystem::path file, const forgotten_rows& forgotten);

    result<void> write(const state_change& change) override;
    forgotten_rows take_forgotten() override { return std::exchange(forgotten_, {}); }

private:
    void put(const state_change& change);
    forgotten_rows forget_too_much(const state_change& change);
    void forget_the_old();

    std::unique_ptr<file_lock> lock_;
    std::unique_ptr<SQLite::Database> database_;
    std::filesystem::path file_;
    time_point tidied_at_;
    forgotten_rows forgotten_;
};

}  // namespace trunkwarden
