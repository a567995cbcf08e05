#include "state/state_writer.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <utility>

#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr auto findings_kept = std::chrono::hours(24 * 90);     // after they resolved
constexpr auto audit_events_kept = std::chrono::hours(24 * 3);  // longer than the deepest look-up goes back
constexpr auto actions_kept = std::chrono::hours(24 * 90);      // after they ended

}  // namespace

state_writer::state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                           std::filesystem::path file)
    : lock_(std::move(lock)), database_(std::move(database)), file_(std::move(file))
{
}

result<void> state_writer::write(const state_change& change)
{
    auto& into = *database_;
    try {
        SQLite::Transaction transaction(into, SQLite::TransactionBehavior::IMMEDIATE);
        for (const auto& [id, finding] : change.findings)
            put_row(into, finding);
        for (const auto& [number, delivery] : change.deliveries)
            put_row(into, delivery);
        for (const auto number : change.delivered)
            execute(into, "DELETE FROM deliveries WHERE number = ?", number);
        for (const auto& [place, fingerprint] : change.secrets)
            put_secret(into, place, fingerprint);
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
        forget_the_old();
        transaction.commit();
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
    if (now - tidied_at_ < std::chrono::hours(1))
        return;
    execute(*database_, "DELETE FROM findings WHERE resolved_at < ?", now - findings_kept);
    execute(*database_, "DELETE FROM deliveries WHERE dead = 1 AND queued < ?", now - findings_kept);
    execute(*database_, "DELETE FROM audit_events WHERE at < ?", now - audit_events_kept);
    // A decision of a person about an object is not forgotten.
    execute(*database_, "DELETE FROM actions WHERE ended < ? AND state NOT IN ('undone', 'rejected')",
            now - actions_kept);
    tidied_at_ = now;
}

}  // namespace trunkwarden
