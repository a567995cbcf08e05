#include "daemon.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <iterator>

#include "alerts/alert_dispatcher.hpp"
#include "alerts/heartbeat.hpp"
#include "alerts/mail_client.hpp"
#include "metrics/metrics.hpp"
#include "reload/config_reloader.hpp"
#include "reload/running_parts.hpp"
#include "settings/referenced_files.hpp"
#include "state/background_writer.hpp"
#include "state/history_readings.hpp"
#include "status/clock_trouble.hpp"
#include "status/heartbeat_verdict.hpp"
#include "status_collector.hpp"
#include "support/async/async_event.hpp"
#include "support/async/run_all.hpp"
#include "support/systemd_notifier.hpp"
#include "support/version.hpp"
#include "watch/account_registry.hpp"
#include "watch/note_forgotten.hpp"
#include "watch/state_restore.hpp"
#include "web/web_listeners.hpp"

// The composition root: builds every object in order, lets them run side by side, ends them together.

namespace trunkwarden {
namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

optional_reason why_not_written(const opened_state& state)
{
    return state.trouble == state_trouble::none ? std::nullopt : optional_reason(state.reason);
}

class running_daemon {
public:
    running_daemon(daemon_job job, opened_state state, logger& log, asio::io_context& io)
        : io_(io),
          hangups_(io, SIGHUP),
          endings_(io, SIGINT, SIGTERM),
          shutdown_deadline_(io),
          job_(std::move(job)),
          log_(log),
          state_(std::move(state.file), why_not_written(state), log,
                 {[this](const state_change& change) { alerts_.on_written(change); },
                  [this] { alerts_.on_state_trouble(); },
                  [this](const forgotten_rows& gone) { note_forgotten(gone); }}),
          alerts_(job_.configured.alerts, {state_, counters_, log, progress_, io.get_executor(),
                                           [this] { return accounts_.all_open(); }, create_https_client,
                                           [this] { return job_.configured.links; }}),
          beat_({log,
                 [this] { return why_no_heartbeat(collector_.status(), std::chrono::system_clock::now()); }}),
          accounts_({log, counters_, state_, alerts_, progress_, pace_}, io.get_executor()),
          collector_({job_.configured, accounts_, alerts_, beat_, state_, counters_, log_}),
          listeners_(job_.configured, answers(), log, io.get_executor()),
          parts_({accounts_, alerts_, beat_, listeners_, aside_}),
          reloader_({job_.read_again}, {files_of(job_.configured), job_.files},
                    {job_.configured, parts_, manager_, aside_, log,
                     [this](history_event event) { record(std::move(event)); }})
    {
        collector_.show_reloads(reloader_.record());
    }

    result<void> prepare(const kept_state& kept);
    task<> run();
    bool finish();  // false if a thread aside still works: nothing is taken down then

private:
    state_change orphaned_findings(const kept_state& kept) const;
    web_answers answers();
    task<result<history_page>> history(history_selection chosen, access_level access);
    void record(history_event event);
    void record(history_kind kind, std::string sentence);
    task<> until_swept();
    task<> until_signal();
    task<> answer_hangups();
    task<> notice_forever();
    task<> report_forever();
    void schedule_forced_stop();
    void notice_state();
    void note_forgotten(const forgotten_rows& gone);
    void warn_if_nobody_notified();

