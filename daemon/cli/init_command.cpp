#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "cli/alerts_command.hpp"
#include "cli/capture_account.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/file_transaction.hpp"
#include "cli/first_answers.hpp"
#include "cli/init_options.hpp"
#include "cli/permission_to_read.hpp"
#include "cli/prompts.hpp"
#include "cli/report/output.hpp"
#include "cli/run_program.hpp"
#include "cli/service_access.hpp"
#include "cli/settings_template.hpp"
#include "loading/loading.hpp"
#include "settings/api_key.hpp"
#include "settings/secret_file.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "support/text_file.hpp"

// From nothing to a watched account: asks, checks the key, says what it can see, captures, and only then
// writes.

namespace trunkwarden {
namespace {

using std::filesystem::path;

constexpr const char* init_examples = R"(
From nothing to a watched account. Asks for what is not given, checks the key,
says what it can and cannot see, captures the baseline, writes the settings,
sends a test message, and says what to read. With the settings of the package it
starts the service. Nothing is written before everything could be read.

A sink is alertmanager=URL, webhook=URL, slack=FILE or pagerduty=FILE, where
FILE holds the secret URL or the routing key.

A proxy is the way to the API, and to Slack or PagerDuty.

Examples:
  trunkwarden init
  trunkwarden init --config.file=$HOME/trunkwarden/trunkwarden.yml
  trunkwarden init --account production --api-key-file /root/telnyx.key --sink slack=/etc/trunkwarden/slack_url --yes
)";

constexpr std::string_view service_folder = "/etc/trunkwarden";

struct init_context {
    const init_options& given;
    output_format output{};
    path config_file;
    path folder;              // of the settings
    bool is_service = false;  // the place where the package's unit looks
    template_values answers = {};
    secret key = {};
    path key_file = {};  // to be written; "" when the key has a place already
    std::string organization = {};
};

// Whether a file holds more than comments: the package installs one that holds nothing else.
result<bool> has_content(const path& file)
{
    constexpr std::size_t largest = 64UL * 1024 * 1024;
    const auto text = read_text_file(file, largest);
    if (!text && text.error().kind == errc::not_found)
        return false;
    if (!text)
        return failure{errc::bad_file, text.error().what +
                                           "; run it as root, or name settings of your own: "
                                           "--config.file=$HOME/trunkwarden/trunkwarden.yml"};
    std::string_view rest = *text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        const auto first = line.find_first_not_of(" \t\r");
        if (first != std::string_view::npos && line[first] != '#' && line.substr(first, 3) != "---")
            return true;
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return false;
}

path key_file_of(const init_context& of)
{
    return of.is_service ? of.folder / "credentials" / of.answers.account
                         : of.folder / (of.answers.account + ".key");
}

result<void> check_free(const init_context& of, const path& file)
{
    const auto there = has_content(file);
    if (!there)
        return there.error();
    if (*there && !of.given.force)
        return bad_usage(
            "{} already exists, and nothing was read or written. To add an account, edit the settings "
            "and run \"trunkwarden baseline capture\"; --force replaces it",
            file.string());
    return {};
}

result<void> check_place(init_context& of)
{
    std::error_code failed;
    std::filesystem::create_directories(of.folder, failed);
    if (failed || ::access(of.folder.c_str(), W_OK | X_OK) != 0)
        return bad_usage(
            "{} cannot be written: {}; run it as root (sudo trunkwarden init), or name settings of "
            "your own: --config.file=$HOME/trunkwarden/trunkwarden.yml",
            of.folder.string(), failed ? failed.message() : "permission denied");
    for (const auto& file : {of.config_file, of.folder / "baseline.yml"})
        if (auto is_free = check_free(of, file); !is_free)
            return is_free;
    return {};
}

// ---- what is asked

bool can_ask(const init_context& of)
{
    return stdin_is_a_terminal() && !of.given.yes;
}

result<void> find_name(init_context& of)
{
    const auto take = [&of](const std::string& name) -> result<void> {
        of.answers.account = name;
        const auto fault = fault_of_account_name(name);
        return fault ? bad_usage(*fault) : result<void>();
    };
    if (of.given.account.empty() && can_ask(of))
        return ask_until(
            5, [] { return ask_for("Account name, as it shows in alerts", "production"); }, take);
    return take(of.given.account.empty() ? "production" : of.given.account);
}

result<void> take_key(init_context& of, result<secret> key)
{
    if (!key)
        return key.error();
    if (const auto fault = fault_of_api_key(*key))
        return failure{errc::bad_file, "the API key " + *fault};
    of.key = std::move(*key);
    of.key_file = key_file_of(of);
    if (of.is_service)
        of.answers.api_key.credential = "telnyx_" + of.answers.account;
    else
        of.answers.api_key.file = of.key_file.filename();
    return check_free(of, of.key_file);
}

// One request, so that a mistyped key can be typed again. Only a 401 is judged here: whatever else is wrong
// shows when everything is read.
result<void> try_key(const init_context& of)
{
    auto parsed = parse_settings(settings_template(of.answers), of.config_file, resource_names());
    if (!parsed.problems.empty())
        return failure{errc::bad_file, parsed.problems.front().message};
    const auto watched = build_account(parsed.value.accounts.front(), parsed.value.poll, {});
    first_answers_options one_list;
    one_list.most_lists = 1;
    const auto answers = ask_every_list(*watched, of.key, one_list);
    const bool is_rejected =
        answers && !answers->empty() && answers->front().answer && answers->front().answer->status == 401;
    return is_rejected ? bad_usage("the API rejects this key (401): is it whole, and of the right account?")
                       : result<void>();
}

// The service can read neither home folders nor the environment of the user who runs init. For the service,
// the key goes into the folder that systemd takes credentials from.
result<void> find_key(init_context& of)
{
    const auto& given = of.given.key;
    const bool has_file = !given.file.empty();
    if (of.is_service && has_file)
        return take_key(of, read_secret_file(given.file, "the API key"));
    if (of.is_service && !given.environment.empty())
        return bad_usage(
            "the service does not have this variable: put the key into a file and name it with "
            "--api-key-file, which copies it to credentials/, or let init ask for the key");
    if (has_file || !given.credential.empty() || !given.environment.empty()) {
        of.answers.api_key = given;
        if (has_file)
            of.answers.api_key.file = std::filesystem::absolute(given.file);
        return {};
    }
    if (!can_ask(of))
        return bad_usage(
            "init cannot ask for the API key (no terminal, or --yes): name its place with --api-key-file, "
            "--api-key-credential or --api-key-env");
    return ask_until(
        3, [] { return ask_for_secret("API key (it does not show; portal.telnyx.com, API Keys)"); },
        [&of](const secret& typed) {
            auto taken = take_key(
                of, single_line_secret(std::string(typed.reveal()), "the API key", "that was typed"));
            return taken ? try_key(of) : taken;
        });
}

// Reads the sink's file now: the user should learn that it is missing, or hidden from the service, before
// anything is written. A problem never repeats text that looks like a secret.
result<void> take_sink(init_context& of, const std::string& written)
{
    of.answers.sink.reset();
    if (written.empty())
        return {};
    auto sink = parse_sink(written);
    if (!sink)
        return sink.error();
    if (!sink->is_file())
        return of.answers.sink = std::move(*sink), result<void>();
    if (sink->where.find("://") != std::string::npos)
        return bad_usage(
            "{0}= wants a file that holds the URL, because it is a secret: put it into one (mode "
            "0640) and write {0}=FILE",
            name_of(sink->type));
    sink->where = std::filesystem::absolute(sink->where).lexically_normal().string();
    if (const auto held = read_secret_file(sink->where, fmt::format("what {} needs", name_of(sink->type)));
        !held)
        return held.error();
    if (const auto hidden = of.is_service ? hidden_by_sandbox(sink->where) : std::nullopt)
        return bad_usage(*hidden);
    of.answers.sink = std::move(*sink);
    return {};
}

result<void> find_sink(init_context& of)
{
    const auto take = [&of](const std::string& written) { return take_sink(of, written); };
    if (!of.given.sink.empty() || !can_ask(of))
        return take(of.given.sink);
    return ask_until(
        5,
        [] {
            return ask_for(
                "Where do alerts go? alertmanager=URL, webhook=URL, slack=FILE, pagerduty=FILE,\n"
                "or Enter for nowhere yet");
        },
        take);
}

result<void> check_ca_file(init_context& of)
{
    const auto hidden =
        of.is_service && !of.answers.ca_file.empty() ? hidden_by_sandbox(of.answers.ca_file) : std::nullopt;
    return hidden ? bad_usage(*hidden) : result<void>();
}

result<void> find_proxy(init_context& of)
{
    auto found = find_first_proxy(of.given.proxy, {of.given.api_url, of.is_service, can_ask(of)});
    if (!found)
        return found.error();
    of.answers.connection = std::move(*found);
    return {};
}

// ---- what is checked

void say(std::string_view what)
{
    print_remark("{}\n", what);
}

std::size_t lists_of(const account_view& view)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(view.coverage, [](const coverage& one) { return has_to_be_read(*one.type); }));
}

