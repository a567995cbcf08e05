#include "state/sqlite_runner.hpp"

#include <SQLiteCpp/Column.h>
#include <string_view>
#include <utility>

namespace trunkwarden {
namespace {

enum class lifetime : bool { until_executed, unknown };

// A text is copied when its lifetime is unknown.
void bind_values(SQLite::Statement& to, std::span<const sql_value> values, lifetime of_texts)
{
    int place = 0;
    for (const auto& value : values) {
        ++place;
        if (const auto* const number = std::get_if<std::int64_t>(&value))
            to.bind(place, *number);
        else if (const auto* const text = std::get_if<const std::string*>(&value))
            of_texts == lifetime::until_executed ? to.bindNoCopy(place, **text) : to.bind(place, **text);
        else if (const auto* const bytes = std::get_if<std::span<const unsigned char>>(&value))
            to.bind(place, bytes->data(), static_cast<int>(bytes->size()));
        else
            to.bind(place);
    }
}

// Gives the statement back at its end: one that was left in the middle would hold its lock.
class borrowed_statement {
public:
    borrowed_statement(sqlite_runner::prepared statement, sqlite_runner::idle_statements& owner)
        : statement_(std::move(statement)), owner_(owner)
    {
    }
    ~borrowed_statement()
    {
        statement_->tryReset();
        owner_.push_back(std::move(statement_));
    }
    borrowed_statement(const borrowed_statement&) = delete;
    borrowed_statement& operator=(const borrowed_statement&) = delete;

    SQLite::Statement& operator*() const { return *statement_; }
    SQLite::Statement* operator->() const { return statement_.get(); }

private:
    sqlite_runner::prepared statement_;
    sqlite_runner::idle_statements& owner_;
};

class sqlite_rows final : public row_source {
public:
    sqlite_rows(sqlite_runner::prepared statement, sqlite_runner::idle_statements& owner,
                std::span<const sql_value> values)
        : at_(std::move(statement), owner)
    {
        bind_values(*at_, values, lifetime::unknown);
    }

    bool next() override { return at_->executeStep(); }
    bool is_null(int column) override { return at_->isColumnNull(column); }
    std::int64_t number(int column) override { return at_->getColumn(column).getInt64(); }
    std::string text(int column) override { return at_->getColumn(column).getString(); }
    std::string bytes(int column) override
    {
        const auto read = at_->getColumn(column);
        const auto* const first = static_cast<const char*>(read.getBlob());
        return first == nullptr ? std::string()
                                : std::string(first, static_cast<std::size_t>(read.getBytes()));
    }

private:
    borrowed_statement at_;
};

}  // namespace

sqlite_runner::idle_statements& sqlite_runner::idle(const char* sql)
{
    const auto known = idle_.find(std::string_view(sql));
    return known != idle_.end() ? known->second : idle_[sql];
}

sqlite_runner::prepared sqlite_runner::taken_from(idle_statements& idle, const char* sql)
{
    if (idle.empty())
        return std::make_unique<SQLite::Statement>(database_, sql);
    auto out = std::move(idle.back());
    idle.pop_back();
    return out;
}

void sqlite_runner::execute(const char* sql, std::span<const sql_value> values)
{
    auto& all = idle(sql);
    const borrowed_statement statement(taken_from(all, sql), all);
    bind_values(*statement, values, lifetime::until_executed);
    statement->exec();
}

std::int64_t sqlite_runner::execute_counted(const char* sql, std::span<const sql_value> values)
{
    execute(sql, values);
    return database_.getChanges();
}

std::unique_ptr<row_source> sqlite_runner::query(const char* sql, std::span<const sql_value> values)
{
    auto& all = idle(sql);
    return std::make_unique<sqlite_rows>(taken_from(all, sql), all, values);
}

}  // namespace trunkwarden
