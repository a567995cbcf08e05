#include "state/state_file.hpp"

#include <gtest/gtest.h>

#include <SQLiteCpp/Database.h>
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sqlite3.h>
#include <sys/stat.h>

#include "fakes/deviations.hpp"
#include "fakes/state_file_on_disk.hpp"
#include "findings/finding_state.hpp"
#include "state/schema.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_reader.hpp"

// The real thing on a real file: it must survive everything that happens to files.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

using fakes::example_action;
using fakes::one_of_each;
using fakes::whole_milliseconds;

class StateFile : public fakes::state_file_on_disk {};

// An earlier version wrote messages of any size, and its file may hold more of them than there is memory.
TEST_F(StateFile, ReadsNoMoreBodiesThanAStartCanKeepTheCriticalOnesFirst)
{
    state_change change;
    for (std::int64_t number = 1; number <= 6; ++number) {
        delivery delivery;
        delivery.number = number;
        delivery.id = "d-" + std::to_string(number);
        delivery.sink = "soc";
        delivery.findings = {"f-" + std::to_string(number)};
        delivery.event = "opened";
        delivery.body =
            fmt::format(R"({{"finding":{{"title":"{}","severity":"{}"}}}})", std::string(1000, 'x'),
                        number % 2 == 0 ? "critical" : R"(\"severity\":\"critical\")");
        delivery.queued = delivery.next_attempt = now;
        delivery.dead = number == 2;
        change.deliveries.emplace(number, delivery);
    }
    keep(change);
    SQLite::Database database(file.string());
    std::vector<std::int64_t> with_body;
    sqlite_runner runner(database);
    const auto read = read_deliveries(runner, 3500);
    EXPECT_EQ(read.size(), 6U);
    for (const auto& delivery : read) {
        EXPECT_EQ(delivery.findings, change.deliveries.at(delivery.number).findings);
        if (!delivery.body.empty())
            with_body.push_back(delivery.number);
    }
    EXPECT_EQ(with_body, (std::vector<std::int64_t>{1, 4, 6}));
}

TEST_F(StateFile, GivesBackWhatWasWrittenAfterARestart)
{
    const auto wanted = one_of_each(now);
    fingerprint_key key{};
    {
        const auto state = open();
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        key = state.kept.key;
        ASSERT_TRUE(state.file->write(wanted));
    }
    const auto state = open();
    EXPECT_EQ(state.kept.key, key) << "fingerprints of the run before can still be compared";
    ASSERT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.findings[0].id, "f-1");
    ASSERT_EQ(state.kept.deliveries.size(), 1U);
    EXPECT_EQ(state.kept.deliveries[0], wanted.deliveries.at(7));
    EXPECT_EQ(state.kept.secrets, wanted.secrets);
    ASSERT_EQ(state.kept.audited.size(), 1U);
    EXPECT_EQ(state.kept.audited[0].second, wanted.audited.begin()->second);
    EXPECT_EQ(state.kept.taken, wanted.taken);
    ASSERT_EQ(state.kept.balances.size(), 1U);
    EXPECT_EQ(state.kept.balances.at("production"), std::vector{wanted.balances.begin()->second});
    ASSERT_EQ(state.kept.actions.size(), 1U);
    EXPECT_EQ(state.kept.actions[0], example_action(now));
    EXPECT_EQ(state.kept.frozen, wanted.frozen);
    EXPECT_EQ(state.kept.unreadable, 0U);
}

TEST_F(StateFile, ThawsAndKeepsTheJournal)
{
    keep(one_of_each(now));
    state_change thaw;
    thaw.frozen.emplace(std::nullopt);
    keep(thaw);
    EXPECT_EQ(open().kept.frozen, std::nullopt);
    EXPECT_EQ(read_actions(file).value().size(), 1U);
}

TEST_F(StateFile, ForgetsActionsAndKeepsThoseThatCameAfter)
{
    auto change = one_of_each(now);
    keep(change);
    auto other = example_action(now);
    other.id = "a-other";
    state_change next;
    next.forgotten_actions = {example_action(now).id, other.id};
    state_change later;
    later.actions.emplace(other.id, other);
    next.add(later);
    keep(next);
    const auto left = read_actions(file).value();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].id, "a-other");
}

