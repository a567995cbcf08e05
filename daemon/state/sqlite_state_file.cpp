#include <openssl/rand.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <optional>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "catalogue/names.hpp"
#include "findings/finding_record.hpp"
#include "state/action_record.hpp"
#include "state/schema.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int newest_version = static_cast<int>(migrations.size());
constexpr int patience_ms = 5000;                               // for another process's lock on the database
constexpr auto findings_kept = std::chrono::hours(24 * 90);     // after they resolved
constexpr auto audit_events_kept = std::chrono::hours(24 * 3);  // longer than the deepest look-up goes back
constexpr auto actions_kept = std::chrono::hours(24 * 90);      // after they ended
constexpr auto reopening_span = std::chrono::hours(1);  // ledger::settling_time: younger ones are restored

std::int64_t number_of(time_point at)
{
    return std::chrono::floor<milliseconds>(at).time_since_epoch().count();
}

time_point time_of(std::int64_t number)
{
    return time_point(milliseconds(number));
}

time_point now()
{
    return std::chrono::system_clock::now();
}

// A lock that the kernel gives up when the process ends, however it ends.
class file_lock {
public:
    explicit file_lock(const fs::path& file)
        : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
    {
        if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
            error_ = errno;
    }
    ~file_lock()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;

    bool is_taken() const { return error_ == EWOULDBLOCK; }
    int error() const { return error_; }

private:
    int descriptor_;
    int error_ = 0;
};

using lock_ptr = std::unique_ptr<file_lock>;

std::string first_text(SQLite::Database& in, const char* query)
{
    return in.execAndGet(query).getString();
}

int pragma(SQLite::Database& in, const char* query)
{
    return in.execAndGet(query).getInt();
}

// Thrown for a file that is none of ours, or from a later version: no attempt must be made to write to it.
struct foreign_file {
    state_trouble trouble;
    std::string why;
};

void check_owner(SQLite::Database& database)
{
    const auto owner = pragma(database, "PRAGMA application_id");
    const auto version = pragma(database, "PRAGMA user_version");
    const bool is_new =
        owner == 0 && version == 0 && pragma(database, "SELECT count(*) FROM sqlite_master") == 0;
    if (owner != application_id && !is_new)
        throw foreign_file{state_trouble::unusable,
                           "it is a database of another program: set state_file to another path"};
    if (version > newest_version)
        throw foreign_file{state_trouble::newer,
                           fmt::format("it was written by a later version of trunkwarden (format {}, this "
                                       "one knows {}): install that "
                                       "version again, or set state_file to another path",
                                       version, newest_version)};
}

void migrate(SQLite::Database& database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    for (int version = pragma(database, "PRAGMA user_version"); version < newest_version; ++version)
        database.exec(migrations.at(static_cast<std::size_t>(version)));
    database.exec(fmt::format("PRAGMA application_id = {}", application_id));
    database.exec(fmt::format("PRAGMA user_version = {}", newest_version));
    transaction.commit();
}

void set_up(SQLite::Database& database)
{
    database.setBusyTimeout(patience_ms);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA foreign_keys = ON");
}

fingerprint_key random_key()
{
    fingerprint_key key{};
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be fingerprinted");
    return key;
}

std::optional<fingerprint_key> kept_key(SQLite::Database& from)
{
    SQLite::Statement query(from, "SELECT value FROM meta WHERE name = 'fingerprint_key'");
    fingerprint_key key{};
    if (!query.executeStep() || static_cast<std::size_t>(query.getColumn(0).getBytes()) != key.size())
        return std::nullopt;
    const auto* bytes = static_cast<const unsigned char*>(query.getColumn(0).getBlob());
    std::copy(bytes, bytes + key.size(), key.begin());
    return key;
}

