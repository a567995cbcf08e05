#include "cli/loading.hpp"

#include <fmt/format.h>
#include <optional>

#include "alerts/alert_sink.hpp"
#include "baseline/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "named_files.hpp"
#include "settings/api_key.hpp"

namespace trunkwarden {
namespace {

std::vector<std::string_view> resource_names()
{
    std::vector<std::string_view> names;
    for (const auto& type : catalogue)
        names.push_back(type.name);
    return names;
}

bool is_there(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

std::optional<baseline> load_baseline(const account_settings& wanted, loaded_files& into)
{
    if (!is_there(wanted.baseline_file)) {
        into.problems.push_back(problem_of_file(
            wanted.baseline_file.string(),
            fmt::format(
                "the baseline of account {} does not exist. Create it with the line \"version: 1\" and "
                "add what \"trunkwarden check\" then reports (a later version writes it for you: "
                "\"trunkwarden baseline capture --account {}\")",
                wanted.name, wanted.name)));
        return std::nullopt;
    }
    auto read = read_baseline_file(wanted.baseline_file, catalogue);
    into.problems.insert(into.problems.end(), read.problems.begin(), read.problems.end());
    if (!read.problems.empty())
        return std::nullopt;
    return std::move(read.value);
}

std::optional<secret> load_key(const account_settings& wanted, loaded_files& into)
{
    auto key = load_api_key(wanted);
    if (!key) {
        into.problems.push_back(problem_of_file(into.configured.file.string(), key.error().what));
        return std::nullopt;
    }
    if (auto exposed = api_key_exposure(wanted))
        into.warnings.push_back(*std::move(exposed));
    return std::move(*key);
}

// Every problem of an account's files at once, not one for each run.
void load_account(const account_settings& wanted, loaded_files& into)
{
    auto trusted = load_baseline(wanted, into);
    auto key = load_key(wanted, into);
    if (!wanted.ca_file.empty() && !is_there(wanted.ca_file))
        into.problems.push_back(problem_of_file(
            wanted.ca_file.string(),
            fmt::format("the ca_file of account {} does not exist; name a PEM file, or leave ca_file out",
                        wanted.name)));
    if (!trusted || !key)
        return;
    auto watched = make_account(wanted, into.configured.poll, *std::move(trusted));
    watched->now = [] { return std::chrono::system_clock::now(); };
    const auto access = access_of(wanted, *key);
    into.accounts.push_back({std::move(watched), *std::move(key), access});
}

// Settings that are understood but not acted on yet. What would leave the user unprotected is refused, the
// rest is said.
void check_what_is_to_come(loaded_files& into)
{
    const auto& given = into.configured;
    if (!given.web.config_file.empty())
        into.problems.push_back(problem_of_file(given.file.string(),
                                                "web.config_file is not supported by this version: it cannot "
                                                "serve TLS or ask for a password. Leave it out and "
                                                "keep web.listen_address on loopback"));
    if (given.quarantine.mode == "auto" || given.quarantine.mode == "approve" ||
        !given.quarantine.rules.empty())
        into.warnings.emplace_back(
            "quarantine: this version changes nothing in an account, whatever the mode");
}

// Their secrets are read now: a sink that cannot be used is better known before it is needed.
void check_sinks(loaded_files& into)
{
    for (const auto& sink : into.configured.alerts.sinks)
        if (const auto usable = create_alert_sink(sink); !usable)
            into.problems.push_back(problem_of_file(into.configured.file.string(), usable.error().what));
}

}  // namespace

settings_reading load_settings(const std::filesystem::path& config_file)
{
    return read_settings_file(config_file, resource_names());
}

loaded_files load_files(const std::filesystem::path& config_file)
{
    auto read = load_settings(config_file);
    loaded_files out;
    out.configured = std::move(read.value);
    out.problems = std::move(read.problems);
    if (out.problems.empty()) {
        check_what_is_to_come(out);
        check_sinks(out);
    }
    if (out.problems.empty())
        for (const auto& wanted : out.configured.accounts)
            load_account(wanted, out);
    return out;
}

}  // namespace trunkwarden
