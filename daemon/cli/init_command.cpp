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
        return failure{errc::bad_file, text.error().message +
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

path key_file_of(const init_context& init)
{
    return init.is_service ? init.folder / "credentials" / init.answers.account
                           : init.folder / (init.answers.account + ".key");
}

result<void> check_free(const init_context& init, const path& file)
{
    const auto there = has_content(file);
    if (!there)
        return there.error();
    if (*there && !init.given.force)
        return bad_usage(
            "{} already exists, and nothing was read or written. To add an account, edit the settings "
            "and run \"trunkwarden baseline capture\"; --force replaces it",
            file.string());
    return {};
}

result<void> check_place(init_context& init)
{
    std::error_code failed;
    std::filesystem::create_directories(init.folder, failed);
    if (failed || ::access(init.folder.c_str(), W_OK | X_OK) != 0)
        return bad_usage(
            "{} cannot be written: {}; run it as root (sudo trunkwarden init), or name settings of "
            "your own: --config.file=$HOME/trunkwarden/trunkwarden.yml",
            init.folder.string(), failed ? failed.message() : "permission denied");
    for (const auto& file : {init.config_file, init.folder / "baseline.yml"})
        if (auto is_free = check_free(init, file); !is_free)
            return is_free;
    return {};
}

// ---- what is asked

bool can_ask(const init_context& init)
{
    return stdin_is_a_terminal() && !init.given.yes;
}

result<void> find_name(init_context& init)
{
    const auto take = [&init](const std::string& name) -> result<void> {
        init.answers.account = name;
        const auto fault = fault_of_account_name(name);
        return fault ? bad_usage(*fault) : result<void>();
    };
    if (init.given.account.empty() && can_ask(init))
        return ask_until(
            5, [] { return ask_for("Account name, as it shows in alerts", "production"); }, take);
    return take(init.given.account.empty() ? "production" : init.given.account);
}

result<void> take_key(init_context& init, result<secret> key)
{
    if (!key)
        return key.error();
    if (const auto fault = fault_of_api_key(*key))
        return failure{errc::bad_file, "the API key " + *fault};
    init.key = std::move(*key);
    init.key_file = key_file_of(init);
    if (init.is_service)
        init.answers.api_key.credential = "telnyx_" + init.answers.account;
    else
        init.answers.api_key.file = init.key_file.filename();
    return check_free(init, init.key_file);
}

// One request, so that a mistyped key can be typed again. Only a 401 is judged here: other faults show when
// everything is read.
result<void> try_key(const init_context& init)
{
    auto parsed = parse_settings(settings_template(init.answers), init.config_file, resource_names());
    if (!parsed.problems.empty())
        return failure{errc::bad_file, parsed.problems.front().message};
    const auto watched = build_account(parsed.value.accounts.front(), parsed.value.poll, {});
    first_answers_options one_list;
    one_list.most_lists = 1;
    const auto answers = ask_every_list(*watched, init.key, one_list);
    const bool is_rejected =
        answers && !answers->empty() && answers->front().answer && answers->front().answer->status == 401;
    return is_rejected ? bad_usage("the API rejects this key (401): is it whole, and of the right account?")
                       : result<void>();
}

// The service can read neither home folders nor the environment of the user who runs init. For the service,
// the key goes into the folder that systemd takes credentials from.
result<void> find_key(init_context& init)
{
    const auto& given = init.given.key;
    const bool has_file = !given.file.empty();
    if (init.is_service && has_file)
        return take_key(init, read_secret_file(given.file, "the API key"));
    if (init.is_service && !given.environment.empty())
        return bad_usage(
            "the service does not have this variable: put the key into a file and name it with "
            "--api-key-file, which copies it to credentials/, or let init ask for the key");
    if (has_file || !given.credential.empty() || !given.environment.empty()) {
        init.answers.api_key = given;
        if (has_file)
            init.answers.api_key.file = std::filesystem::absolute(given.file);
        return {};
    }
    if (!can_ask(init))
        return bad_usage(
            "init cannot ask for the API key (no terminal, or --yes): name its place with --api-key-file, "
            "--api-key-credential or --api-key-env");
    return ask_until(
        3, [] { return ask_for_secret("API key (it does not show; portal.telnyx.com: Account, API Keys)"); },
        [&init](const secret& typed) {
            auto taken = take_key(
                init, single_line_secret(std::string(typed.reveal()), "the API key", "that was typed"));
            return taken ? try_key(init) : taken;
        });
}

// Reads the sink's file now: the user should learn that it is missing, or hidden from the service, before
// anything is written. A problem never repeats text that looks like a secret.
result<void> take_sink(init_context& init, const std::string& written)
{
    init.answers.sink.reset();
    if (written.empty())
        return {};
    auto sink = parse_sink(written);
    if (!sink)
        return sink.error();
    if (!sink->is_file())
        return init.answers.sink = std::move(*sink), result<void>();
    if (sink->where.find("://") != std::string::npos)
        return bad_usage(
            "{0}= wants a file that holds the URL, because it is a secret: put it into one (mode "
            "0640) and write {0}=FILE",
            name_of(sink->type));
    sink->where = std::filesystem::absolute(sink->where).lexically_normal().string();
    if (const auto held = read_secret_file(sink->where, fmt::format("what {} needs", name_of(sink->type)));
        !held)
        return held.error();
    if (const auto hidden = init.is_service ? hidden_by_sandbox(sink->where) : std::nullopt)
        return bad_usage(*hidden);
    init.answers.sink = std::move(*sink);
    return {};
}

result<void> find_sink(init_context& init)
{
    const auto take = [&init](const std::string& written) { return take_sink(init, written); };
    if (!init.given.sink.empty() || !can_ask(init))
        return take(init.given.sink);
    const auto ask = [] {
        return ask_for(
            "Where do alerts go? alertmanager=URL, webhook=URL, slack=FILE, pagerduty=FILE,\n"
            "or Enter for nowhere yet");
    };
    return ask_until(5, ask, take);
}

result<void> check_ca_file(init_context& init)
{
    const auto& file = init.answers.ca_file;
    const auto hidden = init.is_service && !file.empty() ? hidden_by_sandbox(file) : std::nullopt;
    return hidden ? bad_usage(*hidden) : result<void>();
}

result<void> find_proxy(init_context& init)
{
    auto found = find_first_proxy(init.given.proxy, {init.given.api_url, init.is_service, can_ask(init)});
    if (!found)
        return found.error();
    init.answers.connection = std::move(*found);
    return {};
}

// ---- what is checked

void say(std::string_view sentence)
{
    print_remark("{}\n", sentence);
}

std::size_t lists_of(const account_view& view)
{
    const auto counts =
        std::ranges::count(view.coverage, true, [](const auto& list) { return has_to_be_read(*list.type); });
    return static_cast<std::size_t>(counts);
}

// One sentence instead of one for each list, when the API rejects the key or does not answer at all.
result<void> judge_silence(const std::vector<const coverage*>& holes, std::size_t lists)
{
    const auto all_are = [&](auto is) { return holes.size() == lists && std::ranges::all_of(holes, is); };
    if (all_are([](const coverage* coverage) { return coverage->failed_with == errc::unauthorised; }))
        return bad_usage("the API rejects this key (401 everywhere): is it whole, and of the right account?");
    if (all_are([](const coverage* coverage) { return coverage->state != reading_state::unavailable; }))
        return bad_usage(
            "the API does not answer: {}; can this host reach it? \"trunkwarden "
            "doctor\" looks at names, certificates and clock once there are settings",
            printable(holes.front()->reason, 300));
    return {};
}

// Lists what the key cannot read, and asks whether to continue without it.
result<void> judge_sight(init_context& init, account_view& view)
{
    const auto holes = holes_in(view);
    const auto lists = lists_of(view);
    if (auto silence = judge_silence(holes, lists); !silence)
        return silence;
    const auto where = init.organization.empty() ? "" : " of organisation " + printable(init.organization);
    say_beside(fmt::format("The key can read {} of {} resources{}.", lists - holes.size(), lists, where));
    if (holes.empty())
        return {};
    for (const auto* hole : holes)
        say_beside(describe_unreadable(*hole));
    for (const auto* hole : holes)
        if (hole->state != reading_state::unavailable)
            return bad_usage("not everything could be read this time: try again");
    const bool lives_with_it =
        init.given.accept_blind_spots ||
        (can_ask(init) &&
         ask_whether("These would not be monitored. Continue without them (accepted_blind_spots)?", false));
    if (!lives_with_it)
        return bad_usage(
            "give the key's user the permission for them, or add --accept-blind-spots to go without");
    for (auto& coverage : view.coverage)
        if (std::ranges::find(holes, &coverage) != holes.end()) {
            init.answers.blind_spots.emplace_back(coverage.type->name);
            coverage.accepted_blind = true;
            coverage.state = reading_state::accepted;
        }
    return {};
}

// ---- what is written

result<void> write_all(const init_context& init, const captured_baseline& captured)
{
    file_transaction files(init.folder);
    if (!init.key_file.empty()) {
        std::error_code failed;
        if (std::filesystem::create_directories(init.key_file.parent_path(), failed))
            std::filesystem::permissions(init.key_file.parent_path(), std::filesystem::perms::owner_all,
                                         failed);
        const secret line(std::string(init.key.reveal()) + '\n');
        if (auto done = files.write_secret(init.key_file, line); !done)
            return done;
    }
    if (auto done = files.write(init.folder / "baseline.yml", captured.text); !done)
        return done;
    if (auto done = files.write(init.config_file, settings_template(init.answers)); !done)
        return done;
    files.commit();
    return {};
}

// ---- what comes next

std::string with_settings(const init_context& init, std::string_view command)
{
    return init.is_service
               ? fmt::format("trunkwarden {}", command)
               : fmt::format("trunkwarden {} --config.file={}", command, init.config_file.string());
}

void say_what_to_review(const init_context& init, const captured_baseline& captured)
{
    const auto file = (init.folder / "baseline.yml").string();
    say(fmt::format("\nWrote {}: {}.\nWrote {}.", file, extent_of(captured), init.config_file.string()));
    if (!init.key_file.empty())
        say(fmt::format("Wrote {} (mode 0600).", init.key_file.string()));
    say("\nRead now:");
    say(fmt::format("  {}: it also trusts anything that a thief planted before today", file));
    if (captured.marks > 0)
        say(fmt::format("  grep -n '# REVIEW:' {}   {} to look at", file, plural(captured.marks, "mark")));
    say_beside(
        "  two-factor authentication shows in no API: look at the portal, then attest it in the baseline\n"
        "    two_factor: {required: true, attested: DATE, attested_by: NAME}");
    say(fmt::format("  {}", with_settings(init, "baseline lint")));
}

// Starts the service, when these are its settings; else says how to start the daemon.
int go_on(const init_context& init)
{
    if (!init.is_service || !has_unit() || ::geteuid() != 0) {
        say(fmt::format("\nThen leave it running:\n  {}", with_settings(init, "run")));
        return 0;
    }
    const bool wanted = init.given.yes || (stdin_is_a_terminal() &&
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

int test_sink(const init_context& init)
{
    if (!init.answers.sink) {
        say("\nNo alerts are sent yet: add a sink under alerts.sinks, then \"trunkwarden alerts test\".");
        return 0;
    }
    say("\nA test message to the sink:");
    const int taken = test_alert_sinks(init.config_file, "", init.output);
    flush_result();
    return taken;
}

result<captured_baseline> look_and_capture(init_context& init)
{
    auto parsed = parse_settings(settings_template(init.answers), init.config_file, resource_names());
    if (!parsed.problems.empty())
        return failure{errc::bad_file, parsed.problems.front().message};
    const auto& wanted = parsed.value.accounts.front();
    if (init.key.empty()) {
        auto key = load_api_key(wanted);
        if (!key)
            return key.error();
        init.key = std::move(*key);
    }
    auto watched = build_account(wanted, parsed.value.poll, {});
    auto organization = read_whole_account(*watched, init.key);
    if (!organization)
        return organization.error();
    init.organization = *organization;
    if (const auto judged = judge_sight(init, watched->view); !judged)
        return judged.error();
    capture_setting with{std::move(*organization),
                         with_settings(init, "init --account " + init.answers.account)};
    with.use = read_use_once(*watched, init.key);
    return capture_account(*watched, std::move(with));
}

int set_up(const init_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto file = whole_name(common.config_file);
    init_context init{given, common.output, file, file.parent_path(), file.parent_path() == service_folder};
    init.answers.api_url = given.api_url;
    init.answers.ca_file =
        given.ca_file.empty() ? "" : std::filesystem::absolute(given.ca_file).lexically_normal().string();
    init.answers.beside_settings = !init.is_service;
    for (const auto step : {check_place, check_ca_file, find_proxy, find_name, find_key, find_sink})
        if (const auto done = step(init); !done)
            return fail(done.error().message);
    const auto captured = look_and_capture(init);
    if (!captured)
        return fail(captured.error().message + "; nothing was written");
    if (const auto written = write_all(init, *captured); !written)
        return fail(written.error().message + "; the files written before are taken back");
    say_what_to_review(init, *captured);
    if (test_sink(init) != 0)
        return fail(
            fmt::format("the sink did not take the test message: correct it in {}, then \"{}\"; the service "
                        "was not started",
                        file.string(), with_settings(init, "alerts test")));
    return go_on(init);
}

}  // namespace

const command_spec init_command{"init", "Set up the first account: key, settings, baseline, service",
                                init_examples, with_options<init_options, set_up>};

}  // namespace trunkwarden
