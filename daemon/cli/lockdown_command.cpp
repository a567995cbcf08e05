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
#include "cli/error_output.hpp"
#include "cli/reading_progress.hpp"
#include "cli/report/lockdown_report.hpp"
#include "fetch/https_api_client.hpp"
#include "loading/loading.hpp"
#include "support/async/run_to_end.hpp"
#include "support/escape.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "watch/organization_check.hpp"
#include "watch/sweep.hpp"

// The playbook for a compromised account, from reading it to the report.

namespace trunkwarden {
namespace {

constexpr const char* lockdown_examples = R"(
Reads the account, and prints what is to be done, in order, with what stops
working and whether it can be taken back. Nothing is changed without --apply.
It can be interrupted and run again: it continues where it ended. It needs no
running daemon.

Steps: evidence, outbound_profiles, forwarding, applications, addresses,
messaging, sip_credentials, access, api_keys, recharge

Examples:
  trunkwarden lockdown --account production
  trunkwarden lockdown --account production --apply
  trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding
  trunkwarden lockdown --account production --apply --skip sip_credentials
)";

struct lockdown_options {
    std::string account;
    bool apply = false;             // change the account
    bool yes = false;               // do not ask
    std::vector<std::string> only;  // names of steps; none: all
    std::vector<std::string> skip;
    std::string directory;  // the folder of the incident; "": beside the state file

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "The account, by its name in the settings")->required();
        app.add_flag("--apply", apply, "Carry it out; else only the plan is printed");
        app.add_flag("--yes", yes, "Do not ask for the account's name");
        app.add_option("--only", only, "Only these steps, separated by commas")->delimiter(',');
        app.add_option("--skip", skip, "Not these steps")->delimiter(',');
        app.add_option("--directory", directory,
                       "The folder of the incident; else one beside the state file");
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
    std::filesystem::path state_folder;
    std::vector<std::string> holes = {};
    std::vector<lockdown_item> items = {};
    std::vector<lockdown_outcome> outcomes = {};
    monitor_identity self = {};
};

task<> read_account(lockdown_context& of)
{
    co_await check_organization(of.watched);
    if (of.watched.view.organization.is == organization_check::verdict::refused)
        co_return;
    co_await sweep(of.watched);
    co_await read_actors(of.watched);
    of.self = co_await read_monitor_identity(of.watched);
    for (auto& item : plan_lockdown(lockdown_view(of.watched, of.self)))
        if (of.steps.contains(item.step))
            of.items.push_back(std::move(item));
    of.holes = holes_of(of.watched);
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
    fmt::print(stderr,
               "This changes account {}. Type its name to continue: ", of.watched.config.settings.name);
    std::string typed;
    std::getline(std::cin, typed);
    if (typed == of.watched.config.settings.name)
        return true;
    fail(fmt::format("{} is not the account's name: nothing was changed", quoted_text(typed)));
    return false;
}

void print_outcome(const lockdown_outcome& one, styling style)
{
    using how = lockdown_outcome::how;
    const auto in = one.went == how::done     ? colour::green
                    : one.went == how::failed ? colour::red
                                              : colour::yellow;
    fmt::print("{}  {}\n            {}\n", styled(fmt::format("{:<10}", name_of(one.went)), in, style),
               printable(one.item.words, 300), printable(one.detail, 500));
    std::fflush(stdout);
}

task<> apply(lockdown_context& of, lockdown_folder& folder)
{
    if (of.steps.contains(lockdown_step::evidence)) {
        const auto kept = co_await keep_evidence(of.watched, folder, of.holes);
        if (!kept)
            throw std::runtime_error(kept.error().what);
    }
    const auto style = styling_of(STDOUT_FILENO);
    const bool quiet = of.output == output_format::json;
    std::function<void(const lockdown_outcome&)> told = [style, quiet](const lockdown_outcome& one) {
        if (!quiet)
            print_outcome(one, style);
    };
    auto items = of.items;
    of.outcomes = co_await carry_out_lockdown(of.watched, of.self, std::move(items), folder, std::move(told));
}

std::filesystem::path folder_for(const lockdown_context& of)
{
    if (!of.given.directory.empty())
        return of.given.directory;
    const auto now = std::chrono::system_clock::now();
    auto begun = lockdown_folder::recent(of.state_folder, of.watched.config.settings.name, now);
    return begun.empty() ? lockdown_folder::fresh(of.state_folder, of.watched.config.settings.name, now)
                         : begun;
}

