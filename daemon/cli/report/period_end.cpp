#include "cli/report/period_end.hpp"

#include <algorithm>

#include "findings/finding.hpp"

namespace trunkwarden {
namespace {

bool changes_the_status(history_kind kind)
{
    return kind == history_kind::acknowledged || kind == history_kind::unacknowledged ||
           kind == history_kind::contained;
}

bool is_a_beginning(history_kind kind)
{
    return kind == history_kind::opened || kind == history_kind::blind;
}

bool is_of_a_life(history_kind kind)
{
    switch (kind) {
        case history_kind::changed:
        case history_kind::attributed:
        case history_kind::resolved:
        case history_kind::sees_again:
            return true;
        default:
            return is_a_beginning(kind) || changes_the_status(kind);
    }
}

}  // namespace

period_end::period_end(const std::vector<history_event>& after)
{
    for (const auto& event : after) {
        if (event.finding.empty())
            continue;
        if (is_of_a_life(event.kind))
            first_.emplace(event.finding, &event);
        if (changes_the_status(event.kind))
            first_changed_.emplace(event.finding, &event);
    }
    const auto of_the_daemon = std::ranges::find_if(after, [](const history_event& event) {
        return event.kind == history_kind::started || event.kind == history_kind::stopped;
    });
    was_off_ = of_the_daemon != after.end() && of_the_daemon->kind == history_kind::started;
}

std::vector<const history_event*> period_end::shown_by() const
{
    std::vector<const history_event*> out;
    for (const auto& [finding, event] : first_)
        if (!is_a_beginning(event->kind))
            out.push_back(event);
    return out;
}

bool period_end::began_after(const std::string& finding) const
{
    const auto first = first_.find(finding);
    return first != first_.end() && is_a_beginning(first->second->kind);
}

std::string period_end::status_of(const std::string& finding, const std::string& status_now) const
{
    const auto changed = first_changed_.find(finding);
    if (changed == first_changed_.end())
        return status_now;
    switch (changed->second->kind) {
        case history_kind::acknowledged:
            return std::string(name_of(finding_status::open));
        case history_kind::unacknowledged:
            return std::string(name_of(finding_status::acknowledged));
        default:
            return std::string(not_resolved);
    }
}

}  // namespace trunkwarden
