#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>

#include "containment/action_history.hpp"
#include "fakes/deviations.hpp"
#include "fakes/state_file_on_disk.hpp"
#include "findings/finding_record.hpp"
#include "state/action_record.hpp"
#include "state/state_file.hpp"

// A start reads what the file may hold, and no more, after any writes.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class StateLimits : public fakes::state_file_on_disk {
protected:
    std::int64_t rows(const std::string& table) const
    {
        sqlite3* database = nullptr;
        sqlite3_stmt* query = nullptr;
        sqlite3_open(file.c_str(), &database);
        sqlite3_prepare_v2(database, ("SELECT count(*) FROM " + table).c_str(), -1, &query, nullptr);
        const auto count = sqlite3_step(query) == SQLITE_ROW ? sqlite3_column_int64(query, 0) : -1;
        sqlite3_finalize(query);
        sqlite3_close(database);
        return count;
    }

    // So many rows, `number` from 1 on, past every limit: as a version without limits wrote them.
    void fill(const std::string& table, const std::string& columns, const std::string& values,
              int count) const
    {
        run(fmt::format(
            "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < "
            "{}) INSERT INTO {}({}) SELECT {} FROM n",
            count, table, columns, values));
    }
    void fill_audit_events(const std::string& account, int count) const
    {
        const auto began = milliseconds_of(now - 1h);
        fill("audit_events", "account, id, at, record",
             fmt::format("'{}', 'e-' || number, {} + number, '{}'", account, began,
                         record_of(fakes::audited("e-1", "1", "u-1", now))),
             count);
    }
    static std::int64_t milliseconds_of(time_point at)
    {
        return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    }
    static std::size_t of_account(const kept_state& kept, std::string_view account)
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            kept.audited, [account](const auto& event) { return event.first == account; }));
    }

    action example(const std::string& id, action_state state) const
    {
        action out;
        out.id = id;
        out.account = "production";
        out.resource = "ips";
        out.state = state;
        out.undo = undoing::exact;
        out.before = state == action_state::done ? "{}" : "";
        out.planned_at = now - 2h;
        out.ended_at = has_ended(state) ? std::optional(now - 2h) : std::nullopt;
        return out;
    }
};

