#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "database/engines.hpp"
#include "fakes/deviations.hpp"
#include "fakes/pausable_proxy.hpp"
#include "fakes/state_file_on_disk.hpp"
#include "state/state_rows.hpp"

// Faults of a real server, and of the way to it.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::one_of_each;
using testing::HasSubstr;
using testing::Not;

class PostgresState : public fakes::state_in<fakes::postgres_engine> {
protected:
    ~PostgresState() override
    {
        proxy.reset();
        std::error_code ignored;
        if (!proxy_folder.empty())
            std::filesystem::remove_all(proxy_folder, ignored);
    }

    state_place place_behind_proxy()
    {
        proxy_folder = fakes::folder_for_postgres();
        proxy =
            std::make_unique<fakes::pausable_proxy>(proxy_folder / ".s.PGSQL.5432", engine.server().socket());
        return engine.place_through(proxy_folder);
    }
    state_change change_with(const std::string& sentence) const
    {
        state_change out;
        out.taken.emplace("soc", now);
        out.events.push_back({.at = now,
                              .kind = history_kind::opened,
                              .account = "production",
                              .finding = "f-0123456789ab",
                              .sentence = sentence});
        return out;
    }
    std::string events_with(const std::string& sentence) const
    {
        return engine.value(fmt::format("SELECT count(*) FROM events WHERE sentence = '{}'", sentence));
    }

    time_point now = fakes::whole_milliseconds(std::chrono::system_clock::now());
    std::filesystem::path proxy_folder;
    std::unique_ptr<fakes::pausable_proxy> proxy;
};

TEST_F(PostgresState, ACommitWithoutAnAnswerCountsOnce)
{
    const auto place = place_behind_proxy();
    const auto state = open_state(place);
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(change_with("before")));
    proxy->hold_answers_after("COMMIT");
    auto change = change_with("in doubt");
    ASSERT_FALSE(state.file->write(change)) << "the answer is held";
    EXPECT_EQ(events_with("in doubt"), "1") << "the server committed it";
    proxy->cut();
    change.add(change_with("later"));
    const auto written = state.file->write(change);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(events_with("in doubt"), "1");
    EXPECT_EQ(events_with("later"), "1");
}

TEST_F(PostgresState, OfTwoCommitsWithoutAnAnswerTheOneThatCameThroughIsKnown)
{
    const auto place = place_behind_proxy();
    const auto state = open_state(place);
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(change_with("before")));
    proxy->hold_answers_after("COMMIT");
    auto change = change_with("in doubt");
    ASSERT_FALSE(state.file->write(change));
    proxy->cut();
    change.add(change_with("second"));
    proxy->hold_answers_after("COMMIT");
    ASSERT_FALSE(state.file->write(change))
        << "nor is it known how the one before ended: that ends with COMMIT, too";
    proxy->cut();
    change.add(change_with("third"));
    const auto written = state.file->write(change);
    ASSERT_TRUE(written) << written.error().message;
    for (const auto* sentence : {"in doubt", "second", "third"})
        EXPECT_EQ(events_with(sentence), "1") << sentence;
}

TEST_F(PostgresState, AServerThatFreezesHoldsUpAWriteForItsTimeoutOnly)
{
    const auto place = place_behind_proxy();
    const auto state = open_state(place);
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(change_with("before")));
    proxy->pause();
    const auto refused = state.file->write(change_with("meanwhile"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("does not answer within 5 s"));
    EXPECT_FALSE(state.file->write(change_with("meanwhile"))) << "nor is it connected to";
    proxy->cut();
    proxy->resume();
    const auto written = state.file->write(change_with("meanwhile"));
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(events_with("meanwhile"), "1");
}

TEST_F(PostgresState, IsWrittenAgainAfterARestartOfTheServer)
{
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(change_with("before")));
    engine.server().restart();
    const auto change = change_with("after");
    const bool is_written =
        state.file->write(change) || state.file->write(change);  // the old connection is gone
    EXPECT_TRUE(is_written);
    EXPECT_EQ(events_with("after"), "1");
}

TEST_F(PostgresState, OfTwoHostsTheOneThatStartedLastWrites)
{
    const auto first = open();
    ASSERT_EQ(first.trouble, state_trouble::none) << first.reason;
    auto place = engine.place();
    place.file = engine.folder() / "of_another_host.db";
    const auto second = open_state(place);
    ASSERT_EQ(second.trouble, state_trouble::none) << second.reason;
    ASSERT_TRUE(second.file->write(change_with("second")));
    EXPECT_FALSE(first.file->write(change_with("first")));
    const auto refused = first.file->write(change_with("first"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("another trunkwarden has taken it over"));
    EXPECT_EQ(events_with("first"), "0");
    EXPECT_TRUE(second.file->write(change_with("second again")));
}

TEST_F(PostgresState, ADatabaseThatWentBackIsSaidAndUsed)
{
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(change_with("before")));
    engine.value("UPDATE writer SET revision = revision - 1");
    EXPECT_FALSE(state.file->write(change_with("after"))) << "the fence does not know this place";
    const auto refused = state.file->write(change_with("after"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("it went back by 1 transaction that"));
    EXPECT_TRUE(state.file->write(change_with("after")));
}

// A server says at each connect that its collation is of another version, say.
TEST_F(PostgresState, AWarningBeforeTheCommitIsNoneAboutTheCommit)
{
    EXPECT_NO_THROW(engine.transact([](statement_runner& in) {
        execute(in, "DO $$ BEGIN RAISE WARNING 'the collation is of another version'; END $$");
        const auto answered = query(in, "SELECT 1");
        EXPECT_TRUE(answered->next());
    }));
}

TEST_F(PostgresState, TablesOfALaterVersionAreLeftAlone)
{
    ASSERT_EQ(open().trouble, state_trouble::none);
    engine.value("UPDATE schema_version SET version = 99");
    const auto state = open();
    EXPECT_EQ(state.trouble, state_trouble::unusable);
    EXPECT_THAT(state.reason, HasSubstr("of a later version of trunkwarden (format 99"));
    const auto read = read_findings(engine.place(), false);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("of a later version"));
}

