#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <span>
#include <system_error>

#include "account/not_proven.hpp"
#include "baseline/file/baseline_file.hpp"
#include "cli/capture_account.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "support/atomic_write.hpp"
#include "support/escape.hpp"
#include "support/optional_reason.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

constexpr const char* baseline_examples = R"(
Examples:
  trunkwarden baseline capture --account production --output-file baseline.yml
  trunkwarden baseline lint
  trunkwarden baseline accept f-3b1c9a70d2e4 --reason "our new SBC, OPS-1234"
)";

constexpr const char* capture_examples = R"(
Reads the whole account and writes a baseline that trusts it as it is now. Lines
that deserve a second look are marked "# REVIEW: ...". Without --output-file it
goes to stdout. Nothing is written if anything could not be read.

Examples:
  trunkwarden baseline capture --account production --output-file baseline.yml
  trunkwarden baseline capture --account production | diff baseline.yml -
)";

struct capture_options {
    std::string account;
    std::string output_file;  // "": stdout
    bool force = false;       // replace a file that is there

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "The account, by its name in the settings")->required();
        app.add_option("--output-file", output_file, "Where to write it; else stdout");
        app.add_flag("--force", force, "Replace an existing file");
    }
};

// Why the baseline could not be written to its file, known before the account is read.
optional_reason fault_of_place(const capture_options& given)
{
    const path file = given.output_file;
    std::error_code ignored;
    const auto there = std::filesystem::status(file, ignored);
    if (std::filesystem::exists(there) && !given.force)
        return fmt::format("{} already exists, and nothing was read or written; --force replaces it",
                           file.string());
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
        return fmt::format(
            "{} is not a file that could be replaced; leave --output-file out to write to stdout",
            file.string());
    const auto folder = file.has_parent_path() ? file.parent_path() : path(".");
    if (!std::filesystem::is_directory(folder, ignored))
        return fmt::format("{} cannot be written: the folder {} does not exist", file.string(),
                           folder.string());
    return {};
}

// How a command line names the settings: not at all when they are in their usual place.
std::string settings_option(const path& config_file)
{
    return config_file == common_options{}.config_file ? std::string{}
                                                       : " --config.file=" + config_file.string();
}

// The command line that would capture the same again. The output file does not matter for that.
std::string command_of(const capture_options& given, const path& config_file)
{
    return fmt::format("trunkwarden baseline capture --account {}{}", given.account,
                       settings_option(config_file));
}

// The facts that only people can state.
struct said_by_people {
    two_factor_policy two_factor;
    spending_policy spending;
    traffic_policy traffic;
    active_calls_policy active_calls;
};

// In an existing baseline, if that can be read.
said_by_people said_in(const path& file, std::span<const resource_type> types)
{
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored))
        return {};
    const auto before = read_baseline_file(file, types);
    if (!before.problems.empty())
        return {};
    return {before.value.two_factor, before.value.spending, before.value.traffic, before.value.active_calls};
}

// In the file that is replaced, else in the active baseline.
said_by_people said_before(const account_config& config, const path& output_file)
{
    const auto types = config.settings.types.all();
    auto said = said_in(output_file, types);
    const auto active = said_in(config.settings.baseline_file, types);
    if (!said.two_factor.present)
        said.two_factor = active.two_factor;
    if (!said.spending.present)
        said.spending = active.spending;
    if (!said.traffic.present)
        said.traffic = active.traffic;
    if (!said.active_calls.present)
        said.active_calls = active.active_calls;
    return said;
}

result<void> write(const std::string& text, const std::string& output_file)
{
    if (!output_file.empty())
        return atomic_write(output_file, text);
    write_result(text);
    return {};
}

void say_what_was_written(const captured_baseline& written, const path& output_file, const path& config_file)
{
    print_remark("{}: {}\n", output_file.string(), extent_of(written));
    if (written.marks > 0)
        print_remark("{} to look at: grep '# REVIEW:' {}\n", plural(written.marks, "mark"),
                     output_file.string());
    print_remark("Next: trunkwarden baseline lint{0}; trunkwarden check{0}\n", settings_option(config_file));
}

int capture_baseline(const capture_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    if (const auto fault = given.output_file.empty() ? std::nullopt : fault_of_place(given))
        return fail(*fault);
    auto loaded = load_account_to_capture(common.config_file, given.account);
    if (!loaded.problems.empty())
        return print_problems(loaded.problems);
    for (const auto& warning : loaded.warnings)
        print_remark("warning: {}\n", warning);

    auto& watched = *loaded.ready->watched;
    auto organization = read_whole_account(watched, loaded.ready->key);
    if (!organization)
        return fail(organization.error().message);
    const auto holes = holes_in(watched.view);
    for (const auto* hole : holes)
        fail(fmt::format("{} could not be read: {}", hole->type->name, printable(hole->reason, 300)));
    if (!holes.empty())
        return fail(
            "nothing was written: a baseline of half an account would trust less than there is. "
            "Try again, or list what this key cannot read in accepted_blind_spots");
    for (const auto& sentence : not_proven(watched))
        print_remark("warning: {}\n", sentence);
    const auto said = said_before(watched.config, given.output_file);
    use_read use;
    if (!said.spending.present || !said.traffic.present)
        use = read_use_once(watched, std::move(loaded.ready->key));
    const auto captured = capture_account(
        watched, {std::move(*organization), command_of(given, common.config_file), said.two_factor,
                  said.spending, said.traffic, said.active_calls, std::move(use)});
    if (!captured)
        return fail(captured.error().message);
    if (const auto written = write(captured->text, given.output_file); !written)
        return fail(written.error().message);
    if (!given.output_file.empty())
        say_what_was_written(*captured, given.output_file, common.config_file);
    return 0;
}

}  // namespace

const command_spec baseline_group{"baseline", "Write, check and change baselines", baseline_examples};

const command_spec baseline_capture_command{
    "baseline capture", "Write a baseline that trusts an account as it is", capture_examples,
    with_options<capture_options, capture_baseline>};

}  // namespace trunkwarden