TEST_F(StateFile, ForgetsOldBalancesAndNeverTheLastOfThem)
{
    const auto sample_at = [](time_point at) {
        return balance_sample{at, at + 1s, {whole_units(42), "USD"}};
    };
    state_change old;
    old.balances.emplace(std::pair("production", now - 100h), sample_at(now - 100h));
    old.balances.emplace(std::pair("production", now - 60h), sample_at(now - 60h));
    old.balances.emplace(std::pair("production", now - 40h), sample_at(now - 40h));
    old.balances.emplace(std::pair("paused", now - 300h), sample_at(now - 300h));
    old.balances.emplace(std::pair("paused", now - 200h), sample_at(now - 200h));
    keep(old);
    const auto kept = open().kept.balances;
    EXPECT_EQ(kept.at("production"), (std::vector{sample_at(now - 60h), sample_at(now - 40h)}))
        << "what was spent since is known by the last old one";
    EXPECT_EQ(kept.at("paused"), std::vector{sample_at(now - 200h)});
    EXPECT_EQ(read_kept_accounts(file).balances, kept);
}

// As the first version made it, of a file of this one.
constexpr auto back_to_the_first_format =
    "DROP TABLE events; DROP TABLE balances; DROP TABLE actions; DROP TABLE freezes; DROP TABLE audit_floors; "
    "DROP INDEX findings_to_forget; ALTER TABLE findings DROP COLUMN bytes; DROP INDEX audit_events_by_account; "
    "ALTER TABLE secrets DROP COLUMN unseen_since; PRAGMA user_version = 1";

// A start after an upgrade, on a disk that takes nothing: the decisions of people and the secrets that they
// accepted are known all the same.
TEST_F(StateFile, OfAnEarlierFormatIsReadAlsoWhereItCannotBeWritten)
{
    keep(one_of_each(now));
    const auto key = open().kept.key;
    run("DROP TABLE events; PRAGMA user_version = 4");
    const auto before = fakes::text_of_file(file);
    fs::remove(file.string() + ".lock");
    fs::create_symlink(folder / "elsewhere", file.string() + ".lock");
    const auto state = open();
    EXPECT_EQ(state.trouble, state_trouble::unusable);
    EXPECT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.secrets.at("production/ips/1/password"), "hmac:00");
    EXPECT_EQ(state.kept.key, key);
    EXPECT_TRUE(state.kept.frozen);
    EXPECT_TRUE(fakes::text_of_file(file) == before) << "nothing was written to it";
}

TEST_F(StateFile, OfTheFirstFormatIsReadAlsoWhereItCannotBeWritten)
{
    keep(one_of_each(now));
    run(back_to_the_first_format);
    fs::remove(file.string() + ".lock");
    fs::create_symlink(folder / "elsewhere", file.string() + ".lock");
    EXPECT_EQ(open().kept.findings.size(), 1U);
    EXPECT_EQ(open().kept.secrets.size(), 1U);
}

TEST_F(StateFile, OfAnEarlierFormatWithoutAHistorySaysThatTheDaemonHasNotOpenedItYet)
{
    keep(one_of_each(now));
    run("DROP TABLE events; PRAGMA user_version = 4");
    const auto history = read_history(file, {});
    ASSERT_FALSE(history);
    EXPECT_EQ(history.error().kind, errc::bad_file);
    EXPECT_NE(history.error().message.find("the daemon of this version has not opened it yet"),
              std::string::npos)
        << history.error().message;
    EXPECT_TRUE(read_findings(file, false)) << "what it has can be read";
}

// The file of an earlier version is taken over, with nothing lost.
TEST_F(StateFile, OfTheFormatBeforeIsBroughtUpToDate)
{
    keep(one_of_each(now));
    run(back_to_the_first_format);
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    EXPECT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.deliveries.size(), 1U);
    EXPECT_TRUE(state.kept.actions.empty());
    ASSERT_TRUE(state.file->write(one_of_each(now)));
}

