#include "state/state_copy.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <array>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "postgres/postgres_error.hpp"
#include "state/postgres_runner.hpp"
#include "state/postgres_session.hpp"
#include "state/postgres_words.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_database.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

enum class column_of : std::uint8_t { number, text, bytes };

struct copied_column {
    std::string_view name;
    column_of is = column_of::text;
};

// The first columns, so many of them, are the key.
struct copied_table {
    std::string_view name;
    std::size_t keys = 1;
    std::vector<copied_column> columns;
};

// In this order: rows of `told` need those of `deliveries`.
const std::vector<copied_table>& copied_tables()  // NOLINT(readability-function-size): a table
{
    constexpr auto number = column_of::number;
    static const std::vector<copied_table> all{
        {"meta", 1, {{"name"}, {"value", column_of::bytes}}},
        {"findings",
         1,
         {{"id"},
          {"account"},
          {"status"},
          {"severity"},
          {"title"},
          {"opened", number},
          {"resolved_at", number},
          {"record"},
          {"bytes", number}}},
        {"deliveries",
         1,
         {{"number", number},
          {"id"},
          {"sink"},
          {"account"},
          {"event"},
          {"body"},
          {"queued", number},
          {"attempts", number},
          {"next_attempt", number},
          {"last_error"},
          {"dead", number}}},
        {"told", 2, {{"delivery", number}, {"finding"}}},
        {"sinks", 1, {{"name"}, {"taken", number}}},
        {"secrets", 1, {{"place"}, {"fingerprint"}, {"unseen_since", number}}},
        {"audit_events", 2, {{"account"}, {"id"}, {"at", number}, {"record"}}},
        {"audit_floors", 1, {{"account"}, {"up_to", number}}},
        {"actions",
         1,
         {{"id"},
          {"account"},
          {"finding"},
          {"state"},
          {"planned", number},
          {"ended", number},
          {"record"},
          {"rank", number},
          {"level", number},
          {"bytes", number}}},
        {"freezes", 1, {{"\"only\"", number}, {"since", number}, {"reason"}, {"state_lost"}}},
        {"balances",
         2,
         {{"account"}, {"since", number}, {"until", number}, {"available", number}, {"currency"}, {"cause"}}},
        {"events",
         1,
         {{"number", number},
          {"at", number},
          {"account"},
          {"resource"},
          {"kind"},
          {"level", number},
          {"weight", number},
          {"finding"},
          {"incident"},
          {"action"},
          {"sentence"},
          {"by_whom"},
          {"bytes", number}}}};
    return all;
}

// "a, b, c", or with a prefix "$1, $2, $3".
std::string listed(std::span<const copied_column> columns)
{
    std::string out;
    for (const auto& column : columns)
        out += fmt::format("{}{}", out.empty() ? "" : ", ", column.name);
    return out;
}

std::string numbered(std::size_t count)
{
    std::string out;
    for (std::size_t number = 1; number <= count; ++number)
        out += fmt::format("{}${}", number == 1 ? "" : ", ", number);
    return out;
}

using cell = std::variant<std::nullptr_t, std::int64_t, std::string>;
using row_cells = std::vector<cell>;

// Valid as long as the row.
std::vector<sql_value> values_of(std::span<const cell> row, const copied_table& table)
{
    std::vector<sql_value> out;
    for (std::size_t place = 0; place < row.size(); ++place) {
        if (const auto* const number = std::get_if<std::int64_t>(&row[place]))
            out.emplace_back(*number);
        else if (const auto* const text = std::get_if<std::string>(&row[place]))
            out.push_back(
                table.columns[place].is == column_of::bytes
                    ? sql_value(std::span(reinterpret_cast<const unsigned char*>(text->data()), text->size()))
                    : sql_value(text));
        else
            out.emplace_back(nullptr);
    }
    return out;
}

// Texts as both engines can keep them.
cell cell_at(row_source& row, int place, column_of is)
{
    if (row.is_null(place))
        return nullptr;
    if (is == column_of::number)
        return row.number(place);
    if (is == column_of::bytes)
        return row.bytes(place);
    auto text = row.text(place);
    auto changed = text_for_postgres(text);
    return changed ? *std::move(changed) : std::move(text);
}

// Up to so many rows behind this one, by key; from the first on when there is none.
std::vector<row_cells> page_behind(statement_runner& from, const copied_table& table, const row_cells* last)
{
    constexpr std::size_t most = 1'000;
    const auto keys = listed(std::span(table.columns).first(table.keys));
    std::vector<sql_value> values;
    std::string behind;
    if (last != nullptr) {
        behind = fmt::format(" WHERE ({}) > ({})", keys, numbered(table.keys));
        values = values_of(std::span(*last).first(table.keys), table);
    }
    const auto sql = fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT {}", listed(table.columns),
                                 table.name, behind, keys, most);
    const auto rows = from.query(sql.c_str(), values);
    std::vector<row_cells> out;
    while (rows->next()) {
        auto& row = out.emplace_back();
        for (std::size_t place = 0; place < table.columns.size(); ++place)
            row.push_back(cell_at(*rows, static_cast<int>(place), table.columns[place].is));
    }
    return out;
}

