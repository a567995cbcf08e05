#pragma once

#include <memory>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "status/daemon_status.hpp"
#include "support/async/task_group.hpp"
#include "watch/account_watch.hpp"

namespace trunkwarden {

// The accounts under watch, in the order of the settings. They come, go and change while the others go on.
class watched_accounts {
public:
    using watches = std::vector<account_watch*>;  // of one moment

    watched_accounts(const watch_dependencies& with, asio::any_io_executor on);
    ~watched_accounts();

    // At the start, with what an earlier run left.
    result<void> add(ready_account ready, const kept_state& kept, std::chrono::milliseconds remind_every);

    task<> watch_forever();
    void finish();

    watches all() const;
    std::vector<finding> all_open() const;
    std::size_t open_findings() const;

    // What files that were read again mean for the accounts. Making it ready can fail, and changes nothing.
    // It takes accounts, keys and baselines out of `files`.
    struct changes;
    task<result<std::shared_ptr<changes>>> prepare(files_read_again& files,
                                                   const std::filesystem::path& state_file,
                                                   thread_aside& aside);
    task<> use(std::shared_ptr<changes> what, thread_aside& aside);

    // What the quarantine may do in every account, and whether it is to do nothing.
    void use(const quarantine_settings& policy);
    void restore_freeze(std::optional<freeze> kept);
    const std::optional<freeze>& frozen() const { return frozen_; }

    // What a person orders: it is in the state file when this ends.
    task<result<quarantine_outcome>> carry_out(quarantine_order order);
    quarantine_report report() const;

    // Baseline files that are not taken: what is in force stays.
    void note_distrust(const std::vector<left_out>& distrusted);

private:
    struct one_watched;
    struct one_change;
    using by_place = std::vector<std::unique_ptr<one_watched>>;

    static one_watched* named(const by_place& among, const std::string& name);
    std::unique_ptr<one_watched> take_in(ready_account ready, const kept_state& kept) const;
    one_change change_of(account_read_again& read, const kept_state& kept) const;
    result<void> make_client(one_change& one, secret key) const;
    void start(one_watched& one);
    void keep(const std::string& account, const signed_baseline& in_force) const;
    task<> use(one_watched& known, one_change& to, thread_aside& aside);
    task<> let_go(one_watched& gone, thread_aside& aside);
    void apply_policy();
    task<result<quarantine_outcome>> set_frozen(std::optional<freeze> frozen);

    watch_dependencies with_;
    task_group tasks_;
    by_place accounts_;
    quarantine_settings policy_;
    std::optional<freeze> frozen_;
    by_place gone_;  // their findings, which are still written and sent, point at their types
};

}  // namespace trunkwarden
