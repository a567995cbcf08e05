#include "reloading.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace trunkwarden {
namespace {

std::size_t entries_of(const baseline& of)
{
    std::size_t count = 0;
    for (const auto& resource : of.resources)
        count += resource.entries().size();
    return count;
}

account_watch* watch_of(const std::string& name, std::vector<std::unique_ptr<account_watch>>& watches)
{
    const auto found = std::ranges::find_if(
        watches, [&name](const auto& one) { return one->watched().settings.name == name; });
    return found == watches.end() ? nullptr : found->get();
}

std::string note_distrust(const std::vector<left_out>& distrusted,
                          std::vector<std::unique_ptr<account_watch>>& watches)
{
    std::string told;
    for (const auto& one : distrusted) {
        if (auto* watch = watch_of(one.account, watches); watch != nullptr)
            watch->note_distrust(one.distrust);
        told +=
            fmt::format("{}the baseline of account {} is not taken, and the last good one stays in force: {}",
                        told.empty() ? "" : "\n", one.account, one.distrust);
    }
    return told;
}

// Settings take a restart, and this one above all: else whoever edits them and the baseline would need no
// signature. What was read by another key than the one in force is left out.
void leave_out_other_keys(files_read_again& files, std::vector<std::unique_ptr<account_watch>>& watches)
{
    for (const auto& one : files.configured.accounts) {
        const auto* watch = watch_of(one.name, watches);
        const auto key = watch == nullptr ? std::string{} : watch->watched().settings.baseline_public_key;
        if (key.empty() || key == one.baseline_public_key)
            continue;
        std::erase_if(files.baselines, [&one](const auto& read) { return read.account == one.name; });
        std::erase_if(files.distrusted, [&one](const auto& left) { return left.account == one.name; });
        files.distrusted.push_back(
            {one.name, fmt::format("baseline_public_key in {} is not the one in force any "
                                   "more; if that is meant, restart trunkwarden",
                                   files.configured.file.string())});
    }
}

}  // namespace

void reload_record::note(const result<std::string>& outcome, time_point now)
{
    last_was_fine = outcome.has_value();
    if (outcome)
        last_taken = now;
}

result<std::string> take_again(files_read_again files, const settings& in_force,
                               std::vector<std::unique_ptr<account_watch>>& watches)
{
    leave_out_other_keys(files, watches);
    const auto distrust = note_distrust(files.distrusted, watches);
    if (!files.problems.empty())
        return failure{errc::bad_file, distrust.empty() ? files.problems : files.problems + "\n" + distrust};
    std::string took;
    for (auto& read : files.baselines) {
        auto* watch = watch_of(read.account, watches);
        if (watch == nullptr)
            continue;
        took += fmt::format("{}the baseline of account {}, {} entries", took.empty() ? "took " : "; ",
                            read.account, entries_of(read.value));
        watch->use(std::move(read.value));
        if (read.source)
            watch->keep(*read.source, kept_baseline_file(in_force.state_file, read.account));
    }
    if (files.configured != in_force)
        took += "; the settings changed too, and those take a restart";
    if (!distrust.empty())
        return failure{errc::bad_file, took.empty() ? distrust : took + "\n" + distrust};
    return took;
}

}  // namespace trunkwarden
