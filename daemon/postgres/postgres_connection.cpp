#include "postgres/postgres_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <poll.h>
#include <string_view>
#include <system_error>

#include "postgres/postgres_error.hpp"
#include "support/clock.hpp"

namespace trunkwarden {
namespace {

using clock = std::chrono::steady_clock;

std::chrono::seconds patience_with(const connection_words& words)
{
    constexpr int longest = 60;
    int seconds = 0;
    const auto written = words.value_of("connect_timeout");
    std::from_chars(written.data(), written.data() + written.size(), seconds);
    return std::chrono::seconds(std::clamp(seconds, 1, longest));
}

PGconn* started(const connection_words& words)
{
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : words.all()) {
        names.push_back(name.c_str());
        values.push_back(value.reveal().data());  // of a std::string: it ends with NUL
    }
    if (!words.password().empty()) {
        names.push_back("password");
        values.push_back(words.password().reveal().data());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectStartParams(names.data(), values.data(), 0);
}

const char* error_field(const PGresult& refused, int field)
{
    const char* const value = PQresultErrorField(&refused, field);
    return value == nullptr ? "" : value;
}

}  // namespace

postgres_connection::postgres_connection(const connection_words& words, std::chrono::milliseconds timeout)
    : words_(words), timeout_(timeout)
{
    std::string all_said;
    for (const auto& of_host : words.by_host()) {
        try {
            words_ = of_host;
            connect();
            return;
        } catch (const postgres_error& e) {
            all_said += fmt::format("{}{}", all_said.empty() ? "" : "; ", e.what());
        }
    }
    throw postgres_error(all_said);
}

postgres_connection::~postgres_connection() = default;

void postgres_connection::on_notice(void* self, const PGresult* notice)
{
    const std::string_view severity = error_field(*notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == "WARNING")
        static_cast<postgres_connection*>(self)->has_warned_ = true;
}

void postgres_connection::fail(const std::string& why, const std::string& sqlstate)
{
    connection_.reset();
    queued_ = 0;
    throw postgres_error(fmt::format("{}: {}", words_.place(), words_.without_passwords(why)), sqlstate);
}

void postgres_connection::fail_as_libpq_says(const char* doing)
{
    std::string why = connection_ ? PQerrorMessage(connection_.get()) : "";
    if (why.empty())
        why = "the connection is gone";
    fail(fmt::format("{}: {}", doing, why));
}

void postgres_connection::fail_with(const PGresult& refused)
{
    const std::string state = error_field(refused, PG_DIAG_SQLSTATE);
    std::string why = error_field(refused, PG_DIAG_MESSAGE_PRIMARY);
    if (why.empty())
        why = PQresultErrorMessage(&refused);
    if (why.empty())
        why = "the connection is gone";
    if (const auto way = way_out_of(state); !way.empty())
        why += fmt::format(" ({})", way);
    fail(why, state);
}

void postgres_connection::connect()
{
    connection_.reset(started(words_));
    if (!connection_)
        fail("there is no memory for a connection");
    if (PQstatus(connection_.get()) == CONNECTION_BAD)
        fail_as_libpq_says("it cannot be reached");
    PQsetNoticeReceiver(connection_.get(), on_notice, this);
    const auto patience = patience_with(words_);
    const auto until = clock::now() + patience;
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
         next = PQconnectPoll(connection_.get())) {
        if (next == PGRES_POLLING_FAILED)
            fail_as_libpq_says("it cannot be reached");
        wait_for_socket(next == PGRES_POLLING_READING, next == PGRES_POLLING_WRITING, until, patience);
    }
    if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) != 1)
        fail_as_libpq_says("the connection cannot be used");
}

void postgres_connection::wait_for_socket(bool to_read, bool to_write, clock::time_point until,
                                          std::chrono::milliseconds patience)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
        if (left <= std::chrono::milliseconds(0))
            fail(fmt::format("it does not answer within {}", for_people(patience)));
        pollfd socket{PQsocket(connection_.get()), 0, 0};
        if (to_read)
            socket.events |= POLLIN;
        if (to_write)
            socket.events |= POLLOUT;
        const int ready = ::poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0)
            return;
        if (ready < 0 && errno != EINTR)
            fail(std::generic_category().message(errno));
    }
}

void postgres_connection::queue(const char* sql, std::span<const postgres_value> values)
{
    if (!connection_)
        fail("the connection is gone");
    std::vector<const char*> texts;
    std::vector<int> sizes;
    std::vector<int> forms;
    for (const auto& value : values) {
        texts.push_back(value.begin);
        sizes.push_back(static_cast<int>(value.size));
        forms.push_back(value.is_binary ? 1 : 0);
    }
    if (PQsendQueryParams(connection_.get(), sql, static_cast<int>(values.size()), nullptr, texts.data(),
                          sizes.data(), forms.data(), 0) != 1)
        fail_as_libpq_says("a statement cannot be sent");
    ++queued_;
}

// Sends and reads at once: a server whose answers nobody reads would stop reading. The patience is for each
// answer, because many statements together may take longer.
postgres_rows postgres_connection::next_result()
{
    const auto until = clock::now() + timeout_;
    for (;;) {
        const int unsent = PQflush(connection_.get());
        if (unsent < 0)
            fail_as_libpq_says("the connection broke");
        if (PQisBusy(connection_.get()) == 0)
            return {PQgetResult(connection_.get()), PQclear};
        wait_for_socket(true, unsent != 0, until, timeout_);
        if (PQconsumeInput(connection_.get()) != 1)
            fail_as_libpq_says("the connection broke");
    }
}

// The result of the last of the queued statements.
postgres_rows postgres_connection::collect()
{
    postgres_rows last(nullptr, PQclear);
    while (queued_ > 0) {
        auto got = next_result();
        if (!got) {  // behind the results of each statement
            --queued_;
            continue;
        }
        const auto status = PQresultStatus(got.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            // The server skips what is behind a statement that it refused, COMMIT among it.
            const bool is_skipped = queued_ > 1 && *error_field(*got, PG_DIAG_SQLSTATE) != '\0';
            is_in_doubt_ = is_in_doubt_ && !is_skipped;
            fail_with(*got);
        }
        last = std::move(got);
    }
    return last;
}

postgres_rows postgres_connection::run(const char* sql, std::span<const postgres_value> values)
{
    queue(sql, values);
    if (PQsendFlushRequest(connection_.get()) != 1)
        fail_as_libpq_says("a statement cannot be sent");
    auto out = collect();
    if (!out)
        fail("the server sent no answer to a statement");
    return out;
}

void postgres_connection::expect_sync()
{
    const auto end = next_result();
    if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC)
        fail("the server did not end the transaction");
}

void postgres_connection::commit()
{
    is_in_doubt_ = false;
    queue("COMMIT");
    if (PQpipelineSync(connection_.get()) != 1)
        fail_as_libpq_says("a statement cannot be sent");
    is_in_doubt_ = true;
    const auto ended = collect();
    expect_sync();
    if (has_warned_)
        fail("the server warned while it committed: a standby may not have it");
    // A transaction that had failed is rolled back by COMMIT.
    if (!ended || std::string_view(PQcmdStatus(ended.get())) != "COMMIT") {
        is_in_doubt_ = false;
        fail("the server did not commit the transaction");
    }
    is_in_doubt_ = false;
}

int postgres_connection::server_version() const
{
    return connection_ ? PQserverVersion(connection_.get()) : 0;
}

}  // namespace trunkwarden
