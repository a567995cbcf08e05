#pragma once

#include <chrono>
#include <cstddef>
#include <libpq-fe.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "postgres/connection_words.hpp"

namespace trunkwarden {

// The value of $1, $2, …; a text ends at its first NUL.
struct postgres_value {
    const char* begin = nullptr;  // nullptr: NULL
    std::size_t size = 0;         // of bytes
    bool is_binary = false;
};

using postgres_rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

// One connection in libpq's pipeline mode: statements are sent without waiting for those before, and each
// wait has a deadline. Each function throws postgres_error; then the connection is closed, never
// cancelled: a cancelled COMMIT that waits for its standby would count as done. Nothing is kept in the
// session, so that it may go through a pooler of transactions.
class postgres_connection {
public:
    // Blocks until one of the hosts is connected, for three seconds with each (connect_timeout), or throws.
    // Of a name the addresses are looked up by the system, which has its own patience.
    postgres_connection(const connection_words& words, std::chrono::milliseconds timeout);
    ~postgres_connection();
    postgres_connection(const postgres_connection&) = delete;
    postgres_connection& operator=(const postgres_connection&) = delete;

    // Sent with the next statement that is waited for.
    void queue(const char* sql, std::span<const postgres_value> values = {});

    // After all that are queued.
    postgres_rows run(const char* sql, std::span<const postgres_value> values = {});

    // Ends the transaction. Throws postgres_error; whether it was committed is then known only where
    // is_in_doubt() says no.
    void commit();
    bool is_in_doubt() const { return is_in_doubt_; }

    bool is_open() const { return connection_ != nullptr; }
    int server_version() const;

private:
    struct finisher {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };

    void connect();
    void wait_for_socket(bool to_read, bool to_write, std::chrono::steady_clock::time_point until,
                         std::chrono::milliseconds patience);
    postgres_rows next_result();
    postgres_rows collect();
    void expect_sync();
    [[noreturn]] void fail(const std::string& why, const std::string& sqlstate = {});
    [[noreturn]] void fail_as_libpq_says(const char* doing);
    [[noreturn]] void fail_with(const PGresult& refused);
    static void on_notice(void* self, const PGresult* notice);

    connection_words words_;  // of the host that is tried, or connected
    std::chrono::milliseconds timeout_;
    std::unique_ptr<PGconn, finisher> connection_;
    std::size_t queued_ = 0;  // statements without a result yet
    bool has_warned_ = false;
    bool is_in_doubt_ = false;
};

}  // namespace trunkwarden
