#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "support/result.hpp"
#include "web/http_exchange.hpp"

// How a command asks the running daemon: one HTTP request over its Unix socket.

namespace trunkwarden {

struct patience {
    std::chrono::milliseconds time = std::chrono::seconds(10);  // from connecting to the answer's last byte
    std::size_t bytes = 64UL * 1024 * 1024;                     // of an answer
};

struct daemon_answer {
    unsigned status = 0;
    std::string body;
};

// Blocks. An answer with any status is a success. Fails with unreachable, timed_out, too_large or
// not_understood; the sentence names the socket and what to do next.
result<daemon_answer> ask_daemon(const std::filesystem::path& socket, const http_query& query,
                                 const patience& limits = {});

// Whether a failure of ask_daemon() or ask_api() means that no daemon answered: then there may be files to
// read.
bool daemon_gave_no_answer(const failure& why);

// The "data" of an answer of /api/v1; its "error" as a failure, in the daemon's words.
result<boost::json::value> data_of(const daemon_answer& answer);

// ask_daemon, then data_of.
result<boost::json::value> ask_api(const std::filesystem::path& socket, const http_query& query);

}  // namespace trunkwarden
