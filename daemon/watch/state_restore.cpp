#include "watch/state_restore.hpp"

#include <functional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "state/history_words.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

// Places in the state file are those of an account; in the account they are without its name.
std::string prefix_of(const account_config& config)
{
    return config.settings.name + '/';
}

// The newest change of two-factor authentication that a finding still reports: without it an attestation from
// before would count again.
void restore_two_factor_change(account_memory& memory)
{
    const auto findings = memory.findings.open().find(resource_of(resource_role::two_factor).name);
    if (findings == memory.findings.open().end())
        return;
    for (const auto& [id, finding] : findings->second) {
        const auto when = parse_time(finding.deviation.modified_at);
        auto& newest = memory.two_factor_evidence.changed;
        if (!finding.deviation.from_event || !when || (newest && newest->by.at >= *when))
            continue;
        newest.emplace();
        newest->id = finding.deviation.id;
        newest->by = finding.by.value_or(actor{});
        newest->by.at = *when;
    }
}

// Also for users who are gone: only these records of them are left.
void restore_people(account_memory& memory)
{
    for (const auto& [resource, open] : memory.findings.open())
        for (const auto& [id, finding] : open) {
            if (finding.deviation.type->role == resource_role::users && !finding.deviation.from_event)
                memory.people.remember(finding.deviation.id, finding.deviation.label);
            if (finding.by)
                memory.people.remember(finding.by->user_id, finding.by->email);
        }
}

// A resource has no such name.
constexpr std::string_view list_mark = "list:";

}  // namespace

void restore_read_lists(const account_config& config, account_memory& memory, const kept_state& kept)
{
    std::set<std::string, std::less<>> read;
    const auto prefix = prefix_of(config) + std::string(list_mark);
    for (auto at = kept.secrets.lower_bound(prefix);
         at != kept.secrets.end() && at->first.starts_with(prefix); ++at)
        read.insert(at->first.substr(prefix.size()));
    memory.lists_read.restore(std::move(read));
}

void restore_secrets(account& watched, const kept_state& kept)
{
    restore_read_lists(watched.config, watched.memory, kept);
    watched.memory.fingerprints.set_key(kept.key);
    accepted_secrets::by_place accepted;
    const auto prefix = prefix_of(watched.config);
    for (auto at = kept.secrets.lower_bound(prefix);
         at != kept.secrets.end() && at->first.starts_with(prefix); ++at) {
        auto place = at->first.substr(prefix.size());
        if (!place.starts_with(list_mark))
            accepted.emplace(std::move(place), at->second);
    }
    accepted_secrets::unseen_by_place unseen;
    for (auto at = kept.unseen_secrets.lower_bound(prefix);
         at != kept.unseen_secrets.end() && at->first.starts_with(prefix); ++at)
        unseen.emplace(at->first.substr(prefix.size()), at->second);
    watched.memory.secrets.restore(std::move(accepted), std::move(unseen));
}

void restore_history(const account_config& config, account_memory& memory, const kept_state& kept)
{
    memory.findings.show_states(memory.fingerprints);
    for (const auto& finding : kept.findings)
        if (watches(config, finding))
            memory.findings.restore(finding);
    std::vector<audit_event> events;
    for (const auto& [account, event] : kept.audited)
        if (account == config.settings.name)
            events.push_back(event);
    const auto floor = kept.audit_floors.find(config.settings.name);
    memory.audit.restore(std::move(events), floor == kept.audit_floors.end() ? time_point{} : floor->second);
    if (const auto balances = kept.balances.find(config.settings.name); balances != kept.balances.end())
        memory.spending.record.restore(balances->second);
    restore_two_factor_change(memory);
    restore_people(memory);
}

bool watches(const account_config& config, const finding& finding)
{
    const auto& type = *finding.deviation.type;
    return finding.account == config.settings.name &&
           (!type.is_extra || place_of_resource(config, type.name).has_value());
}

state_change ended(std::vector<finding> open, std::string_view unwatched, time_point now)
{
    state_change over;
    for (auto& finding : open) {
        if (finding.status == finding_status::resolved)
            continue;
        finding.status = finding_status::resolved;
        finding.resolved_at = now;
        over.events.push_back(history_of_unwatched(finding, unwatched));
        auto id = finding.id;
        over.findings.emplace(std::move(id), std::move(finding));
    }
    return over;
}

state_change take_unsaved(const account_config& config, account_memory& memory,
                          const std::function<bool(const std::string& finding)>& holds)
{
    state_change out;
    const auto prefix = prefix_of(config);
    for (auto& [place, fingerprint] : memory.secrets.take_new())
        out.secrets.emplace(prefix + place, fingerprint);
    const auto list_prefix = prefix + std::string(list_mark);
    for (const auto& path : memory.lists_read.take_new())
        out.secrets.emplace(list_prefix + path, "read");
    for (const auto& [place, since] : memory.secrets.take_unseen())
        out.unseen_secrets.emplace(prefix + place, since);
    for (const auto& place : memory.secrets.take_forgotten())
        out.forgotten_secrets.insert(prefix + place);
    for (auto& [since, sample] : memory.spending.record.take_unsaved()) {
        auto key = std::pair(config.settings.name, since);
        out.balances.emplace(std::move(key), std::move(sample));
    }
    for (const auto& [at, sums] : std::exchange(memory.spending.ended, {}))
        out.events.push_back(history_of(sums, config.settings.name, at));
    for (auto& found : memory.findings.take_unsaved())
        if (!holds(found.id)) {
            auto id = found.id;
            out.findings.emplace(std::move(id), std::move(found));
        }
    return out;
}

}  // namespace trunkwarden
