#include "restoring.hpp"

#include <utility>
#include <vector>

namespace trunkwarden {
namespace {

// Places in the state file are those of an account; in the account they are without its name.
std::string prefix_of(const account& watched)
{
    return watched.settings.name + '/';
}

}  // namespace

void restore_secrets(account& watched, const kept_state& kept)
{
    watched.fingerprints.use(kept.key);
    known_secrets::by_place accepted;
    const auto prefix = prefix_of(watched);
    for (auto at = kept.secrets.lower_bound(prefix);
         at != kept.secrets.end() && at->first.starts_with(prefix); ++at)
        accepted.emplace(at->first.substr(prefix.size()), at->second);
    watched.secrets.restore(std::move(accepted));
}

void restore_history(account& watched, const kept_state& kept)
{
    for (const auto& one : kept.findings)
        if (one.account == watched.settings.name)
            watched.findings.restore(one);
    std::vector<audit_event> events;
    for (const auto& [account, event] : kept.audited)
        if (account == watched.settings.name)
            events.push_back(event);
    watched.audit.restore(std::move(events));
}

state_change take_unsaved(account& watched, const std::function<bool(const std::string& finding)>& holds)
{
    state_change out;
    const auto prefix = prefix_of(watched);
    for (auto& [place, fingerprint] : watched.secrets.take_new())
        out.secrets.emplace(prefix + place, fingerprint);
    for (auto& one : watched.findings.take_unsaved())
        if (!holds(one.id)) {
            auto id = one.id;
            out.findings.emplace(std::move(id), std::move(one));
        }
    return out;
}

}  // namespace trunkwarden
