#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <sqlite3.h>
#include <string>

#include "fakes/deviations.hpp"
#include "fakes/scratch_folder.hpp"
#include "state/state_file.hpp"

namespace trunkwarden::fakes {

using namespace std::chrono_literals;

inline time_point whole_milliseconds(time_point at)
{
    return std::chrono::floor<std::chrono::milliseconds>(at);
}

// A state file in a folder of its own.
class state_file_on_disk : public testing::Test {
protected:
    opened_state open() const { return open_state_file(file); }

    // Opens, writes, and closes again.
    void keep(const state_change& change) const
    {
        const auto state = open();
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        const auto written = state.file->write(change);
        ASSERT_TRUE(written) << written.error().message;
    }

    void run(const std::string& sql) const
    {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
    }

    const scratch_folder scratch;
    const std::filesystem::path& folder = scratch.path();
    std::filesystem::path file = folder / "state.db";
    time_point now = whole_milliseconds(std::chrono::system_clock::now());
};

inline action example_action(time_point now)
{
    action out;
    out.id = "a-0123456789ab";
    out.account = "production";
    out.finding = "f-1";
    out.resource = "ips";
    out.object_id = out.address = "1";
    out.label = "192.0.2.66:5060";
    out.measure = measure::contain;
    out.state = action_state::undone;
    out.mode = quarantine_mode::automatic;
    out.summary = "remove SIP IP 192.0.2.66:5060";
    out.reason = "Unknown SIP IP";
    out.impact = "calls from this address";
    out.held = "nothing";
    out.undo = undoing::new_identity;
    out.seen = "00";
    out.identity_hash = "11";
    out.request = {"DELETE", "/ips/1", {}};
    out.before = "{}";
    out.taken_along = {"SAT1", "SAT2"};
    out.new_id = "2";
    out.outcome = "undone";
    out.decided_by = "root (sudo by dana)";
    out.planned_at = now;
    out.expires_at = out.decided_at = out.sent_at = out.ended_at = now + 1s;
    return out;
}

inline state_change one_of_each(time_point now)
{
    state_change out;
    auto opening = event(transition::opened, "1", severity::critical, now);
    out.findings.emplace(opening.about.id, opening.about);
    delivery told;
    told.number = 7;
    told.id = "d-7";
    told.sink = "soc";
    told.account = "production";
    told.findings = {"f-1", "f-2"};
    told.event = "opened_many";
    told.body = "{}";
    told.queued = told.next_attempt = now;
    out.deliveries.emplace(7, told);
    out.secrets.emplace("production/ips/1/password", "hmac:00");
    out.audited.emplace(std::pair("production", "e-1"), audited("e-1", "1", "u-1", now));
    out.taken.emplace("soc", now);
    out.balances.emplace(std::pair("production", now),
                         balance_sample{now, now + 1s, {whole_units(42), "USD"}, top_up::by_hand});
    const auto step = example_action(now);
    out.actions.emplace(step.id, step);
    out.frozen.emplace(freeze{now, "carrier migration", "", "dana"});
    return out;
}

}  // namespace trunkwarden::fakes
