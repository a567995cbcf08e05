#include "state/state_limits.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <map>
#include <utility>
#include <vector>

#include "audit/audit_memory.hpp"
#include "containment/action_history.hpp"
#include "state/state_rows.hpp"
#include "support/retention.hpp"

namespace trunkwarden {
namespace {

constexpr retention_limits resolved_findings{20'000, 64UL * 1024 * 1024};

std::vector<std::string> accounts_with_audit_events(SQLite::Database& in)
{
    std::vector<std::string> out;
    // Steps from one account to the next by the index, not through all events.
    SQLite::Statement next(in, "SELECT min(account) FROM audit_events WHERE account > ?");
    for (std::string last;;) {
        next.reset();
        next.bind(1, last);
        if (!next.executeStep() || next.getColumn(0).isNull())
            return out;
        last = out.emplace_back(next.getColumn(0).getString());
    }
}

// `query` yields account, id, rank, level, when it was over, and bytes.
std::size_t forget(SQLite::Database& in, const char* query, const char* removal, const retention_limits& most)
{
    std::map<std::string, std::vector<past_item>> by_account;
    SQLite::Statement all(in, query);
    while (all.executeStep()) {
        row_reader row(all);
        auto& of_account = by_account[row.text()];
        past_item item;
        item.id = row.text();
        item.rank = static_cast<int>(row.number());
        item.level = static_cast<int>(row.number());
        item.at = row.time();
        item.bytes = static_cast<std::size_t>(row.number());
        of_account.push_back(std::move(item));
    }
    std::size_t count = 0;
    for (auto& [account, items] : by_account)
        for (const auto& id : beyond(std::move(items), most)) {
            execute(in, removal, id);
            ++count;
        }
    return count;
}

}  // namespace

std::size_t forget_audit_events(SQLite::Database& in, const std::string& account)
{
    constexpr auto most = static_cast<std::int64_t>(audit_memory::max_recent);
    const auto nth = [&in, &account](std::int64_t place) -> std::optional<time_point> {
        SQLite::Statement query(
            in, "SELECT at FROM audit_events WHERE account = ? ORDER BY at DESC LIMIT 1 OFFSET ?");
        query.bind(1, account);
        query.bind(2, place);
        if (!query.executeStep())
            return std::nullopt;
        return row_reader(query).time();
    };
    if (!nth(most))
        return 0;
    const auto newest_to_go = nth(most - most / 10).value();
    execute(in, "DELETE FROM audit_events WHERE account = ? AND at <= ?", account, newest_to_go);
    const auto count = static_cast<std::size_t>(in.getChanges());
    execute(in, "INSERT OR REPLACE INTO audit_floors(account, up_to) VALUES(?, ?)", account, newest_to_go);
    return count;
}

std::size_t forget_audit_events(SQLite::Database& in)
{
    std::size_t count = 0;
    for (const auto& account : accounts_with_audit_events(in))
        count += forget_audit_events(in, account);
    return count;
}

std::size_t forget_resolved_findings(SQLite::Database& in)
{
    return forget(
        in,
        "SELECT account, id, 0, CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' "
        "THEN 2 WHEN 'low' THEN 1 ELSE 0 END, resolved_at, bytes FROM findings INDEXED BY "
        "findings_to_forget WHERE resolved_at IS NOT NULL",
        "DELETE FROM findings WHERE id = ?", resolved_findings);
}

std::size_t forget_ended_actions(SQLite::Database& in)
{
    return forget(
        in,
        "SELECT account, id, rank, level, ended, bytes FROM actions INDEXED BY actions_to_forget WHERE "
        "ended IS NOT NULL",
        "DELETE FROM actions WHERE id = ?", action_history::max_ended);
}

}  // namespace trunkwarden
