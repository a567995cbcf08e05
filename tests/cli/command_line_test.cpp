#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <array>
#include <iterator>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.hpp"

namespace trunkwarden {
namespace {

parsed_command_line parse(std::vector<const char*> arguments,
                          std::span<const command_spec* const> table = command_table())
{
    arguments.insert(arguments.begin(), "trunkwarden");
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data(), table);
}

// The words of the command that was parsed; when there is none, the output instead.
std::string command_of(const parsed_command_line& parsed)
{
    return parsed.command != nullptr && parsed.run ? parsed.command->name : parsed.to_stderr;
}

// A command whose exit code says which options reached it.
struct probe_options {
    unsigned number = 7;
    std::vector<std::string> ids;
    bool all = false;

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "Names")->required();
        app.add_option("--number", number, "A number");
        app.add_flag("--all", all, "Everything");
    }
};

int probe(const probe_options& given, const common_options& common)
{
    const bool is_json = common.output == output_format::json;
    return static_cast<int>(given.number) + static_cast<int>(given.ids.size()) * 100 +
           (given.all ? 1000 : 0) + (is_json ? 10000 : 0);
}

int idle(const common_options&)
{
    return 3;
}

constexpr command_spec group{"group", "Commands", ""};
constexpr command_spec probing{"group probe", "Probe", "", with_options<probe_options, probe>};
constexpr command_spec idling{.name = "idle",
                              .help = "Nothing",
                              .examples = "",
                              .add_options = without_options<idle>,
                              .more_outputs = " markdown "};
constexpr std::array<const command_spec*, 3> probes{&group, &probing, &idling};

int exit_code_of(std::vector<const char*> arguments)
{
    const auto parsed = parse(std::move(arguments), probes);
    return parsed.run ? parsed.run(parsed.common) : -1;
}

TEST(CommandLine, TakesOptionsBeforeAndAfterTheSubcommand)
{
    for (const auto& arguments :
         {std::vector<const char*>{"--config.file=x.yml", "--output=json", "check"},
          std::vector<const char*>{"check", "--config.file=x.yml", "--output=json"},
          std::vector<const char*>{"check", "--config.file", "x.yml", "--output", "json"}}) {
        const auto parsed = parse(arguments);
        EXPECT_EQ(command_of(parsed), "check");
        EXPECT_EQ(parsed.common.config_file, "x.yml");
        EXPECT_EQ(parsed.common.output, output_format::json);
    }
    const auto nested = parse({"config", "check", "--config.file=x.yml"});
    EXPECT_EQ(command_of(nested), "config check");
    EXPECT_EQ(nested.common.config_file, "x.yml");
}

TEST(CommandLine, HasTheDefaultsThatUsersRelyOn)
{
    const auto parsed = parse({"run"});
    EXPECT_EQ(command_of(parsed), "run");
    EXPECT_EQ(parsed.common.config_file, "/etc/trunkwarden/trunkwarden.yml");
    EXPECT_EQ(parsed.common.log.level, log_level::info);
    EXPECT_EQ(parsed.common.output, output_format::text);
    EXPECT_EQ(parsed.common.colours, colouring::automatic);
    EXPECT_EQ(parse({"check", "--color=always"}).common.colours, colouring::always);
    EXPECT_EQ(command_of(parse({"run", "--sweeps=3"})), "run");
}

TEST(CommandLine, PagesTheResultsThatCanBeLongUnlessItIsTold)
{
    for (const char* command : {"findings", "history", "check", "report", "resources"}) {
        EXPECT_TRUE(pages_its_result(parse({command}))) << command;
        EXPECT_FALSE(pages_its_result(parse({command, "--no-pager"}))) << command;
        EXPECT_FALSE(pages_its_result(parse({"--no-pager", command}))) << command;
    }
    EXPECT_TRUE(pages_its_result(parse({"explain", "f-3b1c9a70d2e4"})));
    EXPECT_TRUE(pages_its_result(parse({"quarantine", "list"})));
    for (const char* command : {"run", "status", "init", "doctor"})
        EXPECT_FALSE(pages_its_result(parse({command})))
            << command << ": what it prints is to be seen at once";
    EXPECT_FALSE(pages_its_result(parse({"chekc"})));
    EXPECT_FALSE(pages_its_result(parse({"--help"})));
}

