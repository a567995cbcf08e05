#include "watch/account_watch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "account/questions.hpp"
#include "account/schedule.hpp"
#include "catalogue/catalogue.hpp"
#include "fetch/connection_options.hpp"
#include "fetch/https_client.hpp"
#include "fetch/two_factor_probe.hpp"
#include "support/async/run_all.hpp"
#include "watch/access_log_look.hpp"
#include "watch/account_gauges.hpp"
#include "watch/action_log.hpp"
#include "watch/active_calls_watch.hpp"
#include "watch/count_check.hpp"
#include "watch/coverage_check.hpp"
#include "watch/note_forgotten.hpp"
#include "watch/organization_check.hpp"
#include "watch/reevaluation.hpp"
#include "watch/secret_acceptance.hpp"
#include "watch/spending_watch.hpp"
#include "watch/sweep.hpp"
#include "watch/traffic_watch.hpp"
#include "watch/use_findings.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

result<std::unique_ptr<https_client>> connect_probe(const account_settings& settings)
{
    auto way = probe_connection(settings);
    if (!way)
        return way.error();
    return create_https_client(std::move(*way));
}

}  // namespace

account_watch::account_watch(std::unique_ptr<account> watched, const watch_dependencies& with)
    : watched_(std::move(watched)),
      log_(with.log),
      counters_(with.counters),
      progress_(with.progress),
      pace_(with.pace),
      place_in_pace_(with.pace),
      audit_(*watched_, with.log, with.counters,
             {[this](std::size_t list) { poll_now(list); },
              [this](time_point began) { pipeline_.on_audit_looked(began); }}),
      pipeline_(*watched_, audit_, {with.log, with.counters, with.events, with.progress}),
      journal_(with.state),
      guard_(
          *watched_, journal_, [this](const action& action) { on_action(action); },
          [this] { pipeline_.release_all(); }),
      orders_(guard_, [this] { wake_the_quarantine(); }),
      tracker_(rarely_read(watched_->view)),
      schedules_(watched_->view.lists.size())
{
    watched_->io.listener = this;
    watched_->io.between_questions = between_questions;
    guard_.on_forgotten([this](std::size_t count) { note_forgotten(log_, counters_, "actions", count); });
    counters_.watch(watched_->config.settings.name);
    if (const auto& why = watched_->config.baseline_error)
        log_.error("the baseline file is not trusted; the last good one is active",
                   {{"account", watched_->config.settings.name},
                    {"in_force", watched_->config.baseline.file},
                    {"reason", *why}});
}

task<> account_watch::until_its_turn()
{
    const auto now = steady::now();
    const auto turn = pace_.take_turn(now);
    if (turn <= now)
        co_return;
    asio::steady_timer timer(co_await asio::this_coro::executor, turn);
    co_await timer.async_wait(asio::use_awaitable);
}

task<> account_watch::watch_forever()
{
    using namespace asio::experimental::awaitable_operators;
    co_await until_its_turn();
    for (;;) {
        co_await until_organization_is_right();
        const auto ended = co_await (guarded(watch_everything()) || guarded(until_organization_is_refused()));
        const std::exception_ptr* failed = std::get_if<0>(&ended);
        if (failed == nullptr)
            failed = std::get_if<1>(&ended);
        if (*failed != nullptr)
            std::rethrow_exception(*failed);
    }
}

task<> account_watch::watch_everything()
{
    std::vector<task<>> work;
    for (std::size_t list = 0; list < watched_->view.lists.size(); ++list)
        work.push_back(watch_list(list));
    work.push_back(watch_coverage());
    work.push_back(audit_.watch_forever());
    work.push_back(watch_the_access_log(*watched_));
    work.push_back(watch_the_probe());
    work.push_back(watch_spending(*watched_, [this] { on_use_read(resource_role::spending); }));
    work.push_back(watch_traffic(*watched_, [this] { on_use_read(resource_role::traffic); }));
    work.push_back(watch_active_calls(*watched_, [this] { on_use_read(resource_role::active_calls); }));
    work.push_back(watch_counts(*watched_, log_));
    work.push_back(pipeline_.release_unattributed());
    work.push_back(watch_the_quarantine());
    co_await run_all(std::move(work));
}

// Where no answer has shown yet whose key it is, asks again; ends only when it turns out to be another
// organisation's.
task<> account_watch::until_organization_is_refused()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (watched_->view.organization.is != organization_check::verdict::refused) {
        timer.expires_after(watched_->config.poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (watched_->view.organization.is == organization_check::verdict::not_known)
            co_await check_organization(*watched_);
    }
}

