#include "cli/loading.hpp"

#include <fmt/format.h>
#include <optional>

#include "alerts/alert_sink.hpp"
#include "baseline/baseline_file.hpp"
#include "baseline/signed_baseline_file.hpp"
#include "catalogue/catalogue.hpp"
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

// A baseline that can be put in force. `distrust` says why it is the copy that was kept; "" when it is what
// the file says.
struct loaded_baseline {
    baseline value;
    std::optional<signed_text> source;
    std::string distrust;
};

std::optional<loaded_baseline> usable(baseline_reading read, std::optional<signed_text> source,
                                      loaded_files& into)
{
    into.problems.insert(into.problems.end(), read.problems.begin(), read.problems.end());
    if (!read.problems.empty())
        return std::nullopt;
    return loaded_baseline{std::move(read.value), std::move(source), {}};
}

std::string no_baseline(const account_settings& wanted)
{
    return fmt::format(
        "the baseline of account {} does not exist. Create it with the line \"version: 1\" and "
        "add what \"trunkwarden check\" then reports (a later version writes it for you: "
        "\"trunkwarden baseline capture --account {}\")",
        wanted.name, wanted.name);
}

// What is in force when the file is not taken, for the reason `distrust`.
std::optional<loaded_baseline> without_the_file(const account_settings& wanted, std::string distrust,
                                                when_distrusted then, loaded_files& into)
{
    if (then == when_distrusted::leave_out) {
        into.distrusted.push_back({wanted.name, std::move(distrust)});
        return std::nullopt;
    }
    if (then == when_distrusted::use_copy) {
        const auto kept = kept_baseline_file(into.configured.state_file, wanted.name);
        auto copy = read_kept_baseline(kept, wanted.baseline_public_key, catalogue);
        if (copy)
            return loaded_baseline{std::move(*copy), std::nullopt, std::move(distrust)};
        distrust += fmt::format("; and no baseline that was in force before can take its place: {}",
                                copy.error().what);
    }
    into.problems.push_back(problem_of_file(wanted.baseline_file.string(), std::move(distrust)));
    return std::nullopt;
}

// A text can be signed and no baseline of this version: that, too, must not keep the watch from starting.
std::optional<loaded_baseline> load_signed_baseline(const account_settings& wanted, when_distrusted then,
                                                    loaded_files& into)
{
    const auto kept = kept_baseline_file(into.configured.state_file, wanted.name);
    auto read = read_signed_baseline_file(wanted.baseline_file, wanted.baseline_public_key, kept, catalogue);
    if (!read.source)
        return without_the_file(wanted, std::move(read.distrust), then, into);
    if (then == when_distrusted::use_copy && !read.read.problems.empty() && is_there(kept))
        return without_the_file(
            wanted, fmt::format("it is signed, but not valid: {}", to_string(read.read.problems.front())),
            then, into);
    return usable(std::move(read.read), std::move(read.source), into);
}

// Whoever edits the settings can take the key out of them: at least that does not go unsaid.
void warn_of_lost_key(const account_settings& wanted, loaded_files& into)
{
    const auto kept = signature_of(kept_baseline_file(into.configured.state_file, wanted.name));
    if (wanted.baseline_public_key.empty() && is_there(kept))
        into.warnings.push_back(
            fmt::format("account {}: its baseline had to be signed before, and now the settings have no "
                        "baseline_public_key for it: put it back, or remove {} if that is meant",
                        wanted.name, kept.string()));
}

std::optional<loaded_baseline> load_baseline(const account_settings& wanted, when_distrusted then,
                                             loaded_files& into)
{
    const bool is_signed = !wanted.baseline_public_key.empty();
    if (!is_there(wanted.baseline_file) && (!is_signed || then == when_distrusted::refuse)) {
        into.problems.push_back(problem_of_file(wanted.baseline_file.string(), no_baseline(wanted)));
        return std::nullopt;
    }
    return is_signed ? load_signed_baseline(wanted, then, into)
                     : usable(read_baseline_file(wanted.baseline_file, catalogue), std::nullopt, into);
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
void load_account(const account_settings& wanted, when_distrusted then, loaded_files& into)
{
    warn_of_lost_key(wanted, into);
    auto trusted = load_baseline(wanted, then, into);
    auto key = load_key(wanted, into);
    if (!wanted.ca_file.empty() && !is_there(wanted.ca_file))
        into.problems.push_back(problem_of_file(
            wanted.ca_file.string(),
            fmt::format("the ca_file of account {} does not exist; name a PEM file, or leave ca_file out",
                        wanted.name)));
    if (!trusted || !key)
        return;
    auto watched = make_account(wanted, into.configured.poll, std::move(trusted->value));
    watched->now = [] { return std::chrono::system_clock::now(); };
    watched->note_distrust(std::move(trusted->distrust), {});
    into.accounts.push_back({std::move(watched), *std::move(key), std::move(trusted->source)});
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

loaded_files load_files(const std::filesystem::path& config_file, when_distrusted then)
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
            load_account(wanted, then, out);
    return out;
}

}  // namespace trunkwarden
