#pragma once

namespace trunkwarden {

// The step of the schema that adds the history. Rows are only added, and removed when there are too many; but
// of which incident an event is may become known later.
inline constexpr auto history_migration = R"sql(
CREATE TABLE events(
    number INTEGER PRIMARY KEY,    -- in the order of commits
    at INTEGER NOT NULL,
    account TEXT NOT NULL,         -- '' where there is none, as in all columns
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,        -- severity
    weight INTEGER NOT NULL,       -- lighter ones give way first
    finding TEXT NOT NULL,
    incident TEXT NOT NULL,
    action TEXT NOT NULL,
    sentence TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    bytes INTEGER NOT NULL         -- of its texts
) STRICT;
CREATE INDEX events_by_time ON events(at);
CREATE INDEX events_by_account ON events(account, at, weight);
CREATE INDEX events_by_resource ON events(resource, at);
CREATE INDEX events_by_account_and_resource ON events(account, resource, at);
CREATE INDEX events_by_incident ON events(incident, at, account, resource) WHERE incident <> '';
CREATE INDEX events_by_finding ON events(finding) WHERE finding <> '';
CREATE INDEX events_to_forget ON events(weight, number, bytes);
)sql";

}  // namespace trunkwarden
