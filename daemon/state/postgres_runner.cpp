#include "state/postgres_runner.hpp"

#include <charconv>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "postgres/postgres_error.hpp"
#include "state/postgres_words.hpp"

namespace trunkwarden {
namespace {

std::int64_t number_in(std::string_view written)
{
    std::int64_t out = 0;
    std::from_chars(written.data(), written.data() + written.size(), out);
    return out;
}

// The values in the form in which they are sent; valid as long as this, and the values.
class sent_values {
public:
    explicit sent_values(std::span<const sql_value> values)
    {
        for (const auto& value : values)
            all_.push_back(form_of(value));
    }
    std::span<const postgres_value> all() const { return all_; }

private:
    postgres_value form_of(const sql_value& value)
    {
        if (const auto* const number = std::get_if<std::int64_t>(&value))
            return form_of(own_.emplace_back(std::to_string(*number)));
        if (const auto* const text = std::get_if<const std::string*>(&value)) {
            auto changed = text_for_postgres(**text);
            return form_of(changed ? own_.emplace_back(*std::move(changed)) : **text);
        }
        if (const auto* const bytes = std::get_if<std::span<const unsigned char>>(&value))
            return {reinterpret_cast<const char*>(bytes->data()), bytes->size(), true};
        return {};
    }
    static postgres_value form_of(const std::string& text) { return {text.c_str(), text.size(), false}; }

    std::deque<std::string> own_;  // its elements stay where they are
    std::vector<postgres_value> all_;
};

class fetched_rows final : public row_source {
public:
    explicit fetched_rows(postgres_rows rows) : rows_(std::move(rows)) {}

    bool next() override { return ++row_ < PQntuples(rows_.get()); }
    bool is_null(int column) override { return PQgetisnull(rows_.get(), row_, column) != 0; }
    std::string text(int column) override
    {
        return {PQgetvalue(rows_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
    }
    std::int64_t number(int column) override { return number_in(text(column)); }
    std::string bytes(int column) override
    {
        std::size_t size = 0;
        const std::unique_ptr<unsigned char, decltype(&PQfreemem)> read(
            PQunescapeBytea(reinterpret_cast<const unsigned char*>(PQgetvalue(rows_.get(), row_, column)),
                            &size),
            PQfreemem);
        return read ? std::string(reinterpret_cast<const char*>(read.get()), size) : std::string();
    }

private:
    postgres_rows rows_;
    int row_ = -1;
};

}  // namespace

void postgres_runner::execute(const char* sql, std::span<const sql_value> values)
{
    connection_.queue(statement_for_postgres(sql).c_str(), sent_values(values).all());
}

std::int64_t postgres_runner::execute_counted(const char* sql, std::span<const sql_value> values)
{
    const auto done = connection_.run(statement_for_postgres(sql).c_str(), sent_values(values).all());
    return number_in(PQcmdTuples(done.get()));
}

std::unique_ptr<row_source> postgres_runner::query(const char* sql, std::span<const sql_value> values)
{
    return std::make_unique<fetched_rows>(
        connection_.run(statement_for_postgres(sql).c_str(), sent_values(values).all()));
}

}  // namespace trunkwarden