// A key of another organisation is reported and asked about again, but nothing of that organisation is
// judged.
task<> account_watch::until_organization_is_right()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        co_await check_organization(*watched_);
        evaluate_coverage(*watched_);
        if (watched_->view.organization.is != organization_check::verdict::refused)
            break;
        log_.error(
            "the API key belongs to another organisation; the account is not watched",
            {{"account", watched_->config.settings.name}, {"reason", watched_->view.organization.reason}});
        timer.expires_after(watched_->config.poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (!watched_->view.organization.reason.empty())
        log_.warn(
            "the organisation of the API key could not be confirmed",
            {{"account", watched_->config.settings.name}, {"reason", watched_->view.organization.reason}});
}

task<> account_watch::watch_list(std::size_t list)
{
    list_schedule& schedule = schedules_[list];
    while (waits_for_other_lists(watched_->view, watched_->view.lists[list]))
        co_await schedule.wake.wait_until(steady::now() + 200ms);
    for (bool is_first = true;;) {
        const auto began = steady::now();
        tracker_.began(began);
        schedule.again = false;
        co_await sweep_list(*watched_, watched_->view.lists[list]);
        if (const auto took = tracker_.read(list, steady::now()))
            end_sweep(*took);
        if (schedule.again)
            continue;
        const auto lasted = std::chrono::duration_cast<duration>(steady::now() - began);
        auto pause =
            until_next_reading(watched_->view, watched_->config.poll, watched_->view.lists[list], lasted);
        if (std::exchange(is_first, false) && pace_.is_crowded())
            pause = phase_of(watched_->config.settings.name, watched_->view.lists[list].from.path, pause);
        co_await schedule.wake.wait_until(began + pause);
    }
}

// Something happened to the list: it is read at once. A reading under way may have begun before that, so
// another one follows it.
void account_watch::poll_now(std::size_t list)
{
    schedules_[list].again = true;
    schedules_[list].wake.notify_all();
}

