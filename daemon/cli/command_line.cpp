#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "support/version.hpp"
#include "support/yaml/closest_match.hpp"

namespace trunkwarden {
namespace {

constexpr const char* overview_examples = R"(
Examples:
  trunkwarden init                    set up the first account
  trunkwarden doctor                  does all work that the watch depends on?
  trunkwarden config check            are the settings and baselines valid?
  trunkwarden check                   read every account once, say what differs
  trunkwarden check --output=json
                                      the same for scripts
  trunkwarden run                     watch for ever (what systemd starts)
  trunkwarden resources               what is watched, and why
  trunkwarden status                  is all well? lists read, receivers notified
  trunkwarden findings                what is open, the worst first
  trunkwarden ack f-3b1c9a --reason "our new SBC" --until 4h
                                      stop the reminders for one of them
  trunkwarden baseline capture --account NAME
                                      write a baseline that trusts what is there
  trunkwarden baseline accept f-3b1c9a --reason "our new SBC"
                                      trust what a finding shows
  trunkwarden baseline lint           what the baseline leaves open
  trunkwarden reload                  take changed files
  trunkwarden alerts test             do alerts reach their receivers?

Exit codes: 0 fine, 1 an error; of check the sum of 2 (findings) and 4
(something could not be read).
)";

// At the end of each command's help: its examples use these, and only the program's own help explains them.
constexpr std::string_view also_taken = R"(
Every command also takes --output text|json, --config.file FILE, --color WHEN,
--no-pager, --log.level and --log.format: see "trunkwarden --help".
)";

// "baseline" and "capture" of "baseline capture"; "" and "run" of "run".
std::pair<std::string_view, std::string_view> group_and_word(std::string_view name)
{
    const auto space = name.rfind(' ');
    return space == std::string_view::npos ? std::pair(std::string_view{}, name)
                                           : std::pair(name.substr(0, space), name.substr(space + 1));
}

bool is_in_no_help(std::string_view word)
{
    return word.starts_with("__");
}

// The words of the table directly below a command, "" for the first words.
std::vector<std::string_view> words_below(std::string_view group, std::span<const command_spec* const> table)
{
    std::vector<std::string_view> out;
    for (const auto* spec : table)
        if (const auto [parent, word] = group_and_word(spec->name); parent == group && !is_in_no_help(word))
            out.push_back(word);
    return out;
}

// The table, as CLI11 parses it. Options come before or after the words of a command: each level passes what
// it does not know to the one above.
class grammar {
public:
    explicit grammar(std::span<const command_spec* const> table);

    CLI::App& app() { return app_; }

    // The results of parsing.
    common_options common() const;
    std::pair<const command_spec*, command_function> command() const;

private:
    struct declared_command {
        const command_spec* spec;
        const CLI::App* app;
        command_function run;
    };

    void add_common_options();
    void add(const command_spec& spec);

    CLI::App app_{"Guards a Telnyx account against takeover and toll fraud.", "trunkwarden"};
    std::string config_file_ = common_options{}.config_file.string();
    std::string level_ = "info";
    std::string format_ = "logfmt";
    std::string output_ = "text";
    std::string colours_ = "auto";
    bool has_no_pager_ = false;
    std::vector<declared_command> commands_;
};

grammar::grammar(std::span<const command_spec* const> table)
{
    app_.set_version_flag("--version", fmt::format("trunkwarden {} (revision {})", version, revision));
    add_common_options();
    app_.require_subcommand(1);
    app_.footer(overview_examples);
    for (const auto* spec : table)
        add(*spec);
}

