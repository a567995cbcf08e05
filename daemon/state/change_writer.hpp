#pragma once

#include "state/history_table.hpp"
#include "state/state_file.hpp"
#include "state/statement_runner.hpp"

namespace trunkwarden {

// Writes changes as rows, within a transaction of the engine's, and forgets what is old or too much. Throws
// as the statement_runner does. Only state/ includes this.
class change_writer {
public:
    // Returns what gave way.
    forgotten_rows put(statement_runner& into, const state_change& change);

    // Rows that were put since are not there: the transaction failed, or it is another database.
    void count_anew() { history_.count_anew(); }

private:
    forgotten_rows forget_too_much(statement_runner& in, const state_change& change);

    history_writer history_;
    time_point tidied_at_;
};

// At a start, first of all: it reads what stays, however much there was.
forgotten_rows forget_what_is_too_much(statement_runner& in);

}  // namespace trunkwarden
