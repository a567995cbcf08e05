#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace trunkwarden {
namespace {

parsed_command_line parse(std::vector<const char*> arguments)
{
    arguments.insert(arguments.begin(), "trunkwarden");
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLine, TakesOptionsBeforeAndAfterTheSubcommand)
{
    for (const auto& arguments :
         {std::vector<const char*>{"--config.file=x.yml", "--output=json", "check"},
          std::vector<const char*>{"check", "--config.file=x.yml", "--output=json"},
          std::vector<const char*>{"check", "--config.file", "x.yml", "--output", "json"}}) {
        const auto parsed = parse(arguments);
        ASSERT_TRUE(parsed.wanted) << parsed.to_stderr;
        EXPECT_EQ(parsed.wanted->which, command::check);
        EXPECT_EQ(parsed.wanted->config_file, "x.yml");
        EXPECT_EQ(parsed.wanted->output, output_format::json);
    }
    const auto nested = parse({"config", "check", "--config.file=x.yml"});
    ASSERT_TRUE(nested.wanted) << nested.to_stderr;
    EXPECT_EQ(nested.wanted->which, command::config_check);
    EXPECT_EQ(nested.wanted->config_file, "x.yml");
}

TEST(CommandLine, HasTheDefaultsThatUsersRelyOn)
{
    const auto parsed = parse({"run"});
    ASSERT_TRUE(parsed.wanted);
    EXPECT_EQ(parsed.wanted->config_file, "/etc/trunkwarden/trunkwarden.yml");
    EXPECT_EQ(parsed.wanted->log.level, log_level::info);
    EXPECT_EQ(parsed.wanted->sweeps, std::nullopt);
    EXPECT_EQ(parse({"run", "--sweeps=3"}).wanted->sweeps, 3U);
}

TEST(CommandLine, TakesTheNameOfAnAlertSink)
{
    const auto all = parse({"alerts", "test", "--output=json"});
    ASSERT_TRUE(all.wanted) << all.to_stderr;
    EXPECT_EQ(all.wanted->which, command::alerts_test);
    EXPECT_EQ(all.wanted->sink, "");
    EXPECT_EQ(all.wanted->output, output_format::json);
    const auto one = parse({"alerts", "test", "chat", "--config.file=x.yml"});
    ASSERT_TRUE(one.wanted) << one.to_stderr;
    EXPECT_EQ(one.wanted->sink, "chat");
    EXPECT_EQ(one.wanted->config_file, "x.yml");
    EXPECT_FALSE(parse({"alerts"}).wanted);
    EXPECT_FALSE(parse({"alerts", "test", "chat", "soc"}).wanted);
}

TEST(CommandLine, EndsWithOneOnBadUsageAndSaysWhatWasMeant)
{
    const auto misspelt = parse({"chekc"});
    EXPECT_EQ(misspelt.exit_code, 1);
    EXPECT_NE(misspelt.to_stderr.find("did you mean \"check\""), std::string::npos) << misspelt.to_stderr;
    for (const auto& arguments :
         {std::vector<const char*>{}, std::vector<const char*>{"check", "--nope"},
          std::vector<const char*>{"check", "--output=xml"},
          std::vector<const char*>{"check", "--output=markdown"},
          std::vector<const char*>{"run", "--sweeps=0"}, std::vector<const char*>{"config"}}) {
        const auto parsed = parse(arguments);
        EXPECT_FALSE(parsed.wanted);
        EXPECT_EQ(parsed.exit_code, 1);
        EXPECT_NE(parsed.to_stderr.find("--help"), std::string::npos) << parsed.to_stderr;
    }
}

TEST(CommandLine, TakesWhatIsToBeDoneAboutAFinding)
{
    const auto ack = parse({"ack", "f-3b1c9a", "--reason", "our new SBC", "--until=4h", "--output=json"});
    ASSERT_TRUE(ack.wanted) << ack.to_stderr;
    EXPECT_EQ(ack.wanted->which, command::ack);
    EXPECT_EQ(ack.wanted->id, "f-3b1c9a");
    EXPECT_EQ(ack.wanted->reason, "our new SBC");
    EXPECT_EQ(ack.wanted->until, "4h");
    EXPECT_EQ(ack.wanted->output, output_format::json);
    EXPECT_EQ(parse({"unack", "f-3b1c9a"}).wanted->which, command::unack);
    EXPECT_TRUE(parse({"findings", "--all"}).wanted->all);
    EXPECT_FALSE(parse({"findings"}).wanted->all);
    EXPECT_EQ(parse({"status"}).wanted->which, command::status);
    EXPECT_EQ(parse({"reload"}).wanted->which, command::reload);
    for (const auto& arguments :
         {std::vector<const char*>{"ack"}, std::vector<const char*>{"ack", "f-3b1c9a"},
          std::vector<const char*>{"ack", "--reason=x"}, std::vector<const char*>{"unack"},
          std::vector<const char*>{"unack", "f-3b1c9a", "f-000000"},
          std::vector<const char*>{"status", "--all"}})
        EXPECT_EQ(parse(arguments).exit_code, 1);
}

TEST(CommandLine, SuggestsTheNearestOfAllCommands)
{
    for (const auto& [written, meant] :
         {std::pair{"stauts", "status"}, {"finding", "findings"}, {"reloda", "reload"}, {"unak", "unack"}})
        EXPECT_NE(parse({written}).to_stderr.find(std::string("did you mean \"") + meant), std::string::npos)
            << written;
}

TEST(CommandLine, HelpAndVersionGoToStdoutAndEndWithZero)
{
    const auto help = parse({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.to_stdout.find("Examples:"), std::string::npos);
    const auto version = parse({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_NE(version.to_stdout.find("trunkwarden 0.1.0"), std::string::npos);
    for (const char* sub :
         {"run", "check", "config", "resources", "findings", "ack", "unack", "status", "reload", "alerts"})
        EXPECT_NE(parse({sub, "--help"}).to_stdout.find("Example"), std::string::npos) << sub;
}

}  // namespace
}  // namespace trunkwarden
