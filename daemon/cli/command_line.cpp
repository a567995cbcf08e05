#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sstream>
#include <string_view>
#include <vector>

#include "support/version.hpp"
#include "support/yaml/nearest.hpp"

namespace trunkwarden {
namespace {

constexpr const char* overview_examples = R"(
Examples:
  trunkwarden init                                set up the first account
  trunkwarden doctor                              does everything work that the watch depends on?
  trunkwarden config check                        are the settings and baselines valid?
  trunkwarden check                               read every account once and say what differs
  trunkwarden check --output=json | jq .complete  the same for scripts
  trunkwarden run                                 watch for ever (what systemd starts)
  trunkwarden resources                           what is watched, and why
  trunkwarden status                              is all well? what was read, who was told
  trunkwarden findings                            what is open, the worst first
  trunkwarden ack f-3b1c9a --reason "our new SBC" --until 4h
                                                  stop the reminders for one of them
  trunkwarden baseline capture --account NAME     write a baseline that trusts the account as it is
  trunkwarden baseline accept f-3b1c9a --reason "our new SBC"
                                                  trust what a finding shows
  trunkwarden baseline lint                       what the baseline leaves open
  trunkwarden reload                              take changed files
  trunkwarden alerts test                         do alerts reach their receivers?

Exit codes: 0 fine, 1 an error; of check the sum of 2 (findings) and 4 (something could not be read).
)";

constexpr const char* run_examples = R"(
Example:
  trunkwarden run --config.file=./trunkwarden.yml --log.level=debug
)";

constexpr const char* check_examples = R"(
Sends nothing, changes nothing, writes no state. Exit code: 0 clean, 2 findings, 4 incomplete, 6 both, 1 an error.

Examples:
  trunkwarden check
  trunkwarden check --output=json > report.json
)";

constexpr const char* config_examples = R"(
Prints every problem as FILE:LINE:COLUMN: message.

Example:
  trunkwarden config check --config.file=./trunkwarden.yml
)";

constexpr const char* resources_examples = R"(
Examples:
  trunkwarden resources
  trunkwarden resources --output=markdown > resources.md
)";

constexpr const char* findings_examples = R"(
Reads the state file, so it works while the daemon does not run. By severity,
the newest first; before them, what the quarantine did in the last three days and
can still undo.

Examples:
  trunkwarden findings
  trunkwarden findings --all
  trunkwarden findings --output=json | jq -r '.[] | select(.severity == "critical") | .id'
)";

constexpr const char* ack_examples = R"(
Stops the reminders for a finding; it stays in the list. ID may be cut short to
"f-" and 6 digits where that names one finding. --until takes a span from now on
(4h, 2d), a day (2026-12-01, to its end in UTC) or a time (2026-12-01T08:00:00Z);
without it, until the finding changes or resolves.

Examples:
  trunkwarden ack f-3b1c9a70d2e4 --reason "our new SBC, OPS-1234"
  trunkwarden ack f-3b1c9a --reason "carrier is looking into it" --until 4h
)";

constexpr const char* unack_examples = R"(
Example:
  trunkwarden unack f-3b1c9a
)";

constexpr const char* status_examples = R"(
The first line says whether all is well. It never says so when something could
not be read.

Examples:
  trunkwarden status
  trunkwarden status --output=json | jq -e .well
)";

constexpr const char* reload_examples = R"(
The daemon reads settings, baselines and keys anew, as on SIGHUP, and prints what
that changes; edits it notices by itself. When any file is not valid, the old ones
stay in force, every problem is printed, and the exit code is 1.

Example:
  trunkwarden reload
)";

constexpr const char* baseline_examples = R"(
Examples:
  trunkwarden baseline capture --account production --output-file baseline.yml
  trunkwarden baseline lint
  trunkwarden baseline accept f-3b1c9a70d2e4 --reason "our new SBC, OPS-1234"
)";

constexpr const char* capture_examples = R"(
Reads the whole account and writes a baseline that trusts it as it is now. What
deserves a second look is marked "# REVIEW: ...". Without --output-file it goes
to stdout. Nothing is written when anything could not be read.

Examples:
  trunkwarden baseline capture --account production --output-file baseline.yml
  trunkwarden baseline capture --account production | diff baseline.yml -
)";

constexpr const char* lint_examples = R"(
Valid, but weak: prints FILE:LINE: what and why. Reads the account to know what
entries match; --offline judges by the file alone. Exit code: 0 nothing to say,
1 the files are not valid, 2 something to say.

