#include "daemon.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <fmt/format.h>

#include "account_watch.hpp"
#include "fetch/https_api_client.hpp"
#include "metrics/metrics.hpp"
#include "reloading.hpp"
#include "restoring.hpp"
#include "state_keeper.hpp"
#include "support/run_all.hpp"
#include "support/version.hpp"
#include "telling.hpp"
#include "web/control_socket.hpp"
#include "web/http_server.hpp"
#include "web/routes.hpp"

// The composition root: builds every object in order, lets them run side by side, ends them together.

namespace trunkwarden {
namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using watch_list = std::vector<std::unique_ptr<account_watch>>;

class running_daemon {
public:
    running_daemon(daemon_job job, opened_state state, logger& log)
        : job_(std::move(job)),
          log_(log),
          lost_(what_was_lost(state)),
          state_(std::move(state.file), state.reason, log),
          people_(job_.configured.alerts, state_, counters_, log)
    {
    }

    result<void> prepare(const kept_state& kept);
    task<> run();
    void finish();

private:
    state_change findings_of_nobody(const kept_state& kept) const;
    static std::string what_was_lost(const opened_state& state);
    task<> watch_forever();
    task<> serve_forever();
    task<> serve_controls_forever();
    task<> until_swept();
    task<> until_signal();
    task<> answer_hangups();
    task<> notice_forever();
    void notice_state();
    void notice_silence();
    result<std::string> reload();
    http_reply answer(const http_query& query, web_door door);
    web_view view(web_door door);
    daemon_status status() const;
    gauge_state gauges() const;
    std::size_t open_findings() const;
    bool unheard() const { return open_findings() > 0 && !people_.ever_heard(); }
    bool all_told() const;
    result<finding> of_any_account(const std::function<result<finding>(account_watch&)>& change);

