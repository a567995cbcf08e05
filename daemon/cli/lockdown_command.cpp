#include <boost/asio/io_context.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/connected_accounts.hpp"
#include "cli/daemon_freeze.hpp"
#include "cli/error_output.hpp"
#include "cli/incident_record_reading.hpp"
#include "cli/lockdown_reading.hpp"
#include "cli/prompts.hpp"
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

task<> read_account(lockdown_context& context, lockdown_basis basis)
{
    context.seen = co_await read_for_lockdown(context.watched, basis);
    for (const auto& item : context.seen.items)
        if (context.steps.contains(item.step))
            context.items.push_back(item);
}

// Adds the facts that a person should know before saying yes.
void add_warnings(lockdown_context& context)
{
    if (auto doubt = doubt_about_organization(context.watched.view, context.seen.terms.basis))
        context.warnings.push_back(*std::move(doubt));
    const auto kept = read_kept_accounts(context.configured);
    if (auto wrong = warning_of_wrong_baseline(context.watched, context.seen, kept.findings))
        context.warnings.push_back(*std::move(wrong));
}

bool may_be_applied(const lockdown_context& context)
{
    const auto doubt = doubt_about_organization(context.watched.view, context.seen.terms.basis);
    if (doubt && !context.given.organization_not_confirmed) {
        fail(fmt::format(
            "{}; nothing was changed. If the key in the settings is of the account that you mean, "
            "add --organization-not-confirmed",
            *doubt));
        return false;
    }
    for (const auto& warning : context.warnings)
        say_beside("warning: " + printable(warning, 1000));
    return true;
}

bool is_confirmed(const lockdown_context& context)
{
    if (context.given.yes)
        return true;
    if (::isatty(STDIN_FILENO) == 0) {
        fail(
            "lockdown --apply asks for the account's name, and there is no terminal; --yes skips the "
            "question");
        return false;
    }
    const auto typed = ask_for(fmt::format("This changes account {}. Type its name to continue",
                                           context.watched.config.settings.name));
    if (typed == context.watched.config.settings.name)
        return true;
    fail(fmt::format("{} is not the account's name: nothing was changed", quoted_text(typed)));
    return false;
}

void print_outcome(const lockdown_outcome& outcome, const layout& on)
{
    using status = lockdown_outcome::status;
    const auto in = outcome.went == status::done     ? colour::green
                    : outcome.went == status::failed ? colour::red
                                                     : colour::yellow;
    constexpr std::size_t below_words = 12;
    auto out = styled(fmt::format("{:<10}", name_of(outcome.went)), in, on.style) + "  ";
    for (const auto& line : wrapped(printable(outcome.item.words, 300), on.width, {below_words, below_words}))
        out += line + '\n';
    const auto detail = wrapped(printable(outcome.detail, 500), on.width, {below_words, below_words});
    out += std::string(below_words, ' ') + fmt::format("{}\n", fmt::join(detail, "\n"));
    print_result("{}", out);
    flush_result();
}

task<> apply(lockdown_context& context, lockdown_folder& folder)
{
    if (context.steps.contains(lockdown_step::evidence)) {
        const auto kept = co_await keep_evidence(context.watched, folder, context.seen.holes);
        if (!kept)
            throw std::runtime_error(kept.error().message);
    }
    const auto on = layout_of(STDOUT_FILENO);
    const bool quiet = context.output == output_format::json;
    // A daemon that does not answer once is asked no more: each time costs two seconds.
    bool is_daemon_told = context.daemon.went != daemon_freeze::outcome::not_frozen;
    std::function<void(const lockdown_outcome&)> told = [&context, &is_daemon_told, on,
                                                         quiet](const lockdown_outcome& outcome) {
        context.progress.done();
        if (!quiet)
            print_outcome(outcome, on);
        is_daemon_told = is_daemon_told && tell_daemon_of_step(context.configured.control_socket,
                                                               context.watched.config.settings.name, outcome);
    };
    auto items = context.items;
    auto terms = context.seen.terms;
    terms.announce = [&context, &is_daemon_told](const own_change& change) {
        is_daemon_told =
            is_daemon_told && tell_daemon_of_change(context.configured.control_socket,
                                                    context.watched.config.settings.name, change);
    };
    context.went = co_await carry_out_lockdown(context.watched, std::move(terms), std::move(items), folder,
                                               std::move(told));
}

