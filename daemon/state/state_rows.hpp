#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "audit/audit_event.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "state/delivery.hpp"
#include "state/state_file.hpp"
#include "state/statement_runner.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"
#include "use/spending_record.hpp"

// The rows of the state file's tables: for each table the order of its columns is written once, as the
// columns and the values of put_row(), and once more where a row is read. Only state/ includes this. All
// throw as the statement_runner does.

namespace trunkwarden {

// Executes a statement with these values, in order; NULL for a time that is not there.
template <class... Values>
void execute(statement_runner& in, const char* sql, const Values&... values);
template <class... Values>
std::int64_t execute_counted(statement_runner& in, const char* sql, const Values&... values);
template <class... Values>
std::unique_ptr<row_source> query(statement_runner& in, const char* sql, const Values&... values);

// Reads the columns of the current row of a query, one after the other.
class row_reader {
public:
    explicit row_reader(row_source& at) : at_(at) {}

    std::string text() { return at_.text(next_++); }
    std::string bytes() { return at_.bytes(next_++); }
    std::int64_t number() { return at_.number(next_++); }
    unsigned count() { return static_cast<unsigned>(number()); }
    bool flag() { return number() != 0; }
    time_point time() { return time_of(number()); }

private:
    row_source& at_;
    int next_ = 0;
};

// Writes the newest state of a thing in place of the one before.
void put_row(statement_runner& into, const finding& row);
void put_row(statement_runner& into, const delivery& row);  // with its findings
void put_row(statement_runner& into, const std::string& account, const audit_event& row);
void put_row(statement_runner& into, const action& row);
void put_secret(statement_runner& into, const std::string& place, const std::string& fingerprint);
void put_unseen(statement_runner& into, const std::string& place, const std::optional<time_point>& since);
void put_row(statement_runner& into, const std::string& account, const balance_sample& row);
void put_taken(statement_runner& into, const std::string& sink, time_point when);
void put_freeze(statement_runner& into, const std::optional<freeze>& frozen);

// A row of "SELECT " + these columns. The findings of a delivery have a table of their own.
inline constexpr auto delivery_columns =
    "number, id, sink, account, event, queued, attempts, next_attempt, last_error, dead";
delivery delivery_in(row_reader row);

// The key of the fingerprints that the state keeps; a fresh one when it keeps none. And such a one is kept.
fingerprint_key key_of(statement_runner& in);
void make_key(statement_runner& into);
fingerprint_key random_key();

// ---- implementation

namespace detail {

inline sql_value value_of(const std::string& value)
{
    return &value;
}
inline sql_value value_of(std::int64_t value)
{
    return value;
}
inline sql_value value_of(time_point value)
{
    return milliseconds_of(value);
}
inline sql_value value_of(const std::optional<time_point>& value)
{
    return value ? sql_value(milliseconds_of(*value)) : sql_value(nullptr);
}
inline sql_value value_of(std::span<const unsigned char> value)
{
    return value;
}

}  // namespace detail

template <class... Values>
void execute(statement_runner& in, const char* sql, const Values&... values)
{
    const std::array<sql_value, sizeof...(values)> all{detail::value_of(values)...};
    in.execute(sql, all);
}

template <class... Values>
std::int64_t execute_counted(statement_runner& in, const char* sql, const Values&... values)
{
    const std::array<sql_value, sizeof...(values)> all{detail::value_of(values)...};
    return in.execute_counted(sql, all);
}

template <class... Values>
std::unique_ptr<row_source> query(statement_runner& in, const char* sql, const Values&... values)
{
    const std::array<sql_value, sizeof...(values)> all{detail::value_of(values)...};
    return in.query(sql, all);
}

}  // namespace trunkwarden
