#include "state/change_writer.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include "containment/action_history.hpp"
#include "state/state_limits.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr auto findings_kept = std::chrono::hours(24 * 90);     // after they resolved
constexpr auto audit_events_kept = std::chrono::hours(24 * 3);  // longer than the deepest look-up goes back

void put_rows(statement_runner& into, const state_change& change)
{
    for (const auto& [id, finding] : change.findings)
        put_row(into, finding);
    for (const auto& [number, delivery] : change.deliveries)
        put_row(into, delivery);
    for (const auto number : change.delivered)
        execute(into, "DELETE FROM deliveries WHERE number = $1", number);
    for (const auto& [place, fingerprint] : change.secrets)
        put_secret(into, place, fingerprint);
    for (const auto& [place, since] : change.unseen_secrets)
        put_unseen(into, place, since);
    for (const auto& place : change.forgotten_secrets)
        execute(into, "DELETE FROM secrets WHERE place = $1", place);
    for (const auto& [key, event] : change.audited)
        put_row(into, key.first, event);
    for (const auto& [sink, when] : change.taken)
        put_taken(into, sink, when);
    for (const auto& [key, sample] : change.balances)
        put_row(into, key.first, sample);
    for (const auto& [id, action] : change.actions)
        put_row(into, action);
    for (const auto& id : change.forgotten_actions)
        execute(into, "DELETE FROM actions WHERE id = $1", id);
    if (change.frozen)
        put_freeze(into, *change.frozen);
}

void forget_the_old(statement_runner& in)
{
    const auto now = std::chrono::system_clock::now();
    execute(in, "DELETE FROM findings WHERE resolved_at < $1", now - findings_kept);
    execute(in, "DELETE FROM deliveries WHERE dead = 1 AND queued < $1", now - findings_kept);
    execute(in, "DELETE FROM audit_events WHERE at < $1", now - audit_events_kept);
    // The last one before that stays, however old: it shows how much was spent since then.
    execute(
        in,
        "DELETE FROM balances WHERE until < $1 AND since < "
        "(SELECT max(since) FROM balances AS old WHERE old.account = balances.account AND old.until < $2)",
        now - spending_record::kept_for, now - spending_record::kept_for);
    // A decision of a person about an object is not forgotten, nor why an object is off.
    execute(in, "DELETE FROM actions WHERE ended < $1 AND state NOT IN ('undone', 'rejected') AND rank < $2",
            now - action_history::kept_for, std::int64_t{rank_in_force});
}

}  // namespace

forgotten_rows change_writer::put(statement_runner& into, const state_change& change)
{
    put_rows(into, change);
    return forget_too_much(into, change);
}

// Events of the history are put here, because that counts them. Audit events come by the hundred, and are
// counted whenever some do; findings are counted once in a while. Actions are counted where they are held in
// memory (containment/action_history.hpp).
forgotten_rows change_writer::forget_too_much(statement_runner& in, const state_change& change)
{
    forgotten_rows out;
    out.events = history_.put(in, change.events);
    std::set<std::string> accounts;
    for (const auto& [key, event] : change.audited)
        accounts.insert(key.first);
    for (const auto& account : accounts)
        out.audit_events += forget_audit_events(in, account);
    const auto now = std::chrono::system_clock::now();
    if (now - tidied_at_ >= std::chrono::hours(1)) {
        forget_the_old(in);
        out.findings = forget_resolved_findings(in);
        tidied_at_ = now;
    }
    return out;
}

forgotten_rows forget_what_is_too_much(statement_runner& in)
{
    forgotten_rows out;
    out.audit_events = forget_audit_events(in);
    out.findings = forget_resolved_findings(in);
    out.actions = forget_ended_actions(in);
    return out;
}

}  // namespace trunkwarden
