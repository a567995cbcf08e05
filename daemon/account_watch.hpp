#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "account.hpp"
#include "fetch/https_api_client.hpp"
#include "metrics/metrics.hpp"
#include "support/async.hpp"
#include "support/log.hpp"
#include "sweep_round.hpp"

namespace trunkwarden {

// The watch of one account that goes on for ever: every list on its own time, so that a slow one holds up no
// other. It logs and counts what the pure core returns.
class account_watch final : public watch_listener, public request_observer {
public:
    account_watch(std::unique_ptr<account> watched, logger& log, metrics& counters);

    task<> watch_forever();

    const account& watched() const { return *watched_; }
    unsigned sweeps() const { return sweeps_; }          // finished, complete or not
    bool was_complete() const { return was_complete_; }  // at least one sweep was
    std::string name_and_holes() const;  // "production (not read: two_factor)"
    account_gauges gauges() const;

    // How the account is reached; called once, before watch_forever.
    void use(std::unique_ptr<api_client> api) { watched_->api = std::move(api); }

    void on_event(const finding_event& event) override;
    void on_list_read(const std::string& account, const watched_list& list) override;
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> remaining) override;

private:
    task<> until_organization_is_right();
    task<> until_organization_is_refused();
    task<> watch_everything();
    task<> watch_list(std::size_t list);
    task<> watch_the_unseen();
    void log_coverage(const coverage& seen);
    void end_sweep(std::chrono::nanoseconds took);
    void count_detection(const finding& opened);

    std::unique_ptr<account> watched_;
    logger& log_;
    metrics& counters_;
    sweep_round round_;
    time_point started_;
    unsigned sweeps_ = 0;
    bool was_complete_ = false;
    std::optional<double> rate_limit_remaining_;
    std::map<std::string_view, reading_state> logged_;  // by resource
};

}  // namespace trunkwarden