    asio::io_context& io_;
    systemd_notifier manager_ = systemd_notifier::of_environment();
    asio::signal_set hangups_;  // to the very end: one that comes late must not kill what is being written
    asio::signal_set endings_;  // from the start on: one that comes early ends it like one that comes late
    asio::steady_timer shutdown_deadline_;
    daemon_job job_;
    logger& log_;
    metrics counters_;
    async_event progress_;  // a sweep or a message is through
    start_pace pace_;
    background_writer state_;
    alert_dispatcher alerts_;
    heartbeat beat_;
    account_registry accounts_;
    status_collector collector_;
    web_listeners listeners_;
    worker_thread aside_;  // for reloads
    history_readings readings_;
    running_parts parts_;
    config_reloader reloader_;
    std::optional<time_point> undelivered_since_;
    bool warned_undelivered_ = false;
};

web_answers running_daemon::answers()
{
    return {
        [this](access_level) { return collector_.view(); }, [this] { return reloader_.ask(); },
        [this](quarantine_order order) { return accounts_.carry_out(std::move(order)); },
        [this](history_selection chosen, access_level access) { return history(std::move(chosen), access); }};
}

// A row that the disk did not take yet is not found: then the state file is in trouble, which the page says.
// Over TCP half of the places are left for the command line.
task<result<history_page>> running_daemon::history(history_selection chosen, access_level access)
{
    const auto places = access == access_level::admin ? history_readings::most : history_readings::most / 2;
    const bool is_of_an_incident = !chosen.incident.empty();
    history_readings::reading work = [chosen = std::move(chosen), place = state_place(job_.configured)] {
        return read_history(place, chosen);
    };
    auto out = co_await readings_.read(std::move(work), places);
    if (out)
        out->trouble = state_.trouble();
    else if (out.error().kind == errc::not_found && !is_of_an_incident)
        out = failure{errc::bad_file, out.error().message};  // there is no file
    co_return out;
}

void running_daemon::record(history_event event)
{
    state_.put(change_that_records(std::move(event)));
}

void running_daemon::record(history_kind kind, std::string sentence)
{
    const auto now = std::chrono::system_clock::now();
    record({.at = now, .kind = kind, .sentence = std::move(sentence)});
}

result<void> running_daemon::prepare(const kept_state& kept)
{
    if (kept.frozen && !kept.frozen->state_lost.empty())
        log_.error(
            "the state of earlier runs is lost: open findings are reported again, the first secrets seen are the accepted ones, and the quarantine takes no action until \"trunkwarden quarantine thaw\"",
            {{"reason", kept.frozen->state_lost}});
    if (!state_.works())
        log_.error(
            "there is no state file; monitoring continues, but findings and messages are lost when the daemon ends",
            {{"reason", *state_.trouble()}});
    if (kept.unreadable > 0)
        log_.error("records of the state file cannot be read and are left out",
                   {{"records", kept.unreadable}});
    if (const auto ready = alerts_.prepare(kept); !ready)
        return ready.error();
    state_.restore_recent(kept.recent);
    record(history_kind::started, fmt::format("trunkwarden {} starts", version));
    auto beat = beat_.prepare(job_.configured.alerts.heartbeat);
    if (!beat)
        return beat.error();
    beat_.commit(std::move(*beat));
    state_.put(orphaned_findings(kept));
    for (auto& ready : job_.accounts)
        if (const auto added =
                accounts_.add(std::move(ready), kept, job_.configured.alerts.reminder_interval);
            !added)
            return added.error();
    accounts_.set_policy(job_.configured.quarantine);
    accounts_.restore_freeze(kept.frozen);
    notice_state();  // before anything is judged: it says what is still so
    return listeners_.open();
}

// Those of accounts and extra resources that are not in the settings any more.
state_change running_daemon::orphaned_findings(const kept_state& kept) const
{
    std::vector<finding> of_accounts;
    std::vector<finding> of_resources;
    for (const auto& finding : kept.findings) {
        const auto ready = std::ranges::find(
            job_.accounts, finding.account,
            [](const ready_account& account) { return account.watched->config.settings.name; });
        if (ready == job_.accounts.end())
            of_accounts.push_back(finding);
        else if (!watches(ready->watched->config, finding))
            of_resources.push_back(finding);
    }
    const auto now = std::chrono::system_clock::now();
    auto out = ended(std::move(of_accounts), "account", now);
    auto more = ended(std::move(of_resources), "resource", now);
    out.findings.merge(more.findings);
    std::ranges::move(more.events, std::back_inserter(out.events));
    return out;
}

task<> running_daemon::until_swept()
{
    const auto done = [this](const auto* watch) { return watch->sweeps() >= *job_.sweeps; };
    while (!job_.sweeps || !std::ranges::all_of(accounts_.all(), done))
        co_await progress_.wait();
    // Alerts about the findings are sent before the daemon ends, unless no sink takes them.
    constexpr auto patience = 10s;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!collector_.all_told() && std::chrono::steady_clock::now() < until)
        co_await progress_.wait_until(until);
    log_.info("all sweeps done", {{"sweeps", *job_.sweeps}});
    endings_.clear();
    schedule_forced_stop();
}

task<> running_daemon::until_signal()
{
    const int number = co_await endings_.async_wait(asio::use_awaitable);
    endings_.clear();  // a second one ends it at once
    manager_.stopping();
    log_.info("stopping", {{"signal", number == SIGINT ? "SIGINT" : "SIGTERM"}});
    schedule_forced_stop();
}

// Tasks end by being cancelled; a thread aside that reads a large baseline, or asks a file system that does
// not answer, does not. Nothing that it does has to be finished.
void running_daemon::schedule_forced_stop()
{
    shutdown_deadline_.expires_after(1s);
    shutdown_deadline_.async_wait([this](const boost::system::error_code& ended_before) {
        if (!ended_before)
            io_.stop();
    });
}

task<> running_daemon::answer_hangups()
{
    for (;;) {
        co_await hangups_.async_wait(asio::use_awaitable);
        reloader_.want();
    }
}

// A finding about it is filed under the first account: there is one state file.
void running_daemon::notice_state()
{
    const auto watches = accounts_.all();
    const bool was_lost = accounts_.frozen() && !accounts_.frozen()->state_lost.empty();
    for (auto* watch : watches) {
        const bool is_first = watch == watches.front();
        auto& memory = watch->watched().memory;
        memory.state_error = is_first ? state_.notice() : std::nullopt;
        memory.clock_error = is_first ? clock_trouble(alerts_.status()) : std::optional(std::string());
        memory.state_lost =
            is_first && was_lost ? optional_reason(accounts_.frozen()->state_lost) : std::nullopt;
    }
}