Examples:
  trunkwarden baseline lint
  trunkwarden baseline lint --account production --offline
)";

constexpr const char* accept_examples = R"(
Changes the baseline file so that these findings are trusted as they are, and
nothing else; prints the difference. Every byte it need not touch stays. IDs may
be cut short to "f-" and 6 digits where that names one finding.

Examples:
  trunkwarden baseline accept f-3b1c9a70d2e4 --reason "our new SBC" --dry-run
  trunkwarden baseline accept f-3b1c9a f-77e0aa --reason "trunk test" --expires 2027-01-31
)";

constexpr const char* quarantine_examples = R"(
What the quarantine did to the account, would have done, or waits to do. Asks the
running daemon. IDs may be cut short to "a-" and 6 digits where that names one.

Examples:
  trunkwarden quarantine list
  trunkwarden quarantine show a-5d20c1
  trunkwarden quarantine approve a-5d20c1
  trunkwarden quarantine reject a-5d20c1 --reason "our new SBC"
  trunkwarden quarantine undo a-5d20c1 a-77aa01
  trunkwarden quarantine freeze --reason "carrier migration until noon"
  trunkwarden quarantine thaw
  trunkwarden quarantine list --output=json | jq '.actions[] | select(.state == "waiting")'
)";

constexpr const char* lockdown_examples = R"(
Reads the account, and prints what is to be done, in order, with what stops
working and whether it can be taken back. Nothing is changed without --apply.
It can be interrupted and run again: it goes on where it ended. It needs no
running daemon.

Steps: evidence, outbound_profiles, forwarding, applications, addresses,
messaging, sip_credentials, access, api_keys, recharge

Examples:
  trunkwarden lockdown --account production
  trunkwarden lockdown --account production --apply
  trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding
  trunkwarden lockdown --account production --apply --skip sip_credentials
)";

constexpr const char* init_examples = R"(
From nothing to a watched account. Asks for what is not given, checks the key, says
what it can and cannot see, captures the baseline, writes the settings, sends a
test message, and says what to read. With the settings of the package it starts
the service. Nothing is written before everything could be read.

A sink is alertmanager=URL, webhook=URL, slack=FILE or pagerduty=FILE, where FILE
holds the secret URL or the routing key.

Examples:
  trunkwarden init
  trunkwarden init --config.file=$HOME/trunkwarden/trunkwarden.yml
  trunkwarden init --account production --api-key-file /root/telnyx.key --sink slack=/etc/trunkwarden/slack_url --yes
)";

constexpr const char* doctor_examples = R"(
Looks at everything that the watch depends on, from the files to the scrape, and
says what to do about what is wrong. Changes nothing and sends no message. Exit
code: 0 when all is fine or only worth a look, else 1.

Examples:
  trunkwarden doctor
  trunkwarden doctor --output=json | jq '.checks[] | select(.state == "wrong")'
)";

constexpr const char* schema_examples = R"(
Prints a JSON Schema that editors check the file with while you type.

Examples:
  trunkwarden config schema > trunkwarden.schema.json
  trunkwarden baseline schema > baseline.schema.json
)";

constexpr const char* alerts_examples = R"(
Sends one message that says it is a test to every alert sink of the settings, or to the one that is named, and
prints what came back. Needs neither baselines nor API keys. Exit code: 0 when every sink took it, else 1.

Examples:
  trunkwarden alerts test
  trunkwarden alerts test chat
  trunkwarden alerts test --output=json | jq .taken
)";

struct options {
    std::string config_file = invocation{}.config_file.string();
    std::string level = "info";
    std::string format = "logfmt";
    std::string output = "text";
    unsigned sweeps = 0;
    bool all = false;
    std::string id;
    std::string reason;
    std::string until;
    std::string sink;
    std::string account;
    std::string output_file;
    bool force = false;
    bool offline = false;
    std::vector<std::string> ids;
    std::string expires;
    std::string approved_by;
    bool dry_run = false;
    bool apply = false;
    bool yes = false;
    std::vector<std::string> only;
    std::vector<std::string> skip;
    std::string directory;
    std::string key_file;
    std::string key_credential;
    std::string key_env;
    std::string api_url;
    std::string ca_file;
    bool accept_blind_spots = false;
};