TEST_F(StateFile, UpdatesAndForgets)
{
    auto change = one_of_each(now);
    keep(change);
    change.deliveries.at(7).attempts = 3;
    change.deliveries.at(7).last_error = "503";
    change.deliveries.at(7).next_attempt = now + 1min;
    keep(change);
    EXPECT_EQ(open().kept.deliveries.at(0), change.deliveries.at(7));
    state_change over;
    over.delivered.insert(7);
    keep(over);
    EXPECT_TRUE(open().kept.deliveries.empty());
}

TEST_F(StateFile, RestoresWhatResolvedLatelyAndListsTheRest)
{
    state_change change;
    auto lately = fakes::event(transition::resolved, "lately", severity::high, now).about;
    lately.status = finding_status::resolved;
    lately.resolved_at = now - 30min;
    auto before = lately;
    before.id = "f-before";
    before.resolved_at = now - 3h;
    change.findings.emplace(lately.id, lately);
    change.findings.emplace(before.id, before);
    change.findings.emplace("f-1", fakes::event(transition::opened, "1").about);
    keep(change);
    EXPECT_EQ(open().kept.findings.size(), 2U);
    EXPECT_EQ(read_findings(file, false)->size(), 1U);
    EXPECT_EQ(read_findings(file, true)->size(), 3U);
}

// The state is computed by the reader of the file, with the key in it: commands see that of the daemon.
TEST_F(StateFile, FindingsSayWhichStateTheyAreInByTheKeyOfTheFile)
{
    const auto finding = fakes::event(transition::opened, "1").about;
    state_change change;
    change.findings.emplace(finding.id, finding);
    keep(change);
    fingerprinter key;
    key.set_key(open().kept.key);
    EXPECT_EQ(read_findings(file, false)->at(0).state, state_of(finding, key));
    EXPECT_EQ(open().kept.findings.at(0).state, state_of(finding, key));
}

TEST_F(StateFile, IsForItsOwnerOnly)
{
    const auto state = open();
    ASSERT_TRUE(state.file->write(one_of_each(now)));
    for (const auto& entry : fs::directory_iterator(folder)) {
        struct stat about {};
        ASSERT_EQ(::stat(entry.path().c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 0777U, 0600U) << entry.path();
    }
}

TEST_F(StateFile, BelongsToOneDaemonAtATime)
{
    const auto first = open();
    ASSERT_TRUE(first.file);
    const auto second = open();
    EXPECT_EQ(second.trouble, state_trouble::in_use);
    EXPECT_NE(second.reason.find("another trunkwarden"), std::string::npos) << second.reason;
}

TEST_F(StateFile, CanBeReadBesideARunningDaemon)
{
    const auto state = open();
    ASSERT_TRUE(state.file->write(one_of_each(now)));
    const auto findings = read_findings(file, false);
    ASSERT_TRUE(findings) << findings.error().message;
    EXPECT_EQ(findings->size(), 1U);
    const auto secrets = read_secrets(file);
    ASSERT_TRUE(secrets);
    EXPECT_EQ(secrets->key, state.kept.key);
    EXPECT_EQ(secrets->secrets.size(), 1U);
}

// Somebody wrote the name of the baseline, or of a key, where that of the state file belongs.
TEST_F(StateFile, ThatIsSomeOtherFileIsLeftAlone)
{
    for (const std::string text : {"version: 1\nips: []\n", "KEY_CANARY\n", "x"}) {
        std::ofstream(file, std::ios::binary) << text;
        fs::remove(file.string() + ".lock");
        const auto state = open();
        EXPECT_EQ(state.trouble, state_trouble::unusable) << text;
        EXPECT_NE(state.reason.find("no state file of trunkwarden"), std::string::npos) << state.reason;
        EXPECT_EQ(state.lost, std::nullopt);
        EXPECT_EQ(fakes::text_of_file(file), text);
    }
}

TEST_F(StateFile, OfAnotherProgramIsLeftAlone)
{
    run("CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)");
    const auto state = open();
    EXPECT_EQ(state.trouble, state_trouble::unusable);
    EXPECT_NE(state.reason.find("another program"), std::string::npos) << state.reason;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2) << "it, and our lock";
}

