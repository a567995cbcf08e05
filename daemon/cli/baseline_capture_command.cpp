#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <system_error>

#include "baseline/baseline_file.hpp"
#include "baseline/capture.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/address_lists.hpp"
#include "cli/commands.hpp"
#include "cli/loading.hpp"
#include "cli/reading_progress.hpp"
#include "cross_reference.hpp"
#include "organization.hpp"
#include "reading.hpp"
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

task<> read_account(account& watched, std::string& organization)
{
    organization = co_await organization_of_key(watched);
    co_await read_everything(watched);
}

// What keeps the account from being captured whole, a sentence for each resource.
std::vector<std::string> holes_in(const account& watched)
{
    std::vector<std::string> out;
    for (const auto& one : watched.seen)
        if (one.type->pages != paging::no_endpoint && !one.satisfied())
            out.push_back(
                fmt::format("{} could not be read: {}", one.type->name, printable(one.reason, 300)));
    return out;
}

std::vector<std::string_view> not_read(const account& watched)
{
    std::vector<std::string_view> out;
    for (const auto& one : watched.seen)
        if (one.accepted_blind && one.state != reading_state::complete)
            out.push_back(one.type->name);
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
    return said.present ? said : said_in(watched.settings.baseline_file);
}

// An id as other objects write it: alone, or as "connection:ID".
std::string name_of(const namebook& names, std::string_view id)
{
    auto found = names.find(std::string(id));
    if (found == names.end())
        found = names.find(std::string(id.substr(id.rfind(':') + 1)));
    return found == names.end() ? std::string{} : found->second;
}

result<captured_baseline> capture_of(const account& watched, const invocation& asked,
                                     std::string organization)
{
    const auto names = every_name_in(watched);
    const auto origins = countries_of(addresses_in(watched.types, watched.objects));
    return capture({.account = watched.settings.name,
                    .organization_id = std::move(organization),
                    .command = command_of(asked),
                    .on = std::chrono::floor<std::chrono::days>(watched.now()),
                    .types = watched.types,
                    .objects = watched.objects,
                    .not_read = not_read(watched),
                    .two_factor = said_before(watched, asked),
                    .name_of = [&names](std::string_view id) { return name_of(names, id); },
                    .countries = origins.countries,
                    .countries_not_known = origins.not_known});
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
    std::size_t objects = 0;
    for (const auto& one : written.objects)
        objects += one.objects;
    fmt::print(stderr, "{}: {} for {} of {}\n", asked.output_file,
               written.entries == 1 ? "1 entry" : fmt::format("{} entries", written.entries),
               plural(objects, "object"), plural(written.objects.size(), "resource"));
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
    asio::io_context io(1);  // outlives the account, whose connections belong to it
    auto loaded = load_account_to_capture(asked.config_file, asked.account);
    if (!loaded.problems.empty())
        return refuse(loaded.problems);
    for (const auto& warning : loaded.warnings)
        fmt::print(stderr, "warning: {}\n", warning);

    auto& watched = *loaded.ready->watched;
    reading_progress progress(watched.lists.size());
    if (const auto connected = connect(watched, std::move(loaded.ready->key), progress); !connected)
        return complain(connected.error().what);
    std::string organization;
    asio::co_spawn(io, read_account(watched, organization), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    io.run();
    progress.done();

    const auto holes = holes_in(watched);
    for (const auto& hole : holes)
        complain(hole);
    if (!holes.empty())
        return complain(
            "nothing was written: a baseline of half an account would trust less than there is. "
            "Try again, or list what this key cannot read in accepted_blind_spots");
    const auto captured = capture_of(watched, asked, std::move(organization));
    if (!captured)
        return complain(captured.error().what);
    if (const auto written = write(captured->text, asked.output_file); !written)
        return complain(written.error().what);
    if (!asked.output_file.empty())
        say_what_was_written(*captured, asked);
    return 0;
}

}  // namespace trunkwarden
