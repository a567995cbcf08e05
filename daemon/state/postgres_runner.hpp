#pragma once

#include "postgres/postgres_connection.hpp"
#include "state/statement_runner.hpp"

namespace trunkwarden {

// Runs statements in PostgreSQL, within a transaction of the connection. Those that return no rows are sent
// together with the next query. Throws postgres_error.
class postgres_runner final : public statement_runner {
public:
    explicit postgres_runner(postgres_connection& connection) : connection_(connection) {}

    void execute(const char* sql, std::span<const sql_value> values) override;
    std::int64_t execute_counted(const char* sql, std::span<const sql_value> values) override;
    std::unique_ptr<row_source> query(const char* sql, std::span<const sql_value> values) override;

private:
    postgres_connection& connection_;
};

}  // namespace trunkwarden
