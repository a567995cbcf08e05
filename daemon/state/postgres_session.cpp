#include "state/postgres_session.hpp"

#include <charconv>
#include <fmt/format.h>
#include <string_view>

#include "postgres/connection_words.hpp"
#include "postgres/postgres_error.hpp"
#include "state/postgres_runner.hpp"
#include "state/postgres_schema.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr std::int64_t lock_of_migrations = application_id;

void refuse_newer(std::int64_t version)
{
    if (version > postgres_version)
        throw postgres_error(fmt::format(
            "its tables are of a later version of trunkwarden (format {}, this one knows {}): install that version",
            version, postgres_version));
}

// The schema's name is letters, digits and _ (settings_keys.hpp), so that quotes suffice.
std::string quoted_name(std::string_view name)
{
    std::string out = "\"";
    for (const char letter : name) {
        out += letter;
        if (letter == '"')
            out += letter;
    }
    return out + '"';
}

}  // namespace

std::unique_ptr<postgres_connection> connect_to(const database_settings& where)
{
    const auto words = connection_words::read(where);
    if (!words)
        throw postgres_error(words.error().message);
    return std::make_unique<postgres_connection>(*words, where.timeout);
}

void begin(postgres_connection& on, const database_settings& where, transaction_for purpose)
{
    on.queue(purpose == transaction_for::reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                                 : "BEGIN");
    on.queue(
        fmt::format("SELECT set_config('search_path', '{}', true), set_config('synchronous_commit', 'on', "
                    "true), set_config('lock_timeout', '2s', true)",
                    quoted_name(where.schema))
            .c_str());
}

std::int64_t version_of(postgres_connection& on, const database_settings& where)
{
    postgres_runner runner(on);
    const auto table = quoted_name(where.schema) + ".schema_version";
    const auto is_there = query(runner, "SELECT to_regclass($1) IS NOT NULL", table);
    if (!is_there->next() || is_there->text(0) != "t")
        return 0;
    const auto version = query(runner, "SELECT version FROM schema_version");
    return version->next() ? version->number(0) : 0;
}

void prepare_tables(postgres_connection& on, const database_settings& where)
{
    begin(on, where, transaction_for::writing);
    postgres_runner runner(on);
    // Two that start at once: the second waits, and finds what the first made.
    execute(runner, "SELECT pg_advisory_xact_lock($1, hashtext($2))", lock_of_migrations, where.schema);
    const auto version = version_of(on, where);
    refuse_newer(version);
    if (version == 0) {
        const auto is_there =
            query(runner, "SELECT to_regnamespace($1) IS NOT NULL", quoted_name(where.schema));
        if (!is_there->next() || is_there->text(0) != "t")
            on.queue(fmt::format("CREATE SCHEMA {}", quoted_name(where.schema)).c_str());
        for (const auto* const statement : postgres_tables)
            on.queue(statement);
        execute(runner, "INSERT INTO schema_version VALUES($1)", std::int64_t{postgres_version});
    }
    on.commit();
}

std::string preparing_statements(const database_settings& where, std::string_view role)
{
    const auto schema = quoted_name(where.schema);
    std::string out = fmt::format("BEGIN;\nCREATE SCHEMA IF NOT EXISTS {};\nSET LOCAL search_path TO {};\n",
                                  schema, schema);
    for (const auto* const statement : postgres_tables)
        out += fmt::format("{};\n", statement);
    out += fmt::format("INSERT INTO schema_version VALUES({});\n", postgres_version);
    out += fmt::format("GRANT USAGE ON SCHEMA {} TO {};\n", schema, quoted_name(role));
    out += fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {};\n", schema,
                       quoted_name(role));
    out += fmt::format("GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA {} TO {};\nCOMMIT;\n", schema,
                       quoted_name(role));
    return out;
}

result<void> read_in_database(const database_settings& where,
                              const std::function<void(statement_runner&)>& read)
{
    try {
        const auto connection = connect_to(where);
        begin(*connection, where, transaction_for::reading);
        const auto version = version_of(*connection, where);
        refuse_newer(version);
        if (version == 0)
            return failure{
                errc::not_found,
                fmt::format("the database has no tables of trunkwarden in the schema {}: \"trunkwarden "
                            "run\" or \"trunkwarden state prepare\" makes them",
                            where.schema)};
        postgres_runner runner(*connection);
        read(runner);
        connection->commit();
        return {};
    } catch (const postgres_error& e) {
        return failure{errc::bad_file, fmt::format("the database cannot be read: {}", e.what())};
    }
}

}  // namespace trunkwarden
