#include <boost/asio/io_context.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <string>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/connected_accounts.hpp"
#include "cli/daemon_freeze.hpp"
#include "cli/error_output.hpp"
#include "cli/incident_record_reading.hpp"
#include "cli/lockdown_reading.hpp"
#include "cli/reading_progress.hpp"
#include "cli/report/lockdown_report.hpp"
#include "cli/report/output.hpp"
#include "containment/lockdown_evidence.hpp"
#include "fetch/https_api_client.hpp"
#include "findings/blindness.hpp"
#include "loading/loading.hpp"
#include "state/state_file.hpp"
#include "support/async/run_to_end.hpp"
#include "support/escape.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "watch/state_restore.hpp"

// The playbook for a compromised account, from reading it to the report.

namespace trunkwarden {
namespace {

constexpr const char* lockdown_examples = R"(
Reads the account, and prints what is to be done, in order, with what stops
working and whether it can be taken back. Nothing is changed without --apply.
It can be interrupted and run again: it continues where it ended. It needs no
running daemon, and runs with what it can read.

Steps: evidence, outbound_profiles, forwarding, applications, addresses,
messaging, access, api_keys, sip_credentials, v1_secrets, recharge

Examples:
  trunkwarden lockdown --account production
  trunkwarden lockdown --account production --apply
  trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding
  trunkwarden lockdown --account production --apply --skip sip_credentials
  trunkwarden lockdown --account production --apply --rotate-again
)";

struct lockdown_options {
    std::string account;
    bool apply = false;             // change the account
    bool yes = false;               // do not ask
    std::vector<std::string> only;  // names of steps; none: all
    std::vector<std::string> skip;
    std::string directory;  // the folder of the incident; "": beside the state file
    bool rotate_again = false;
    bool organization_not_confirmed = false;

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "The account, by its name in the settings")->required();
        app.add_flag("--apply", apply, "Carry it out; else only the plan is printed");
        app.add_flag("--yes", yes, "Do not ask for the account's name");
        app.add_option("--only", only, "Only these steps, separated by commas")->delimiter(',');
        app.add_option("--skip", skip, "Not these steps")->delimiter(',');
        app.add_option("--directory", directory,
                       "The folder of the incident; else one beside the state file");
        app.add_flag("--rotate-again", rotate_again,
                     "Make new secrets again, once every way into the account is closed");
        app.add_flag("--organization-not-confirmed", organization_not_confirmed,
                     "Also when nothing shows that the API key belongs to the account that is meant");
    }
};

result<lockdown_steps> steps_named(const std::vector<std::string>& names)
{
    constexpr auto all_names = names_of<lockdown_step>.values;
    lockdown_steps out;
    for (const auto& name : names) {
        const auto step = value_named<lockdown_step>(name);
        if (!step)
            return bad_usage("{} is no step of the lockdown{}; there are {}", quoted_text(name),
                             suggestion(name, all_names), fmt::join(all_names, ", "));
        out.insert(*step);
    }
    return out;
}

// The named steps, or all when none is named, without those to skip.
result<lockdown_steps> steps_of(const lockdown_options& given)
{
    auto only = steps_named(given.only);
    if (!only)
        return only;
    const auto skip = steps_named(given.skip);
    if (!skip)
        return skip.error();
    if (only->empty())
        for (const auto name : names_of<lockdown_step>.values)
            only->insert(*value_named<lockdown_step>(name));
    for (const auto step : *skip)
        only->erase(step);
    return only;
}

// Everything that one run works with.
struct lockdown_context {
    const lockdown_options& given;
    output_format output{};
    account& watched;
    lockdown_steps steps;
    const settings& configured;
    reading_progress& progress;
    lockdown_reading seen = {};
    std::vector<lockdown_item> items = {};  // of the steps that were asked for
    std::vector<std::string> warnings = {};
    lockdown_run went = {};
    daemon_freeze daemon = {};
};