void grammar::add_common_options()
{
    app_.add_option("--config.file", config_file_, "The settings file")->capture_default_str();
    app_.add_option("--log.level", level_, "debug, info, warn or error")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    app_.add_option("--log.format", format_, "logfmt or json")
        ->check(CLI::IsMember({"logfmt", "json"}))
        ->capture_default_str();
    app_.add_option("--output", output_, "text or json; see the command for others")
        ->check(CLI::IsMember(std::vector<std::string>(names_of<output_format>.values.begin(),
                                                       names_of<output_format>.values.end())))
        ->capture_default_str();
    app_.add_option("--color", colours_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app_.add_flag("--no-pager", has_no_pager_, "Print long results as they are");
}

void grammar::add(const command_spec& spec)
{
    const auto [group, word] = group_and_word(spec.name);
    auto* const above = group.empty() ? &app_ : app_.get_subcommand(std::string(group));
    auto* const app = above->add_subcommand(std::string(word), spec.help);
    app->fallthrough();
    if (is_in_no_help(word))
        app->group("");  // it is in no help
    app->footer(fmt::format("{}{}", spec.examples, also_taken));
    if (spec.add_options == nullptr)
        app->require_subcommand(1);
    else
        commands_.push_back({&spec, app, spec.add_options(*app)});
}

common_options grammar::common() const
{
    common_options out;
    out.config_file = config_file_;
    out.log.level = log_level_of(level_).value();
    out.log.format = log_format_of(format_).value();
    out.log.target = log_target_of_stderr();
    out.output = value_named<output_format>(output_).value();
    out.colours = value_named<colouring>(colours_).value();
    out.when_long = has_no_pager_ ? long_output::printed : long_output::paged;
    return out;
}

std::pair<const command_spec*, command_function> grammar::command() const
{
    const auto parsed = std::ranges::find_if(
        commands_, [](const declared_command& declared) { return declared.app->parsed(); });
    return {parsed->spec, parsed->run};  // require_subcommand: there is one
}

// "baseline capture", as far as the words were understood; "" when none was.
std::string understood_words(const CLI::App& app)
{
    std::string out;
    auto parsed = app.get_subcommands();
    while (!parsed.empty()) {
        out += (out.empty() ? "" : " ") + parsed.front()->get_name();
        parsed = parsed.front()->get_subcommands();
    }
    return out;
}

parsed_command_line usage_error(const std::string& sentence, const std::string& command)
{
    parsed_command_line out;
    out.exit_code = 1;
    out.to_stderr = fmt::format("trunkwarden: {}\nSee \"trunkwarden {}{}--help\".\n", sentence, command,
                                command.empty() ? "" : " ");
    return out;
}

// CLI11 says "A subcommand is required" about a misspelt one; this sentence names it, and the command that
// was probably meant. "" when no word is missing.
std::string unknown_word(const std::vector<std::string>& not_understood,
                         const std::vector<std::string_view>& words)
{
    const auto word =
        std::ranges::find_if(not_understood, [](const std::string& text) { return !text.starts_with('-'); });
    if (word == not_understood.end() || words.empty())
        return {};
    const auto meant = closest_match(*word, words);
    return fmt::format("there is no command \"{}\"{}", *word,
                       meant.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", meant));
}

bool takes_output(const command_spec& command, output_format output)
{
    return output == output_format::text || output == output_format::json ||
           command.more_outputs.find(fmt::format(" {} ", name_of(output))) != std::string_view::npos;
}

}  // namespace

bool pages_its_result(const parsed_command_line& parsed)
{
    return parsed.command != nullptr && parsed.command->when_long == long_output::paged &&
           parsed.common.when_long == long_output::paged;
}

parsed_command_line parse_command_line(int argc, const char* const* argv,
                                       std::span<const command_spec* const> table)
{
    grammar parser(table);
    try {
        parser.app().parse(argc, argv);
    } catch (const CLI::Success& asked) {
        std::ostringstream text;
        parser.app().exit(asked, text, text);
        parsed_command_line out;
        out.to_stdout = text.str();
        return out;
    } catch (const CLI::ParseError& wrong) {
        const auto command = understood_words(parser.app());
        const auto unknown = unknown_word(parser.app().remaining(true), words_below(command, table));
        return usage_error(unknown.empty() ? wrong.what() : unknown, command);
    }
    parsed_command_line out;
    out.common = parser.common();
    std::tie(out.command, out.run) = parser.command();
    if (!takes_output(*out.command, out.common.output))
        return usage_error(fmt::format("\"trunkwarden {}\" has no --output={}", out.command->name,
                                       name_of(out.common.output)),
                           out.command->name);
    return out;
}

}  // namespace trunkwarden
