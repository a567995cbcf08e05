#include <algorithm>

#include "account/not_proven.hpp"
#include "account/schedule.hpp"
#include "watch/account_gauges.hpp"
#include "watch/account_watch.hpp"
#include "watch/coverage_check.hpp"
#include "watch/use_status.hpp"

// The account as people and Prometheus see it.

namespace trunkwarden {

account_gauges account_watch::gauges() const
{
    auto out = gauges_of(*watched_);
    out.rate_limit_remaining = rate_limit_remaining_;
    out.actions_waiting = waiting_actions();
    out.actions_failed = failed_actions();
    return out;
}

account_status account_watch::status() const
{
    account_status out;
    out.name = watched_->config.settings.name;
    out.complete = sweeps_ > 0 && watched_->complete();
    out.sweeps = sweeps_;
    out.last_sweep = last_sweep_;
    out.last_complete = last_complete_;
    out.refused = watched_->view.organization.refusal();
    out.seen = watched_->view.coverage;
    out.findings = watched_->memory.findings.all_open();
    out.audit_read = watched_->memory.audit.read_at();
    out.audit_watched = watched_->config.poll.audit_interval.count() > 0;
    out.audit_trouble = audit_.trouble();
    out.stale_after = stale_limits(*watched_);
    out.running = watched_->memory.running;
    out.overdue_after = 2 * *std::ranges::max_element(out.stale_after);
    out.not_proven = not_proven(*watched_);
    out.warnings = audit_.warnings();
    out.recent = recent_;
    out.use = use_of(*watched_);
    return out;
}

}  // namespace trunkwarden