task<> read_account(lockdown_context& of, lockdown_basis basis)
{
    of.seen = co_await read_for_lockdown(of.watched, basis);
    for (const auto& item : of.seen.items)
        if (of.steps.contains(item.step))
            of.items.push_back(item);
}

// Adds the facts that a person should know before saying yes.
void add_warnings(lockdown_context& of)
{
    if (auto doubt = doubt_about_organization(of.watched.view, of.seen.terms.basis))
        of.warnings.push_back(*std::move(doubt));
    const auto kept = read_kept_accounts(of.configured.state_file);
    if (auto wrong = warning_of_wrong_baseline(of.watched, of.seen, kept.findings))
        of.warnings.push_back(*std::move(wrong));
}

bool may_be_applied(const lockdown_context& of)
{
    const auto doubt = doubt_about_organization(of.watched.view, of.seen.terms.basis);
    if (doubt && !of.given.organization_not_confirmed) {
        fail(fmt::format(
            "{}; nothing was changed. If the key in the settings is of the account that you mean, "
            "add --organization-not-confirmed",
            *doubt));
        return false;
    }
    for (const auto& warning : of.warnings)
        say_beside("warning: " + printable(warning, 1000));
    return true;
}

bool is_confirmed(const lockdown_context& of)
{
    if (of.given.yes)
        return true;
    if (::isatty(STDIN_FILENO) == 0) {
        fail(
            "lockdown --apply asks for the account's name, and there is no terminal; --yes skips the "
            "question");
        return false;
    }
    print_remark("This changes account {}. Type its name to continue: ", of.watched.config.settings.name);
    std::string typed;
    std::getline(std::cin, typed);
    if (typed == of.watched.config.settings.name)
        return true;
    fail(fmt::format("{} is not the account's name: nothing was changed", quoted_text(typed)));
    return false;
}

void print_outcome(const lockdown_outcome& one, const layout& on)
{
    using how = lockdown_outcome::how;
    const auto in = one.went == how::done     ? colour::green
                    : one.went == how::failed ? colour::red
                                              : colour::yellow;
    constexpr std::size_t below_words = 12;
    auto out = styled(fmt::format("{:<10}", name_of(one.went)), in, on.style) + "  ";
    for (const auto& line : wrapped(printable(one.item.words, 300), on.width, {below_words, below_words}))
        out += line + '\n';
    const auto detail = wrapped(printable(one.detail, 500), on.width, {below_words, below_words});
    out += std::string(below_words, ' ') + fmt::format("{}\n", fmt::join(detail, "\n"));
    print_result("{}", out);
    flush_result();
}

task<> apply(lockdown_context& of, lockdown_folder& folder)
{
    if (of.steps.contains(lockdown_step::evidence)) {
        const auto kept = co_await keep_evidence(of.watched, folder, of.seen.holes);
        if (!kept)
            throw std::runtime_error(kept.error().what);
    }
    const auto on = layout_of(STDOUT_FILENO);
    const bool quiet = of.output == output_format::json;
    // A daemon that does not answer once is asked no more: each time costs two seconds.
    bool is_daemon_told = of.daemon.went != daemon_freeze::how::not_frozen;
    std::function<void(const lockdown_outcome&)> told = [&of, &is_daemon_told, on,
                                                         quiet](const lockdown_outcome& one) {
        of.progress.done();
        if (!quiet)
            print_outcome(one, on);
        is_daemon_told = is_daemon_told && tell_daemon_of_step(of.configured.control_socket,
                                                               of.watched.config.settings.name, one);
    };
    auto items = of.items;
    auto terms = of.seen.terms;
    terms.announce = [&of, &is_daemon_told](const own_change& change) {
        is_daemon_told = is_daemon_told && tell_daemon_of_change(of.configured.control_socket,
                                                                 of.watched.config.settings.name, change);
    };
    of.went =
        co_await carry_out_lockdown(of.watched, std::move(terms), std::move(items), folder, std::move(told));
}

