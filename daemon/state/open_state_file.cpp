#include <SQLiteCpp/SQLiteCpp.h>
#include <cerrno>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "state/state_database.hpp"
#include "state/state_file.hpp"
#include "state/state_reader.hpp"
#include "state/state_writer.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

// What a file that cannot be written still holds.
kept_state read_what_is_there(const fs::path& file)
{
    try {
        if (auto database = open_immutable(file))
            return read_all(*database);
    } catch (const SQLite::Exception&) {
        // Then there is nothing; why it cannot be used is told already.
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

enum class history : std::uint8_t { unknown_file, ours, begun_anew };

opened_state open_locked(const fs::path& file, std::unique_ptr<file_lock> lock, history before)
{
    try {
        auto database = open_database(file);
        opened_state out;
        out.kept = read_all(*database);
        out.file = std::make_unique<state_writer>(std::move(database), std::move(lock), file);
        return out;
    } catch (const foreign_file& other) {
        auto out = unusable(file, other.why);
        out.trouble = other.trouble;
        return out;
    } catch (const SQLite::Exception& e) {
        if (!is_damage(e) || before == history::begun_anew)
            return unusable(file, e.what());
        const auto aside = set_aside(file);
        if (aside.empty())
            return unusable(file, fmt::format("{}, and it cannot be renamed", e.what()));
        auto out = open_locked(file, std::move(lock), history::begun_anew);
        out.set_aside = aside;
        return out;
    }
}

}  // namespace

opened_state open_state_file(const fs::path& file)
{
    const fs::path lock_file = file.string() + ".lock";
    std::error_code not_known;
    const auto before = fs::exists(lock_file, not_known) ? history::ours : history::unknown_file;
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
    if (before == history::unknown_file && !looks_like_a_database(file))
        return unusable(
            file, "it is no state file of trunkwarden, and is left alone: set state_file to another path");
    return open_locked(file, std::move(lock), before);
}

}  // namespace trunkwarden