TEST_F(PostgresState, ARoleThatMayNotMakeTablesIsToldTheWayAndWritesOnceTheyAreThere)
{
    const auto role = "plain_" + engine.schema();
    engine.server().run(fmt::format("CREATE ROLE {} LOGIN", role));
    auto place = engine.place();
    std::ofstream(place.database.connection_file)
        << "host=" << engine.server().folder().string() << " dbname=postgres user=" << role << '\n';
    {
        const auto state = open_state(place);
        EXPECT_EQ(state.trouble, state_trouble::unusable);
        EXPECT_THAT(state.reason, HasSubstr("trunkwarden state prepare --print"));
    }
    engine.server().run(preparing_statements(place.database, role));
    const auto state = open_state(place);
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    const auto written = state.file->write(one_of_each(now));
    EXPECT_TRUE(written) << written.error().message;
}

TEST_F(PostgresState, AWrongPasswordIsSaidAndNotShown)
{
    const auto role = "guarded_" + engine.schema();
    engine.server().run(
        fmt::format("CREATE ROLE {} LOGIN PASSWORD 'right-password'; GRANT CREATE ON DATABASE "
                    "postgres TO {}",
                    role, role));
    const auto rules = engine.server().folder() / "data/pg_hba.conf";
    const auto others = fakes::text_of_file(rules);
    std::ofstream(rules) << "local all " << role << " scram-sha-256\n" << others;
    engine.server().run("SELECT pg_reload_conf()");
    engine.server().restart();  // a reload is not waited for
    auto place = engine.place();
    std::ofstream(place.database.connection_file)
        << "host=" << engine.server().folder().string() << " dbname=postgres user=" << role << '\n';
    place.database.password_file = engine.folder() / "password";
    std::ofstream(place.database.password_file) << "wrong-password\n";
    {
        const auto read = read_findings(place, false);
        ASSERT_FALSE(read);
        EXPECT_THAT(read.error().message, HasSubstr("password authentication failed"));
        EXPECT_THAT(read.error().message, Not(HasSubstr("wrong-password")));
    }
    std::ofstream(place.database.password_file) << "right-password\n";
    EXPECT_EQ(open_state(place).trouble, state_trouble::none);
}

TEST_F(PostgresState, AConnectionFileThatOthersMayReadIsRefused)
{
    const auto place = engine.place();
    std::filesystem::permissions(place.database.connection_file, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const auto read = read_findings(place, false);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("can be read or changed by others (mode 0604)"));
}

TEST_F(PostgresState, CommandsSayThatThereAreNoTablesYet)
{
    const auto read = read_findings(engine.place(), false);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, errc::not_found);
    EXPECT_THAT(read.error().message, HasSubstr("\"trunkwarden run\" or \"trunkwarden state prepare\""));
}

// Sessions change between transactions there.
TEST_F(PostgresState, GoesThroughAPoolerOfTransactions)
{
    constexpr auto program = "/usr/sbin/pgbouncer";
    if (!std::filesystem::exists(program))
        GTEST_SKIP() << "pgbouncer is not installed";
    const auto folder = fakes::folder_for_postgres();
    std::ofstream(folder / "users.txt") << "\"postgres\" \"\"\n";
    std::ofstream(folder / "pgbouncer.ini") << fmt::format(
        "[databases]\npostgres = host={} user=postgres\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {}\n"
        "listen_port = 5432\nauth_type = any\nauth_file = {}/users.txt\npool_mode = transaction\n"
        "default_pool_size = 2\nignore_startup_parameters = extra_float_digits\n",
        engine.server().folder().string(), folder.string(), folder.string());
    {
        const fakes::child_process pooler({program, (folder / "pgbouncer.ini").string()});
        auto place = engine.place_through(folder);
        std::ofstream(place.database.connection_file)
            << "host=" << folder.string() << " dbname=postgres user=postgres\n";
        const auto state = open_state(place);  // waits until the pooler listens
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        for (int round = 0; round < 5; ++round) {
            const auto written = state.file->write(one_of_each(now));
            ASSERT_TRUE(written) << written.error().message;
            EXPECT_TRUE(state.file->write(change_with(fmt::format("round {}", round))));
            EXPECT_EQ(read_findings(place, false).value().size(), 1U);
        }
        EXPECT_EQ(events_with("round 4"), "1");
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace trunkwarden
