#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "catalogue/resource_type.hpp"
#include "findings/finding.hpp"
#include "state/delivery.hpp"
#include "support/result.hpp"

namespace trunkwarden {

using fingerprint_key = std::array<unsigned char, 32>;

// The fingerprint of one secret as it was last accepted; `place` is "account/resource/id/field".
struct kept_secret {
    std::string place;
    std::string fingerprint;
};

struct kept_audit_event {
    std::string account;
    audit_event event;
};

// What goes into the file together or not at all.
struct state_change {
    std::vector<finding> findings;          // new or changed
    std::vector<delivery> deliveries;       // new or changed
    std::vector<std::int64_t> delivered;    // numbers of deliveries that were taken
    std::vector<kept_secret> secrets;       // new or changed
    std::vector<kept_audit_event> audited;  // seen
    bool empty() const;
    void add(state_change more);
};

struct kept_state {
    std::vector<finding> findings;  // all but those resolved more than an hour ago
    std::vector<delivery> deliveries;
    std::vector<kept_secret> secrets;
    std::vector<kept_audit_event> audited;
};

// The one SQLite file that outlives the process. Everything here blocks: the daemon calls write() from a
// thread of its own (state_keeper).
class state_file {
public:
    virtual ~state_file() = default;

    virtual const fingerprint_key& key() const = 0;
    virtual kept_state read() = 0;  // throws std::runtime_error when it cannot
    virtual result<void> write(
        const state_change& change) = 0;  // one transaction, on the disk when it returns
};

// Why a state file could not be used.
enum class state_trouble {
    none,
    newer,     // written by a later version: refuse to start
    in_use,    // another daemon has it: refuse to start
    unusable,  // cannot be read or written: watch without it
};

struct opened_state {
    std::unique_ptr<state_file> file;  // nullptr: see trouble
    state_trouble trouble = state_trouble::none;
    std::string reason;     // a sentence with the file's name
    std::string set_aside;  // a damaged file was renamed to this, and a new one begun; "" otherwise
};

// Opens or creates it (mode 0600) and migrates it; holds a lock on it until it is destroyed.
opened_state open_state_file(const std::filesystem::path& file);

// For commands, beside a running daemon: read only, no lock. Fails with not_found, bad_file.
// The newest first; resolved ones only when asked for.
result<std::vector<finding>> read_findings(const std::filesystem::path& file, bool resolved_too);

struct state_secrets {
    fingerprint_key key{};
    std::vector<kept_secret> secrets;
};
result<state_secrets> read_secrets(const std::filesystem::path& file);

}  // namespace trunkwarden
