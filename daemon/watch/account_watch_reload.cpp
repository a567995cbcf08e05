#include <memory>
#include <utility>

#include "account/schedule.hpp"
#include "watch/account_watch.hpp"
#include "watch/reevaluation.hpp"

// The changes that a reload makes in a watch.

namespace trunkwarden {

task<> account_watch::replace_baseline(baseline trusted, worker_thread& aside)
{
    // The owner of the key is asked for again before anything else is said about it.
    if (trusted.organization_id != watched_->config.baseline.organization_id)
        watched_->view.organization.is = organization_check::verdict::not_known;
    guard_.baseline_replaced(
        std::make_shared<const baseline>(std::exchange(watched_->config.baseline, std::move(trusted))));
    co_await reevaluate(*watched_, aside);
    // An object that was read alone since is not among the judged ones, and may be trusted now.
    for (std::size_t list = 0; list < watched_->view.lists.size(); ++list)
        if (watched_->view.lists[list].last && !watched_->view.lists[list].evaluated_for_day)
            poll_now(list);
}

std::vector<finding> account_watch::replace_settings(const account_settings& settings,
                                                     const poll_settings& poll,
                                                     std::unique_ptr<api_client> api)
{
    take_settings(*watched_, settings, poll);
    auto gone = replace_types(settings.types);
    if (watched_->view.organization.is == organization_check::verdict::confirmed)
        watched_->view.organization.is = organization_check::verdict::not_known;
    watched_->io.api = std::move(api);
    guard_.key_replaced();
    watched_->memory.people.forget_monitor();
    rate_limit_remaining_.reset();
    return gone;
}

// No event about what ends now may be released later.
std::vector<finding> account_watch::replace_types(const watched_types& types)
{
    if (types == watched_->config.settings.types)
        return {};
    pipeline_.finish();
    auto gone = take_types(*watched_, types);
    tracker_ = sweep_tracker(rarely_read(watched_->view));
    schedules_ = std::vector<list_schedule>(watched_->view.lists.size());
    return gone;
}

void account_watch::set_baseline_error(optional_reason why)
{
    watched_->config.set_baseline_error(std::move(why), watched_->io.now());
}

}  // namespace trunkwarden