// The options stand before or after the subcommand: each level passes what it does not know to the one above.
struct grammar {
    CLI::App app{"Guards a Telnyx account against takeover and toll fraud.", "trunkwarden"};
    options given;
    CLI::App* run = nullptr;
    CLI::App* check = nullptr;
    CLI::App* config = nullptr;
    CLI::App* config_check = nullptr;
    CLI::App* resources = nullptr;
    CLI::App* findings = nullptr;
    CLI::App* ack = nullptr;
    CLI::App* unack = nullptr;
    CLI::App* status = nullptr;
    CLI::App* reload = nullptr;
    CLI::App* alerts = nullptr;
    CLI::App* alerts_test = nullptr;
    CLI::App* config_schema = nullptr;
    CLI::App* baseline = nullptr;
    CLI::App* capture = nullptr;
    CLI::App* lint = nullptr;
    CLI::App* accept = nullptr;
    CLI::App* baseline_schema = nullptr;
    CLI::App* quarantine = nullptr;
    CLI::App* lockdown = nullptr;
    CLI::App* init = nullptr;
    CLI::App* doctor = nullptr;
    std::array<std::pair<CLI::App*, command>, 8> about_actions{};

    grammar()
    {
        app.set_version_flag("--version", fmt::format("trunkwarden {} (revision {})", version, revision));
        app.add_option("--config.file", given.config_file, "The settings file")->capture_default_str();
        app.add_option("--log.level", given.level, "debug, info, warn or error")
            ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
            ->capture_default_str();
        app.add_option("--log.format", given.format, "logfmt or json")
            ->check(CLI::IsMember({"logfmt", "json"}))
            ->capture_default_str();
        app.add_option("--output", given.output, "text, json, or for resources also markdown")
            ->check(CLI::IsMember({"text", "json", "markdown"}))
            ->capture_default_str();
        app.require_subcommand(1);
        app.footer(overview_examples);

        add_first_commands();
        run = add(app, "run", "Watch every account, in the foreground", run_examples);
        run->add_option("--sweeps", given.sweeps, "End after so many sweeps of everything")
            ->check(CLI::Range(1U, 1'000'000U));
        check = add(app, "check", "Read every account once; print findings and coverage", check_examples);
        config = add(app, "config", "Look at the settings", config_examples);
        config->require_subcommand(1);
        config_check =
            add(*config, "check", "Validate settings, baselines and the files they name", config_examples);
        config_schema = add(*config, "schema", "Print the JSON Schema of the settings", schema_examples);
        resources = add(app, "resources", "Print what is watched", resources_examples);
        add_commands_about_findings();
        add_commands_about_baselines();
        add_commands_about_actions();
        status = add(app, "status", "Ask the running daemon whether all is well", status_examples);
        reload = add(app, "reload", "Ask the running daemon to take changed files", reload_examples);
        alerts = add(app, "alerts", "Look after the alert sinks", alerts_examples);
        alerts->require_subcommand(1);
        alerts_test = add(*alerts, "test", "Send a test message to the alert sinks", alerts_examples);
        alerts_test->add_option("SINK", given.sink, "The name of one sink; without it, all");
    }

    void add_first_commands()
    {
        init = add(app, "init", "Set up the first account: key, settings, baseline, service", init_examples);
        init->add_option("--account", given.account, "Its name; else it is asked for");
        auto* file = init->add_option("--api-key-file", given.key_file, "A file that holds the API key");
        auto* credential = init->add_option("--api-key-credential", given.key_credential,
                                            "The systemd credential that holds it");
        auto* variable =
            init->add_option("--api-key-env", given.key_env, "The environment variable that holds it");
        file->excludes(credential)->excludes(variable);
        credential->excludes(variable);
        init->add_option("--sink", given.sink, "Who is told: TYPE=WHERE");
        init->add_option("--api-url", given.api_url, "A regional host of Telnyx");
        init->add_option("--ca-file", given.ca_file, "A PEM file to trust beside the system's");
        init->add_flag("--accept-blind-spots", given.accept_blind_spots,
                       "Go on without what the key cannot read");
        init->add_flag("--force", given.force, "Replace settings and baseline that are there");
        init->add_flag("--yes", given.yes, "Ask nothing: take defaults, and start the service");
        doctor = add(app, "doctor", "Look at everything that the watch depends on", doctor_examples);
    }