void make_key(SQLite::Database& into)
{
    if (kept_key(into))
        return;
    const auto key = random_key();
    SQLite::Statement insert(into, "INSERT OR REPLACE INTO meta(name, value) VALUES('fingerprint_key', ?)");
    insert.bind(1, key.data(), static_cast<int>(key.size()));
    insert.exec();
}

std::vector<finding> findings_in(SQLite::Database& from, std::int64_t resolved_since, std::size_t& unreadable)
{
    std::vector<finding> out;
    SQLite::Statement query(
        from,
        "SELECT record FROM findings WHERE resolved_at IS NULL OR resolved_at >= ? ORDER BY opened DESC, id");
    query.bind(1, resolved_since);
    while (query.executeStep()) {
        auto one = finding_of(query.getColumn(0).getString());
        if (one)
            out.push_back(std::move(*one));
        else
            ++unreadable;
    }
    return out;
}

std::vector<delivery> deliveries_in(SQLite::Database& from)
{
    std::vector<delivery> out;
    SQLite::Statement query(
        from,
        "SELECT number, id, sink, account, event, body, queued, attempts, next_attempt, last_error, "
        "dead FROM deliveries ORDER BY number");
    SQLite::Statement told(from, "SELECT finding FROM told WHERE delivery = ?");
    while (query.executeStep()) {
        delivery one;
        one.number = query.getColumn(0).getInt64();
        one.id = query.getColumn(1).getString();
        one.sink = query.getColumn(2).getString();
        one.account = query.getColumn(3).getString();
        one.event = query.getColumn(4).getString();
        one.body = query.getColumn(5).getString();
        one.queued = time_of(query.getColumn(6).getInt64());
        one.attempts = query.getColumn(7).getUInt();
        one.next_attempt = time_of(query.getColumn(8).getInt64());
        one.last_error = query.getColumn(9).getString();
        one.dead = query.getColumn(10).getInt() != 0;
        told.reset();
        told.bind(1, one.number);
        while (told.executeStep())
            one.findings.push_back(told.getColumn(0).getString());
        out.push_back(std::move(one));
    }
    return out;
}

secret_fingerprints secrets_in(SQLite::Database& from)
{
    secret_fingerprints out;
    SQLite::Statement query(from, "SELECT place, fingerprint FROM secrets");
    while (query.executeStep())
        out.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
    return out;
}

std::map<std::string, time_point> taken_in(SQLite::Database& from)
{
    std::map<std::string, time_point> out;
    SQLite::Statement query(from, "SELECT name, taken FROM sinks");
    while (query.executeStep())
        out.emplace(query.getColumn(0).getString(), time_of(query.getColumn(1).getInt64()));
    return out;
}

void read_audited(SQLite::Database& from, kept_state& into)
{
    SQLite::Statement query(from, "SELECT account, record FROM audit_events ORDER BY at, id");
    while (query.executeStep()) {
        auto event = audit_event_of(query.getColumn(1).getString());
        if (event)
            into.audited.emplace_back(query.getColumn(0).getString(), std::move(*event));
        else
            ++into.unreadable;
    }
}

void read_actions(SQLite::Database& from, kept_state& into)
{
    SQLite::Statement query(from, "SELECT record FROM actions ORDER BY planned, id");
    while (query.executeStep()) {
        auto one = action_of(query.getColumn(0).getString());
        if (one)
            into.actions.push_back(std::move(*one));
        else
            ++into.unreadable;
    }
    SQLite::Statement frozen(from, "SELECT since, reason FROM freezes");
    if (frozen.executeStep())
        into.frozen = freeze{time_of(frozen.getColumn(0).getInt64()), frozen.getColumn(1).getString()};
}

kept_state read_all(SQLite::Database& from)
{
    kept_state out;
    const auto key = kept_key(from);
    out.key = key ? *key : random_key();
    out.findings = findings_in(from, number_of(now() - reopening_span), out.unreadable);
    out.deliveries = deliveries_in(from);
    out.secrets = secrets_in(from);
    out.taken = taken_in(from);
    read_audited(from, out);
    read_actions(from, out);
    return out;
}

