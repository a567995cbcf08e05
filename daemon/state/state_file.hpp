#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/audit_event.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "state/delivery.hpp"
#include "state/history_event.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"
#include "use/spending_record.hpp"

namespace trunkwarden {

using fingerprint_key = std::array<unsigned char, 32>;
using secret_fingerprints =
    std::map<std::string, std::string, std::less<>>;  // by "account/resource/id/field"

// The changes that go into the file together or not at all; of each thing only its newest state.
struct state_change {
    std::map<std::string, finding> findings;
    std::map<std::int64_t, delivery> deliveries;  // by number
    std::set<std::int64_t> delivered;             // numbers of deliveries that are over
    secret_fingerprints secrets;
    std::map<std::string, std::optional<time_point>> unseen_secrets;  // since when; by place, known ones only
    std::set<std::string> forgotten_secrets;                          // by place
    std::map<std::pair<std::string, std::string>, audit_event> audited;     // by account and id
    std::map<std::string, time_point> taken;                                // when a sink last took a message
    std::map<std::pair<std::string, time_point>, balance_sample> balances;  // by account and beginning
    std::map<std::string, action> actions;
    std::set<std::string> forgotten_actions;      // by id
    std::optional<std::optional<freeze>> frozen;  // the new value
    std::vector<history_event> events;            // that record these facts, in order

    bool empty() const;
    void add(state_change newer);
};

// An event about nothing else in the file.
state_change change_that_records(history_event event);

// The state that an earlier run left.
struct kept_state {
    fingerprint_key key{};          // of the fingerprints of secrets
    std::vector<finding> findings;  // all but those resolved more than an hour ago
    std::vector<delivery> deliveries;
    secret_fingerprints secrets;
    std::map<std::string, time_point, std::less<>> unseen_secrets;  // since when their objects are not there
    std::vector<std::pair<std::string, audit_event>> audited;       // with their accounts, oldest first
    std::map<std::string, time_point> audit_floors;  // by account: events up to then were seen, too
    std::map<std::string, time_point> taken;         // when a sink last took a message
    std::map<std::string, std::vector<balance_sample>> balances;  // by account, the oldest first
    std::vector<action>
        actions;  // all that have not ended, or not long ago; undone and rejected ones for good
    std::optional<freeze> frozen;
    std::vector<history_event> recent;  // the newest that are news, the oldest first
    std::size_t unreadable = 0;         // records that this version cannot read
};

// How much gave way because there was too much of it.
struct forgotten_rows {
    std::size_t audit_events = 0;
    std::size_t findings = 0;  // resolved
    std::size_t actions = 0;   // ended
    std::size_t events = 0;    // of the history
    bool any() const { return audit_events + findings + actions + events > 0; }
    friend bool operator==(const forgotten_rows&, const forgotten_rows&) = default;
};

enum class file_place : std::uint8_t { unchanged, made_anew };

// Where the state is kept: in a SQLite file, or in a database beside whose lock that file's name is used.
struct state_place {
    state_place(const settings& configured)  // NOLINT(google-explicit-constructor)
        : file(configured.state_file), database(configured.database)
    {
    }
    state_place(std::filesystem::path state_file)  // NOLINT(google-explicit-constructor)
        : file(std::move(state_file))
    {
    }

    std::filesystem::path file;
    database_settings database = {};
};

// The state that outlives the process: a SQLite file, or a database. It blocks: the daemon writes from a
// thread of its own (background_writer.hpp).
class state_file {
public:
    virtual ~state_file() = default;

    // The part of the system that is waited for, in a sentence.
    virtual std::string_view medium() const { return "the disk"; }

    // One transaction, on the disk when this returns. Fails with bad_file; then nothing of it was written, or
    // the same change, with newer ones added, can be written again.
    virtual result<void> write(const state_change& change) = 0;

    // Makes sure that the file that is written is the one that the next start finds. Somebody may have
    // removed or replaced it, or its folder: then it is made again with everything that was in it, and a file
    // in its place is renamed. Fails with bad_file where that cannot be done; then nothing must be written,
    // and the next call tries again. Not called while write() runs.
    virtual result<file_place> keep_its_place() { return file_place::unchanged; }

    // The rows that gave way since the last call. Not called while write() runs.
    virtual forgotten_rows take_forgotten() { return {}; }
};

// How opening went.
enum class state_trouble : std::uint8_t {
    none,
    newer,     // written by a later version; only for commands that read: a daemon sets the file aside
    in_use,    // another daemon has it
    unusable,  // cannot be written: watch without it
};

struct opened_state {
    std::unique_ptr<state_file> file;  // nullptr unless trouble is none
    kept_state kept;  // also of a file that can only be read; with a fresh key when there is none
    state_trouble trouble = state_trouble::none;
    std::string reason;  // a sentence that names the file and the way out
    // How the state of an earlier run was lost, because its file is missing, damaged or from a later version:
    // a sentence that names the place where that file is kept. Then a new one is begun, and `kept.frozen` is
    // in it already.
    optional_reason lost;
};

// Opens or creates it (mode 0600), migrates it, and holds a lock on it as long as it is open. A file that was
// there before and is not, or cannot be used, is replaced by a new one that is frozen: it knows neither what
// people forbade nor what they undid.
opened_state open_state_file(const std::filesystem::path& file);

// The same where the state is kept. A database that does not answer is waited for, for a moment.
opened_state open_state(const state_place& place);

// For commands, beside a running daemon: read only, without the lock. Fails with not_found or bad_file.
// The newest first; resolved ones only when asked for.
result<std::vector<finding>> read_findings(const state_place& place, bool resolved_too);

// The actions of the quarantine only.
result<std::vector<action>> read_actions(const state_place& place);

// A part of the history. Fails also as history_selection is wrong (bad_usage, not_found).
result<history_page> read_history(const state_place& place, const history_selection& chosen);

// For accounts that come while the daemon runs: key, fingerprints, open findings, balances and actions, each
// as far as it can be read.
kept_state read_kept_accounts(const state_place& place);

// The key and the fingerprints only.
result<kept_state> read_secrets(const state_place& place);

}  // namespace trunkwarden
