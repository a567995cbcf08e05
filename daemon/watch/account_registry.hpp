#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "baseline/file/signed_baseline_file.hpp"
#include "fetch/https_api_client.hpp"
#include "state/state_file.hpp"
#include "status/daemon_status.hpp"
#include "support/async/task_group.hpp"
#include "watch/account_watch.hpp"

namespace trunkwarden {

// How the registry reaches what is outside the process: for real, or as a test has it. Each call blocks.
struct registry_io {
    std::function<result<std::unique_ptr<api_client>>(api_access, request_observer&)> connect =
        create_https_api_client;
    // The part of a state file about accounts that come back, or were in another daemon: nothing when the
    // file cannot be read.
    std::function<kept_state(const state_place& place)> read_kept = read_kept_accounts;
    std::function<result<void>(const signed_text&, const std::filesystem::path&)> keep_baseline =
        trunkwarden::keep_baseline;
};

// The accounts under watch, in the order of the settings. They come, go and change while the others continue.
class account_registry {
public:
    using watches = std::vector<account_watch*>;  // of one moment

    account_registry(const watch_dependencies& with, asio::any_io_executor on, registry_io io = {});
    ~account_registry();

    // At the start, with what an earlier run left. Fails when no client can be made for the account.
    result<void> add(ready_account ready, const kept_state& kept, std::chrono::milliseconds remind_every);

    task<> watch_forever();
    void finish();

    watches all() const;
    std::vector<finding> all_open() const;
    std::size_t open_findings() const;

    // Prepares the changes that files which were read again mean for the accounts; takes accounts, keys and
    // baselines out of `files`. Can fail, and changes nothing.
    struct changes;
    task<result<std::shared_ptr<changes>>> prepare(files_read_again& files, const state_place& place,
                                                   worker_thread& aside);

    // Accounts that are not in the changes end; the others are added, or changed where they differ.
    task<> commit(std::shared_ptr<changes> ready, worker_thread& aside);

    // Set the quarantine's policy for every account, and the freeze that an earlier run left.
    void set_policy(const quarantine_settings& policy);
    void restore_freeze(std::optional<freeze> kept);
    const std::optional<freeze>& frozen() const { return frozen_; }

    // Carries out a person's order; its result is in the state file when this ends.
    task<result<quarantine_outcome>> carry_out(quarantine_order order);
    result<quarantine_report> report(const action_selection& chosen) const;
    std::optional<action> find_action(std::string_view id) const;

    // Baseline files that are rejected: the active ones stay.
    void set_baseline_error(const std::vector<skipped_account>& skipped);

private:
    struct registered;
    struct account_added;
    struct account_changed;
    using accounts = std::vector<std::unique_ptr<registered>>;

    registered* find(const std::string& name) const;
    std::unique_ptr<registered> make(ready_account ready, const kept_state& kept) const;
    account_added added(account_read_again& read, const kept_state& kept) const;
    account_changed changed(account_read_again& read) const;
    result<void> connect(account_added& fresh, secret key) const;
    result<void> connect(account_changed& change, secret key) const;
    task<> apply(account_added& fresh, worker_thread& aside);
    task<> apply(account_changed& change, worker_thread& aside);
    task<> remove(registered& gone, worker_thread& aside);
    void start(registered& account);
    void keep_copy(const std::string& account, const signed_baseline& in_force) const;
    void apply_policy();
    task<result<quarantine_outcome>> set_frozen(std::optional<freeze> frozen, std::string by);

    watch_dependencies with_;
    registry_io io_;
    task_group tasks_;
    accounts accounts_;
    quarantine_settings policy_;
    std::optional<freeze> frozen_;
    accounts gone_;  // their findings, which are still written and sent, point at their types
};

}  // namespace trunkwarden
