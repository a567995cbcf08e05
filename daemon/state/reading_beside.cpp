#include <SQLiteCpp/SQLiteCpp.h>
#include <cerrno>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <sqlite3.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "state/history_table.hpp"
#include "state/postgres_session.hpp"
#include "state/read_kept.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_database.hpp"
#include "state/state_reader.hpp"

namespace trunkwarden {
namespace {

// Reads beside a running daemon, without its lock.
template <class T>
result<T> read_file(const std::filesystem::path& file,
                    const std::function<result<T>(statement_runner&)>& read)
{
    if (::access(file.c_str(), R_OK) != 0 && errno == EACCES)
        return failure{
            errc::bad_file,
            fmt::format(
                "the state file {} is for root and the service only: sudo. (\"trunkwarden status\" and "
                "the status page need no more than the group of the service)",
                file.string())};
    std::error_code unknown;
    if (!std::filesystem::exists(file, unknown))
        return failure{
            errc::not_found,
            fmt::format("the state file {} does not exist: \"trunkwarden run\" makes it", file.string())};
    bool is_earlier = false;
    try {
        auto database = open_read_only(file);
        if (is_new(database))
            return T{};
        is_earlier = is_of_an_earlier_version(database);
        sqlite_runner runner(database);
        return read(runner);
    } catch (const foreign_file& other) {
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be used: {}", file.string(), other.why)};
    } catch (const SQLite::Exception& e) {
        if (is_earlier && e.getErrorCode() == SQLITE_ERROR)  // no such table, or column
            return failure{errc::bad_file,
                           fmt::format("the state file {} is of an earlier version of trunkwarden, and the "
                                       "daemon of this version has not opened it yet: start it first",
                                       file.string())};
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be read: {}", file.string(), e.what())};
    }
}

template <class T>
result<T> read_kept_as(const state_place& place, const std::function<result<T>(statement_runner&)>& read)
{
    if (!place.database.is_set())
        return read_file<T>(place.file, read);
    std::optional<result<T>> out;
    const auto done =
        read_in_database(place.database, [&](statement_runner& from) { out.emplace(read(from)); });
    if (!done)
        return done.error();
    return *std::move(out);
}

}  // namespace

result<std::vector<finding>> read_findings(const state_place& place, bool resolved_too)
{
    return read_kept_as<std::vector<finding>>(place, resolved_too ? read_all_findings : read_open_findings);
}

result<std::vector<action>> read_actions(const state_place& place)
{
    return read_kept_as<std::vector<action>>(place, read_actions_only);
}

result<history_page> read_history(const state_place& place, const history_selection& chosen)
{
    return read_kept_as<history_page>(
        place, [&chosen](statement_runner& from) { return read_history(from, chosen); });
}

result<kept_state> read_secrets(const state_place& place)
{
    return read_kept_as<kept_state>(place, read_secrets_only);
}

result<kept_state> read_kept(const state_place& place)
{
    return read_kept_as<kept_state>(place, read_all);
}

kept_state read_kept_accounts(const state_place& place)
{
    auto secrets = read_secrets(place);
    auto out = secrets ? std::move(*secrets) : kept_state{};
    if (auto findings = read_findings(place, false))
        out.findings = std::move(*findings);
    if (auto actions = read_actions(place))
        out.actions = std::move(*actions);
    if (auto balances = read_kept_as<kept_state>(place, read_balances_only))
        out.balances = std::move(balances->balances);
    return out;
}

}  // namespace trunkwarden
