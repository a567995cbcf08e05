#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <thread>
#include <utility>

#include "postgres/postgres_error.hpp"
#include "state/change_writer.hpp"
#include "state/postgres_runner.hpp"
#include "state/postgres_session.hpp"
#include "state/postgres_state.hpp"
#include "state/state_reader.hpp"
#include "state/state_rows.hpp"
#include "support/digest.hpp"

namespace trunkwarden {
namespace {

// A server that comes up together with this host is waited for; files that cannot be used are not.
std::unique_ptr<postgres_connection> connect_patiently(const database_settings& where)
{
    constexpr auto patience = std::chrono::seconds(15);
    constexpr auto between = std::chrono::seconds(2);
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return connect_to(where);
        } catch (const postgres_error&) {
            if (std::chrono::steady_clock::now() > until || !connection_words::read(where))
                throw;
        }
        std::this_thread::sleep_for(between);
    }
}

std::string random_process()
{
    const auto bytes = random_key();
    constexpr std::size_t enough = 16;
    return hex(bytes.data(), enough);
}

// From now on, no other process writes. Whether it is the first that ever does.
struct claimed_database {
    writer_place place;
    bool is_new = false;
};

claimed_database claim(statement_runner& in)
{
    claimed_database out;
    out.place.process = random_process();
    execute(in, "UPDATE writer SET process = $1, revision = revision + 1, attempt = 0", out.place.process);
    const auto row = query(in, "SELECT revision FROM writer");
    if (!row->next())
        throw postgres_error("its table \"writer\" is empty: somebody removed the row of it");
    out.place.revision = row->number(0);
    out.is_new = out.place.revision == 1;
    return out;
}

opened_state unusable_database(const std::string& why)
{
    opened_state out;
    out.trouble = state_trouble::unusable;
    out.reason = fmt::format("the database cannot be used: {}", why);
    out.kept.key = random_key();
    return out;
}

opened_state open_with_lock(const state_place& place, std::unique_ptr<file_lock> lock)
{
    optional_reason lost;
    if (lock->knows_of_a_state_file())
        lost = fmt::format("the database is new, although {} says that there was a state before it",
                           lock_of(place.file).string());
    const auto connection = connect_patiently(place.database);
    prepare_tables(*connection, place.database);
    begin(*connection, place.database, transaction_for::writing);
    postgres_runner runner(*connection);
    auto claimed = claim(runner);
    opened_state out;
    if (claimed.is_new && lost) {
        put_freeze(runner, freeze{std::chrono::system_clock::now(), *lost, *lost});
        out.lost = lost;
    }
    make_key(runner);
    const auto forgotten = forget_what_is_too_much(runner);
    connection->commit();
    lock->remember_the_state_file();
    begin(*connection, place.database, transaction_for::reading);
    out.kept = read_all(runner);
    connection->commit();
    out.file = std::make_unique<postgres_state>(place.database, std::move(lock), std::move(claimed.place),
                                                forgotten);
    return out;
}

}  // namespace

opened_state open_in_database(const state_place& place)
{
    auto lock = std::make_unique<file_lock>(lock_of(place.file));
    if (lock->is_taken()) {
        opened_state out;
        out.trouble = state_trouble::in_use;
        out.reason = fmt::format(
            "another trunkwarden on this host has the lock {}.lock: stop it first, or give "
            "this one a state_file of its own, whose name the lock has",
            place.file.string());
        return out;
    }
    if (lock->error() != 0)
        return unusable_database(fmt::format("the lock {}.lock beside it cannot be taken: {}",
                                             place.file.string(),
                                             std::generic_category().message(lock->error())));
    try {
        return open_with_lock(place, std::move(lock));
    } catch (const std::exception& e) {
        return unusable_database(e.what());
    }
}

opened_state open_state(const state_place& place)
{
    return place.database.is_set() ? open_in_database(place) : open_state_file(place.file);
}

}  // namespace trunkwarden
