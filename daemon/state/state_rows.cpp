#include "state/state_rows.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

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

std::span<const unsigned char> bytes_of_text(const std::string& text)
{
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

std::optional<fingerprint_key> kept_key(statement_runner& in)
{
    const auto rows = query(in, "SELECT value FROM meta WHERE name = 'fingerprint_key'");
    fingerprint_key key{};
    if (!rows->next())
        return std::nullopt;
    const auto bytes = rows->bytes(0);
    if (bytes.size() != key.size())
        return std::nullopt;
    std::ranges::copy(bytes, key.begin());
    return key;
}

}  // namespace

void put_row(statement_runner& into, const finding& row)
{
    const auto record = record_of(row);
    execute(into,
            "INSERT INTO findings(id, account, status, severity, title, opened, resolved_at, record, bytes) "
            "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT(id) DO UPDATE SET account = "
            "excluded.account, status = excluded.status, severity = excluded.severity, title = "
            "excluded.title, opened = excluded.opened, resolved_at = excluded.resolved_at, record = "
            "excluded.record, bytes = excluded.bytes",
            row.id, row.account, std::string(name_of(row.status)), std::string(name_of(row.deviation.level)),
            row.title, row.opened, row.resolved_at, record, size_of(record));
}

void put_row(statement_runner& into, const delivery& row)
{
    execute(
        into,
        "INSERT INTO deliveries(number, id, sink, account, event, body, queued, attempts, next_attempt, "
        "last_error, dead) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT(number) DO UPDATE SET "
        "attempts = excluded.attempts, next_attempt = excluded.next_attempt, last_error = "
        "excluded.last_error, dead = excluded.dead",
        row.number, row.id, row.sink, row.account, row.event, row.body, row.queued,
        std::int64_t{row.attempts}, row.next_attempt, row.last_error, std::int64_t{row.dead});
    for (const auto& finding : row.findings)
        execute(into, "INSERT INTO told(delivery, finding) VALUES($1, $2) ON CONFLICT DO NOTHING", row.number,
                finding);
}

void put_row(statement_runner& into, const std::string& account, const audit_event& row)
{
    execute(
        into,
        "INSERT INTO audit_events(account, id, at, record) VALUES($1, $2, $3, $4) ON CONFLICT(account, id) "
        "DO UPDATE SET at = excluded.at, record = excluded.record",
        account, row.id, row.by.at, record_of(shortened(row)));
}

void put_row(statement_runner& into, const action& row)
{
    const auto past = past_item_of(row);
    const auto ended = has_ended(row.state) ? std::optional(past.at) : std::nullopt;
    const auto record = record_of(row);
    execute(
        into,
        "INSERT INTO actions(id, account, finding, state, planned, ended, record, rank, level, bytes) "
        "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT(id) DO UPDATE SET account = "
        "excluded.account, finding = excluded.finding, state = excluded.state, planned = excluded.planned, "
        "ended = excluded.ended, record = excluded.record, rank = excluded.rank, level = excluded.level, "
        "bytes = excluded.bytes",
        row.id, row.account, row.finding, std::string(name_of(row.state)), row.planned_at, ended, record,
        std::int64_t{past.rank}, std::int64_t{past.level}, size_of(record));
}

void put_secret(statement_runner& into, const std::string& place, const std::string& fingerprint)
{
    execute(into,
            "INSERT INTO secrets(place, fingerprint) VALUES($1, $2) ON CONFLICT(place) DO UPDATE SET "
            "fingerprint = excluded.fingerprint, unseen_since = NULL",
            place, fingerprint);
}

void put_unseen(statement_runner& into, const std::string& place, const std::optional<time_point>& since)
{
    execute(into, "UPDATE secrets SET unseen_since = $1 WHERE place = $2", since, place);
}

void put_row(statement_runner& into, const std::string& account, const balance_sample& row)
{
    execute(
        into,
        "INSERT INTO balances(account, since, until, available, currency, cause) VALUES($1, $2, $3, $4, $5, "
        "$6) ON CONFLICT(account, since) DO UPDATE SET until = excluded.until, available = "
        "excluded.available, currency = excluded.currency, cause = excluded.cause",
        account, row.since, row.until, row.is.available.millionths, row.is.currency,
        std::string(name_of(row.cause)));
}

void put_taken(statement_runner& into, const std::string& sink, time_point when)
{
    execute(into,
            "INSERT INTO sinks(name, taken) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET taken = "
            "excluded.taken",
            sink, when);
}

void put_freeze(statement_runner& into, const std::optional<freeze>& frozen)
{
    execute(into, "DELETE FROM freezes");
    execute(into, "DELETE FROM meta WHERE name = 'frozen_by'");
    if (!frozen)
        return;
    execute(into, "INSERT INTO freezes(\"only\", since, reason, state_lost) VALUES(1, $1, $2, $3)",
            frozen->since, frozen->reason, frozen->state_lost);
    if (!frozen->by.empty())
        execute(into, "INSERT INTO meta(name, value) VALUES('frozen_by', $1)", bytes_of_text(frozen->by));
}

delivery delivery_in(row_reader row)
{
    delivery out;
    out.number = row.number();
    out.id = row.text();
    out.sink = row.text();
    out.account = row.text();
    out.event = row.text();
    out.queued = row.time();
    out.attempts = row.count();
    out.next_attempt = row.time();
    out.last_error = row.text();
    out.dead = row.flag();
    return out;
}

fingerprint_key key_of(statement_runner& in)
{
    const auto key = kept_key(in);
    return key ? *key : random_key();
}

void make_key(statement_runner& into)
{
    if (kept_key(into))
        return;
    const auto key = random_key();
    execute(
        into,
        "INSERT INTO meta(name, value) VALUES('fingerprint_key', $1) ON CONFLICT(name) DO UPDATE SET value "
        "= excluded.value",
        std::span<const unsigned char>(key));
}

fingerprint_key random_key()
{
    fingerprint_key key{};
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be fingerprinted");
    return key;
}

}  // namespace trunkwarden
