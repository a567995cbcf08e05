#include "state/state_writer.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "containment/action_history.hpp"
#include "state/state_limits.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr const char* copy_is_lost =
    "the state file was removed while the daemon ran, and its copy is lost, too: the decisions and "
    "acceptances of people are not known any more";

constexpr auto findings_kept = std::chrono::hours(24 * 90);     // after they resolved
constexpr auto audit_events_kept = std::chrono::hours(24 * 3);  // longer than the deepest look-up goes back

// Nothing when there is none.
std::optional<file_identity> identity_of(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return std::nullopt;
    return file_identity{about.st_dev, about.st_ino};
}

std::filesystem::path with(const std::filesystem::path& file, const char* suffix)
{
    return file.string() + suffix;
}

}  // namespace

state_writer::state_writer(std::unique_ptr<SQLite::Database> database, std::unique_ptr<file_lock> lock,
                           std::filesystem::path file, const forgotten_rows& forgotten)
    : lock_(std::move(lock)), database_(std::move(database)), file_(std::move(file)), forgotten_(forgotten)
{
    identity_ = identity_of(file_).value_or(file_identity{});
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
    for (const auto& [key, sample] : change.balances)
        put_row(into, key.first, sample);
    for (const auto& [id, action] : change.actions)
        put_row(into, action);
    for (const auto& id : change.forgotten_actions)
        execute(into, "DELETE FROM actions WHERE id = ?", id);
    if (change.frozen)
        put_freeze(into, *change.frozen);
}

// Events of the history are put here, because that counts them. Audit events come by the hundred, and are
// counted whenever some do; findings are counted once in a while. Actions are counted where they are held in
// memory (containment/action_history.hpp).
forgotten_rows state_writer::forget_too_much(const state_change& change)
{
    forgotten_rows out;
    out.events = history_.put(*database_, change.events);
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

bool state_writer::is_in_place() const
{
    return database_ && identity_of(file_) == identity_ &&
           (!wal_identity_ || identity_of(with(file_, "-wal")) == wal_identity_);
}

result<file_place> state_writer::keep_its_place()
{
    if (const auto locked = lock_again(); !locked)
        return locked.error();
    if (is_in_place())
        return file_place::unchanged;
    const auto made = make_anew();
    if (!made)
        return failure{made.error().kind,
                       fmt::format("the state file {} is gone or replaced, and cannot be made again: {}",
                                   file_.string(), made.error().message)};
    return file_place::made_anew;
}

// Else another daemon could begin a state file beside this one.
result<void> state_writer::lock_again()
{
    const auto place = with(file_, ".lock");
    if (lock_->is_at(place))
        return {};
    auto lock = std::make_unique<file_lock>(place);
    if (lock->is_taken())
        return failure{
            errc::bad_file,
            fmt::format("another trunkwarden has taken the state file {} meanwhile", file_.string())};
    if (lock->error() != 0)
        return failure{errc::bad_file,
                       fmt::format("the lock {} is gone, and cannot be made again: {}", place.string(),
                                   std::generic_category().message(lock->error()))};
    lock->remember_the_state_file();
    lock_ = std::move(lock);
    return {};
}

// The removed file can be read as long as it is open. Its copy gets its place at once, whole.
result<void> state_writer::make_anew()
{
    const auto copy = with(file_, ".new");
    history_.count_anew();
    try {
        if (database_) {
            copy_database(*database_, copy);
            close_and_leave(std::move(database_));
        }
        const auto there = identity_of(file_);
        if (there && there != identity_ && set_aside(file_, "replaced").empty())
            return failure{errc::bad_file, "the file in its place cannot be renamed"};
        std::error_code failed;
        for (const char* beside : {"-wal", "-shm"})
            std::filesystem::remove(with(file_, beside), failed);
        if (identity_of(copy)) {
            std::filesystem::rename(copy, file_, failed);
            if (failed)
                return failure{errc::bad_file, failed.message()};
            // Ours from now on, even if it cannot be opened yet.
            identity_ = identity_of(file_).value_or(file_identity{});
            sync_folder_of(file_);
        }
        std::optional<freeze> begins_frozen;
        if (identity_of(file_) != identity_)
            begins_frozen = freeze{std::chrono::system_clock::now(), copy_is_lost, copy_is_lost};
        database_ = open_database(file_, begins_frozen).database;
        identity_ = identity_of(file_).value_or(file_identity{});
        wal_identity_.reset();
        return {};
    } catch (const SQLite::Exception& e) {
        return failure{errc::bad_file, e.what()};
    } catch (const foreign_file& other) {
        return failure{errc::bad_file, other.why};
    }
}

result<void> state_writer::write(const state_change& change)
{
    if (!database_)
        return failure{errc::bad_file, fmt::format("the state file {} is not there", file_.string())};
    try {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        put(change);
        const auto forgotten = forget_too_much(change);
        transaction.commit();
        if (!wal_identity_)
            wal_identity_ = identity_of(with(file_, "-wal"));
        forgotten_.audit_events += forgotten.audit_events;
        forgotten_.findings += forgotten.findings;
        forgotten_.events += forgotten.events;
        return {};
    } catch (const SQLite::Exception& e) {
        history_.count_anew();
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be written: {}", file_.string(), e.what())};
    } catch (const std::exception& e) {
        history_.count_anew();
        return failure{errc::bad_file,
                       fmt::format("the latest events cannot be written to the state file {}: {}",
                                   file_.string(), e.what())};
    }
}

void state_writer::forget_the_old()
{
    const auto now = std::chrono::system_clock::now();
    execute(*database_, "DELETE FROM findings WHERE resolved_at < ?", now - findings_kept);
    execute(*database_, "DELETE FROM deliveries WHERE dead = 1 AND queued < ?", now - findings_kept);
    execute(*database_, "DELETE FROM audit_events WHERE at < ?", now - audit_events_kept);
    // The last one before that stays, however old: it shows how much was spent since then.
    execute(*database_,
            "DELETE FROM balances WHERE until < ? AND since < "
            "(SELECT max(since) FROM balances AS old WHERE old.account = balances.account AND old.until < ?)",
            now - spending_record::kept_for, now - spending_record::kept_for);
    // A decision of a person about an object is not forgotten, nor why an object is off.
    execute(*database_,
            "DELETE FROM actions WHERE ended < ? AND state NOT IN ('undone', 'rejected') AND rank < ?",
            now - action_history::kept_for, std::int64_t{rank_in_force});
}

}  // namespace trunkwarden
