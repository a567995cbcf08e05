#include "state/state_limits.hpp"

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

std::vector<std::string> accounts_with_audit_events(statement_runner& in)
{
    std::vector<std::string> out;
    // Steps from one account to the next by the index, not through all events.
    for (std::string last;;) {
        const auto next = query(in, "SELECT min(account) FROM audit_events WHERE account > $1", last);
        if (!next->next() || next->is_null(0))
            return out;
        last = out.emplace_back(next->text(0));
    }
}

// `chosen` yields account, id, rank, level, when it was over, and bytes.
std::size_t forget(statement_runner& in, const char* chosen, const char* removal,
                   const retention_limits& most)
{
    std::map<std::string, std::vector<past_item>> by_account;
    const auto all = query(in, chosen);
    while (all->next()) {
        row_reader row(*all);
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

std::size_t forget_audit_events(statement_runner& in, const std::string& account)
{
    constexpr auto most = static_cast<std::int64_t>(audit_memory::max_recent);
    const auto nth = [&in, &account](std::int64_t place) -> std::optional<time_point> {
        const auto rows =
            query(in, "SELECT at FROM audit_events WHERE account = $1 ORDER BY at DESC LIMIT 1 OFFSET $2",
                  account, place);
        if (!rows->next())
            return std::nullopt;
        return row_reader(*rows).time();
    };
    if (!nth(most))
        return 0;
    const auto newest_to_go = nth(most - most / 10).value();
    const auto count = execute_counted(in, "DELETE FROM audit_events WHERE account = $1 AND at <= $2",
                                       account, newest_to_go);
    execute(
        in,
        "INSERT INTO audit_floors(account, up_to) VALUES($1, $2) ON CONFLICT(account) DO UPDATE SET up_to = "
        "excluded.up_to",
        account, newest_to_go);
    return static_cast<std::size_t>(count);
}

std::size_t forget_audit_events(statement_runner& in)
{
    std::size_t count = 0;
    for (const auto& account : accounts_with_audit_events(in))
        count += forget_audit_events(in, account);
    return count;
}

std::size_t forget_resolved_findings(statement_runner& in)
{
    return forget(
        in,
        "SELECT account, id, 0, CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' "
        "THEN 2 WHEN 'low' THEN 1 ELSE 0 END, resolved_at, bytes FROM findings INDEXED BY "
        "findings_to_forget WHERE resolved_at IS NOT NULL",
        "DELETE FROM findings WHERE id = $1", resolved_findings);
}

std::size_t forget_ended_actions(statement_runner& in)
{
    return forget(
        in,
        "SELECT account, id, rank, level, ended, bytes FROM actions INDEXED BY actions_to_forget WHERE "
        "ended IS NOT NULL",
        "DELETE FROM actions WHERE id = $1", action_history::max_ended);
}

}  // namespace trunkwarden
