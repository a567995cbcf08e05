#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/endpoints.hpp"
#include "simulator/usage.hpp"
#include "simulator/value_generator.hpp"

// The content of the account. No network, no HTTP: only objects, their defaults, and the audit log.

namespace trunkwarden::simulator {

// The author of a change, for the audit log.
struct author {
    std::string user_id;
    std::string change_made_by = "organization_member";
    bool audited = true;
};

class account {
public:
    using time_point = std::chrono::system_clock::time_point;

    account();

    // How many objects the list at `path` has. The path is an endpoint's, as "/ips".
    std::size_t size(std::string_view path) const;

    // The object at a place of the list, complete, as a single GET shows it.
    boost::json::object at(std::string_view path, std::size_t place_in_list) const;

    // By id; numbers also by "+E.164".
    std::optional<boost::json::object> find(std::string_view path, std::string_view id) const;

    // Completes the object with an id, dates, secrets and the official defaults, and returns it.
    // Throws std::invalid_argument when the id is taken.
    boost::json::object create(std::string_view path, boost::json::object fields, const author& who);

    // As create, at the front of the list.
    boost::json::object create_first(std::string_view path, boost::json::object fields, const author& who);

    // Objects merge, everything else is replaced. Nothing when there is no such object.
    std::optional<boost::json::object> change(std::string_view path, std::string_view id,
                                              const boost::json::object& changes, const author& who);

    // Returns what was removed. Nothing when there was no such object.
    std::optional<boost::json::object> remove(std::string_view path, std::string_view id, const author& who);

    // The voicemail settings of a number that exists.
    boost::json::object voicemail_of(std::string_view number_id) const;

    // Two equal values mean the objects at [first, last) are the same as before, and so is the size of the
    // list.
    std::pair<std::uint64_t, std::uint64_t> version(std::string_view path, std::size_t first,
                                                    std::size_t last) const;

    // Oldest first.
    const std::vector<boost::json::object>& audit_events() const { return audit_; }
    void audit(const author& who, std::string_view change_type, const boost::json::object& about,
               std::optional<boost::json::array> changes);

    // The log of IAM, oldest first: requests that changed something, while IAM is on. Those of the owner, to
    // whom the API key belongs, are not in it.
    const std::vector<boost::json::object>& access_log() const { return accesses_; }

    // Objects that exist once: "/balance", "/payment/auto_recharge_prefs", "/whoami".
    const boost::json::object& single(std::string_view path) const;

    // "/whoami" as it is answered: with the id and the email of the user to whom the API key belongs.
    boost::json::object whoami() const;
    const boost::json::object& change_single(std::string_view path, const boost::json::object& changes,
                                             const author& who);

    const std::string& organization_id() const { return organization_id_; }
    void set_organization_id(std::string id);

    // The user who owns the API key that is used over HTTP.
    author key_owner() const;
    void set_key_owner(std::string user_id) { key_owner_ = std::move(user_id); }

    // The author of changes that name no other: the first user of the account.
    author somebody() const;

    // Dates of new objects; without a value the real clock.
    void set_time(std::optional<time_point> now) { frozen_now_ = now; }
    time_point now() const;

    // Whether changes are written to the audit log, by anybody.
    void set_audited(bool on) { audited_ = on; }

    // How many of the audit events were made until then.
    std::size_t audited_until(time_point then) const;

    // Lists of fqdns show connection_id as a JSON integer, as the API was seen to do.
    void set_integer_ids(bool on) { integer_ids_ = on; }

    std::string new_uuid() { return values_.uuid(); }
    std::string new_secret() { return values_.secret(); }

    // Calls and messages. Switching off a connection or a profile ends those that it would still make.
    usage& use() { return use_; }
    const usage& use() const { return use_; }

    // The balance falls by what was rated since the last time.
    void charge_use();

    // "" when there is no such connection.
    std::string connection_name(std::string_view id) const;

    // Each number shows the name of its connection: looks them all up again, after a seed has been read.
    void name_connections_of_numbers();

private:
    struct entry {
        std::string id;
        boost::json::object fields;  // only what differs from the defaults
        std::uint64_t version = 0;
    };
    struct store {
        std::vector<entry> entries;
        mutable std::unordered_map<std::string, std::size_t> index;
        mutable bool indexed = true;
        std::uint64_t structure = 0;  // counts insertions and removals
    };
    struct place {
        std::string_view path;
        std::size_t index;
    };

    store& store_of(std::string_view path);
    const store& store_of(std::string_view path) const;
    std::optional<std::size_t> index_of(const store& in, std::string_view id) const;
    std::optional<place> place_of(std::string_view path, std::string_view id) const;
    place nth(std::string_view path, std::size_t n) const;
    boost::json::object show(std::string_view path, place where) const;
    boost::json::object insert(std::string_view path, boost::json::object fields, const author& who,
                               bool first);

    // `id` is "" where the request's path names no object.
    void note_access(const author& who, std::string_view method, std::string_view path, std::string_view id);

    std::map<std::string, store, std::less<>> stores_;
    std::map<std::string, boost::json::object, std::less<>> singles_;
    std::vector<boost::json::object> audit_;
    std::vector<time_point> audit_times_;  // when each was made
    std::vector<boost::json::object> accesses_;
    bool audited_ = true;
    std::string organization_id_ = "3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10";
    std::string key_owner_ = "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01";
    std::optional<time_point> frozen_now_;
    bool integer_ids_ = false;
    value_generator values_;
    usage use_;
};

// Reads a seed file: sections named by API paths, lists of objects of which only interesting fields are
// given. Throws std::runtime_error with file and line.
account load_account(const std::string& yaml_path);

// A synthetic account with so many phone numbers, on a few connections; the same seed makes the same account.
account generate_account(std::size_t numbers, unsigned seed = 1);

}  // namespace trunkwarden::simulator
