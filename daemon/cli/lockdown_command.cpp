#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <string>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/lockdown_report.hpp"
#include "cli/reading_progress.hpp"
#include "fetch/https_api_client.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/yaml/in_quotes.hpp"
#include "support/yaml/nearest.hpp"
#include "watch/cycle.hpp"
#include "watch/organization.hpp"

// The playbook for a compromised account, from reading it to the report.

namespace trunkwarden {
namespace {

result<lockdown_steps> steps_named(const std::vector<std::string>& names)
{
    constexpr auto all_names = names_of<lockdown_step>.values;
    lockdown_steps out;
    for (const auto& name : names) {
        const auto step = value_named<lockdown_step>(name);
        if (!step)
            return failure{errc::bad_usage,
                           fmt::format("{} is no step of the lockdown{}; there are {}", in_quotes(name),
                                       suggestion(name, all_names), fmt::join(all_names, ", "))};
        out.insert(*step);
    }
    return out;
}

// All but those to skip, or only those that are named.
result<lockdown_steps> steps_of(const invocation& asked)
{
    auto only = steps_named(asked.only);
    if (!only)
        return only;
    const auto skip = steps_named(asked.skip);
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
    const invocation& asked;
    account& watched;
    lockdown_steps steps;
    std::filesystem::path state_folder;
    std::vector<std::string> holes = {};
    std::vector<lockdown_item> items = {};
    std::vector<lockdown_outcome> outcomes = {};
    own_identity self = {};
};

task<> read_account(lockdown_context& of)
{
    co_await check_organization(of.watched);
    if (of.watched.organization.is == organization_check::verdict::refused)
        co_return;
    co_await sweep(of.watched);
    co_await read_actors(of.watched);
    of.self = co_await who_we_are(of.watched);
    for (auto& item : plan_lockdown(lockdown_view(of.watched, of.self)))
        if (of.steps.contains(item.step))
            of.items.push_back(std::move(item));
    of.holes = holes_of(of.watched);
}

// Runs to its end; what it throws is thrown here.
void run_to_end(asio::io_context& io, task<> work)
{
    asio::co_spawn(io, std::move(work), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    io.restart();
    io.run();
}

bool is_confirmed(const lockdown_context& of)
{
    if (of.asked.yes)
        return true;
    if (::isatty(STDIN_FILENO) == 0) {
        complain(
            "lockdown --apply changes the account, and asks for its name on a terminal; --yes goes on "
            "without");
        return false;
    }
    fmt::print(stderr, "This changes account {}. Type its name to go on: ", of.watched.settings.name);
    std::string typed;
    std::getline(std::cin, typed);
    if (typed == of.watched.settings.name)
        return true;
    complain(fmt::format("{} is not the account's name: nothing was changed", in_quotes(typed)));
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
    const bool quiet = of.asked.output == output_format::json;
    std::function<void(const lockdown_outcome&)> told = [style, quiet](const lockdown_outcome& one) {
        if (!quiet)
            print_outcome(one, style);
    };
    auto items = of.items;
    of.outcomes = co_await carry_out_lockdown(of.watched, of.self, std::move(items), folder, std::move(told));
}

std::filesystem::path folder_for(const lockdown_context& of)
{
    if (!of.asked.directory.empty())
        return of.asked.directory;
    const auto now = std::chrono::system_clock::now();
    auto begun = lockdown_folder::recent(of.state_folder, of.watched.settings.name, now);
    return begun.empty() ? lockdown_folder::fresh(of.state_folder, of.watched.settings.name, now) : begun;
}

int sum_up(lockdown_context& of, const lockdown_folder& folder)
{
    const auto markdown = lockdown_report_markdown(of.watched, of.outcomes, of.holes, folder);
    const auto report = lockdown_report_json(of.watched, of.outcomes, of.holes);
    const bool all_done = std::ranges::none_of(
        of.outcomes, [](const lockdown_outcome& one) { return one.went == lockdown_outcome::how::failed; });
    const auto written = folder.write_report(markdown, report);
    if (!written)
        return complain(written.error().what);
    if (of.asked.output == output_format::json) {
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
        return complain("not everything could be done: the same command again goes on where this ended");
    return of.holes.empty()
               ? 0
               : complain("the account could not be read whole: what was not seen is not put right");
}

int carry_out(lockdown_context& of, asio::io_context& io)
{
    if (!is_confirmed(of))
        return 1;
    auto folder = lockdown_folder::open(folder_for(of), of.watched.settings.name);
    if (!folder)
        return complain(folder.error().what);
    if (folder->is_continued())
        fmt::print(
            stderr,
            "Going on with the incident in {}: what was done there is not done again (--directory begins "
            "another)\n",
            folder->path().string());
    try {
        run_to_end(io, apply(of, *folder));
    } catch (const std::exception& e) {
        return complain(e.what());
    }
    return sum_up(of, *folder);
}

}  // namespace

int lockdown_command(const invocation& asked)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto steps = steps_of(asked);
    if (!steps)
        return complain(steps.error().what);
    asio::io_context io(1);  // outlives the account, whose connections belong to it
    const auto settings = load_settings(asked.config_file);
    if (!settings.problems.empty())
        return refuse(settings.problems);
    auto loaded = load_baselines(asked.config_file, asked.account);
    if (!loaded.problems.empty())
        return refuse(loaded.problems);
    auto& ready = loaded.accounts.front();
    if (!ready.key)
        return complain(ready.key.error().what);
    auto& watched = *ready.watched;
    reading_progress progress(watched.lists.size());
    allowed_writes writes(watched.types);
    if (const auto connected = connect(watched, std::move(*ready.key), progress, std::move(writes));
        !connected)
        return complain(connected.error().what);

    lockdown_context of{asked, watched, *steps, settings.value.state_file.parent_path()};
    run_to_end(io, read_account(of));
    progress.done();
    if (watched.organization.is == organization_check::verdict::refused)
        return complain(watched.organization.reason);
    if (watched.seen.empty() || of.holes.size() == watched.types.size() - 1)
        return complain("nothing of the account could be read: " +
                        (of.holes.empty() ? "" : of.holes.front()));
    int exit_code = 0;
    if (asked.apply) {
        exit_code = carry_out(of, io);
    } else if (asked.output == output_format::json) {
        fmt::print("{}", lockdown_plan_json(watched, of.items, of.steps));
    } else {
        fmt::print("{}", lockdown_plan_text(watched, of.items, of.steps, layout_of(STDOUT_FILENO)));
        fmt::print("\nNothing was changed. To carry it out: trunkwarden lockdown --account {} --apply\n",
                   watched.settings.name);
    }
    watched.api.reset();
    watched.listener = nullptr;
    return exit_code;
}

}  // namespace trunkwarden