    void add_commands_about_findings()
    {
        findings = add(app, "findings", "Print open findings", findings_examples);
        findings->add_flag("--all", given.all, "Resolved ones, too");
        ack = add(app, "ack", "Stop reminders for a finding", ack_examples);
        ack->add_option("ID", given.id, "The finding")->required();
        ack->add_option("--reason", given.reason, "Why: whoever reads the finding reads this")->required();
        ack->add_option("--until", given.until, "When reminders go on");
        unack = add(app, "unack", "Take an acknowledgement back", unack_examples);
        unack->add_option("ID", given.id, "The finding")->required();
    }

    void add_commands_about_baselines()
    {
        baseline = add(app, "baseline", "Write, check and change baselines", baseline_examples);
        baseline->require_subcommand(1);
        capture =
            add(*baseline, "capture", "Write a baseline that trusts an account as it is", capture_examples);
        capture->add_option("--account", given.account, "The account, by its name in the settings")
            ->required();
        capture->add_option("--output-file", given.output_file, "Where to write it; else stdout");
        capture->add_flag("--force", given.force, "Replace a file that is there");
        lint = add(*baseline, "lint", "Name what is valid but weak", lint_examples);
        lint->add_option("--account", given.account, "One account; else all");
        lint->add_flag("--offline", given.offline, "Judge by the file alone, without asking the API");
        accept = add(*baseline, "accept", "Trust what findings show", accept_examples);
        accept->add_option("ID", given.ids, "The findings")->required();
        accept->add_option("--reason", given.reason, "Why: whoever reads the baseline reads this")
            ->required();
        accept->add_option("--expires", given.expires, "The last day it is trusted, as 2027-01-31");
        accept->add_option("--approved-by", given.approved_by, "Who approved it; else whoever runs this");
        accept->add_flag("--dry-run", given.dry_run, "Print the difference only");
        baseline_schema = add(*baseline, "schema", "Print the JSON Schema of baselines", schema_examples);
    }

    void add_commands_about_actions()
    {
        quarantine =
            add(app, "quarantine", "See, approve and undo what is done to an account", quarantine_examples);
        quarantine->require_subcommand(1);
        const auto one = [this](const char* name, const char* help) {
            return add(*quarantine, name, help, quarantine_examples);
        };
        auto* list = one("list", "Print actions: those that wait first");
        list->add_flag("--all", given.all, "Also what is over or was only planned");
        auto* show = one("show", "Print all about an action");
        auto* approve = one("approve", "Carry out actions that wait");
        auto* reject =
            one("reject", "Do not carry out actions that wait, as long as their objects stay as they are");
        auto* undo = one("undo", "Take back what was done");
        auto* freeze = one("freeze", "Do nothing, in any account, until thaw");
        auto* thaw = one("thaw", "Let it act again");
        for (auto* with_ids : {show, approve, reject, undo})
            with_ids->add_option("ID", given.ids, "The actions")->required();
        for (auto* with_reason : {reject, freeze})
            with_reason->add_option("--reason", given.reason, "Why: whoever looks reads this");
        add_lockdown();
        about_actions = {{{list, command::quarantine_list},
                          {show, command::quarantine_show},
                          {approve, command::quarantine_approve},
                          {reject, command::quarantine_reject},
                          {undo, command::quarantine_undo},
                          {freeze, command::quarantine_freeze},
                          {thaw, command::quarantine_thaw},
                          {lockdown, command::lockdown}}};
    }

    void add_lockdown()
    {
        lockdown = add(app, "lockdown", "Put a compromised account right, step by step", lockdown_examples);
        lockdown->add_option("--account", given.account, "The account, by its name in the settings")
            ->required();
        lockdown->add_flag("--apply", given.apply, "Carry it out; else only the plan is printed");
        lockdown->add_flag("--yes", given.yes, "Do not ask for the account's name");
        lockdown->add_option("--only", given.only, "Only these steps, separated by commas")->delimiter(',');
        lockdown->add_option("--skip", given.skip, "Not these steps")->delimiter(',');
        lockdown->add_option("--directory", given.directory,
                             "The folder of the incident; else one beside the state file");
    }

    static CLI::App* add(CLI::App& to, const char* name, const char* help, const char* examples)
    {
        auto* sub = to.add_subcommand(name, help);
        sub->fallthrough();
        sub->footer(examples);
        return sub;
    }
};

