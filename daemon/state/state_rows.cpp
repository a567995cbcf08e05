#include "state/state_rows.hpp"

#include "catalogue/names.hpp"
#include "containment/action_history.hpp"
#include "findings/finding_record.hpp"
#include "state/action_record.hpp"

namespace trunkwarden {
namespace {

std::int64_t size_of(const std::string& record)
{
    return static_cast<std::int64_t>(record.size());
}

}  // namespace

void put_row(SQLite::Database& into, const finding& row)
{
    const auto record = record_of(row);
    execute(
        into,
        "INSERT OR REPLACE INTO findings(id, account, status, severity, title, opened, resolved_at, record, "
        "bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.account, std::string(name_of(row.status)), std::string(name_of(row.deviation.level)),
        row.title, row.opened, row.resolved_at, record, size_of(record));
}

// An upsert, not a replacement: that would delete the rows of `told`, too.
void put_row(SQLite::Database& into, const delivery& row)
{
    execute(into,
            "INSERT INTO deliveries(number, id, sink, account, event, body, queued, attempts, next_attempt, "
            "last_error, dead) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(number) DO UPDATE SET "
            "attempts = excluded.attempts, next_attempt = excluded.next_attempt, last_error = "
            "excluded.last_error, dead = excluded.dead",
            row.number, row.id, row.sink, row.account, row.event, row.body, row.queued,
            std::int64_t{row.attempts}, row.next_attempt, row.last_error, std::int64_t{row.dead});
    SQLite::Statement told(into, "INSERT OR IGNORE INTO told(delivery, finding) VALUES(?, ?)");
    for (const auto& finding : row.findings) {
        told.reset();
        told.bind(1, row.number);
        told.bind(2, finding);
        told.exec();
    }
}

void put_row(SQLite::Database& into, const std::string& account, const audit_event& row)
{
    execute(into, "INSERT OR REPLACE INTO audit_events(account, id, at, record) VALUES(?, ?, ?, ?)", account,
            row.id, row.by.at, record_of(shortened(row)));
}

void put_row(SQLite::Database& into, const action& row)
{
    const auto past = past_item_of(row);
    const auto ended = has_ended(row.state) ? std::optional(past.at) : std::nullopt;
    const auto record = record_of(row);
    execute(
        into,
        "INSERT OR REPLACE INTO actions(id, account, finding, state, planned, ended, record, rank, level, "
        "bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.account, row.finding, std::string(name_of(row.state)), row.planned_at, ended, record,
        std::int64_t{past.rank}, std::int64_t{past.level}, size_of(record));
}

void put_secret(SQLite::Database& into, const std::string& place, const std::string& fingerprint)
{
    execute(into, "INSERT OR REPLACE INTO secrets(place, fingerprint) VALUES(?, ?)", place, fingerprint);
}

void put_unseen(SQLite::Database& into, const std::string& place, const std::optional<time_point>& since)
{
    execute(into, "UPDATE secrets SET unseen_since = ? WHERE place = ?", since, place);
}

void put_row(SQLite::Database& into, const std::string& account, const balance_sample& row)
{
    execute(into,
            "INSERT OR REPLACE INTO balances(account, since, until, available, currency, cause) "
            "VALUES(?, ?, ?, ?, ?, ?)",
            account, row.since, row.until, row.is.available.millionths, row.is.currency,
            std::string(name_of(row.cause)));
}

void put_taken(SQLite::Database& into, const std::string& sink, time_point when)
{
    execute(into, "INSERT OR REPLACE INTO sinks(name, taken) VALUES(?, ?)", sink, when);
}

void put_freeze(SQLite::Database& into, const std::optional<freeze>& frozen)
{
    execute(into, "DELETE FROM freezes");
    execute(into, "DELETE FROM meta WHERE name = 'frozen_by'");
    if (!frozen)
        return;
    execute(into, "INSERT INTO freezes(only, since, reason, state_lost) VALUES(1, ?, ?, ?)", frozen->since,
            frozen->reason, frozen->state_lost);
    if (!frozen->by.empty())
        execute(into, "INSERT INTO meta(name, value) VALUES('frozen_by', CAST(? AS BLOB))", frozen->by);
}

delivery delivery_in(row_reader row)
{
    delivery out;
    out.number = row.number();
    out.id = row.text();
    out.sink = row.text();
    out.account = row.text();
    out.event = row.text();
    out.body = row.text();
    out.queued = row.time();
    out.attempts = row.count();
    out.next_attempt = row.time();
    out.last_error = row.text();
    out.dead = row.flag();
    return out;
}

}  // namespace trunkwarden
