#pragma once

#include <gtest/gtest.h>

#include <SQLiteCpp/Transaction.h>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <string>

#include "fakes/postgres_server.hpp"
#include "fakes/scratch_folder.hpp"
#include "state/postgres_runner.hpp"
#include "state/postgres_session.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_database.hpp"
#include "state/state_file.hpp"

// The two engines that keep a state, for tests of both.

namespace trunkwarden::fakes {

class sqlite_engine {
public:
    static bool is_installed() { return true; }
    state_place place() const { return folder_.path() / "state.db"; }
    void transact(const std::function<void(statement_runner&)>& work) const
    {
        const auto opened = open_database(place().file, {});
        SQLite::Transaction transaction(*opened.database);
        {
            sqlite_runner runner(*opened.database);
            work(runner);
        }
        transaction.commit();
    }
    void lose() const { std::filesystem::remove(place().file); }

private:
    scratch_folder folder_;
};

// A schema of its own in the server of the program.
class postgres_engine {
public:
    static bool is_installed() { return postgres_server::of_program() != nullptr; }
    postgres_engine() : schema_(fresh_schema()) {}

    postgres_server& server() const { return *postgres_server::of_program(); }
    const std::string& schema() const { return schema_; }
    const std::filesystem::path& folder() const { return folder_.path(); }
    state_place place() const { return place_through({}); }
    state_place place_through(const std::filesystem::path& socket_folder) const
    {
        state_place out(folder() / "state.db");
        out.database = server().settings_for(schema_, folder(), socket_folder);
        return out;
    }
    void transact(const std::function<void(statement_runner&)>& work) const
    {
        const auto where = place().database;
        const auto connection = connect_to(where);
        prepare_tables(*connection, where);
        begin(*connection, where, transaction_for::writing);
        postgres_runner runner(*connection);
        work(runner);
        connection->commit();
    }
    void lose() const { server().run(fmt::format("DROP SCHEMA {} CASCADE", schema_)); }
    std::string value(const std::string& query) const
    {
        return server().run(fmt::format("SET search_path TO {}; {}", schema_, query));
    }

private:
    static std::string fresh_schema()
    {
        static int number = 0;
        return fmt::format("state_{}", ++number);
    }

    scratch_folder folder_;
    std::string schema_;
};

// Skipped where the engine is not installed, unless the environment says that it has to be.
template <class Engine>
class state_in : public testing::Test {
protected:
    void SetUp() override
    {
        if (Engine::is_installed())
            return;
        if (std::getenv("TRUNKWARDEN_NEEDS_POSTGRES") != nullptr)  // NOLINT(concurrency-mt-unsafe)
            FAIL() << "PostgreSQL is not installed";
        GTEST_SKIP() << "PostgreSQL is not installed: Debian's postgresql-15";
    }

    opened_state open() const { return open_state(engine.place()); }

    // Opens, writes, and closes again.
    void keep(const state_change& change) const
    {
        const auto state = open();
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        const auto written = state.file->write(change);
        ASSERT_TRUE(written) << written.error().message;
    }

    Engine engine;
};

}  // namespace trunkwarden::fakes
