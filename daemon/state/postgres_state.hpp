#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "postgres/postgres_connection.hpp"
#include "state/change_writer.hpp"
#include "state/state_database.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// The process that may write, and how many transactions it knows to be committed.
struct writer_place {
    std::string process;  // random, of this one
    std::int64_t revision = 0;
};

// Writes changes to PostgreSQL. A connection that failed is thrown away, and the next write makes another.
// Each transaction counts one up, and only where the count is the one that this process knows: so no other
// process writes beside it, and a commit without an answer is found again.
class postgres_state final : public state_file {
public:
    postgres_state(database_settings where, std::unique_ptr<file_lock> lock, writer_place place,
                   const forgotten_rows& forgotten);

    std::string_view medium() const override { return "the database"; }
    result<void> write(const state_change& change) override;
    forgotten_rows take_forgotten() override { return std::exchange(forgotten_, {}); }

private:
    // A transaction whose COMMIT got no answer. All of it but its events may be written twice.
    struct doubtful_attempt {
        std::int64_t number = 0;
        std::vector<history_event> events;
    };

    void connect();
    void settle_doubts();
    void put(const state_change& change);
    void commit(const state_change& change);

    database_settings where_;
    std::unique_ptr<file_lock> lock_;
    std::unique_ptr<postgres_connection> connection_;
    writer_place place_;
    std::int64_t attempt_ = 0;
    std::vector<doubtful_attempt> doubts_;          // of them one at most was committed
    std::vector<history_event> events_in_already_;  // of a change that is going to be written again
    change_writer rows_;
    forgotten_rows forgotten_;
};

// With tables, and with the right to write. A database that is new although the lock knows of an earlier
// state begins frozen.
opened_state open_in_database(const state_place& place);

}  // namespace trunkwarden