std::filesystem::path folder_for(const lockdown_context& of)
{
    if (!of.given.directory.empty())
        return of.given.directory;
    const auto now = std::chrono::system_clock::now();
    const auto beside = of.configured.state_file.parent_path();
    auto begun = lockdown_folder::recent(beside, of.watched.config.settings.name, now);
    return begun.empty() ? lockdown_folder::fresh(beside, of.watched.config.settings.name, now) : begun;
}

std::vector<std::string> rotations_in(const std::vector<lockdown_item>& items)
{
    std::vector<std::string> out;
    for (const auto& item : items)
        if (item.work == lockdown_work::rotate)
            out.push_back(item.key());
    return out;
}

// Whether somebody may know a secret that this incident made, in a step of this run or another one.
bool has_exposed_secrets(const lockdown_context& of, const lockdown_folder& folder)
{
    return std::ranges::any_of(rotations_in(of.seen.items), [&folder](const std::string& item) {
        return folder.is_done(item) && folder.is_exposed(item);
    });
}

// Why the account is not safe yet, a sentence each; none when all was done.
std::vector<std::string> what_is_left(const lockdown_context& of, const lockdown_folder& folder)
{
    std::vector<std::string> out;
    const auto& outcomes = of.went.outcomes;
    if (std::ranges::find(outcomes, lockdown_outcome::how::failed, &lockdown_outcome::went) != outcomes.end())
        out.emplace_back("not everything could be done: run the same command again to continue");
    if (!of.seen.holes.empty())
        out.emplace_back(
            "the account could not be read completely: objects that were not seen are not put right");
    if (of.seen.terms.basis == lockdown_basis::nothing)
        out.emplace_back(
            "without a baseline the other steps could not be done: put one back, and run the same "
            "command again");
    if (has_exposed_secrets(of, folder))
        out.push_back(fmt::format(
            "the new secrets have to be made again, because a way into the account was open when they were "
            "made{}{}: close it, then run trunkwarden lockdown --account {} --apply --rotate-again",
            of.went.ways.open.empty() ? "" : ": ", fmt::join(of.went.ways.open, "; "),
            of.watched.config.settings.name));
    return out;
}

void print_what_people_need(const lockdown_context& of, const lockdown_folder& folder,
                            const std::filesystem::path& report)
{
    const auto say = [](std::string_view what) { print_result("{}", fitted_for(STDOUT_FILENO, what)); };
    say("\nWhat only a person can do");
    for (const auto& one : of.seen.by_hand)
        say("  [ ] " + one);
    say("\nReport: " + report.string());
    if (!folder.secrets().empty())
        say(fmt::format(
            "New secrets: {} (mode 0600; give them to phones and PBXs, then delete it and secrets.jsonl "
            "beside it)",
            folder.secrets().credentials().string()));
    if (!of.went.ways.trusted.empty())
        say(printable(warning_of_trusted_ways(of.went.ways), 2000));
    for (const auto& hole : of.seen.holes)
        say("Not seen: " + printable(hole, 500));
    if (of.daemon.went != daemon_freeze::how::not_frozen)
        say(of.daemon.sentence);
}

int sum_up(lockdown_context& of, const lockdown_folder& folder)
{
    const auto left = what_is_left(of, folder);
    const auto record = read_incident_record(of.watched.config.settings.name, of.configured, folder,
                                             std::chrono::system_clock::now());
    const lockdown_summary all{of.went, of.seen.holes, of.warnings, left, of.seen.by_hand, record};
    const auto report = lockdown_report_json(of.watched, all, of.configured.links);
    const auto written = folder.write_report(lockdown_report_markdown(of.watched, all, folder), report);
    if (!written)
        return fail(written.error().what);
    if (of.output == output_format::json)
        print_result("{}", report);
    else
        print_what_people_need(of, folder, *written);
    for (const auto& one : folder.secrets().not_used())
        fail(one);
    for (const auto& one : left)
        fail(printable(one, 4000));
    return left.empty() && folder.secrets().not_used().empty() ? 0 : 1;
}

