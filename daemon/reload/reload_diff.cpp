#include "reload/reload_diff.hpp"

#include <fmt/format.h>
#include <utility>

#include "baseline/compare/semantic_diff.hpp"
#include "settings/settings_changes.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

std::size_t entries_of(const baseline& trusted)
{
    std::size_t count = 0;
    for (const auto& resource : trusted.resources)
        count += resource.entries().size();
    return count;
}

std::string and_more(const config_changes& changes)
{
    return fmt::format("and {} more", plural(changes.hidden(), "change"));
}

// Each change is a line; `prefix` names its account.
void add_lines(const config_changes& changes, const std::string& prefix, std::string& to)
{
    for (const auto& change : changes.shown())
        to += prefix + change.sentence + '\n';
    if (changes.hidden() > 0)
        to += prefix + and_more(changes) + '\n';
}

void log_trust_changes(const config_changes& changes, const std::string& account, logger& log)
{
    for (const auto& change : changes.shown()) {
        std::vector<log_field> fields;
        if (!account.empty())
            fields.emplace_back("account", account);
        fields.emplace_back("change", change.sentence);
        if (change.direction == config_change::way::wider)
            log.write(log_level::warn, "a reload permits more", fields);
        else
            log.write(log_level::info, "a reload permits less, or as much", fields);
    }
    if (changes.hidden() > 0)
        log.warn("a reload makes more changes than are listed",
                 {{"account", account}, {"change", and_more(changes)}});
}

}  // namespace

reload_diff diff(const settings& in_force, const baselines_in_force& baselines, const files_read_again& files)
{
    reload_diff out;
    out.settings = changes_of_settings(in_force, files.configured);
    out.needs_restart = needs_restart(in_force, files.configured);
    for (const auto& read : files.accounts) {
        account_diff found{read.name, entries_of(read.trusted), read.baseline_error, {}};
        const auto known = baselines.find(read.name);
        found.is_known = known != baselines.end();
        if (found.is_known && !read.baseline_error)
            found.baseline = semantic_diff(files.configured.types.all(), *known->second, read.trusted);
        out.accounts.push_back(std::move(found));
    }
    return out;
}

std::string summary_of(const reload_diff& changes)
{
    std::string out;
    for (const auto& each : changes.accounts) {
        if (each.baseline_error)
            continue;
        const auto entries =
            each.entries == 1 ? std::string("1 entry") : fmt::format("{} entries", each.entries);
        out += out.empty() ? "" : "; ";
        out += each.is_known && each.baseline.empty()
                   ? fmt::format("the baseline of account {} is unchanged, {}", each.account, entries)
                   : fmt::format("took the baseline of account {}, {}", each.account, entries);
    }
    return out.empty() ? "took no baseline" : out;
}

std::string report_of(const reload_diff& changes)
{
    std::string lines;
    add_lines(changes.settings, "", lines);
    for (const auto& each : changes.accounts) {
        if (!each.baseline_error)
            add_lines(each.baseline, fmt::format("account {}: ", each.account), lines);
        else
            lines += fmt::format("account {}: {}; the current baseline stays\n", each.account,
                                 *each.baseline_error);
    }
    for (const auto& sentence : changes.needs_restart)
        lines += sentence + '\n';
    if (lines.empty())
        lines = "nothing that is trusted changed\n";
    lines.pop_back();
    return summary_of(changes) + '\n' + lines;
}

std::vector<std::string> baseline_errors_in(const reload_diff& changes)
{
    std::vector<std::string> out;
    for (const auto& each : changes.accounts)
        if (each.baseline_error)
            out.push_back(fmt::format("account {}: {}", each.account, *each.baseline_error));
    return out;
}

void log_changes(const reload_diff& changes, logger& log)
{
    log_trust_changes(changes.settings, {}, log);
    for (const auto& each : changes.accounts) {
        if (!each.baseline_error)
            log_trust_changes(each.baseline, each.account, log);
        else
            log.error("a baseline is rejected; the active one stays",
                      {{"account", each.account}, {"reason", *each.baseline_error}});
    }
    for (const auto& sentence : changes.needs_restart)
        log.warn("a setting takes a restart", {{"change", sentence}});
}

}  // namespace trunkwarden