// On its own time, so that a list that hangs is noticed while it hangs.
task<> account_watch::watch_coverage()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        evaluate_coverage(*watched_);
        for (const auto& seen : watched_->view.coverage)
            if (seen.type->role == resource_role::two_factor)
                log_coverage(seen);
        pass_time();
        const auto pause = std::min<duration>(watched_->config.poll.interval, 5s);
        watched_->memory.next_coverage_check = watched_->io.now() + pause;
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// The owner's own check of two-factor authentication, when there is one.
task<> account_watch::watch_the_probe()
{
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    const auto& settings = watched_->config.settings;
    if (!settings.probe)
        co_await timer.async_wait(asio::use_awaitable);
    const auto http = connect_probe(settings);
    for (;;) {
        probe_result fresh{.reason = http ? "" : http.error().message, .at = watched_->io.now()};
        if (http)
            fresh = co_await ask_probe(**http, *settings.probe, fresh.at);
        auto& known = watched_->memory.two_factor_evidence.probe;
        known = known ? known_after(*known, std::move(fresh)) : std::move(fresh);
        timer.expires_after(watched_->config.poll.large_interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// Once in a while, and soon after something happened: the findings of one look are planned together, because
// one plan has one limit.
task<> account_watch::watch_the_quarantine()
{
    constexpr auto gathering = 500ms;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        if (!look_again_)
            co_await something_to_do_.wait_until(steady::now() + watched_->config.poll.interval);
        pause.expires_after(gathering);
        co_await pause.async_wait(asio::use_awaitable);
        look_again_ = false;
        co_await guard_.reconcile();
    }
}

void account_watch::wake_the_quarantine()
{
    look_again_ = true;
    something_to_do_.notify_all();
}

void account_watch::on_action(const action& action)
{
    log_action(log_, action);
    counters_.action_came(action);
}

std::size_t account_watch::waiting_actions() const
{
    return static_cast<std::size_t>(
        std::ranges::count(guard_.actions(), action_state::waiting, &action::state));
}

std::size_t account_watch::failed_actions() const
{
    return count_failed(guard_.actions(), watched_->memory.findings);
}

void account_watch::forbid(optional_reason why)
{
    guard_.forbid(std::move(why));
    wake_the_quarantine();
}

// Time-driven work: sends reminders, releases delayed events, persists unsaved changes.
void account_watch::pass_time()
{
    const auto now = watched_->io.now();
    const auto attested = watched_->config.baseline.two_factor.attested ? ledger::attesting::two_factor
                                                                        : ledger::attesting::nothing;
    if (const auto due = watched_->memory.findings.pass_time(remind_every_, attested, now); !due.empty())
        on_events(due);
    watched_->memory.findings.mark_trails(watched_->memory.audit, watched_->memory.watching_since, now);
    const auto given_way = watched_->memory.findings.take_given_way();
    note_forgotten(log_, counters_, "unseen_findings", given_way.unseen);
    note_forgotten(log_, counters_, "event_findings", given_way.from_events);
    note_forgotten(log_, counters_, "recent_findings", given_way.recent);
    pipeline_.pass_time();
}

void account_watch::on_events(const std::vector<finding_event>& events)
{
    pipeline_.on_events(events);
    const bool matters = std::ranges::any_of(events, [](const finding_event& event) {
        return event.transition == transition::opened || event.transition == transition::changed ||
               event.transition == transition::recreated;
    });
    if (matters)
        wake_the_quarantine();
}

result<finding> account_watch::acknowledge(const std::string& id, std::string_view state,
                                           acknowledgement acknowledgement)
{
    auto event = watched_->memory.findings.acknowledge(id, std::move(acknowledgement), state);
    if (!event)
        return event.error();
    on_events({*event});
    return std::move(event->about);
}

result<finding> account_watch::unacknowledge(const std::string& id, const std::string& by)
{
    auto event = watched_->memory.findings.unacknowledge(id, watched_->io.now());
    if (!event)
        return event.error();
    event->by = by;
    on_events({*event});
    return std::move(event->about);
}

result<finding> account_watch::accept_secrets(const std::string& id, std::string_view state,
                                              const std::string& by)
{
    auto accepted = accept_changed_secrets(watched_->memory, id, state);
    if (!accepted)
        return accepted;
    log_.warn("changed secrets are accepted", {{"account", watched_->config.settings.name},
                                               {"finding", id},
                                               {"resource", accepted->deviation.type->name},
                                               {"id", accepted->deviation.id},
                                               {"by", by}});
    pipeline_.record(history_of_accepted(*accepted, by, watched_->io.now()));
    reevaluate(*watched_, accepted->deviation.type->name);
    pipeline_.pass_time();  // it is written down now
    return accepted;
}

void account_watch::end_sweep(std::chrono::nanoseconds took)
{
    trunkwarden::end_sweep(*watched_);
    const bool complete = watched_->complete();
    ++sweeps_;
    last_sweep_ = watched_->io.now();
    if (complete)
        last_complete_ = last_sweep_;
    constexpr std::size_t remembered = 60;
    if (recent_.size() == remembered)
        recent_.erase(recent_.begin());
    recent_.push_back(
        {std::chrono::duration_cast<std::chrono::milliseconds>(took), watched_->memory.findings.size()});
    pipeline_.end_sweep();
    guard_.end_sweep();
    something_to_do_.notify_all();
    pass_time();
    progress_.notify_all();
    counters_.sweep_ended(watched_->config.settings.name,
                          complete ? sweep_result::complete : sweep_result::incomplete, took);
    log_.debug("sweep ended",
               {{"account", watched_->config.settings.name},
                {"result", complete ? "complete" : "incomplete"},
                {"seconds", fmt::format("{:.3f}", std::chrono::duration<double>(took).count())},
                {"findings", watched_->memory.findings.size()}});
}

void account_watch::on_list_read(const std::string&, const polled_list& list)
{
    for (const auto resource : list.resources) {
        log_coverage(watched_->view.coverage[resource]);
        audit_.on_reading(resource);
    }
}

void account_watch::on_use_read(resource_role role)
{
    log_coverage(watched_->view.coverage[place_of_role(watched_->config, role)]);
}

void account_watch::log_coverage(const coverage& seen)
{
    const auto [known, is_first] = logged_.try_emplace(seen.type->name, seen.state);
    const bool changed = known->second != seen.state;
    known->second = seen.state;
    if (seen.state == reading_state::complete && changed)
        log_.info("resource can be read again", {{"account", watched_->config.settings.name},
                                                 {"resource", seen.type->name},
                                                 {"objects", seen.items}});
    else if (seen.state == reading_state::accepted && (changed || is_first))
        log_.info("resource is not watched", {{"account", watched_->config.settings.name},
                                              {"resource", seen.type->name},
                                              {"reason", seen.reason}});
    else if (seen.state != reading_state::complete && (changed || is_first))
        log_.warn("resource could not be read", {{"account", watched_->config.settings.name},
                                                 {"resource", seen.type->name},
                                                 {"state", name_of(seen.state)},
                                                 {"reason", seen.reason}});
}

std::string account_watch::name_and_holes() const
{
    std::string holes;
    if (sweeps_ > 0)
        for (const auto& seen : watched_->view.coverage)
            if (!seen.satisfied())
                holes += (holes.empty() ? "" : ", ") + std::string(seen.type->name);
    return holes.empty() ? watched_->config.settings.name
                         : fmt::format("{} (not read: {})", watched_->config.settings.name, holes);
}

void account_watch::on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                              std::optional<std::uint64_t> remaining)
{
    counters_.api_answer(watched_->config.settings.name, method, status, took);
    if (remaining)
        rate_limit_remaining_ = static_cast<double>(*remaining);
}

void account_watch::on_unread_rate_limit(const std::string& endpoint, const std::string& header)
{
    log_.warn("rate limit of the API is not understood; poll.requests_per_second alone limits requests",
              {{"account", watched_->config.settings.name}, {"endpoint", endpoint}, {"header", header}});
}

}  // namespace trunkwarden