std::filesystem::path folder_for(const lockdown_context& context)
{
    if (!context.given.directory.empty())
        return context.given.directory;
    const auto now = std::chrono::system_clock::now();
    const auto beside = context.configured.state_file.parent_path();
    auto begun = lockdown_folder::recent(beside, context.watched.config.settings.name, now);
    return begun.empty() ? lockdown_folder::fresh(beside, context.watched.config.settings.name, now) : begun;
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
bool has_exposed_secrets(const lockdown_context& context, const lockdown_folder& folder)
{
    return std::ranges::any_of(rotations_in(context.seen.items), [&folder](const std::string& item) {
        return folder.is_done(item) && folder.is_exposed(item);
    });
}

// Why the account is not safe yet, a sentence each; none when all was done.
std::vector<std::string> what_is_left(const lockdown_context& context, const lockdown_folder& folder)
{
    std::vector<std::string> out;
    const auto& outcomes = context.went.outcomes;
    if (std::ranges::find(outcomes, lockdown_outcome::status::failed, &lockdown_outcome::went) !=
        outcomes.end())
        out.emplace_back("not everything could be done: run the same command again to continue");
    if (!context.seen.holes.empty())
        out.emplace_back(
            "the account could not be read completely: objects that were not seen are not put right");
    if (context.seen.terms.basis == lockdown_basis::nothing)
        out.emplace_back(
            "without a baseline the other steps could not be done: put one back, and run the same "
            "command again");
    if (has_exposed_secrets(context, folder))
        out.push_back(fmt::format(
            "the new secrets have to be made again, because a way into the account was open when they were "
            "made{}{}: close it, then run trunkwarden lockdown --account {} --apply --rotate-again",
            context.went.ways.open.empty() ? "" : ": ", fmt::join(context.went.ways.open, "; "),
            context.watched.config.settings.name));
    return out;
}

void print_what_people_need(const lockdown_context& context, const lockdown_folder& folder,
                            const std::filesystem::path& report)
{
    const auto say = [](std::string_view sentence) {
        print_result("{}", fitted_for(STDOUT_FILENO, sentence));
    };
    say("\nWhat only a person can do");
    for (const auto& line : context.seen.by_hand)
        say("  [ ] " + line);
    say("\nReport: " + report.string());
    if (!folder.secrets().empty())
        say(fmt::format(
            "New secrets: {} (mode 0600; give them to phones and PBXs, then delete it and secrets.jsonl "
            "beside it)",
            folder.secrets().credentials().string()));
    if (!context.went.ways.trusted.empty())
        say(printable(warning_of_trusted_ways(context.went.ways), 2000));
    for (const auto& hole : context.seen.holes)
        say("Not seen: " + printable(hole, 500));
    if (context.daemon.went != daemon_freeze::outcome::not_frozen)
        say(context.daemon.sentence);
}

int sum_up(lockdown_context& context, const lockdown_folder& folder)
{
    const auto left = what_is_left(context, folder);
    const auto record = read_incident_record(context.watched.config.settings.name, context.configured, folder,
                                             std::chrono::system_clock::now());
    const lockdown_summary all{context.went, context.seen.holes,   context.warnings,
                               left,         context.seen.by_hand, record};
    const auto report = lockdown_report_json(context.watched, all, context.configured.links);
    const auto written = folder.write_report(lockdown_report_markdown(context.watched, all, folder), report);
    if (!written)
        return fail(written.error().message);
    if (context.output == output_format::json)
        print_result("{}", report);
    else
        print_what_people_need(context, folder, *written);
    for (const auto& line : folder.secrets().not_used())
        fail(line);
    for (const auto& line : left)
        fail(printable(line, 4000));
    return left.empty() && folder.secrets().not_used().empty() ? 0 : 1;
}

result<lockdown_folder> open_folder(const lockdown_context& context)
{
    auto folder = lockdown_folder::open(folder_for(context), context.watched.config.settings.name);
    if (!folder)
        return folder;
    if (folder->is_continued())
        say_beside(fmt::format(
            "Continuing the incident in {}: steps that are done are not repeated (--directory begins another)",
            folder->path().string()));
    if (context.given.rotate_again)
        if (const auto again = folder->rotate_again(rotations_in(context.items)); !again)
            return again.error();
    return folder;
}

int apply_as_confirmed(lockdown_context& context, asio::io_context& io)
{
    if (!may_be_applied(context) || !is_confirmed(context))
        return 1;
    auto folder = open_folder(context);
    if (!folder)
        return fail(folder.error().message);
    context.daemon = freeze_daemon(context.configured.control_socket,
                                   "lockdown of account " + context.watched.config.settings.name);
    say_beside(context.daemon.sentence);
    try {
        run_to_end(io, apply(context, *folder));
    } catch (const std::exception& e) {
        context.progress.done();
        return fail(e.what());
    }
    context.progress.done();
    return sum_up(context, *folder);
}

void print_plan(const lockdown_context& context)
{
    const lockdown_plan plan{context.items, context.steps, context.seen.holes, context.warnings,
                             context.seen.by_hand};
    if (context.output == output_format::json) {
        print_result("{}", lockdown_plan_json(context.watched.config, plan));
        return;
    }
    print_result("{}", lockdown_plan_text(context.watched.config, plan, layout_of(STDOUT_FILENO)));
    print_result("\nNothing was changed. To carry it out:\n  trunkwarden lockdown --account {} --apply\n",
                 context.watched.config.settings.name);
}

// Whether the API showed nothing at all.
bool saw_nothing(const account_view& view)
{
    return std::ranges::none_of(view.coverage, [](const coverage& coverage) {
        return coverage.state == reading_state::complete && shows_whether_anything_is_seen(coverage);
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
        return fail(steps.error().message);
    asio::io_context io(1);  // outlives the account, because its connections belong to it
    const auto settings = load_settings(common.config_file);
    auto files = load_for_lockdown(settings, given.account);
    if (!files.problems.empty()) {
        print_problems(settings.problems);
        return print_problems(files.problems);
    }
    if (!files.key)
        return fail(files.key.error().message);
    auto& watched = *files.watched;
    reading_progress progress(watched.view.lists.size());
    auto writes = writes_for(watched.config.settings.api_keys);
    connected_accounts connections;
    if (const auto connected =
            connections.connect(watched, std::move(*files.key), progress, std::move(writes));
        !connected)
        return fail(connected.error().message);

    lockdown_context context{given,          common.output, watched, steps_possible(*steps, files.basis),
                             settings.value, progress};
    context.warnings = std::move(files.warnings);
    if (const auto kept = read_secrets(context.configured)) {
        restore_read_lists(watched.config, watched.memory, *kept);
        watched.memory.fingerprints.set_key(kept->key);  // objects have the states that the daemon knows
    }
    run_to_end(io, read_account(context, files.basis));
    progress.done();
    if (watched.view.organization.is == organization_check::verdict::refused)
        return fail(watched.view.organization.reason);
    if (saw_nothing(watched.view) && context.items.empty())
        return fail("nothing of the account could be read: " +
                    (context.seen.holes.empty() ? "" : context.seen.holes.front()));
    add_warnings(context);
    if (given.apply)
        return apply_as_confirmed(context, io);
    print_plan(context);
    return 0;
}

}  // namespace

const command_spec lockdown_command{"lockdown", "Secure a compromised account, step by step",
                                    lockdown_examples, with_options<lockdown_options, lock_down>};

}  // namespace trunkwarden
