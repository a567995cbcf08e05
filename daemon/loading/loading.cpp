#include "loading/loading.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>

#include "alerts/create_alert_sink.hpp"
#include "alerts/heartbeat.hpp"
#include "alerts/sink_url.hpp"
#include "catalogue/catalogue.hpp"
#include "loading/connection_check.hpp"
#include "postgres/connection_words.hpp"
#include "settings/api_key.hpp"
#include "settings/referenced_files.hpp"
#include "settings/secret_file.hpp"
#include "support/text_file.hpp"
#include "support/yaml/quoted_text.hpp"
#include "web/web_access.hpp"

namespace trunkwarden {

std::vector<std::string_view> resource_names()
{
    std::vector<std::string_view> names;
    for (const auto& type : catalogue)
        names.push_back(type.name);
    return names;
}

std::unique_ptr<account> build_account(const account_settings& wanted, const poll_settings& poll,
                                       baseline trusted)
{
    auto watched = make_account(wanted, poll, std::move(trusted));
    watched->io.now = [] { return std::chrono::system_clock::now(); };
    return watched;
}

namespace {

template <class Files>
std::optional<secret> load_key(const account_settings& wanted, Files& into)
{
    auto key = load_api_key(wanted);
    if (!key) {
        into.problems.push_back(problem_of_file(wanted.file.string(), key.error().message));
        return std::nullopt;
    }
    if (auto exposed = api_key_exposure(wanted))
        into.warnings.push_back(*std::move(exposed));
    return std::move(*key);
}

void check_pem(const account_settings& wanted, std::vector<problem>& problems)
{
    constexpr std::size_t largest = std::size_t{8} * 1024 * 1024;
    const auto pem = read_text_file(wanted.ca_file, largest);
    if (!pem)
        problems.push_back(problem_of_file(wanted.ca_file.string(), pem.error().message));
    else if (pem->find("-----BEGIN") == std::string::npos ||
             pem->find("CERTIFICATE-----") == std::string::npos)
        problems.push_back(problem_of_file(
            wanted.ca_file.string(),
            fmt::format("the ca_file of account {} holds no certificate: it must be PEM, with \"-----BEGIN "
                        "CERTIFICATE-----\"",
                        wanted.name)));
}

void check_ca_file(const account_settings& wanted, std::vector<problem>& problems)
{
    if (!wanted.ca_file.empty() && !file_exists(wanted.ca_file))
        problems.push_back(problem_of_file(
            wanted.ca_file.string(),
            fmt::format("the ca_file of account {} does not exist; name a PEM file, or leave ca_file out",
                        wanted.name)));
    else if (!wanted.ca_file.empty())
        check_pem(wanted, problems);
}

template <class Files>
void take(connection_check found, Files& into)
{
    std::ranges::move(found.problems, std::back_inserter(into.problems));
    std::ranges::move(found.warnings, std::back_inserter(into.warnings));
}

template <class Files>
void check_way_to_the_api(const account_settings& wanted, Files& into)
{
    const auto before = into.problems.size();
    check_ca_file(wanted, into.problems);
    if (into.problems.size() == before)
        take(check_connection_of(wanted, wanted.file), into);
}

// Every problem of an account's files at once, not one for each run.
void load_account(const account_settings& wanted, on_untrusted then, loaded_files& into)
{
    if (auto lost = warning_of_lost_key(wanted, into.configured.state_file))
        into.warnings.push_back(*std::move(lost));
    auto trusted = load_baseline(wanted, into.configured.state_file, then, into.problems);
    if (trusted && trusted->baseline_error && then == on_untrusted::leave_out)
        into.skipped.push_back({wanted.name, *trusted->baseline_error});
    auto key = load_key(wanted, into);
    check_way_to_the_api(wanted, into);
    if (!trusted || !key)
        return;
    auto watched = build_account(wanted, into.configured.poll, std::move(trusted->value));
    watched->config.set_baseline_error(std::move(trusted->baseline_error), {});
    const auto access = access_of(wanted, *key);
    into.accounts.push_back({std::move(watched), *std::move(key), access, std::move(trusted->source)});
}

std::string unknown_account(std::string_view name, const settings& configured)
{
    std::string known;
    for (const auto& account : configured.accounts)
        known += (known.empty() ? "" : ", ") + account.name;
    return fmt::format("no account {} in the settings; known: {}", quoted_text(name), known);
}

// Its certificates and key, too: a page that nobody can read is better known before it is needed.
void check_web_config(loaded_files& into)
{
    auto read = load_web_access(into.configured.web.config_file);
    std::ranges::move(read.problems, std::back_inserter(into.problems));
    std::ranges::move(read.warnings, std::back_inserter(into.warnings));
}

// Their secrets are read now: a sink that cannot be used is better known before it is needed.
void check_sinks(loaded_files& into)
{
    for (const auto& sink : into.configured.alerts.sinks)
        if (const auto usable = create_alert_sink(sink); !usable)
            into.problems.push_back(problem_of_file(into.configured.file.string(), usable.error().message));
        else
            take(check_connection_of(sink, (*usable)->base_url(), into.configured.file), into);
}

void check_heartbeat_of(loaded_files& into)
{
    if (!into.configured.alerts.heartbeat)
        return;
    const auto receiver = receiver_of(*into.configured.alerts.heartbeat);
    if (const auto to = read_sink_url(receiver); !to)
        into.problems.push_back(problem_of_file(into.configured.file.string(), to.error().message));
    else
        take(check_connection_of(receiver, to->base, into.configured.file), into);
    if (auto exposed = exposure_of(receiver.url_file))
        into.warnings.push_back(*std::move(exposed));
}

// Whether it answers is not asked: the daemon watches without it.
void check_database_of(loaded_files& into)
{
    const auto& database = into.configured.database;
    if (!database.is_set())
        return;
    const auto words = connection_words::read(database);
    if (!words)
        into.problems.push_back(problem_of_file(into.configured.file.string(), words.error().message));
    else if (const auto weak = words->weakness())
        into.problems.push_back(problem_of_file(database.connection_file.string(), *weak));
    if (auto exposed = exposure_of(database.password_file))
        into.warnings.push_back(*std::move(exposed));
}

}  // namespace

std::filesystem::path whole_name(const std::filesystem::path& file)
{
    std::error_code failed;
    const auto whole = std::filesystem::absolute(file, failed);
    auto out = std::filesystem::weakly_canonical(whole, failed);
    return failed ? whole.lexically_normal() : out;
}

settings_reading load_settings(const std::filesystem::path& config_file)
{
    auto read = read_settings_file(config_file, resource_names());
    if (!file_exists(config_file))
        for (auto& found : read.problems)
            found.message += "; --config.file=PATH names another";
    return read;
}

account_to_capture load_account_to_capture(const std::filesystem::path& config_file, std::string_view name)
{
    auto read = load_settings(config_file);
    if (read.problems.empty())
        return load_account_to_capture(std::move(read.value), name);
    account_to_capture out;
    out.configured = std::move(read.value);
    out.problems = std::move(read.problems);
    return out;
}

account_to_capture load_account_to_capture(settings configured, std::string_view name)
{
    account_to_capture out;
    out.configured = std::move(configured);
    const auto wanted = std::ranges::find(out.configured.accounts, name, &account_settings::name);
    if (wanted == out.configured.accounts.end()) {
        out.problems.push_back(
            problem_of_file(out.configured.file.string(), unknown_account(name, out.configured)));
        return out;
    }
    auto key = load_key(*wanted, out);
    check_way_to_the_api(*wanted, out);
    if (out.problems.empty())
        out.ready = ready_account{build_account(*wanted, out.configured.poll, {}), *std::move(key)};
    return out;
}

loaded_files load_files(const std::filesystem::path& config_file, on_untrusted then)
{
    auto read = load_settings(config_file);
    loaded_files out;
    out.configured = std::move(read.value);
    out.problems = std::move(read.problems);
    if (out.problems.empty()) {
        check_web_config(out);
        check_sinks(out);
        check_heartbeat_of(out);
        check_database_of(out);
    }
    if (out.problems.empty())
        for (const auto& wanted : out.configured.accounts)
            load_account(wanted, then, out);
    return out;
}

loaded_baselines load_baselines(const std::filesystem::path& config_file, std::string_view account,
                                on_untrusted then)
{
    auto read = load_settings(config_file);
    if (read.problems.empty())
        return load_baselines(read.value, account, then);
    loaded_baselines out;
    out.problems = std::move(read.problems);
    return out;
}

loaded_baselines load_baselines(const settings& configured, std::string_view account, on_untrusted then)
{
    loaded_baselines out;
    bool found = false;
    for (const auto& wanted : configured.accounts) {
        if (!account.empty() && wanted.name != account)
            continue;
        found = true;
        auto trusted = load_baseline(wanted, configured.state_file, then, out.problems);
        if (!trusted)
            continue;
        auto watched = build_account(wanted, configured.poll, std::move(trusted->value));
        watched->config.set_baseline_error(std::move(trusted->baseline_error), {});
        out.accounts.push_back({std::move(watched), load_api_key(wanted)});
    }
    if (!found)
        out.problems.push_back(
            problem_of_file(configured.file.string(), unknown_account(account, configured)));
    return out;
}

}  // namespace trunkwarden