// One sentence instead of one for each list, when the API rejects the key or does not answer at all.
result<void> judge_silence(const std::vector<const coverage*>& holes, std::size_t lists)
{
    const auto all_are = [&](auto what) { return holes.size() == lists && std::ranges::all_of(holes, what); };
    if (all_are([](const coverage* one) { return one->failed_with == errc::unauthorised; }))
        return bad_usage("the API rejects this key (401 everywhere): is it whole, and of the right account?");
    if (all_are([](const coverage* one) { return one->state != reading_state::unavailable; }))
        return bad_usage(
            "the API does not answer: {}; can this host reach it? \"trunkwarden "
            "doctor\" looks at names, certificates and clock once there are settings",
            printable(holes.front()->reason, 300));
    return {};
}

// Lists what the key cannot read, and asks whether to continue without it.
result<void> judge_sight(init_context& of, account_view& view)
{
    const auto holes = holes_in(view);
    const auto lists = lists_of(view);
    if (auto silence = judge_silence(holes, lists); !silence)
        return silence;
    say_beside(fmt::format("The key can read {} of {} resources{}.", lists - holes.size(), lists,
                           of.organization.empty() ? "" : " of organisation " + printable(of.organization)));
    if (holes.empty())
        return {};
    for (const auto* hole : holes)
        say_beside(describe_unreadable(*hole));
    for (const auto* hole : holes)
        if (hole->state != reading_state::unavailable)
            return bad_usage("not everything could be read this time: try again");
    const bool lives_with_it =
        of.given.accept_blind_spots ||
        (can_ask(of) &&
         ask_whether("These would not be monitored. Continue without them (accepted_blind_spots)?", false));
    if (!lives_with_it)
        return bad_usage(
            "give the key's user the permission for them, or add --accept-blind-spots to continue "
            "without them");
    for (auto& one : view.coverage)
        if (std::ranges::find(holes, &one) != holes.end()) {
            of.answers.blind_spots.emplace_back(one.type->name);
            one.accepted_blind = true;
            one.state = reading_state::accepted;
        }
    return {};
}

