#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/result.hpp"

// The log: one line an event, on stderr, for people (logfmt) or machines (JSON). The core never logs; its
// results are logged by the code that decides what to do about them. A `secret` has no way into a field. A
// stderr that takes no lines stops nobody: lines are dropped and counted (line_output.hpp).

namespace spdlog {
class logger;
}

namespace trunkwarden {

class line_output;

enum class log_level : std::uint8_t { debug, info, warn, error };

template <>
inline constexpr auto names_of<log_level> = word_table<log_level>("debug", "info", "warn", "error");

enum class log_format : std::uint8_t { logfmt, json };
enum class log_target : std::uint8_t {
    stream,   // a terminal, a file, a container's log: the line carries its time
    journal,  // systemd's: it adds the time itself and takes the level as a prefix <N> (sd-daemon(3))
};

struct log_options {
    log_level level = log_level::info;  // and above
    log_format format = log_format::logfmt;
    log_target target = log_target::stream;
};

// A key is a literal, lower case; a value may be anything and is escaped.
struct log_field {
    log_field(std::string_view name, std::string_view text) : key(name), value(text) {}
    log_field(std::string_view name, std::integral auto number) : key(name), value(std::to_string(number)) {}
    log_field(std::string_view name, std::same_as<bool> auto) = delete;  // say it in a word

    std::string_view key;
    std::string value;
};

using log_fields = std::initializer_list<log_field>;

struct log_line {
    time_point at;
    log_level level = log_level::info;
    std::string_view message;  // a whole literal, so that a search finds it
    std::span<const log_field> fields;
};

// One line without its end. No value can break it into two.
std::string log_text(const log_line& line, const log_options& options);

// For --log.level and --log.format.
result<log_level> log_level_of(std::string_view name);
result<log_format> log_format_of(std::string_view name);

// Whether stderr goes to systemd's journal: $JOURNAL_STREAM names its device and inode.
log_target log_target_of_stderr();

class logger {
public:
    explicit logger(log_options options);           // to stderr, without waiting for it
    logger(log_options options, std::ostream& to);  // `to` must outlive the logger
    ~logger();
    logger(const logger&) = delete;
    logger& operator=(const logger&) = delete;

    void write(log_level level, std::string_view message, std::span<const log_field> fields);

    // Writes lines that wait for stderr, as far as it takes them now.
    void catch_up();

    // At the end of the process: waits a second at most until stderr has taken the lines that wait.
    void finish();

    // Lines that stderr did not take.
    std::uint64_t dropped() const;

    void debug(std::string_view message, log_fields with = {}) { write(log_level::debug, message, with); }
    void info(std::string_view message, log_fields with = {}) { write(log_level::info, message, with); }
    void warn(std::string_view message, log_fields with = {}) { write(log_level::warn, message, with); }
    void error(std::string_view message, log_fields with = {}) { write(log_level::error, message, with); }

private:
    void log_gap();

    log_options options_;
    std::unique_ptr<line_output> output_;  // stderr; nullptr for a stream
    std::unique_ptr<spdlog::logger> lines_;
    std::atomic<bool> logging_gap_ = false;  // of a gap
};

}  // namespace trunkwarden
