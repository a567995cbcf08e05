#include "containment/lockdown_evidence.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "containment/observe_object.hpp"
#include "containment/observed_object.hpp"

namespace trunkwarden {
namespace {

// Each object that the evidence lacks, or has in part only. Beyond a limit, they are only counted.
void name_holes(const resource_type& type, const raw_objects& read, std::vector<std::string>& holes)
{
    constexpr std::size_t most = 20;
    if (read.failed)
        holes.push_back(fmt::format("the evidence has {} of {}: {}",
                                    read.objects.empty() ? "nothing" : "a part only", type.name,
                                    read.failed->message));
    const auto named = std::min(most, read.unreadable.size());
    for (std::size_t at = 0; at < named; ++at)
        holes.push_back(fmt::format(
            "the evidence does not have the whole of an object of {} that cannot be read, {}: look at it in the "
            "portal",
            type.name, read.unreadable[at]));
    if (read.unreadable.size() > named)
        holes.push_back(fmt::format("the evidence does not have the whole of {} more objects of {}",
                                    read.unreadable.size() - named, type.name));
}

}  // namespace

task<result<void>> keep_evidence(account& watched, lockdown_folder& folder, std::vector<std::string>& holes)
{
    for (const auto& list : watched.view.lists) {
        const auto resource = list.resources.front();
        const auto& type = watched.config.types[resource];
        if (folder.has_evidence(type.name))
            continue;
        const auto read = co_await read_raw_objects(watched, resource);
        name_holes(type, read, holes);
        const auto at = rfc3339(watched.io.now());
        std::string lines;
        for (const auto& whole : read.objects)
            lines += fmt::format("{{\"resource\":\"{}\",\"at\":\"{}\",\"object\":{}}}\n", type.name, at,
                                 journaled_text(type, whole));
        const bool is_whole = !read.failed && read.unreadable.empty();
        if (auto written = folder.add_evidence(type.name, lines, is_whole); !written)
            co_return written.error();
    }
    co_return result<void>();
}

}  // namespace trunkwarden
