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

}  // namespace

void reload_record::note(const result<std::string>& outcome, time_point now)
{
    last_was_fine = outcome.has_value();
    if (outcome)
        last_taken = now;
}

result<std::string> take_again(result<files_read_again> files, const settings& in_force,
                               std::vector<std::unique_ptr<account_watch>>& watches)
{
    if (!files)
        return files.error();
    std::string took;
    for (auto& read : files->baselines) {
        const auto& name = read.first;
        const auto watch = std::ranges::find_if(
            watches, [&name](const auto& one) { return one->watched().settings.name == name; });
        if (watch == watches.end())
            continue;
        took += fmt::format("{}the baseline of account {}, {} entries", took.empty() ? "took " : "; ", name,
                            entries_of(read.second));
        (*watch)->use(std::move(read.second));
    }
    if (files->configured != in_force)
        took += "; the settings changed too, and those take a restart";
    return took;
}

}  // namespace trunkwarden
