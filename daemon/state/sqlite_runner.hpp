#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "state/statement_runner.hpp"

namespace trunkwarden {

// Runs statements in a SQLite database, and prepares each text once. Throws SQLite::Exception.
class sqlite_runner final : public statement_runner {
public:
    explicit sqlite_runner(SQLite::Database& database) : database_(database) {}

    void execute(const char* sql, std::span<const sql_value> values) override;
    std::int64_t execute_counted(const char* sql, std::span<const sql_value> values) override;
    std::unique_ptr<row_source> query(const char* sql, std::span<const sql_value> values) override;

    using prepared = std::unique_ptr<SQLite::Statement>;
    using idle_statements = std::vector<prepared>;  // of one text: a query may be in the middle of its rows

private:
    idle_statements& idle(const char* sql);
    prepared taken_from(idle_statements& idle, const char* sql);

    SQLite::Database& database_;
    std::map<std::string, idle_statements, std::less<>> idle_;
};

}  // namespace trunkwarden