TEST(CommandLine, HandsEachCommandItsOwnOptions)
{
    EXPECT_EQ(exit_code_of({"group", "probe", "a"}), 107);
    EXPECT_EQ(exit_code_of({"group", "probe", "a", "b", "--number=1"}), 201);
    EXPECT_EQ(exit_code_of({"--output=json", "group", "probe", "--all", "a", "--number", "2"}), 11102);
    EXPECT_EQ(exit_code_of({"idle"}), 3);
    EXPECT_EQ(exit_code_of({"group", "probe"}), -1) << "ID is required";
    EXPECT_EQ(exit_code_of({"idle", "--all"}), -1) << "the option is another command's";
}

TEST(CommandLine, WritesMarkdownForTheCommandsThatHaveIt)
{
    EXPECT_EQ(exit_code_of({"idle", "--output=markdown"}), 3);
    EXPECT_EQ(exit_code_of({"group", "probe", "a", "--output=markdown"}), -1);
    EXPECT_EQ(command_of(parse({"resources", "--output=markdown"})), "resources");
    EXPECT_EQ(command_of(parse({"report", "--output=markdown"})), "report");
}

TEST(CommandLine, WritesHtmlForTheReportOnly)
{
    EXPECT_EQ(parse({"report", "--output=html"}).common.output, output_format::html);
    EXPECT_EQ(exit_code_of({"idle", "--output=html"}), -1);
    EXPECT_EQ(parse({"resources", "--output=html"}).exit_code, 1);
    EXPECT_EQ(parse({"findings", "--output=ocsf"}).common.output, output_format::ocsf);
    EXPECT_NE(parse({"report", "--output=ocsf"}).to_stderr.find("has no --output=ocsf"), std::string::npos);
}

TEST(CommandLine, TakesTheNameOfAnAlertSink)
{
    const auto all = parse({"alerts", "test", "--output=json"});
    EXPECT_EQ(command_of(all), "alerts test");
    EXPECT_EQ(all.common.output, output_format::json);
    const auto parsed = parse({"alerts", "test", "chat", "--config.file=x.yml"});
    EXPECT_EQ(command_of(parsed), "alerts test");
    EXPECT_EQ(parsed.common.config_file, "x.yml");
    EXPECT_FALSE(parse({"alerts"}).run);
    EXPECT_FALSE(parse({"alerts", "test", "chat", "soc"}).run);
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
        EXPECT_FALSE(parsed.run);
        EXPECT_EQ(parsed.exit_code, 1);
        EXPECT_NE(parsed.to_stderr.find("--help"), std::string::npos) << parsed.to_stderr;
    }
}

TEST(CommandLine, TakesWhatIsToBeDoneAboutAFinding)
{
    const auto ack = parse({"ack", "f-3b1c9a", "--reason", "our new SBC", "--until=4h", "--output=json"});
    EXPECT_EQ(command_of(ack), "ack");
    EXPECT_EQ(ack.common.output, output_format::json);
    EXPECT_EQ(command_of(parse({"ack", "f-3b1c9a", "f-000000", "--reason=x"})), "ack");
    EXPECT_EQ(command_of(parse({"ack", "--incident=i-3b1c9a", "--reason=x"})), "ack");
    EXPECT_EQ(command_of(parse({"unack", "f-3b1c9a", "f-000000"})), "unack");
    EXPECT_EQ(command_of(parse({"explain", "f-3b1c9a"})), "explain");
    EXPECT_EQ(command_of(parse({"history"})), "history");
    EXPECT_EQ(command_of(parse({"history", "--since=2h", "--account", "production", "--incident=i-3b1c9a",
                                "--resource=ips", "--limit=10"})),
              "history");
    EXPECT_EQ(command_of(parse({"findings", "--all"})), "findings");
    EXPECT_EQ(command_of(parse({"findings"})), "findings");
    EXPECT_EQ(command_of(parse({"findings", "--account", "production", "f-3b1c9a"})), "findings")
        << "one word behind the option, then an id";
    EXPECT_EQ(command_of(parse({"status"})), "status");
    EXPECT_EQ(command_of(parse({"reload"})), "reload");
    for (const auto& arguments :
         {std::vector<const char*>{"ack"}, std::vector<const char*>{"ack", "f-3b1c9a"},
          std::vector<const char*>{"unack"}, std::vector<const char*>{"explain"},
          std::vector<const char*>{"explain", "f-3b1c9a", "f-000000"},
          std::vector<const char*>{"status", "--all"}, std::vector<const char*>{"history", "f-3b1c9a"},
          std::vector<const char*>{"history", "--limit=0"}})
        EXPECT_EQ(parse(arguments).exit_code, 1);
}

