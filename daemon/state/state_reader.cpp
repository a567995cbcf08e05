#include "state/state_reader.hpp"

#include <fmt/format.h>
#include <limits>
#include <set>
#include <utility>

#include "findings/finding_record.hpp"
#include "findings/finding_state.hpp"
#include "state/action_record.hpp"
#include "state/history_table.hpp"
#include "state/state_rows.hpp"

namespace trunkwarden {
namespace {

constexpr auto reopening_span = std::chrono::hours(1);  // ledger::settling_time: younger ones are restored

std::vector<finding> findings_in(statement_runner& from, std::int64_t resolved_since, std::size_t& unreadable)
{
    std::vector<finding> out;
    fingerprinter states;
    states.set_key(key_of(from));
    const auto rows = query(
        from,
        "SELECT record FROM findings WHERE resolved_at IS NULL OR resolved_at >= $1 ORDER BY opened DESC, id",
        resolved_since);
    while (rows->next()) {
        auto read = finding_of(rows->text(0));
        if (!read) {
            ++unreadable;
            continue;
        }
        read->state = state_of(*read, states);
        out.push_back(std::move(*read));
    }
    return out;
}

// Numbers of the messages whose bodies are read: critical ones first, those that still wait before dead ones.
// An outbox keeps less (alerts/outbox.hpp), but a file of an earlier version may hold more than there is
// memory. In JSON a text cannot contain the words that are looked for: its quotes are escaped.
std::set<std::int64_t> bodies_to_read(statement_runner& from, std::int64_t max_bytes)
{
    const auto rows =
        query(from,
              "SELECT number, length(CAST(body AS BLOB)) FROM deliveries ORDER BY dead, body NOT "
              "LIKE '%\"severity\":\"critical\"%', number");
    std::set<std::int64_t> out;
    std::int64_t total = 0;
    while (rows->next()) {
        row_reader row(*rows);
        const auto number = row.number();
        total += row.number();
        if (total > max_bytes)
            break;
        out.insert(number);
    }
    return out;
}

// By the number of the message.
std::map<std::int64_t, std::vector<std::string>> findings_told(statement_runner& from)
{
    std::map<std::int64_t, std::vector<std::string>> out;
    const auto rows = query(from, "SELECT delivery, finding FROM told ORDER BY delivery, finding");
    while (rows->next()) {
        row_reader row(*rows);
        const auto number = row.number();
        out[number].push_back(row.text());
    }
    return out;
}

void read_unseen_secrets(statement_runner& from, kept_state& into)
{
    const auto rows = query(from, "SELECT place, unseen_since FROM secrets WHERE unseen_since IS NOT NULL");
    while (rows->next()) {
        row_reader row(*rows);
        auto place = row.text();
        into.unseen_secrets.emplace(std::move(place), row.time());
    }
}

secret_fingerprints secrets_in(statement_runner& from)
{
    secret_fingerprints out;
    const auto rows = query(from, "SELECT place, fingerprint FROM secrets");
    while (rows->next()) {
        row_reader row(*rows);
        auto place = row.text();
        out.emplace(std::move(place), row.text());
    }
    return out;
}

std::map<std::string, time_point> taken_in(statement_runner& from)
{
    std::map<std::string, time_point> out;
    const auto rows = query(from, "SELECT name, taken FROM sinks");
    while (rows->next()) {
        row_reader row(*rows);
        auto sink = row.text();
        out.emplace(std::move(sink), row.time());
    }
    return out;
}

void read_audited(statement_runner& from, kept_state& into)
{
    const auto rows = query(from, "SELECT account, record FROM audit_events ORDER BY at, id");
    while (rows->next()) {
        row_reader row(*rows);
        auto account = row.text();
        auto event = audit_event_of(row.text());
        if (event)
            into.audited.emplace_back(std::move(account), std::move(*event));
        else
            ++into.unreadable;
    }
    const auto floors = query(from, "SELECT account, up_to FROM audit_floors");
    while (floors->next()) {
        row_reader row(*floors);
        auto account = row.text();
        into.audit_floors.emplace(std::move(account), row.time());
    }
}

std::optional<balance_sample> sample_in(row_reader row)
{
    balance_sample out;
    out.since = row.time();
    out.until = row.time();
    out.is.available.millionths = row.number();
    out.is.currency = row.text();
    const auto cause = value_named<top_up>(row.text());
    if (!cause || out.until < out.since)
        return std::nullopt;
    out.cause = *cause;
    return out;
}

void read_balances(statement_runner& from, kept_state& into)
{
    const auto rows = query(
        from,
        "SELECT account, since, until, available, currency, cause FROM balances ORDER BY account, since");
    while (rows->next()) {
        row_reader row(*rows);
        auto account = row.text();
        if (auto sample = sample_in(row))
            into.balances[std::move(account)].push_back(*std::move(sample));
        else
            ++into.unreadable;
    }
}

void read_actions(statement_runner& from, kept_state& into)
{
    const auto rows = query(from, "SELECT record FROM actions ORDER BY planned, id");
    while (rows->next()) {
        auto read = action_of(rows->text(0));
        if (read)
            into.actions.push_back(std::move(*read));
        else
            ++into.unreadable;
    }
}

void read_freeze(statement_runner& from, kept_state& into)
{
    const auto frozen = query(from, "SELECT since, reason, state_lost FROM freezes");
    if (frozen->next()) {
        row_reader row(*frozen);
        freeze read;
        read.since = row.time();
        read.reason = row.text();
        read.state_lost = row.text();
        const auto by = query(from, "SELECT value FROM meta WHERE name = 'frozen_by'");
        if (by->next())
            read.by = by->bytes(0);
        into.frozen = std::move(read);
    }
}

// For a page that a restart does not empty.
void read_recent(statement_runner& from, kept_state& into)
{
    constexpr std::size_t looked_at = 1'000;
    constexpr std::size_t most = 200;
    history_selection newest;
    newest.most = looked_at;
    if (auto page = read_history(from, newest))
        into.recent = std::move(page->events);
    std::erase_if(into.recent, [](const history_event& event) { return !is_news(event); });
    if (into.recent.size() > most)
        into.recent.erase(into.recent.begin(), into.recent.end() - most);
}

}  // namespace

std::vector<finding> read_open_findings(statement_runner& from)
{
    std::size_t unreadable = 0;
    return findings_in(from, std::numeric_limits<std::int64_t>::max(), unreadable);
}

std::vector<finding> read_all_findings(statement_runner& from)
{
    std::size_t unreadable = 0;
    return findings_in(from, 0, unreadable);
}

std::vector<action> read_actions_only(statement_runner& from)
{
    kept_state out;
    read_actions(from, out);
    return std::move(out.actions);
}

kept_state read_balances_only(statement_runner& from)
{
    kept_state out;
    read_balances(from, out);
    return out;
}

kept_state read_secrets_only(statement_runner& from)
{
    kept_state out;
    out.key = key_of(from);
    out.secrets = secrets_in(from);
    return out;
}

std::vector<delivery> read_deliveries(statement_runner& from, std::int64_t max_bytes)
{
    std::vector<delivery> out;
    const auto bodies = bodies_to_read(from, max_bytes);
    auto told = findings_told(from);
    const auto rows =
        query(from, fmt::format("SELECT {} FROM deliveries ORDER BY number", delivery_columns).c_str());
    while (rows->next()) {
        auto& read = out.emplace_back(delivery_in(row_reader(*rows)));
        if (const auto found = told.find(read.number); found != told.end())
            read.findings = std::move(found->second);
    }
    for (auto& read : out) {
        if (!bodies.contains(read.number))
            continue;
        const auto body = query(from, "SELECT body FROM deliveries WHERE number = $1", read.number);
        if (body->next())
            read.body = body->text(0);
    }
    return out;
}

kept_state read_all(statement_runner& from)
{
    kept_state out;
    out.key = key_of(from);
    out.findings =
        findings_in(from, milliseconds_of(std::chrono::system_clock::now() - reopening_span), out.unreadable);
    constexpr std::int64_t max_bytes_of_messages = 256L * 1024 * 1024;
    out.deliveries = read_deliveries(from, max_bytes_of_messages);
    out.secrets = secrets_in(from);
    read_unseen_secrets(from, out);
    out.taken = taken_in(from);
    read_audited(from, out);
    read_balances(from, out);
    read_actions(from, out);
    read_freeze(from, out);
    read_recent(from, out);
    return out;
}

}  // namespace trunkwarden
