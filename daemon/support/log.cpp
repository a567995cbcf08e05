#include "support/log.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ostream_sink.h>

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "support/escape.hpp"
#include "support/line_output.hpp"

namespace trunkwarden {

namespace {

// journald cuts lines at 48 KiB; a few values of this length stay well below.
constexpr std::size_t max_value = 2000;

struct level_output {
    std::string_view prefix;  // syslog(3) priority
    spdlog::level::level_enum in_spdlog;
};

constexpr auto outputs =
    table_for<log_level>(level_output{"<7>", spdlog::level::debug}, level_output{"<6>", spdlog::level::info},
                         level_output{"<4>", spdlog::level::warn}, level_output{"<3>", spdlog::level::err});

std::string logfmt_text(const log_line& line, const log_options& options)
{
    std::string text;
    if (options.target == log_target::stream)
        text = fmt::format("ts={} ", rfc3339_milliseconds(line.at));
    text += fmt::format("level={} msg={}", name_of(line.level), logfmt_value(line.message, max_value));
    for (const log_field& field : line.fields)
        text += fmt::format(" {}={}", field.key, logfmt_value(field.value, max_value));
    return text;
}

std::string json_text(const log_line& line, const log_options& options)
{
    boost::json::object text;
    if (options.target == log_target::stream)
        text["ts"] = rfc3339_milliseconds(line.at);
    text["level"] = name_of(line.level);
    text["msg"] = printable(line.message, max_value);
    for (const log_field& field : line.fields)
        text[field.key] = printable(field.value, max_value);
    return boost::json::serialize(text);
}

std::unique_ptr<spdlog::logger> lines_to(spdlog::sink_ptr sink, log_level least)
{
    auto lines = std::make_unique<spdlog::logger>("trunkwarden", std::move(sink));
    lines->set_level(outputs[least].in_spdlog);
    lines->set_pattern("%v");  // the line comes escaped and whole: spdlog would escape nothing in it
    lines->flush_on(spdlog::level::trace);
    return lines;
}

class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit line_sink(line_output& to) : to_(to) {}

protected:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        to_.write({line.data(), line.size()});
    }
    void flush_() override {}

private:
    line_output& to_;
};

}  // namespace

std::string log_text(const log_line& line, const log_options& options)
{
    const std::string text =
        options.format == log_format::json ? json_text(line, options) : logfmt_text(line, options);
    return options.target == log_target::journal ? std::string(outputs[line.level].prefix) + text : text;
}

result<log_level> log_level_of(std::string_view name)
{
    if (const auto level = value_named<log_level>(name))
        return *level;
    return failure{errc::bad_usage,
                   fmt::format("--log.level \"{}\" is not one of debug, info, warn, error", printable(name))};
}

result<log_format> log_format_of(std::string_view name)
{
    if (name == "logfmt")
        return log_format::logfmt;
    if (name == "json")
        return log_format::json;
    return failure{errc::bad_usage,
                   fmt::format("--log.format \"{}\" is not one of logfmt, json", printable(name))};
}

log_target log_target_of_stderr()
{
    const char* journal =
        std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): read once, at start
    struct stat file {};
    if (journal == nullptr || ::fstat(STDERR_FILENO, &file) != 0)
        return log_target::stream;
    return fmt::format("{}:{}", file.st_dev, file.st_ino) == journal ? log_target::journal
                                                                     : log_target::stream;
}

logger::logger(log_options options)
    : options_(options),
      output_(std::make_unique<line_output>(STDERR_FILENO)),
      lines_(lines_to(std::make_shared<line_sink>(*output_), options.level))
{
}

logger::logger(log_options options, std::ostream& to)
    : options_(options), lines_(lines_to(std::make_shared<spdlog::sinks::ostream_sink_mt>(to), options.level))
{
}

logger::~logger()
{
    finish();
}

void logger::write(log_level level, std::string_view message, std::span<const log_field> fields)
{
    const auto in_spdlog = outputs[level].in_spdlog;
    if (!lines_->should_log(in_spdlog))
        return;
    const log_line line{std::chrono::system_clock::now(), level, message, fields};
    lines_->log(in_spdlog, spdlog::string_view_t(log_text(line, options_)));
    log_gap();
}

// The line that reports the gap may get lost as well, and must not count itself.
void logger::log_gap()
{
    if (!output_ || logging_gap_.exchange(true))
        return;
    if (const auto gap = output_->take_gap(); gap > 0)
        warn("lines of the log are lost: stderr did not take them", {{"lines", gap}});
    logging_gap_ = false;
}

void logger::catch_up()
{
    if (!output_)
        return;
    output_->catch_up();
    log_gap();
}

void logger::finish()
{
    constexpr std::chrono::milliseconds patience(1000);
    if (!output_)
        return;
    catch_up();
    output_->finish(patience);
}

std::uint64_t logger::dropped() const
{
    return output_ ? output_->dropped() : 0;
}

}  // namespace trunkwarden