class writer final : public state_file {
public:
    writer(std::unique_ptr<SQLite::Database> database, lock_ptr lock, fs::path file)
        : lock_(std::move(lock)), database_(std::move(database)), file_(std::move(file))
    {
    }

    result<void> write(const state_change& change) override
    {
        try {
            SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
            for (const auto& [id, one] : change.findings)
                put(one);
            for (const auto& [number, one] : change.deliveries)
                put(one);
            for (const auto number : change.delivered)
                forget(number);
            for (const auto& [place, fingerprint] : change.secrets)
                put_secret(place, fingerprint);
            for (const auto& [key, event] : change.audited)
                put(key.first, event);
            for (const auto& [sink, when] : change.taken)
                put_taken(sink, when);
            for (const auto& [id, one] : change.actions)
                put(one);
            if (change.frozen)
                put(*change.frozen);
            forget_the_old();
            transaction.commit();
            return {};
        } catch (const SQLite::Exception& e) {
            return failure{errc::bad_file,
                           fmt::format("the state file {} cannot be written: {}", file_.string(), e.what())};
        } catch (const std::exception& e) {
            return failure{errc::bad_file,
                           fmt::format("what happened cannot be written to the state file {}: {}",
                                       file_.string(), e.what())};
        }
    }

private:
    void put(const finding& one)
    {
        SQLite::Statement upsert(
            *database_,
            "INSERT OR REPLACE INTO findings(id, account, status, severity, title, opened, resolved_at, "
            "record) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        upsert.bind(1, one.id);
        upsert.bind(2, one.account);
        upsert.bind(3, std::string(name_of(one.status)));
        upsert.bind(4, std::string(name_of(one.what.level)));
        upsert.bind(5, one.title);
        upsert.bind(6, number_of(one.opened));
        if (one.resolved_at)
            upsert.bind(7, number_of(*one.resolved_at));
        upsert.bind(8, record_of(one));
        upsert.exec();
    }

    // An upsert, not a replacement: that would take the rows of `told` with it.
    void put(const delivery& one)
    {
        SQLite::Statement upsert(
            *database_,
            "INSERT INTO deliveries(number, id, sink, account, event, body, queued, attempts, next_attempt, "
            "last_error, "
            "dead) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(number) DO UPDATE SET attempts = "
            "excluded.attempts, next_attempt = excluded.next_attempt, last_error = excluded.last_error, dead "
            "= "
            "excluded.dead");
        upsert.bind(1, one.number);
        upsert.bind(2, one.id);
        upsert.bind(3, one.sink);
        upsert.bind(4, one.account);
        upsert.bind(5, one.event);
        upsert.bind(6, one.body);
        upsert.bind(7, number_of(one.queued));
        upsert.bind(8, one.attempts);
        upsert.bind(9, number_of(one.next_attempt));
        upsert.bind(10, one.last_error);
        upsert.bind(11, one.dead ? 1 : 0);
        upsert.exec();
        SQLite::Statement told(*database_, "INSERT OR IGNORE INTO told(delivery, finding) VALUES(?, ?)");
        for (const auto& id : one.findings) {
            told.reset();
            told.bind(1, one.number);
            told.bind(2, id);
            told.exec();
        }
    }

    void forget(std::int64_t number)
    {
        SQLite::Statement remove(*database_, "DELETE FROM deliveries WHERE number = ?");
        remove.bind(1, number);
        remove.exec();
    }

    void put_taken(const std::string& sink, time_point when)
    {
        SQLite::Statement upsert(*database_, "INSERT OR REPLACE INTO sinks(name, taken) VALUES(?, ?)");
        upsert.bind(1, sink);
        upsert.bind(2, number_of(when));
        upsert.exec();
    }

    void put_secret(const std::string& place, const std::string& fingerprint)
    {
        SQLite::Statement upsert(*database_,
                                 "INSERT OR REPLACE INTO secrets(place, fingerprint) VALUES(?, ?)");
        upsert.bind(1, place);
        upsert.bind(2, fingerprint);
        upsert.exec();
    }

    void put(const std::string& account, const audit_event& event)
    {
        SQLite::Statement upsert(
            *database_, "INSERT OR REPLACE INTO audit_events(account, id, at, record) VALUES(?, ?, ?, ?)");
        upsert.bind(1, account);
        upsert.bind(2, event.id);
        upsert.bind(3, number_of(event.by.at));
        upsert.bind(4, record_of(event));
        upsert.exec();
    }

    void put(const action& one)
    {
        SQLite::Statement upsert(
            *database_,
            "INSERT OR REPLACE INTO actions(id, account, finding, state, planned, ended, "
            "record) VALUES(?, ?, ?, ?, ?, ?, ?)");
        upsert.bind(1, one.id);
        upsert.bind(2, one.account);
        upsert.bind(3, one.finding);
        upsert.bind(4, std::string(name_of(one.state)));
        upsert.bind(5, number_of(one.planned_at));
        if (one.ended_at && has_ended(one.state))
            upsert.bind(6, number_of(*one.ended_at));
        upsert.bind(7, record_of(one));
        upsert.exec();
    }

    void put(const std::optional<freeze>& frozen)
    {
        SQLite::Statement(*database_, "DELETE FROM freezes").exec();
        if (!frozen)
            return;
        SQLite::Statement insert(*database_, "INSERT INTO freezes(only, since, reason) VALUES(1, ?, ?)");
        insert.bind(1, number_of(frozen->since));
        insert.bind(2, frozen->reason);
        insert.exec();
    }

    void forget_the_old()
    {
        const auto at = now();
        if (at - tidied_at_ < std::chrono::hours(1))
            return;
        SQLite::Statement ended(*database_, "DELETE FROM findings WHERE resolved_at < ?");
        ended.bind(1, number_of(at - findings_kept));
        ended.exec();
        SQLite::Statement dead(*database_, "DELETE FROM deliveries WHERE dead = 1 AND queued < ?");
        dead.bind(1, number_of(at - findings_kept));
        dead.exec();
        SQLite::Statement audited(*database_, "DELETE FROM audit_events WHERE at < ?");
        audited.bind(1, number_of(at - audit_events_kept));
        audited.exec();
        // What somebody decided about an object is not forgotten.
        SQLite::Statement over(*database_,
                               "DELETE FROM actions WHERE ended < ? AND state NOT IN ('undone', 'rejected')");
        over.bind(1, number_of(at - actions_kept));
        over.exec();
        tidied_at_ = at;
    }

    lock_ptr lock_;
    std::unique_ptr<SQLite::Database> database_;
    fs::path file_;
    time_point tidied_at_;
};

// Empty, or not there, counts as one: it will be made.
bool looks_like_a_database(const fs::path& file)
{
    constexpr std::string_view magic("SQLite format 3\0", 16);
    std::array<char, magic.size()> head{};
    std::ifstream from(file, std::ios::binary);
    from.read(head.data(), head.size());
    return from.gcount() == 0 || std::string_view(head.data(), head.size()) == magic;
}

bool is_damage(const SQLite::Exception& e)
{
    return e.getErrorCode() == SQLITE_CORRUPT || e.getErrorCode() == SQLITE_NOTADB;
}

// Before SQLite does it with the umask's mode; the files beside it take after it.
void create_private(const fs::path& file)
{
    if (const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        descriptor >= 0)
        ::close(descriptor);
}

// Throws SQLite::Exception and foreign_file.
std::unique_ptr<SQLite::Database> open_database(const fs::path& file)
{
    create_private(file);
    auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, patience_ms);
    check_owner(*database);
    set_up(*database);
    migrate(*database);
    make_key(*database);
    if (first_text(*database, "PRAGMA quick_check(1)") != "ok")
        throw SQLite::Exception("quick_check found damage", SQLITE_CORRUPT);
    return database;
}

