#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "postgres/postgres_connection.hpp"
#include "settings/settings.hpp"
#include "state/statement_runner.hpp"
#include "support/result.hpp"

// Transactions on the state in PostgreSQL. Each sets what it needs for itself, so that it may go through a
// pooler. Only state/ includes this. All that return no result throw postgres_error.

namespace trunkwarden {

// Reads the connection file and the password again: they may have changed.
std::unique_ptr<postgres_connection> connect_to(const database_settings& where);

enum class transaction_for : std::uint8_t { reading, writing };
void begin(postgres_connection& on, const database_settings& where, transaction_for purpose);

// The version of the tables; 0 when there are none. Within a transaction.
std::int64_t version_of(postgres_connection& on, const database_settings& where);

// Makes schema and tables where they are missing. Fails with the postgres_error's sentence for a version that
// this program does not know, and for a role without the right.
void prepare_tables(postgres_connection& on, const database_settings& where);

// The statements with which an administrator does the same, and lets the role write.
std::string preparing_statements(const database_settings& where, std::string_view role);

// Beside a daemon: in one transaction that writes nothing. Fails with bad_file.
result<void> read_in_database(const database_settings& where,
                              const std::function<void(statement_runner&)>& read);

}  // namespace trunkwarden
