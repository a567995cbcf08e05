#pragma once

#include <array>

#include "state/history_schema.hpp"

namespace trunkwarden {

inline constexpr int application_id =
    0x74776172;  // "twar": file(1) and other programs recognise the file by it

// Each step leads from the version before it to the next; a published one is never changed. PRAGMA
// user_version says how many were made.
inline constexpr std::array migrations{
    R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE findings(
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    opened INTEGER NOT NULL,       -- milliseconds since 1970, as all times here
    resolved_at INTEGER,           -- NULL while it is not
    record TEXT NOT NULL           -- all of it, JSON
) STRICT;
CREATE INDEX findings_by_end ON findings(resolved_at);

CREATE TABLE deliveries(
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sink TEXT NOT NULL,
    account TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    queued INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    dead INTEGER NOT NULL          -- 1: refused for good, kept to be looked at
) STRICT;
CREATE TABLE told(
    delivery INTEGER NOT NULL REFERENCES deliveries(number) ON DELETE CASCADE,
    finding TEXT NOT NULL,
    PRIMARY KEY(delivery, finding)
) STRICT, WITHOUT ROWID;

CREATE TABLE sinks(
    name TEXT PRIMARY KEY,
    taken INTEGER NOT NULL         -- when it last took a message
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets(
    place TEXT PRIMARY KEY,        -- account/resource/id/field
    fingerprint TEXT NOT NULL      -- keyed hash, key in meta
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events(
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,          -- JSON, values redacted
    PRIMARY KEY(account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_events_by_time ON audit_events(at);
)sql",
    R"sql(
CREATE TABLE actions(
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    finding TEXT NOT NULL,
    state TEXT NOT NULL,
    planned INTEGER NOT NULL,
    ended INTEGER,                 -- NULL while something may still happen to it
    record TEXT NOT NULL           -- all of it, JSON, secrets as "(secret)"
) STRICT;
CREATE INDEX actions_by_end ON actions(ended);

CREATE TABLE freezes(
    only INTEGER PRIMARY KEY CHECK(only = 1),
    since INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
)sql",
    R"sql(
ALTER TABLE freezes ADD COLUMN state_lost TEXT NOT NULL DEFAULT '';  -- a sentence; '' for a person's freeze

ALTER TABLE findings ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;    -- of the record
UPDATE findings SET bytes = length(CAST(record AS BLOB));
CREATE INDEX findings_to_forget ON findings(account, resolved_at, severity, bytes, id);

ALTER TABLE actions ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;      -- a higher one is needed longer
ALTER TABLE actions ADD COLUMN level INTEGER NOT NULL DEFAULT 0;     -- of its severity
ALTER TABLE actions ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;     -- of the record
UPDATE actions SET bytes = length(CAST(record AS BLOB)), rank = CASE
    WHEN state IN ('undone', 'rejected') THEN 4
    WHEN state IN ('done', 'failed') AND json_valid(record) THEN
        CASE WHEN json_extract(record, '$.undo') < 2 AND json_extract(record, '$.before') <> '' THEN 3 ELSE 2 END
    WHEN state = 'dry_run' THEN 0
    ELSE 1 END;
UPDATE actions SET ended = planned WHERE ended IS NULL AND state IN ('dry_run', 'done', 'failed', 'stale', 'rejected',
    'expired', 'undone');
CREATE INDEX actions_to_forget ON actions(account, ended, rank, level, bytes, id);

CREATE INDEX audit_events_by_account ON audit_events(account, at);
CREATE TABLE audit_floors(
    account TEXT PRIMARY KEY,
    up_to INTEGER NOT NULL         -- events up to then were seen, and may be forgotten
) STRICT, WITHOUT ROWID;

ALTER TABLE secrets ADD COLUMN unseen_since INTEGER;                 -- NULL while its object is there
)sql",
    R"sql(
CREATE TABLE balances(
    account TEXT NOT NULL,
    since INTEGER NOT NULL,        -- the balance was the same
    until INTEGER NOT NULL,        -- until then
    available INTEGER NOT NULL,    -- in millionths
    currency TEXT NOT NULL,
    cause TEXT NOT NULL,           -- of the rise that led to it
    PRIMARY KEY(account, since)
) STRICT, WITHOUT ROWID;
)sql", history_migration,
};

}  // namespace trunkwarden