// ---- what is written

result<void> write_all(const init_context& of, const captured_baseline& captured)
{
    file_transaction files(of.folder);
    if (!of.key_file.empty()) {
        std::error_code failed;
        if (std::filesystem::create_directories(of.key_file.parent_path(), failed))
            std::filesystem::permissions(of.key_file.parent_path(), std::filesystem::perms::owner_all,
                                         failed);
        const secret line(std::string(of.key.reveal()) + '\n');
        if (auto done = files.write_secret(of.key_file, line); !done)
            return done;
    }
    if (auto done = files.write(of.folder / "baseline.yml", captured.text); !done)
        return done;
    if (auto done = files.write(of.config_file, settings_template(of.answers)); !done)
        return done;
    files.commit();
    return {};
}

// ---- what comes next

std::string with_settings(const init_context& of, std::string_view command)
{
    return of.is_service ? fmt::format("trunkwarden {}", command)
                         : fmt::format("trunkwarden {} --config.file={}", command, of.config_file.string());
}

void say_what_to_review(const init_context& of, const captured_baseline& captured)
{
    const auto file = (of.folder / "baseline.yml").string();
    say(fmt::format("\nWrote {}: {}.\nWrote {}.", file, extent_of(captured), of.config_file.string()));
    if (!of.key_file.empty())
        say(fmt::format("Wrote {} (mode 0600).", of.key_file.string()));
    say("\nRead now:");
    say(fmt::format("  {}: it also trusts anything that a thief planted before today", file));
    if (captured.marks > 0)
        say(fmt::format("  grep -n '# REVIEW:' {}   {} to look at", file, plural(captured.marks, "mark")));
    say_beside(
        "  two-factor authentication shows in no API: look at the portal, then attest it in the baseline\n"
        "    two_factor: {attested: DATE, attested_by: NAME}");
    say(fmt::format("  {}", with_settings(of, "baseline lint")));
}