// Where a file may be cut: at every page, and around the header. (A file of one byte is an empty one to
// SQLite.)
TEST_F(StateFile, CutOffAnywhereIsSetAsideOrStillWhole)
{
    state_change many;
    for (int i = 0; i < 200; ++i) {
        auto finding = fakes::event(transition::opened, std::to_string(i), severity::critical, now).about;
        many.findings.emplace(finding.id, finding);
    }
    keep(many);
    run("PRAGMA wal_checkpoint(TRUNCATE)");
    const auto whole = fakes::text_of_file(file);
    for (std::size_t size = 38; size < whole.size(); size += size < 200 ? 37 : 4096) {
        for (const auto& entry : fs::directory_iterator(folder))
            fs::remove(entry.path());
        std::ofstream(file, std::ios::binary) << whole.substr(0, size);
        const auto state = open();
        ASSERT_EQ(state.trouble, state_trouble::none) << "cut to " << size << ": " << state.reason;
        EXPECT_TRUE(state.lost) << "cut to " << size;
        EXPECT_TRUE(state.kept.frozen) << "cut to " << size;
        EXPECT_TRUE(state.file->write(one_of_each(now)));
    }
}

TEST_F(StateFile, RecordsThatItCannotReadAreCountedAndTheOthersKept)
{
    auto change = one_of_each(now);
    auto other = fakes::event(transition::opened, "2", severity::high, now).about;
    change.findings.emplace(other.id, other);
    keep(change);
    run("UPDATE findings SET record = '{}' WHERE id = 'f-1'");
    const auto state = open();
    EXPECT_EQ(state.kept.unreadable, 1U);
    ASSERT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.findings[0].id, "f-2");
}

// 2^31 s after 1970, and 2^32.
TEST_F(StateFile, GivesBackTimesAfter2038And2106)
{
    for (const auto seconds : {2'147'483'648s, 4'294'967'296s}) {
        now = time_point(seconds);
        state_change change;
        auto opening = fakes::event(transition::opened, "1", severity::critical, now);
        change.findings.emplace(opening.about.id, opening.about);
        change.taken.emplace("soc", now);
        change.audited.emplace(std::pair("production", "e-1"), fakes::audited("e-1", "1", "u-1", now));
        change.actions.emplace("a-1", example_action(now));
        keep(change);
        const auto kept = open().kept;
        ASSERT_EQ(kept.findings.size(), 1U);
        EXPECT_EQ(kept.findings[0].opened, now);
        EXPECT_EQ(kept.taken.at("soc"), now);
        ASSERT_EQ(kept.actions.size(), 1U);
        EXPECT_EQ(kept.actions[0].planned_at, now);
    }
}

TEST_F(StateFile, ThatIsADirectoryOrInAFolderThatIsNotThereIsNotUsable)
{
    fs::create_directory(file);
    const auto directory = open();
    EXPECT_EQ(directory.trouble, state_trouble::unusable);
    EXPECT_NE(directory.reason.find(file.string()), std::string::npos) << directory.reason;
    EXPECT_FALSE(directory.file);

    file = folder / "nowhere" / "state.db";
    const auto nowhere = open();
    EXPECT_EQ(nowhere.trouble, state_trouble::unusable);
    EXPECT_EQ(read_findings(file, false).error().kind, errc::not_found);
}

TEST_F(StateFile, ThatIsASymbolicLinkIsNotFollowed)
{
    const auto elsewhere = folder / "elsewhere";
    fs::create_symlink(elsewhere, file.string() + ".lock");
    EXPECT_EQ(open().trouble, state_trouble::unusable);
    EXPECT_FALSE(fs::exists(elsewhere));
}

TEST_F(StateFile, LockedByAnotherProgramFailsToWriteAndLosesNothing)
{
    const auto state = open();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto refused = state.file->write(one_of_each(now));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("locked"), std::string::npos) << refused.error().message;
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_TRUE(state.file->write(one_of_each(now)));
}

TEST_F(StateFile, KeepsTheNewestStateOfEachThingWhenChangesAreAdded)
{
    auto first = one_of_each(now);
    auto second = first;
    second.findings.at("f-1").title = "newer";
    second.deliveries.clear();
    second.delivered.insert(7);
    first.add(second);
    EXPECT_EQ(first.findings.at("f-1").title, "newer");
    EXPECT_TRUE(first.deliveries.empty()) << "it was delivered meanwhile";
    EXPECT_TRUE(first.delivered.contains(7));
}

}  // namespace
}  // namespace trunkwarden