TEST(CommandLine, SuggestsTheNearestOfAllCommands)
{
    for (const auto& [written, meant] :
         {std::pair{"stauts", "status"}, {"finding", "findings"}, {"reloda", "reload"}, {"unak", "unack"}})
        EXPECT_NE(parse({written}).to_stderr.find(std::string("did you mean \"") + meant), std::string::npos)
            << written;
}

TEST(CommandLine, SuggestsCommandsOfTheGroupThatWasNamed)
{
    EXPECT_EQ(parse({"quarantine", "aprove", "a-5d20c1"}).to_stderr,
              "trunkwarden: there is no command \"aprove\"; did you mean \"approve\"?\n"
              "See \"trunkwarden quarantine --help\".\n");
    EXPECT_EQ(parse({"quarantine", "status"}).to_stderr.find("did you mean"), std::string::npos);
}

TEST(CommandLine, TakesAnArgumentTooManyForNoCommand)
{
    const auto parsed = parse({"explain", "f-3b1c9a", "findings"});
    EXPECT_EQ(parsed.to_stderr.find("there is no command"), std::string::npos) << parsed.to_stderr;
    EXPECT_NE(parsed.to_stderr.find("See \"trunkwarden explain --help\""), std::string::npos)
        << parsed.to_stderr;
}

TEST(CommandLine, HelpAndVersionGoToStdoutAndEndWithZero)
{
    const auto help = parse({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.to_stdout.find("Examples:"), std::string::npos);
    const auto version = parse({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_NE(version.to_stdout.find("trunkwarden 0.1.0"), std::string::npos);
}

TEST(CommandLine, WhatIsForShellsIsInNoHelpAndIsNoSuggestion)
{
    EXPECT_EQ(parse({"--help"}).to_stdout.find("__complete"), std::string::npos);
    EXPECT_EQ(parse({"complete"}).to_stderr.find("__complete"), std::string::npos);
    EXPECT_EQ(parse({"__complete", "passwords"}).exit_code, 1);
}

TEST(CommandTable, HasEachCommandOnceWithHelpAndExamples)
{
    std::set<std::string_view> names;
    for (const auto* spec : command_table()) {
        const std::string_view name = spec->name;
        EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
        if (const auto space = name.find(' '); space != std::string_view::npos) {
            EXPECT_TRUE(names.contains(name.substr(0, space))) << "the group comes before " << name;
        }
        std::istringstream words{std::string(name)};
        std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
        arguments.emplace_back("--help");
        std::vector<const char*> pointers;
        for (const auto& word : arguments)
            pointers.push_back(word.c_str());
        const auto help = parse(pointers).to_stdout;
        EXPECT_NE(help.find(spec->help), std::string::npos) << name;
        EXPECT_NE(help.find("Example"), std::string::npos) << name;
        EXPECT_NE(help.find("Every command also takes --output text|json, --config.file FILE"),
                  std::string::npos)
            << name;
    }
}

}  // namespace
}  // namespace trunkwarden
