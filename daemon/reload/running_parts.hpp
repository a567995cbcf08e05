#pragma once

#include "alerts/alert_dispatcher.hpp"
#include "alerts/heartbeat.hpp"
#include "reload/reload_target.hpp"
#include "support/async/worker_thread.hpp"
#include "watch/account_registry.hpp"
#include "web/web_listeners.hpp"

namespace trunkwarden {

// The parts of the running daemon that a reload changes. They and the thread outlive this.
class running_parts final : public reload_target {
public:
    struct parts {
        account_registry& accounts;
        alert_dispatcher& alerts;
        heartbeat& beat;
        web_listeners& doors;
        worker_thread& aside;
    };

    explicit running_parts(const parts& parts) : of_(parts) {}

    const baseline* baseline_of(const std::string& account) const override;
    void set_baseline_error(const std::vector<skipped_account>& skipped) override;
    task<result<std::unique_ptr<reload_transaction>>> prepare(const settings& in_force,
                                                              files_read_again& files) override;

private:
    parts of_;
};

}  // namespace trunkwarden
