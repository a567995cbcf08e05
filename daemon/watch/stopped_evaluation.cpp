#include "watch/stopped_evaluation.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "findings/open_finding.hpp"
#include "snapshot/field_of.hpp"

namespace trunkwarden {

namespace {

bool was_stopped(const account_memory& memory, const deviation& found, const field_difference& field)
{
    return memory.stopped.has(found.type->name, found.id, field.field, value_seen(field));
}

}  // namespace

void see_stopped(account_memory& memory, const resource_type& type, const object_list& objects,
                 const observation& observation)
{
    auto& stopped = memory.stopped;
    if (stopped.empty())
        return;
    std::set<std::string_view> shown;
    for_each(objects, [&](const object_view& object) {
        shown.insert(object.id());
        stopped.see(type.name, object.id(), observation.began,
                    [&](std::string_view field) { return field_of(type, object, field); });
    });
    if (observation.completeness == extent::complete)
        stopped.see_all(type.name, observation.began,
                        [&shown](std::string_view id) { return shown.contains(id); });
}

std::vector<deviation> leave_stopped_values(const account_memory& memory, std::vector<deviation>& deviations)
{
    std::vector<deviation> out;
    for (auto& found : deviations) {
        if (found.kind != deviation_kind::changed && found.kind != deviation_kind::weakened)
            continue;
        const auto is_ours = [&](const field_difference& field) { return was_stopped(memory, found, field); };
        if (!found.fields.empty() && std::ranges::all_of(found.fields, is_ours))
            out.push_back(found);
        else
            std::erase_if(found.fields, is_ours);
    }
    return out;
}

void contain_stopped(account& account, const std::vector<deviation>& stopped, time_point now,
                     std::vector<finding_event>& events)
{
    for (const auto& found : stopped) {
        const auto id = finding_id(account.config.settings.name, found);
        const auto* known = open_finding(account.memory.findings, id);
        if (known == nullptr || known->status == finding_status::contained)
            continue;
        std::erase_if(events, [&id](const finding_event& event) { return event.about.id == id; });
        static_cast<void>(account.memory.findings.note_quarantine(
            id, "trunkwarden switched it off to stop a theft; it is not put back",
            ledger::announcement::quietly, now));
        if (auto event = account.memory.findings.contain(id, found, now))
            events.push_back(std::move(*event));
    }
}

}  // namespace trunkwarden