int sum_up(lockdown_context& of, const lockdown_folder& folder)
{
    const auto markdown = lockdown_report_markdown(of.watched, of.outcomes, of.holes, folder);
    const auto report = lockdown_report_json(of.watched, of.outcomes, of.holes);
    const bool all_done = std::ranges::none_of(
        of.outcomes, [](const lockdown_outcome& one) { return one.went == lockdown_outcome::how::failed; });
    const auto written = folder.write_report(markdown, report);
    if (!written)
        return fail(written.error().what);
    if (of.output == output_format::json) {
        fmt::print("{}", report);
    } else {
        fmt::print("\nWhat only a person can do\n");
        for (const auto& one : what_people_do())
            fmt::print("  [ ] {}\n", one);
        std::error_code ignored;
        fmt::print("\nReport: {}\n", written->string());
        if (std::filesystem::exists(folder.credentials(), ignored))
            fmt::print("New secrets: {} (mode 0600; give them to phones and PBXs, then delete the file)\n",
                       folder.credentials().string());
        for (const auto& hole : of.holes)
            fmt::print("Not seen: {}\n", hole);
    }
    if (!all_done)
        return fail("not everything could be done: run the same command again to continue");
    return of.holes.empty() ? 0
                            : fail(
                                  "the account could not be read completely: nothing was changed in the "
                                  "resources that were not read");
}

int apply_as_confirmed(lockdown_context& of, asio::io_context& io)
{
    if (!is_confirmed(of))
        return 1;
    auto folder = lockdown_folder::open(folder_for(of), of.watched.config.settings.name);
    if (!folder)
        return fail(folder.error().what);
    if (folder->is_continued())
        fmt::print(stderr,
                   "Continuing the incident in {}: steps that are done are not repeated (--directory begins "
                   "another)\n",
                   folder->path().string());
    try {
        run_to_end(io, apply(of, *folder));
    } catch (const std::exception& e) {
        return fail(e.what());
    }
    return sum_up(of, *folder);
}

int lock_down(const lockdown_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto steps = steps_of(given);
    if (!steps)
        return fail(steps.error().what);
    asio::io_context io(1);  // outlives the account, whose connections belong to it
    const auto settings = load_settings(common.config_file);
    if (!settings.problems.empty())
        return print_problems(settings.problems);
    auto loaded = load_baselines(common.config_file, given.account);
    if (!loaded.problems.empty())
        return print_problems(loaded.problems);
    auto& ready = loaded.accounts.front();
    if (!ready.key)
        return fail(ready.key.error().what);
    auto& watched = *ready.watched;
    reading_progress progress(watched.view.lists.size());
    allowed_writes writes(watched.config.types);
    connected_accounts connections;
    if (const auto connected =
            connections.connect(watched, std::move(*ready.key), progress, std::move(writes));
        !connected)
        return fail(connected.error().what);

    lockdown_context of{given, common.output, watched, *steps, settings.value.state_file.parent_path()};
    run_to_end(io, read_account(of));
    progress.done();
    if (watched.view.organization.is == organization_check::verdict::refused)
        return fail(watched.view.organization.reason);
    if (watched.view.coverage.empty() || of.holes.size() == watched.config.types.size() - 1)
        return fail("nothing of the account could be read: " + (of.holes.empty() ? "" : of.holes.front()));
    int exit_code = 0;
    if (given.apply) {
        exit_code = apply_as_confirmed(of, io);
    } else if (common.output == output_format::json) {
        fmt::print("{}", lockdown_plan_json(watched, of.items, of.steps));
    } else {
        fmt::print("{}", lockdown_plan_text(watched, of.items, of.steps, layout_of(STDOUT_FILENO)));
        fmt::print("\nNothing was changed. To carry it out: trunkwarden lockdown --account {} --apply\n",
                   watched.config.settings.name);
    }
    return exit_code;
}

}  // namespace

const command_spec lockdown_command{"lockdown", "Secure a compromised account, step by step",
                                    lockdown_examples, with_options<lockdown_options, lock_down>};

}  // namespace trunkwarden