void running_daemon::note_forgotten(const forgotten_rows& gone)
{
    trunkwarden::note_forgotten(log_, counters_, "audit_events", gone.audit_events);
    trunkwarden::note_forgotten(log_, counters_, "findings", gone.findings);
    trunkwarden::note_forgotten(log_, counters_, "actions", gone.actions);
    trunkwarden::note_forgotten(log_, counters_, "events", gone.events);
}

// Findings of which nobody was ever notified: logged once it is clear that it is not a matter of seconds.
void running_daemon::warn_if_nobody_notified()
{
    constexpr auto grace = 1min;
    const auto now = std::chrono::system_clock::now();
    if (!collector_.unheard()) {
        undelivered_since_.reset();
        warned_undelivered_ = false;
        return;
    }
    if (!undelivered_since_)
        undelivered_since_ = now;
    if (warned_undelivered_ || now - *undelivered_since_ < grace)
        return;
    warned_undelivered_ = true;
    log_.error(
        "there are findings, and nobody was notified: no sink ever took a message; configure alerts.sinks, and try \"trunkwarden alerts test\"",
        {{"findings", accounts_.open_findings()}, {"sinks", job_.configured.alerts.sinks.size()}});
}

task<> running_daemon::notice_forever()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        notice_state();
        warn_if_nobody_notified();
        log_.catch_up();
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// Runs on the main loop on purpose: if the loop hangs, the pings stop, and systemd starts the daemon again.
task<> running_daemon::report_forever()
{
    constexpr auto interval = 2s;
    const auto expected = manager_.alive_interval().value_or(interval);
    const auto pause = std::min<std::chrono::microseconds>(expected, interval);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    manager_.ready();
    for (;;) {
        if (manager_.is_there()) {
            manager_.alive();
            manager_.status(collector_.summary(std::chrono::system_clock::now()));
        }
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

task<> running_daemon::run()
{
    log_.info("trunkwarden starts", {{"version", version},
                                     {"revision", revision},
                                     {"accounts", accounts_.all().size()},
                                     {"config", job_.configured.file.string()}});
    std::vector<task<>> for_ever;
    for_ever.push_back(accounts_.watch_forever());
    for_ever.push_back(listeners_.serve_forever());
    for_ever.push_back(state_.keep_forever());
    for_ever.push_back(alerts_.deliver_forever());
    for_ever.push_back(beat_.beat_forever());
    for_ever.push_back(reloader_.reload_forever());
    for_ever.push_back(reloader_.follow_files());
    for_ever.push_back(answer_hangups());
    for_ever.push_back(notice_forever());
    for_ever.push_back(report_forever());
    auto everything = run_all(std::move(for_ever));
    const auto ended = co_await (guarded(std::move(everything)) || until_swept() || until_signal());
    shutdown_deadline_.cancel();
    if (const auto* failed = std::get_if<0>(&ended); failed != nullptr && *failed != nullptr)
        std::rethrow_exception(*failed);
}

bool running_daemon::finish()
{
    accounts_.finish();
    record(history_kind::stopped, "trunkwarden stops");
    const bool works_aside =
        listeners_.is_looking_up_a_name() || mail_is_under_way() || readings_.under_way() != 0;
    return state_.write_rest() && !works_aside;
}

int end_with(logger& log, std::string_view message, const std::string& reason)
{
    log.error(message, {{"reason", reason}});
    return 1;
}

// The process ends while a thread aside still works: the objects that it uses must stay, so nothing is
// destroyed.
[[noreturn]] void exit_without_joining(int exit_code, logger& log)
{
    log.finish();
    std::_Exit(exit_code);
}

}  // namespace

int run_daemon(daemon_job job, logger& log)
{
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTTOU, SIG_IGN);  // a log line must not stop the process on a terminal with "stty tostop"
    auto state = open_state(job.configured);
    if (state.trouble == state_trouble::in_use)
        return end_with(log, "cannot start", state.reason);
    auto kept = std::move(state.kept);
    asio::io_context io(1);
    running_daemon daemon(std::move(job), std::move(state), log, io);
    const auto prepared = daemon.prepare(kept);
    kept = {};  // the parts have what they need of it; it may be large
    if (!prepared)
        return end_with(log, "cannot start", prepared.error().message);
    int exit_code = 0;
    bool has_ended = false;
    asio::co_spawn(io, daemon.run(), [&](std::exception_ptr failed) {
        has_ended = true;
        if (!failed)
            return;
        exit_code = 1;
        try {
            std::rethrow_exception(failed);
        } catch (const std::exception& e) {
            log.error("cannot continue", {{"reason", e.what()}});
        }
    });
    io.run();
    const bool may_take_down = daemon.finish();
    if (!has_ended || !may_take_down)
        exit_without_joining(exit_code, log);
    return exit_code;
}

}  // namespace trunkwarden