TEST_F(StateLimits, AStartReadsTheNewestAuditEventsOfEachAccountOnly)
{
    static_cast<void>(open());
    fill_audit_events("busy", 25'000);
    fill_audit_events("quiet", 100);
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    EXPECT_EQ(of_account(state.kept, "busy"), 9'000U) << "there is room before it happens again";
    EXPECT_EQ(of_account(state.kept, "quiet"), 100U);
    EXPECT_EQ(state.file->take_forgotten(), (forgotten_rows{16'000, 0, 0}));
    EXPECT_FALSE(state.file->take_forgotten().any()) << "said once";
    EXPECT_EQ(rows("audit_events"), 9'100);
    EXPECT_EQ(rows("audit_events WHERE id = 'e-25000'"), 1) << "the newest stay";
    ASSERT_EQ(state.kept.audit_floors.size(), 1U);
    EXPECT_EQ(milliseconds_of(state.kept.audit_floors.at("busy")), milliseconds_of(now - 1h) + 16'000);
}

TEST_F(StateLimits, AFloodOfAuditEventsIsHeldWhileItIsWritten)
{
    state_change flood;
    for (int number = 0; number < 10'500; ++number) {
        const auto event = fakes::audited(fmt::format("e-{}", number), "1", "u-1", now + number * 1ms);
        flood.audited.emplace(std::pair("busy", event.id), event);
    }
    keep(flood);
    EXPECT_EQ(rows("audit_events"), 9'000);
}

TEST_F(StateLimits, ALargeAuditEventIsKeptWithItsFirstChanges)
{
    auto event = fakes::audited("e-1", "1", "u-1", now);
    for (int number = 0; number < 200; ++number)
        event.changes.push_back({std::string(300, 'x'), "(redacted)", "(redacted)"});
    state_change change;
    change.audited.emplace(std::pair("busy", event.id), event);
    keep(change);
    const auto kept = open().kept.audited;
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].second.changes.size(), 12U);
}

TEST_F(StateLimits, OfTooManyActionsTheLightestGoAndNoneThatHasNotEnded)
{
    state_change change;
    for (const auto state : {action_state::waiting, action_state::sending, action_state::done,
                             action_state::undone, action_state::failed}) {
        auto action = example("a-" + std::string(name_of(state)), state);
        change.actions.emplace(action.id, action);
    }
    keep(change);
    const auto dry_run = example("a-0", action_state::dry_run);
    fill("actions", "id, account, finding, state, planned, ended, record, bytes",
         fmt::format("'a-' || number, 'production', 'f-1', 'dry_run', {0} + number, {0} + number, '{1}', {2}",
                     milliseconds_of(now - 1h), record_of(dry_run), record_of(dry_run).size()),
         12'000);
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    const auto most = action_history::max_ended.count;
    EXPECT_EQ(state.kept.actions.size(), most - most / 10 + 2) << "and the two that have not ended";
    EXPECT_EQ(state.file->take_forgotten().actions, 12'003 - (most - most / 10));
    for (const auto& [id, action] : change.actions)
        EXPECT_EQ(rows("actions WHERE id = '" + id + "'"), 1) << id;
    EXPECT_EQ(rows("actions WHERE id = 'a-1'"), 0) << "the oldest dry run";
    EXPECT_EQ(rows("actions WHERE id = 'a-12000'"), 1);
}

// The version before wrote no ranks, and no end for dry runs.
TEST_F(StateLimits, AFileOfTheVersionBeforeIsCutToTheLimitsAtItsFirstStart)
{
    state_change change;
    auto undoable = example("a-undoable", action_state::done);
    change.actions.emplace(undoable.id, undoable);
    keep(change);
    run("DROP TABLE events; DROP TABLE balances; DROP TABLE audit_floors; DROP INDEX findings_to_forget; ALTER TABLE findings DROP COLUMN bytes; "
        "DROP INDEX audit_events_by_account; ALTER TABLE secrets DROP COLUMN unseen_since; "
        "DROP INDEX actions_to_forget; ALTER TABLE actions DROP COLUMN rank; ALTER TABLE actions DROP COLUMN "
        "level; ALTER TABLE actions DROP COLUMN bytes; ALTER TABLE freezes DROP COLUMN state_lost; "
        "PRAGMA user_version = 2");
    fill_audit_events("busy", 25'000);
    fill("actions", "id, account, finding, state, planned, record",
         fmt::format("'a-' || number, 'production', 'f-1', 'dry_run', {} + number, '{}'",
                     milliseconds_of(now - 1h), record_of(example("a-0", action_state::dry_run))),
         12'000);
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    EXPECT_EQ(of_account(state.kept, "busy"), 9'000U);
    EXPECT_EQ(state.kept.actions.size(), 4'500U);
    EXPECT_EQ(rows("actions WHERE id = 'a-undoable'"), 1);
}

TEST_F(StateLimits, OfTooManyResolvedFindingsTheLeastSevereAndOldestGo)
{
    state_change change;
    auto open_one = fakes::event(transition::opened, "open", severity::low, now).about;
    auto critical = fakes::event(transition::resolved, "critical", severity::critical, now).about;
    critical.status = finding_status::resolved;
    critical.resolved_at = now - 24h * 80;
    change.findings.emplace(open_one.id, open_one);
    change.findings.emplace(critical.id, critical);
    keep(change);
    fill("findings", "id, account, status, severity, title, opened, resolved_at, record, bytes",
         fmt::format("'f-' || number, 'production', 'resolved', 'medium', 't', 0, {} + number, '{{}}', 2",
                     milliseconds_of(now - 24h)),
         21'000);
    const auto state = open();
    EXPECT_EQ(rows("findings WHERE resolved_at IS NOT NULL"), 18'000);
    EXPECT_EQ(rows("findings WHERE id = 'f-open'"), 1);
    EXPECT_EQ(rows("findings WHERE id = 'f-critical'"), 1);
    EXPECT_EQ(rows("findings WHERE id = 'f-1'"), 0);
    EXPECT_EQ(state.file->take_forgotten().findings, 3'001U);
}

TEST_F(StateLimits, RemembersSinceWhenASecretWasNotSeenAndForgetsIt)
{
    state_change change;
    change.secrets.emplace("production/ips/1/password", "hmac:1");
    change.secrets.emplace("production/ips/2/password", "hmac:2");
    change.unseen_secrets.emplace("production/ips/1/password", now);
    keep(change);
    auto kept = open().kept;
    ASSERT_EQ(kept.unseen_secrets.size(), 1U);
    EXPECT_EQ(kept.unseen_secrets.at("production/ips/1/password"), now);

    state_change again;
    again.unseen_secrets.emplace("production/ips/1/password", std::nullopt);
    again.forgotten_secrets.insert("production/ips/2/password");
    keep(again);
    kept = open().kept;
    EXPECT_TRUE(kept.unseen_secrets.empty());
    EXPECT_EQ(kept.secrets.size(), 1U);
    EXPECT_TRUE(kept.secrets.contains("production/ips/1/password"));
}

TEST_F(StateLimits, ASecretThatIsAcceptedAgainIsNotForgotten)
{
    state_change change;
    change.forgotten_secrets.insert("production/ips/1/password");
    state_change later;
    later.secrets.emplace("production/ips/1/password", "hmac:1");
    change.add(later);
    keep(change);
    EXPECT_EQ(open().kept.secrets.size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
