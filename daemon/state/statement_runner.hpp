#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

// The seam between the state and the engine that keeps it: the texts of all statements that read and write
// rows are shared. Their values are $1, $2, … in the order in which they appear first; names of indexes
// (INDEXED BY) are for SQLite, and another engine leaves them out. Only state/ includes this.

namespace trunkwarden {

// NULL, a number, a text or bytes; the latter two are not copied.
using sql_value =
    std::variant<std::nullptr_t, std::int64_t, const std::string*, std::span<const unsigned char>>;

// The rows of a query, one after the other, each column by its place from 0 on.
class row_source {
public:
    row_source() = default;
    virtual ~row_source() = default;
    row_source(const row_source&) = delete;
    row_source& operator=(const row_source&) = delete;

    virtual bool next() = 0;  // before the first, too

    virtual bool is_null(int column) = 0;
    virtual std::int64_t number(int column) = 0;
    virtual std::string text(int column) = 0;
    virtual std::string bytes(int column) = 0;
};

// Runs statements, within a transaction that its maker began. Each function throws the engine's exception,
// a std::runtime_error.
class statement_runner {
public:
    statement_runner() = default;
    virtual ~statement_runner() = default;
    statement_runner(const statement_runner&) = delete;
    statement_runner& operator=(const statement_runner&) = delete;

    // Values need to live until this returns. An engine may find out only at the next query, or at the end of
    // the transaction, that the statement failed.
    virtual void execute(const char* sql, std::span<const sql_value> values) = 0;

    // Returns how many rows it changed.
    virtual std::int64_t execute_counted(const char* sql, std::span<const sql_value> values) = 0;

    // Its rows must be gone before the runner is.
    virtual std::unique_ptr<row_source> query(const char* sql, std::span<const sql_value> values) = 0;
};

}  // namespace trunkwarden