    daemon_job job_;
    logger& log_;
    metrics counters_;
    std::string lost_;  // of the state file that was found damaged; "" when nothing was
    state_keeper state_;
    telling people_;
    watch_list watches_;
    reload_record reloads_;
    time_point started_ = std::chrono::system_clock::now();
    std::optional<time_point> silent_since_;
    bool said_silence_ = false;
};

std::string running_daemon::what_was_lost(const opened_state& state)
{
    if (state.set_aside.empty())
        return {};
    return fmt::format(
        "the state file was damaged and is now {}: what was open is told again, and secrets that changed "
        "before now are not noticed",
        state.set_aside);
}

result<void> running_daemon::prepare(const kept_state& kept)
{
    if (!lost_.empty())
        log_.error("the state file was damaged and is set aside", {{"reason", lost_}});
    if (!state_.works())
        log_.error(
            "there is no state file; the watch goes on, but findings and messages live only as long as it",
            {{"reason", state_.trouble()}});
    if (kept.unreadable > 0)
        log_.error("records of the state file cannot be read and are left out",
                   {{"records", kept.unreadable}});
    if (const auto ready = people_.prepare(kept); !ready)
        return ready.error();
    state_.put(findings_of_nobody(kept));
    const watch_surroundings with{log_, counters_, state_, people_, job_.configured.alerts.reminder_interval};
    for (auto& ready : job_.accounts) {
        restore_secrets(*ready.watched, kept);
        restore_history(*ready.watched, kept);
        auto access = access_to(ready.watched->settings, ready.watched->poll, std::move(ready.key));
        auto watch = std::make_unique<account_watch>(std::move(ready.watched), with);
        if (ready.source)
            watch->keep(*ready.source,
                        kept_baseline_file(job_.configured.state_file, watch->watched().settings.name));
        auto client = create_https_api_client(std::move(access), *watch);
        if (!client)
            return client.error();
        watch->use(std::move(*client));
        watches_.push_back(std::move(watch));
    }
    return {};
}

// Of accounts that are not in the settings any more: nobody will ever say that they are over.
state_change running_daemon::findings_of_nobody(const kept_state& kept) const
{
    state_change over;
    for (auto one : kept.findings) {
        const bool is_watched = std::ranges::any_of(job_.accounts, [&one](const ready_account& ready) {
            return ready.watched->settings.name == one.account;
        });
        if (is_watched || one.status == finding_status::resolved)
            continue;
        one.status = finding_status::resolved;
        one.resolved_at = std::chrono::system_clock::now();
        auto id = one.id;
        over.findings.emplace(std::move(id), std::move(one));
    }
    return over;
}

std::size_t running_daemon::open_findings() const
{
    std::size_t count = 0;
    for (const auto& watch : watches_)
        count += watch->watched().findings.size();
    return count;
}

gauge_state running_daemon::gauges() const
{
    gauge_state now;
    for (const auto& watch : watches_)
        now.accounts.push_back(watch->gauges());
    for (const auto& sink : people_.status())
        now.sinks.push_back({sink.name, sink.pending, sink.dead, sink.last_taken});
    now.alerts_unheard = unheard();
    now.state_file_writable = state_.works();
    now.last_reload_successful = reloads_.last_was_fine;
    now.last_reload_success = reloads_.last_taken.value_or(started_);
    return now;
}

daemon_status running_daemon::status() const
{
    daemon_status now;
    now.started = started_;
    now.quarantine_mode = job_.configured.quarantine.mode;
    for (const auto& watch : watches_)
        now.accounts.push_back(watch->status());
    now.sinks = people_.status();
    now.state_file = job_.configured.state_file.string();
    now.state_trouble = state_.works() ? lost_ : state_.trouble();
    now.unheard = unheard();
    return now;
}

// The server turns an exception into a 500; here it is known what was asked.
http_reply running_daemon::answer(const http_query& query, web_door door)
{
    try {
        return route(query, view(door));
    } catch (const std::exception& e) {
        log_.error("a page could not be made", {{"target", query.target}, {"reason", e.what()}});
        throw;
    }
}

result<finding> running_daemon::of_any_account(const std::function<result<finding>(account_watch&)>& change)
{
    result<finding> outcome = failure{errc::not_found, "there is no account"};
    for (auto& watch : watches_) {
        outcome = change(*watch);
        if (outcome || outcome.error().kind != errc::not_found)
            break;
    }
    return outcome;
}

web_view running_daemon::view(web_door door)
{
    web_view out;
    for (const auto& watch : watches_)
        if (!watch->was_complete())
            out.waiting_for.push_back(watch->name_and_holes());
    out.metrics = [this] { return counters_.exposition(gauges()); };
    out.controls.status = [this] { return status(); };
    out.controls.acknowledge = [this](const std::string& id, const std::string& reason,
                                      std::optional<time_point> until) {
        const acknowledgement how{reason, std::chrono::system_clock::now(), until};
        return of_any_account([&](account_watch& watch) { return watch.acknowledge(id, how); });
    };
    out.controls.unacknowledge = [this](const std::string& id) {
        return of_any_account([&](account_watch& watch) { return watch.unacknowledge(id); });
    };
    out.controls.reload = [this] { return reload(); };
    out.door = door;
    out.now = std::chrono::system_clock::now();
    return out;
}

result<std::string> running_daemon::reload()
{
    auto outcome = take_again(job_.read_again(), job_.configured, watches_);
    reloads_.note(outcome, std::chrono::system_clock::now());
    if (outcome)
        log_.info("reloaded", {{"took", *outcome}});
    else
        log_.error("the files are not valid; those in force stay", {{"problems", outcome.error().what}});
    return outcome;
}

task<> running_daemon::watch_forever()
{
    std::vector<task<>> accounts;
    for (auto& watch : watches_)
        accounts.push_back(watch->watch_forever());
    co_await run_all(std::move(accounts));
}

task<> running_daemon::serve_forever()
{
    asio::steady_timer for_ever(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    if (job_.configured.web.listen_address.empty()) {
        co_await for_ever.async_wait(asio::use_awaitable);
        co_return;
    }
    auto acceptor = listen_on(co_await asio::this_coro::executor, job_.configured.web.listen_address);
    if (!acceptor)
        throw std::runtime_error(acceptor.error().what);
    log_.info("listening", {{"address", fmt::format("{}:{}", acceptor->local_endpoint().address().to_string(),
                                                    acceptor->local_endpoint().port())}});
    const auto door = job_.configured.web.enable_lifecycle ? web_door::reading_and_reload : web_door::reading;
    http_handler handler = [this, door](const http_query& query) { return answer(query, door); };
    server_limits limits;
    co_await serve(std::move(*acceptor), std::move(handler), limits);
}

// Without the socket the watch goes on: what it guards against does not wait for a folder to be made.
task<> running_daemon::serve_controls_forever()
{
    const auto here = co_await asio::this_coro::executor;
    asio::steady_timer for_ever(here, asio::steady_timer::time_point::max());
    auto socket = listen_on_socket(here, job_.configured.control_socket);
    if (!socket) {
        log_.error("there is no control socket: ack, unack, status and reload do not reach this daemon",
                   {{"reason", socket.error().what}});
        co_await for_ever.async_wait(asio::use_awaitable);
        co_return;
    }
    http_handler handler = [this](const http_query& query) { return answer(query, web_door::everything); };
    server_limits limits;
    co_await serve(std::move(*socket), std::move(handler), limits);
}

bool running_daemon::all_told() const
{
    const auto sinks = people_.status();
    return std::ranges::all_of(watches_, [](const auto& watch) { return watch->has_told_all(); }) &&
           std::ranges::all_of(sinks, [](const sink_status& sink) { return sink.pending == 0; });
}

task<> running_daemon::until_swept()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto done = [this](const auto& watch) { return watch->sweeps() >= *job_.sweeps; };
    while (!job_.sweeps || !std::ranges::all_of(watches_, done)) {
        timer.expires_after(job_.sweeps ? asio::steady_timer::duration(20ms) : 1h);
        co_await timer.async_wait(asio::use_awaitable);
    }
    // What was found is told before it ends, unless nobody takes it.
    constexpr auto patience = 10s;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!all_told() && std::chrono::steady_clock::now() < until) {
        timer.expires_after(20ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
    log_.info("all sweeps done", {{"sweeps", *job_.sweeps}});
}

task<> running_daemon::until_signal()
{
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    const int number = co_await signals.async_wait(asio::use_awaitable);
    log_.info("stopping", {{"signal", number == SIGINT ? "SIGINT" : "SIGTERM"}});
}

task<> running_daemon::answer_hangups()
{
    asio::signal_set signals(co_await asio::this_coro::executor, SIGHUP);
    for (;;) {
        co_await signals.async_wait(asio::use_awaitable);
        reload();  // it says in the log how that went
    }
}

// A finding about it is filed under the first account: there is one state file.
void running_daemon::notice_state()
{
    if (!watches_.empty())
        watches_.front()->watched().state_trouble = state_.works() ? lost_ : state_.trouble();
}

// Findings of which nobody ever heard: said once it is clear that it is not a matter of seconds.
void running_daemon::notice_silence()
{
    constexpr auto a_while = 1min;
    const auto now = std::chrono::system_clock::now();
    if (!unheard()) {
        silent_since_.reset();
        said_silence_ = false;
        return;
    }
    if (!silent_since_)
        silent_since_ = now;
    if (said_silence_ || now - *silent_since_ < a_while)
        return;
    said_silence_ = true;
    log_.error(
        "there are findings, and nobody was told: no sink ever took a message; configure alerts.sinks, and "
        "try "
        "\"trunkwarden alerts test\"",
        {{"findings", open_findings()}, {"sinks", job_.configured.alerts.sinks.size()}});
}

task<> running_daemon::notice_forever()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        notice_state();
        notice_silence();
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

task<> running_daemon::run()
{
    log_.info("trunkwarden starts", {{"version", version},
                                     {"revision", revision},
                                     {"accounts", watches_.size()},
                                     {"config", job_.configured.file.string()}});
    std::vector<task<>> for_ever;
    for_ever.push_back(watch_forever());
    for_ever.push_back(serve_forever());
    for_ever.push_back(serve_controls_forever());
    for_ever.push_back(state_.keep_forever());
    for_ever.push_back(people_.deliver_forever([this] {
        std::vector<finding> open;
        for (const auto& watch : watches_)
            for (auto& one : watch->watched().findings.all_open())
                open.push_back(std::move(one));
        return open;
    }));
    for_ever.push_back(answer_hangups());
    for_ever.push_back(notice_forever());
    auto everything = run_all(std::move(for_ever));
    const auto ended = co_await (guarded(std::move(everything)) || until_swept() || until_signal());
    if (const auto* failed = std::get_if<0>(&ended); failed != nullptr && *failed != nullptr)
        std::rethrow_exception(*failed);
}

void running_daemon::finish()
{
    for (auto& watch : watches_)
        watch->finish();
    state_.write_rest();
}

int end_with(logger& log, std::string_view message, const std::string& reason)
{
    log.error(message, {{"reason", reason}});
    return 1;
}

}  // namespace

int run_daemon(daemon_job job, logger& log)
{
    std::signal(SIGPIPE, SIG_IGN);
    auto state = open_state_file(job.configured.state_file);
    if (state.trouble == state_trouble::newer || state.trouble == state_trouble::in_use)
        return end_with(log, "cannot start", state.reason);
    const auto kept = std::move(state.kept);
    asio::io_context io(1);
    running_daemon daemon(std::move(job), std::move(state), log);
    if (const auto prepared = daemon.prepare(kept); !prepared)
        return end_with(log, "cannot start", prepared.error().what);
    int exit_code = 0;
    asio::co_spawn(io, daemon.run(), [&log, &exit_code](std::exception_ptr failed) {
        if (!failed)
            return;
        exit_code = 1;
        try {
            std::rethrow_exception(failed);
        } catch (const std::exception& e) {
            log.error("cannot go on", {{"reason", e.what()}});
        }
    });
    io.run();
    daemon.finish();
    return exit_code;
}

}  // namespace trunkwarden
