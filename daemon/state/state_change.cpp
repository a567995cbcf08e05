#include <algorithm>
#include <iterator>
#include <utility>

#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

template <class Map>
void replace(Map& into, Map& newer)
{
    for (auto& [key, value] : newer)
        into.insert_or_assign(key, std::move(value));
}

void add_secrets(state_change& into, state_change& newer)
{
    for (const auto& [place, fingerprint] : newer.secrets)
        into.forgotten_secrets.erase(place);
    for (const auto& place : newer.forgotten_secrets) {
        into.secrets.erase(place);
        into.unseen_secrets.erase(place);
    }
    replace(into.secrets, newer.secrets);
    replace(into.unseen_secrets, newer.unseen_secrets);
    into.forgotten_secrets.merge(newer.forgotten_secrets);
}

}  // namespace

state_change change_that_records(history_event event)
{
    state_change out;
    out.events.push_back(std::move(event));
    return out;
}

bool state_change::empty() const
{
    return findings.empty() && deliveries.empty() && delivered.empty() && secrets.empty() &&
           unseen_secrets.empty() && forgotten_secrets.empty() && audited.empty() && taken.empty() &&
           balances.empty() && actions.empty() && forgotten_actions.empty() && !frozen && events.empty();
}

void state_change::add(state_change newer)
{
    replace(findings, newer.findings);
    replace(deliveries, newer.deliveries);
    add_secrets(*this, newer);
    replace(audited, newer.audited);
    replace(taken, newer.taken);
    replace(balances, newer.balances);
    for (const auto& [id, action] : newer.actions)
        forgotten_actions.erase(id);
    for (const auto& id : newer.forgotten_actions)
        actions.erase(id);
    if (!newer.forgotten_actions.empty())  // a change that is not written is not reported
        std::erase_if(events, [&newer](const history_event& event) {
            return newer.forgotten_actions.contains(event.action);
        });
    std::ranges::move(newer.events, std::back_inserter(events));
    replace(actions, newer.actions);
    forgotten_actions.merge(newer.forgotten_actions);
    if (newer.frozen)
        frozen = std::move(newer.frozen);
    for (const auto number : newer.delivered)
        deliveries.erase(number);
    delivered.merge(newer.delivered);
}

}  // namespace trunkwarden
