#pragma once

#include <memory>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "baseline/baseline.hpp"
#include "settings/settings.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// One reload on its way: everything that can fail was done, and nothing has changed yet.
class reload_transaction {
public:
    virtual ~reload_transaction() = default;

    // `configured` are the settings that the transaction was prepared for, without those that need a restart.
    // Called once.
    virtual task<> commit(const settings& configured) = 0;
};

// The parts of the daemon, or of a test, that a reload changes.
class reload_target {
public:
    virtual ~reload_target() = default;

    // The active baseline of an account, which only a commit replaces; nullptr when there is no such account.
    virtual const baseline* baseline_of(const std::string& account) const = 0;

    // Baseline files that are rejected, because they have to be signed and are not: the active ones stay.
    virtual void set_baseline_error(const std::vector<skipped_account>& skipped) = 0;

    // Takes accounts, keys and baselines out of `files`. Fails with the sentence of the first part that
    // cannot be made ready.
    virtual task<result<std::unique_ptr<reload_transaction>>> prepare(const settings& in_force,
                                                                      files_read_again& files) = 0;
};

}  // namespace trunkwarden