// CLI11 says "A subcommand is required" about a misspelt one; say which was probably meant.
std::string unknown_word(const grammar& words)
{
    const auto rest = words.app.remaining(true);
    const auto word =
        std::ranges::find_if(rest, [](const std::string& text) { return !text.starts_with('-'); });
    if (word == rest.end())
        return {};
    constexpr std::array<std::string_view, 15> commands{
        "init",  "doctor", "run",    "check",  "config",   "resources",  "findings", "ack",
        "unack", "status", "reload", "alerts", "baseline", "quarantine", "lockdown"};
    const auto meant = nearest(*word, commands);
    return fmt::format("there is no command \"{}\"{}", *word,
                       meant.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", meant));
}

// "trunkwarden ack", as far as the words were understood.
std::string command_meant_by(const grammar& words)
{
    std::string out = "trunkwarden";
    const CLI::App* at = &words.app;
    while (true) {
        const auto parsed = at->get_subcommands();
        if (parsed.empty())
            return out;
        at = parsed.front();
        out += ' ' + at->get_name();
    }
}

parsed_command_line usage_error(const std::string& what, const std::string& command = "trunkwarden")
{
    parsed_command_line out;
    out.exit_code = 1;
    out.to_stderr = fmt::format("trunkwarden: {}\nSee \"{} --help\".\n", what, command);
    return out;
}

command command_of(const grammar& words)
{
    const std::array<std::pair<const CLI::App*, command>, 16> table{
        {{words.init, command::init},
         {words.doctor, command::doctor},
         {words.run, command::run},
         {words.check, command::check},
         {words.config_schema, command::config_schema},
         {words.config, command::config_check},
         {words.findings, command::findings},
         {words.ack, command::ack},
         {words.unack, command::unack},
         {words.status, command::status},
         {words.reload, command::reload},
         {words.alerts, command::alerts_test},
         {words.capture, command::baseline_capture},
         {words.lint, command::baseline_lint},
         {words.accept, command::baseline_accept},
         {words.baseline_schema, command::baseline_schema}}};
    for (const auto& [app, which] : table)
        if (app->parsed())
            return which;
    for (const auto& [app, which] : words.about_actions)
        if (app->parsed())
            return which;
    return command::resources;
}

output_format format_named(const std::string& name)
{
    if (name == "json")
        return output_format::json;
    return name == "markdown" ? output_format::markdown : output_format::text;
}

invocation invocation_of(const grammar& words)
{
    invocation out;
    out.which = command_of(words);
    out.config_file = words.given.config_file;
    out.log.level = log_level_of(words.given.level).value();
    out.log.format = log_format_of(words.given.format).value();
    out.log.target = log_target_of_stderr();
    out.output = format_named(words.given.output);
    out.all = words.given.all;
    out.id = words.given.id;
    out.reason = words.given.reason;
    out.until = words.given.until;
    if (words.given.sweeps > 0)
        out.sweeps = words.given.sweeps;
    out.sink = words.given.sink;
    out.account = words.given.account;
    out.output_file = words.given.output_file;
    out.force = words.given.force;
    out.offline = words.given.offline;
    out.ids = words.given.ids;
    out.expires = words.given.expires;
    out.approved_by = words.given.approved_by;
    out.dry_run = words.given.dry_run;
    out.apply = words.given.apply;
    out.yes = words.given.yes;
    out.only = words.given.only;
    out.skip = words.given.skip;
    out.directory = words.given.directory;
    out.key = {words.given.key_file, words.given.key_credential, words.given.key_env};
    out.api_url = words.given.api_url;
    out.ca_file = words.given.ca_file;
    out.accept_blind_spots = words.given.accept_blind_spots;
    return out;
}

}  // namespace

parsed_command_line parse_command_line(int argc, const char* const* argv)
{
    grammar words;
    try {
        words.app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        std::ostringstream text;
        words.app.exit(asked, text, text);
        parsed_command_line out;
        out.to_stdout = text.str();
        return out;
    } catch (const CLI::ParseError& wrong) {
        const auto meant = unknown_word(words);
        return meant.empty() ? usage_error(wrong.what(), command_meant_by(words)) : usage_error(meant);
    }
    parsed_command_line out;
    out.wanted = invocation_of(words);
    if (out.wanted->output == output_format::markdown && out.wanted->which != command::resources)
        return usage_error("--output=markdown is for \"trunkwarden resources\" only");
    return out;
}

}  // namespace trunkwarden
