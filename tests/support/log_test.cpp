#include "support/log.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

const time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h + 4s + 123ms;

std::string written(std::string_view message, const std::vector<log_field>& fields, log_options options)
{
    return log_text({noon, log_level::info, message, fields}, options);
}

constexpr log_options as_logfmt{};
constexpr log_options as_json{log_level::info, log_format::json, log_target::stream};

TEST(Log, WritesLogfmt)
{
    EXPECT_EQ(written("sweep complete", {{"account", "production"}, {"items", 250}}, as_logfmt),
              "ts=2026-11-22T10:00:04.123Z level=info msg=\"sweep complete\" account=production items=250");
}

TEST(Log, WritesOneJsonObjectALine)
{
    EXPECT_EQ(written("sweep complete", {{"account", "production"}, {"items", 250}}, as_json),
              R"({"ts":"2026-11-22T10:00:04.123Z","level":"info","msg":"sweep complete",)"
              R"("account":"production","items":"250"})");
}

TEST(Log, LeavesTheTimeToTheJournalAndGivesItThePriority)
{
    log_options options{log_level::debug, log_format::logfmt, log_target::journal};
    const auto line = [&options](log_level level) { return log_text({noon, level, "x", {}}, options); };
    EXPECT_EQ(line(log_level::debug), "<7>level=debug msg=x");
    EXPECT_EQ(line(log_level::info), "<6>level=info msg=x");
    EXPECT_EQ(line(log_level::warn), "<4>level=warn msg=x");
    EXPECT_EQ(line(log_level::error), "<3>level=error msg=x");
    options.format = log_format::json;
    EXPECT_EQ(line(log_level::error), R"(<3>{"level":"error","msg":"x"})");
}

const std::vector<std::string> hostile{
    "x\nts=2026-11-22T10:00:04.123Z level=error msg=\"account deleted\"",
    "x\r\n<3>level=error msg=forged",
    "\" level=error injected=\"yes",
    "\\\" level=error",
    "\x1b[2J\x1b]0;owned\x07",
    "\xc2\x85\xe2\x80\xa8 next line",
    "pay\xe2\x80\xae/lap",
    std::string("nul\0nul", 7),
    "\xff\xfe\xc0\x8a",
    "%v %Y {} {0} {:n}",
    "\"}\n{\"level\":\"error\"",
};

TEST(Log, KeepsAHostileValueInItsPlace)
{
    for (const std::string& value : hostile) {
        const std::string line = written("probe", {{"label", value}, {"canary", "alive"}}, as_logfmt);
        EXPECT_EQ(line.find("ts=2026-11-22T10:00:04.123Z level=info msg=probe label="), 0U) << line;
        EXPECT_TRUE(line.ends_with(" canary=alive")) << line;
        EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        })) << line;
    }
}

// Reads a logfmt line back as its consumers do: key=value or key="value" with \" and \\.
std::vector<std::pair<std::string, std::string>> read_logfmt(std::string_view line)
{
    std::vector<std::pair<std::string, std::string>> fields;
    while (!line.empty()) {
        const std::size_t equals = line.find('=');
        std::string value;
        std::size_t at = equals + 1;
        if (at < line.size() && line[at] == '"') {
            for (++at; at < line.size() && line[at] != '"'; ++at)
                value += line[at] == '\\' ? line[++at] : line[at];
            ++at;
        } else {
            while (at < line.size() && line[at] != ' ')
                value += line[at++];
        }
        fields.emplace_back(line.substr(0, equals), value);
        line.remove_prefix(std::min(at + 1, line.size()));
    }
    return fields;
}

TEST(Log, CanBeReadBackWhateverTheValuesHold)
{
    for (const std::string& value : hostile) {
        const auto fields = read_logfmt(written("probe", {{"label", value}, {"canary", "alive"}}, as_logfmt));
        ASSERT_EQ(fields.size(), 5U) << value;
        EXPECT_EQ(fields[1], std::make_pair(std::string("level"), std::string("info")));
        EXPECT_EQ(fields[3].first, "label");
        EXPECT_EQ(fields[4], std::make_pair(std::string("canary"), std::string("alive")));

        const auto json =
            boost::json::parse(written("probe", {{"label", value}, {"canary", "alive"}}, as_json));
        EXPECT_EQ(json.as_object().size(), 5U) << value;
        EXPECT_EQ(json.at("level").as_string(), "info");
        EXPECT_EQ(json.at("label").as_string(), fields[3].second) << "both formats say the same";
    }
}

TEST(Log, ShortensEndlessValues)
{
    const std::string line = written("probe", {{"label", std::string(1'000'000, 'x')}}, as_logfmt);
    EXPECT_LT(line.size(), 2200U);
    EXPECT_TRUE(line.ends_with("x…"));
}

TEST(Log, WritesWholeLinesFromItsLevelUp)
{
    std::ostringstream to;
    logger log({log_level::warn, log_format::logfmt, log_target::journal}, to);
    log.debug("one");
    log.info("two");
    log.warn("three %v {}", {{"label", "a\nb"}});
    log.error("four");
    EXPECT_EQ(to.str(), "<4>level=warn msg=\"three %v {}\" label=a\\u{a}b\n<3>level=error msg=four\n");
}

TEST(Log, KnowsTheJournalByTheDeviceAndInodeOfStderr)
{
    struct stat file {};
    ASSERT_EQ(::fstat(STDERR_FILENO, &file), 0);
    const auto target_when = [](const std::string& stream) {
        ::setenv("JOURNAL_STREAM", stream.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
        const log_target target = log_target_of_stderr();
        ::unsetenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)
        return target;
    };
    const std::string device = std::to_string(file.st_dev);
    EXPECT_EQ(target_when(device + ":" + std::to_string(file.st_ino)), log_target::journal);
    EXPECT_EQ(target_when(device + ":" + std::to_string(file.st_ino + 1)), log_target::stream)
        << "redirected";
    EXPECT_EQ(target_when(""), log_target::stream);
    EXPECT_EQ(log_target_of_stderr(), log_target::stream) << "not under systemd";
}

TEST(Log, ReadsItsOptions)
{
    EXPECT_EQ(log_level_of("warn").value(), log_level::warn);
    EXPECT_EQ(log_format_of("json").value(), log_format::json);
    EXPECT_EQ(log_level_of("loud").error().message,
              "--log.level \"loud\" is not one of debug, info, warn, error");
    EXPECT_EQ(log_format_of("xml").error().message, "--log.format \"xml\" is not one of logfmt, json");
}

}  // namespace
}  // namespace trunkwarden
