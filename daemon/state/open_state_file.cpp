#include <SQLiteCpp/SQLiteCpp.h>
#include <cerrno>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "state/sqlite_runner.hpp"
#include "state/state_database.hpp"
#include "state/state_file.hpp"
#include "state/state_reader.hpp"
#include "state/state_rows.hpp"
#include "state/state_writer.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

kept_state everything_in(SQLite::Database& database)
{
    sqlite_runner runner(database);
    return read_all(runner);
}

// Reads the content of a file that cannot be written.
kept_state read_what_is_there(const fs::path& file)
{
    try {
        if (auto database = open_immutable(file))
            return everything_in(*database);
    } catch (const SQLite::Exception&) {
        // Then there is nothing; the reason was reported already.
    }
    kept_state nothing;
    nothing.key = random_key();
    return nothing;
}

std::string why_not(const fs::path& file, int error)
{
    const auto folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    std::error_code not_known;
    if (error == ENOENT && !fs::exists(folder, not_known))
        return fmt::format(
            "the folder {} does not exist: make it, or set state_file to a path in one that does",
            folder.string());
    return fmt::format("{}: {}; set state_file to a path in a folder that this user may write to",
                       folder.string(), std::generic_category().message(error));
}

opened_state unusable(const fs::path& file, const std::string& why)
{
    opened_state out;
    out.trouble = state_trouble::unusable;
    out.reason = fmt::format("the state file {} cannot be used: {}", file.string(), why);
    out.kept = read_what_is_there(file);
    return out;
}

forgotten_rows forget_too_much(SQLite::Database& in)
{
    SQLite::Transaction transaction(in, SQLite::TransactionBehavior::IMMEDIATE);
    sqlite_runner runner(in);
    const auto out = forget_what_is_too_much(runner);
    transaction.commit();
    return out;
}

// `lost` says how what was before is lost, if the file turns out to be a new one.
// Throws SQLite::Exception and foreign_file, and takes the lock only when it does not.
opened_state open_with(const fs::path& file, std::unique_ptr<file_lock>& lock, const optional_reason& lost)
{
    std::optional<freeze> begins_frozen;
    if (lost)
        begins_frozen = freeze{std::chrono::system_clock::now(), *lost, *lost};
    auto [database, was_begun] = open_database(file, begins_frozen);
    lock->remember_the_state_file();
    const auto forgotten = forget_too_much(*database);
    opened_state out;
    out.kept = everything_in(*database);
    if (was_begun)
        out.lost = lost;
    out.file = std::make_unique<state_writer>(std::move(database), std::move(lock), file, forgotten);
    return out;
}

// In place of a file of ours that cannot be used: `why` says how that shows.
opened_state begin_anew(const fs::path& file, std::unique_ptr<file_lock> lock, std::string_view suffix,
                        const std::string& why)
{
    lock->remember_the_state_file();  // first: after a crash behind the renaming there is no file
    const auto aside = set_aside(file, suffix);
    if (aside.empty())
        return unusable(file, fmt::format("{}, and it cannot be renamed", why));
    try {
        return open_with(file, lock,
                         fmt::format("the state file could not be used ({}) and is now {}", why, aside));
    } catch (const SQLite::Exception& e) {
        return unusable(file, e.what());
    }
}

opened_state open_locked(const fs::path& file, std::unique_ptr<file_lock> lock)
{
    optional_reason lost;
    if (lock->knows_of_a_state_file())
        lost = fmt::format("the state file {} is missing or empty, although there was one", file.string());
    try {
        return open_with(file, lock, lost);
    } catch (const foreign_file& other) {
        if (other.trouble != state_trouble::newer)
            return unusable(file, other.why);
        return begin_anew(file, std::move(lock), "newer", other.why);
    } catch (const SQLite::Exception& e) {
        if (!is_damage(e))
            return unusable(file, e.what());
        return begin_anew(file, std::move(lock), "damaged", e.what());
    }
}

}  // namespace

opened_state open_state_file(const fs::path& file)
{
    const auto lock_file = lock_of(file);
    std::error_code not_known;
    const bool was_ours = fs::exists(lock_file, not_known);
    auto lock = std::make_unique<file_lock>(lock_file);
    if (lock->is_taken()) {
        opened_state out;
        out.trouble = state_trouble::in_use;
        out.reason = fmt::format(
            "another trunkwarden has the state file {}: stop it first, or give this one a state_file of its "
            "own",
            file.string());
        return out;
    }
    if (lock->error() != 0)
        return unusable(file, why_not(lock_file, lock->error()));
    // A file that was never ours is neither used nor set aside: somebody named the wrong one.
    if (!was_ours && !looks_like_a_database(file))
        return unusable(
            file, "it is no state file of trunkwarden, and is left alone: set state_file to another path");
    return open_locked(file, std::move(lock));
}

}  // namespace trunkwarden