std::string set_aside(const fs::path& file)
{
    const auto aside = fmt::format("{}.damaged-{}", file.string(), rfc3339(now()));
    std::error_code error;
    // First what belongs to it: left behind, it would be played into the new file.
    for (const char* beside : {"-wal", "-shm"}) {
        std::error_code may_be_absent;
        fs::rename(file.string() + beside, aside + beside, may_be_absent);
    }
    fs::rename(file, aside, error);
    return error ? std::string{} : aside;
}

// What a file that cannot be written still tells.
kept_state read_what_is_there(const fs::path& file)
{
    try {
        SQLite::Database database(fmt::format("file:{}?immutable=1", file.string()),
                                  SQLite::OPEN_READONLY | SQLite::OPEN_URI);
        if (pragma(database, "PRAGMA application_id") == application_id &&
            pragma(database, "PRAGMA user_version") == newest_version)
            return read_all(database);
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

opened_state open_locked(const fs::path& file, lock_ptr lock, history before)
{
    try {
        auto database = open_database(file);
        opened_state out;
        out.kept = read_all(*database);
        out.file = std::make_unique<writer>(std::move(database), std::move(lock), file);
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

template <class T>
result<T> read_beside(const fs::path& file, T (*read)(SQLite::Database&))
{
    if (::access(file.c_str(), R_OK) != 0 && errno == EACCES)
        return failure{
            errc::bad_file,
            fmt::format(
                "the state file {} is for root and the service only: sudo. (\"trunkwarden status\" and "
                "the status page need no more than the group of the service)",
                file.string())};
    std::error_code unknown;
    if (!fs::exists(file, unknown))
        return failure{
            errc::not_found,
            fmt::format("the state file {} does not exist: \"trunkwarden run\" makes it", file.string())};
    try {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY, patience_ms);
        check_owner(database);
        if (pragma(database, "PRAGMA user_version") == 0)
            return T{};
        return read(database);
    } catch (const foreign_file& other) {
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be used: {}", file.string(), other.why)};
    } catch (const SQLite::Exception& e) {
        return failure{errc::bad_file,
                       fmt::format("the state file {} cannot be read: {}", file.string(), e.what())};
    }
}

std::vector<finding> open_ones(SQLite::Database& from)
{
    std::size_t unreadable = 0;
    return findings_in(from, std::numeric_limits<std::int64_t>::max(), unreadable);
}

std::vector<finding> all_of_them(SQLite::Database& from)
{
    std::size_t unreadable = 0;
    return findings_in(from, 0, unreadable);
}

std::vector<action> actions_only(SQLite::Database& from)
{
    kept_state out;
    read_actions(from, out);
    return std::move(out.actions);
}

kept_state secrets_only(SQLite::Database& from)
{
    kept_state out;
    const auto key = kept_key(from);
    out.key = key ? *key : random_key();
    out.secrets = secrets_in(from);
    return out;
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

result<std::vector<finding>> read_findings(const fs::path& file, bool resolved_too)
{
    return read_beside(file, resolved_too ? all_of_them : open_ones);
}

result<std::vector<action>> read_actions(const fs::path& file)
{
    return read_beside(file, actions_only);
}

result<kept_state> read_secrets(const fs::path& file)
{
    return read_beside(file, secrets_only);
}

kept_state read_kept_accounts(const fs::path& file)
{
    auto secrets = read_secrets(file);
    auto out = secrets ? std::move(*secrets) : kept_state{};
    if (auto findings = read_findings(file, false))
        out.findings = std::move(*findings);
    if (auto actions = read_actions(file))
        out.actions = std::move(*actions);
    return out;
}

}  // namespace trunkwarden
