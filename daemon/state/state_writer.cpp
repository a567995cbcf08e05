#include "state/state_writer.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "containment/action_history.hpp"
#include "state/state_limits.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr auto findings_kept = std::chrono::hours(24 * 90);     // after they resolved
constexpr auto audit_events_kept = std::chrono::hours(24 * 3);  // longer than the deepest look-up goes back

}  // namespace

state_writer::state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                           std::filesystem::path file, const forgotten_rows& forgotten)
    : lock_(std::move(lock)), database_(std::move(database)), file_(std::move(file)), forgotten_(forgotten)
{
}

void state_writer::put(const state_change& change)
{
    auto& into = *database_;
    for (const auto& [id, finding] : change.findings)
        put_row(into, finding);
    for (const auto& [number, delivery] : change.deliveries)
        put_row(into, delivery);
    for (const auto number : change.delivered)
        execute(into, "DELETE FROM deliveries WHERE number = ?", number);
    for (const auto& [place, fingerprint] : change.secrets)
        put_secret(into, place, fingerprint);
    for (const auto& [place, since] : change.unseen_secrets)
        put_unseen(into, place, since);
    for (const auto& place : change.forgotten_secrets)
        execute(into, "DELETE FROM secrets WHERE place = ?", place);
    for (const auto& [key, event] : change.audited)
        put_row(into, key.first, event);
    for (const auto& [sink, when] : change.taken)
        put_taken(into, sink, when);
    for (const auto& [id, action] : change.actions)
        put_row(into, action);
    for (const auto& id : change.forgotten_actions)
        execute(into, "DELETE FROM actions WHERE id = ?", id);
    if (change.frozen)
        put_freeze(into, *change.frozen);
}

// Audit events come by the hundred, and are counted whenever some do; findings are counted once in a while.
// Actions are counted where they are held in memory (containment/action_history.hpp).
forgotten_rows state_writer::forget_too_much(const state_change& change)
{
    forgotten_rows out;
    std::set<std::string> accounts;
    for (const auto& [key, event] : change.audited)
        accounts.insert(key.first);
    for (const auto& account : accounts)
        out.audit_events += forget_audit_events(*database_, account);
    const auto now = std::chrono::system_clock::now();
    if (now - tidied_at_ >= std::chrono::hours(1)) {
        forget_the_old();
        out.findings = forget_resolved_findings(*database_);
        tidied_at_ = now;
    }
    return out;
}

result<void> state_writer::write(const state_change& change)
{
    try {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        put(change);
        const auto forgotten = forget_too_much(change);
        transaction.commit();
        forgotten_.audit_events += forgotten.audit_events;
        forgotten_.findings += forgotten.findings;
        return {};
    } catch (const SQLite::Exception& e) {
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be written: {}", file_.string(), e.what())};
    } catch (const std::exception& e) {
        return failure{errc::bad_file, fmt::format("what happened cannot be written to the state file {}: {}",
                                                   file_.string(), e.what())};
    }
}

void state_writer::forget_the_old()
{
    const auto now = std::chrono::system_clock::now();
    execute(*database_, "DELETE FROM findings WHERE resolved_at < ?", now - findings_kept);
    execute(*database_, "DELETE FROM deliveries WHERE dead = 1 AND queued < ?", now - findings_kept);
    execute(*database_, "DELETE FROM audit_events WHERE at < ?", now - audit_events_kept);
    // A decision of a person about an object is not forgotten.
    execute(*database_, "DELETE FROM actions WHERE ended < ? AND state NOT IN ('undone', 'rejected')",
            now - action_history::kept_for);
}

}  // namespace trunkwarden
