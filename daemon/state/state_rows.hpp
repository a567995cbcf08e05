#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "audit/audit_event.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "state/delivery.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"
#include "use/spending_record.hpp"

// The rows of the state file's tables: for each table the order of its columns is written once, as the
// columns and the values of put_row(), and once more where a row is read. Only state/ includes this. All
// throw SQLite::Exception.

namespace trunkwarden {

// Executes a statement with these values for its question marks, in order; NULL for a time that is not there.
template <class... Values>
void execute(SQLite::Database& in, const char* sql, const Values&... values);

// Reads the columns of the current row of a query, one after the other.
class row_reader {
public:
    explicit row_reader(SQLite::Statement& at) : at_(at) {}

    std::string text() { return at_.getColumn(next_++).getString(); }
    std::int64_t number() { return at_.getColumn(next_++).getInt64(); }
    unsigned count() { return at_.getColumn(next_++).getUInt(); }
    bool flag() { return at_.getColumn(next_++).getInt() != 0; }
    time_point time() { return time_of(number()); }

private:
    SQLite::Statement& at_;
    int next_ = 0;
};

// Writes the newest state of a thing in place of the one before.
void put_row(SQLite::Database& into, const finding& row);
void put_row(SQLite::Database& into, const delivery& row);  // with its findings
void put_row(SQLite::Database& into, const std::string& account, const audit_event& row);
void put_row(SQLite::Database& into, const action& row);
void put_secret(SQLite::Database& into, const std::string& place, const std::string& fingerprint);
void put_unseen(SQLite::Database& into, const std::string& place, const std::optional<time_point>& since);
void put_row(SQLite::Database& into, const std::string& account, const balance_sample& row);
void put_taken(SQLite::Database& into, const std::string& sink, time_point when);
void put_freeze(SQLite::Database& into, const std::optional<freeze>& frozen);

// A row of "SELECT " + these columns. The findings of a delivery have a table of their own.
inline constexpr auto delivery_columns =
    "number, id, sink, account, event, body, queued, attempts, next_attempt, last_error, dead";
inline constexpr auto delivery_columns_without_body =
    "number, id, sink, account, event, '', queued, attempts, next_attempt, last_error, dead";
delivery delivery_in(row_reader row);

// ---- implementation

namespace detail {

inline void bind(SQLite::Statement& to, int place, const std::string& value)
{
    to.bind(place, value);
}
inline void bind(SQLite::Statement& to, int place, std::int64_t value)
{
    to.bind(place, value);
}
inline void bind(SQLite::Statement& to, int place, time_point value)
{
    to.bind(place, milliseconds_of(value));
}
inline void bind(SQLite::Statement& to, int place, const std::optional<time_point>& value)
{
    if (value)
        to.bind(place, milliseconds_of(*value));
    else
        to.bind(place);
}

}  // namespace detail

template <class... Values>
void execute(SQLite::Database& in, const char* sql, const Values&... values)
{
    SQLite::Statement statement(in, sql);
    [[maybe_unused]] int place = 0;
    (detail::bind(statement, ++place, values), ...);
    statement.exec();
}

}  // namespace trunkwarden