result<lockdown_folder> open_folder(const lockdown_context& of)
{
    auto folder = lockdown_folder::open(folder_for(of), of.watched.config.settings.name);
    if (!folder)
        return folder;
    if (folder->is_continued())
        say_beside(fmt::format(
            "Continuing the incident in {}: steps that are done are not repeated (--directory begins another)",
            folder->path().string()));
    if (of.given.rotate_again)
        if (const auto again = folder->rotate_again(rotations_in(of.items)); !again)
            return again.error();
    return folder;
}

int apply_as_confirmed(lockdown_context& of, asio::io_context& io)
{
    if (!may_be_applied(of) || !is_confirmed(of))
        return 1;
    auto folder = open_folder(of);
    if (!folder)
        return fail(folder.error().what);
    of.daemon =
        freeze_daemon(of.configured.control_socket, "lockdown of account " + of.watched.config.settings.name);
    say_beside(of.daemon.sentence);
    try {
        run_to_end(io, apply(of, *folder));
    } catch (const std::exception& e) {
        of.progress.done();
        return fail(e.what());
    }
    of.progress.done();
    return sum_up(of, *folder);
}

void print_plan(const lockdown_context& of)
{
    const lockdown_plan plan{of.items, of.steps, of.seen.holes, of.warnings, of.seen.by_hand};
    if (of.output == output_format::json) {
        print_result("{}", lockdown_plan_json(of.watched.config, plan));
        return;
    }
    print_result("{}", lockdown_plan_text(of.watched.config, plan, layout_of(STDOUT_FILENO)));
    print_result("\nNothing was changed. To carry it out:\n  trunkwarden lockdown --account {} --apply\n",
                 of.watched.config.settings.name);
}

// Whether the API showed nothing at all.
bool saw_nothing(const account_view& view)
{
    return std::ranges::none_of(view.coverage, [](const coverage& one) {
        return one.state == reading_state::complete && shows_whether_anything_is_seen(one);
    });
}

lockdown_steps steps_possible(lockdown_steps asked, lockdown_basis basis)
{
    if (basis == lockdown_basis::nothing)
        std::erase_if(asked, [](lockdown_step step) { return !needs_no_baseline(step); });
    return asked;
}

int lock_down(const lockdown_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto steps = steps_of(given);
    if (!steps)
        return fail(steps.error().what);
    asio::io_context io(1);  // outlives the account, because its connections belong to it
    const auto settings = load_settings(common.config_file);
    auto files = load_for_lockdown(settings, given.account);
    if (!files.problems.empty()) {
        print_problems(settings.problems);
        return print_problems(files.problems);
    }
    if (!files.key)
        return fail(files.key.error().what);
    auto& watched = *files.watched;
    reading_progress progress(watched.view.lists.size());
    auto writes = writes_for(watched.config.settings.api_keys);
    connected_accounts connections;
    if (const auto connected =
            connections.connect(watched, std::move(*files.key), progress, std::move(writes));
        !connected)
        return fail(connected.error().what);

    lockdown_context of{given,          common.output, watched, steps_possible(*steps, files.basis),
                        settings.value, progress};
    of.warnings = std::move(files.warnings);
    if (const auto kept = read_secrets(of.configured.state_file)) {
        restore_read_lists(watched.config, watched.memory, *kept);
        watched.memory.fingerprints.set_key(kept->key);  // objects have the states that the daemon knows
    }
    run_to_end(io, read_account(of, files.basis));
    progress.done();
    if (watched.view.organization.is == organization_check::verdict::refused)
        return fail(watched.view.organization.reason);
    if (saw_nothing(watched.view) && of.items.empty())
        return fail("nothing of the account could be read: " +
                    (of.seen.holes.empty() ? "" : of.seen.holes.front()));
    add_warnings(of);
    if (given.apply)
        return apply_as_confirmed(of, io);
    print_plan(of);
    return 0;
}

}  // namespace

const command_spec lockdown_command{"lockdown", "Secure a compromised account, step by step",
                                    lockdown_examples, with_options<lockdown_options, lock_down>};

}  // namespace trunkwarden