// Starts the service, when these are its settings; else says how to start the daemon.
int go_on(const init_context& of)
{
    if (!of.is_service || !has_unit() || ::geteuid() != 0) {
        say(fmt::format("\nThen leave it running:\n  {}", with_settings(of, "run")));
        return 0;
    }
    const bool wanted = of.given.yes || (stdin_is_a_terminal() &&
                                         ask_whether("\nStart the service now, and at every boot?", true));
    if (!wanted) {
        say("\nThen start it:\n  systemctl enable --now trunkwarden");
        return 0;
    }
    if (run_program({"systemctl", "enable", "--now", "trunkwarden"}) != 0)
        return fail(
            "the service did not start: journalctl -u trunkwarden says why; trunkwarden doctor looks "
            "further");
    say("\nThe service runs. Ask it:\n  trunkwarden status");
    return 0;
}

int test_sink(const init_context& of)
{
    if (!of.answers.sink) {
        say("\nNo alerts are sent yet: add a sink under alerts.sinks, then \"trunkwarden alerts test\".");
        return 0;
    }
    say("\nA test message to the sink:");
    const int taken = test_alert_sinks(of.config_file, "", of.output);
    flush_result();
    return taken;
}

result<captured_baseline> look_and_capture(init_context& of)
{
    auto parsed = parse_settings(settings_template(of.answers), of.config_file, resource_names());
    if (!parsed.problems.empty())
        return failure{errc::bad_file, parsed.problems.front().message};
    const auto& wanted = parsed.value.accounts.front();
    if (of.key.empty()) {
        auto key = load_api_key(wanted);
        if (!key)
            return key.error();
        of.key = std::move(*key);
    }
    auto watched = build_account(wanted, parsed.value.poll, {});
    auto organization = read_whole_account(*watched, of.key);
    if (!organization)
        return organization.error();
    of.organization = *organization;
    if (const auto judged = judge_sight(of, watched->view); !judged)
        return judged.error();
    capture_setting with{std::move(*organization), with_settings(of, "init --account " + of.answers.account)};
    with.use = read_use_once(*watched, of.key);
    return capture_account(*watched, std::move(with));
}

int set_up(const init_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto file = whole_name(common.config_file);
    init_context of{given, common.output, file, file.parent_path(), file.parent_path() == service_folder};
    of.answers.api_url = given.api_url;
    of.answers.ca_file =
        given.ca_file.empty() ? "" : std::filesystem::absolute(given.ca_file).lexically_normal().string();
    of.answers.beside_settings = !of.is_service;
    for (const auto step : {check_place, check_ca_file, find_proxy, find_name, find_key, find_sink})
        if (const auto done = step(of); !done)
            return fail(done.error().what);
    const auto captured = look_and_capture(of);
    if (!captured)
        return fail(captured.error().what + "; nothing was written");
    if (const auto written = write_all(of, *captured); !written)
        return fail(written.error().what + "; the files written before are taken back");
    say_what_to_review(of, *captured);
    if (test_sink(of) != 0)
        return fail(
            fmt::format("the sink did not take the test message: correct it in {}, then \"{}\"; the service "
                        "was not started",
                        file.string(), with_settings(of, "alerts test")));
    return go_on(of);
}

}  // namespace

const command_spec init_command{"init", "Set up the first account: key, settings, baseline, service",
                                init_examples, with_options<init_options, set_up>};

}  // namespace trunkwarden