std::size_t copy_table(statement_runner& from, statement_runner& into, const copied_table& table)
{
    const auto insertion = fmt::format("INSERT INTO {}({}) VALUES({})", table.name, listed(table.columns),
                                       numbered(table.columns.size()));
    std::size_t count = 0;
    row_cells last;
    for (auto page = page_behind(from, table, nullptr); !page.empty();
         page = page_behind(from, table, &last)) {
        for (const auto& row : page)
            into.execute(insertion.c_str(), values_of(row, table));
        count += page.size();
        last = std::move(page.back());
    }
    return count;
}

bool is_same_table(statement_runner& some, statement_runner& other, const copied_table& table)
{
    row_cells last;
    const row_cells* behind = nullptr;
    for (;;) {
        auto page = page_behind(some, table, behind);
        if (page != page_behind(other, table, behind))
            return false;
        if (page.empty())
            return true;
        last = std::move(page.back());
        behind = &last;
    }
}

void expect_empty(statement_runner& in)
{
    for (const auto& table : copied_tables())
        if (table.name != "meta" &&
            query(in, fmt::format("SELECT 1 FROM {} LIMIT 1", table.name).c_str())->next())
            throw foreign_file{
                state_trouble::unusable,
                fmt::format("it keeps something already (in its table {}): name one that is empty",
                            table.name)};
}

using work_on_rows = std::function<void(statement_runner&)>;

// In one transaction that sees one moment. Throws as the engine does.
void read_place(const state_place& place, const work_on_rows& work)
{
    if (place.database.is_set()) {
        const auto read = read_in_database(place.database, work);
        if (!read)
            throw postgres_error(read.error().message);
        return;
    }
    auto database = open_read_only(place.file);
    SQLite::Transaction moment(database);
    sqlite_runner runner(database);
    work(runner);
}

void write_database(const database_settings& where, const work_on_rows& work)
{
    const auto connection = connect_to(where);
    prepare_tables(*connection, where);
    begin(*connection, where, transaction_for::writing);
    postgres_runner runner(*connection);
    // No daemon that had it before writes any more, and it counts as one that was used.
    execute(runner, "UPDATE writer SET process = '', revision = revision + 1");
    work(runner);
    query(runner,
          "SELECT setval(pg_get_serial_sequence('events', 'number'), (SELECT max(number) FROM events))");
    connection->commit();
}

void write_file(const std::filesystem::path& file, const work_on_rows& work)
{
    const auto opened = open_database(file, {});
    SQLite::Transaction transaction(*opened.database, SQLite::TransactionBehavior::IMMEDIATE);
    {
        sqlite_runner runner(*opened.database);
        work(runner);
    }
    transaction.commit();
}

void write_place(const state_place& place, const work_on_rows& work)
{
    if (place.database.is_set())
        write_database(place.database, work);
    else
        write_file(place.file, work);
}

std::size_t copy_rows(const state_place& from, const state_place& to)
{
    std::size_t count = 0;
    read_place(from, [&](statement_runner& source) {
        write_place(to, [&](statement_runner& target) {
            expect_empty(target);
            execute(target, "DELETE FROM meta");
            for (const auto& table : copied_tables())
                count += copy_table(source, target, table);
        });
    });
    return count;
}

bool is_same(const state_place& some, const state_place& other)
{
    bool out = true;
    read_place(some, [&](statement_runner& first) {
        read_place(other, [&](statement_runner& second) {
            out = std::ranges::all_of(copied_tables(), [&](const copied_table& table) {
                return is_same_table(first, second, table);
            });
        });
    });
    return out;
}

// The locks of both, or a sentence.
class locks_of_places {
public:
    locks_of_places(const state_place& from, const state_place& to)
    {
        take(from);
        if (from.file != to.file)
            take(to);
    }
    const optional_reason& trouble() const { return trouble_; }
    void remember() const
    {
        for (const auto& lock : locks_)
            lock->remember_the_state_file();
    }

private:
    void take(const state_place& place)
    {
        const auto name = lock_of(place.file).string();
        auto& lock = locks_.emplace_back(std::make_unique<file_lock>(name));
        if (lock->is_taken())
            trouble_ = fmt::format("trunkwarden runs, and has the lock {}: stop it first", name);
        else if (lock->error() != 0)
            trouble_ = fmt::format("the lock {} cannot be taken: {}", name,
                                   std::generic_category().message(lock->error()));
    }

    std::vector<std::unique_ptr<file_lock>> locks_;
    optional_reason trouble_;
};

}  // namespace

result<std::size_t> copy_state(const state_place& from, const state_place& to)
{
    const locks_of_places locks(from, to);
    if (locks.trouble())
        return failure{errc::bad_file, *locks.trouble()};
    std::error_code unknown;
    if (!from.database.is_set() && !std::filesystem::exists(from.file, unknown))
        return failure{errc::not_found, fmt::format("the state file {} does not exist", from.file.string())};
    try {
        if (!from.database.is_set())
            open_database(from.file, {});  // brings an earlier version up to date
        const auto count = copy_rows(from, to);
        if (!is_same(from, to))
            return failure{
                errc::bad_file,
                "the copy is not the same as the original: do not use it, and try again with an empty one"};
        locks.remember();
        return count;
    } catch (const foreign_file& other) {
        return bad_usage("nothing was copied: {}", other.why);
    } catch (const std::exception& e) {
        return failure{errc::bad_file, fmt::format("the state cannot be copied: {}", e.what())};
    }
}

}  // namespace trunkwarden
