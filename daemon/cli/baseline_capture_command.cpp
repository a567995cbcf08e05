#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <system_error>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/capturing.hpp"
#include "cli/commands.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "support/replace_file.hpp"

namespace trunkwarden {
namespace {

// Before the account is read: why nothing could be written there afterwards; "" when it can.
std::string fault_of_place(const invocation& asked)
{
    const std::filesystem::path file = asked.output_file;
    std::error_code ignored;
    const auto there = std::filesystem::status(file, ignored);
    if (std::filesystem::exists(there) && !asked.force)
        return fmt::format("{} is there already, and nothing was read or written; --force replaces it",
                           file.string());
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
        return fmt::format(
            "{} is not a file that could be replaced; leave --output-file out to write to stdout",
            file.string());
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(folder, ignored))
        return fmt::format("{} cannot be written: the folder {} does not exist", file.string(),
                           folder.string());
    return {};
}

// As one would repeat it: where it was written to is no part of what was captured.
std::string command_of(const invocation& asked)
{
    const invocation by_default;
    auto out = fmt::format("trunkwarden baseline capture --account {}", asked.account);
    if (asked.config_file != by_default.config_file)
        out += " --config.file=" + asked.config_file.string();
    return out;
}

// What a person attested in a baseline that is there already, if it can be read.
two_factor_policy said_in(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored))
        return {};
    const auto before = read_baseline_file(file, catalogue);
    return before.problems.empty() ? before.value.two_factor : two_factor_policy{};
}

// In the file that is replaced; when there is none, in the one that is in force.
two_factor_policy said_before(const account& watched, const invocation& asked)
{
    auto said = said_in(asked.output_file);
    return said.present ? said : said_in(watched.config.settings.baseline_file);
}

result<void> write(const std::string& text, const std::string& output_file)
{
    if (!output_file.empty())
        return replace_file(output_file, text);
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (written)
        return {};
    return failure{errc::bad_file,
                   fmt::format("cannot write to stdout: {}", std::generic_category().message(errno))};
}

void say_what_was_written(const captured_baseline& written, const invocation& asked)
{
    fmt::print(stderr, "{}: {}\n", asked.output_file, extent_of(written));
    if (written.marks > 0)
        fmt::print(stderr, "{} to look at: grep '# REVIEW:' {}\n", plural(written.marks, "mark"),
                   asked.output_file);
    const invocation by_default;
    const auto settings = asked.config_file == by_default.config_file
                              ? std::string{}
                              : " --config.file=" + asked.config_file.string();
    fmt::print(stderr, "Next: trunkwarden baseline lint{0}; trunkwarden check{0}\n", settings);
}

}  // namespace

int baseline_capture_command(const invocation& asked)
{
    std::signal(SIGPIPE, SIG_IGN);
    if (const auto fault = asked.output_file.empty() ? std::string{} : fault_of_place(asked); !fault.empty())
        return complain(fault);
    auto loaded = load_account_to_capture(asked.config_file, asked.account);
    if (!loaded.problems.empty())
        return refuse(loaded.problems);
    for (const auto& warning : loaded.warnings)
        fmt::print(stderr, "warning: {}\n", warning);

    auto& watched = *loaded.ready->watched;
    auto organization = read_whole_account(watched, std::move(loaded.ready->key));
    if (!organization)
        return complain(organization.error().what);
    const auto holes = holes_in(watched);
    for (const auto* hole : holes)
        complain(fmt::format("{} could not be read: {}", hole->type->name, printable(hole->reason, 300)));
    if (!holes.empty())
        return complain(
            "nothing was written: a baseline of half an account would trust less than there is. "
            "Try again, or list what this key cannot read in accepted_blind_spots");
    const auto captured = capture_whole_account(
        watched, {std::move(*organization), command_of(asked), said_before(watched, asked)});
    if (!captured)
        return complain(captured.error().what);
    if (const auto written = write(captured->text, asked.output_file); !written)
        return complain(written.error().what);
    if (!asked.output_file.empty())
        say_what_was_written(*captured, asked);
    return 0;
}

}  // namespace trunkwarden
