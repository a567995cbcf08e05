#include "daemon.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <fmt/format.h>

#include "account_watch.hpp"
#include "fetch/https_api_client.hpp"
#include "metrics/metrics.hpp"
#include "support/run_all.hpp"
#include "support/version.hpp"
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
    running_daemon(daemon_job job, logger& log) : job_(std::move(job)), log_(log) {}

    result<void> prepare();
    task<> run();

private:
    task<> watch_forever();
    task<> serve_forever();
    task<> until_swept();
    task<> until_signal();
    task<> answer_hangups();
    http_reply answer(const http_query& query) const;
    web_view view() const;
    gauge_state gauges() const;

    daemon_job job_;
    logger& log_;
    metrics counters_;
    watch_list watches_;
    time_point started_ = std::chrono::system_clock::now();
};

result<void> running_daemon::prepare()
{
    for (auto& ready : job_.accounts) {
        auto access = access_to(ready.watched->settings, ready.watched->poll, std::move(ready.key));
        auto watch = std::make_unique<account_watch>(std::move(ready.watched), log_, counters_);
        auto client = create_https_api_client(std::move(access), *watch);
        if (!client)
            return client.error();
        watch->use(std::move(*client));
        watches_.push_back(std::move(watch));
    }
    return {};
}

gauge_state running_daemon::gauges() const
{
    gauge_state now;
    for (const auto& watch : watches_)
        now.accounts.push_back(watch->gauges());
    now.last_reload_successful = true;  // the settings in force are those it started with
    now.last_reload_success = started_;
    return now;
}

// The server turns an exception into a 500; here it is known what was asked.
http_reply running_daemon::answer(const http_query& query) const
{
    try {
        return route(query, view());
    } catch (const std::exception& e) {
        log_.error("a page could not be made", {{"target", query.target}, {"reason", e.what()}});
        throw;
    }
}

web_view running_daemon::view() const
{
    web_view out;
    for (const auto& watch : watches_)
        if (!watch->was_complete())
            out.waiting_for.push_back(watch->name_and_holes());
    out.metrics = [this] { return counters_.exposition(gauges()); };
    return out;
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
    http_handler handler = [this](const http_query& query) { return answer(query); };
    server_limits limits;
    co_await serve(std::move(*acceptor), std::move(handler), limits);
}

task<> running_daemon::until_swept()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto done = [this](const auto& watch) { return watch->sweeps() >= *job_.sweeps; };
    while (!job_.sweeps || !std::ranges::all_of(watches_, done)) {
        timer.expires_after(job_.sweeps ? asio::steady_timer::duration(20ms) : 1h);
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
        log_.warn("SIGHUP: this version reads its files only when it starts; restart it to take new ones");
    }
}

task<> running_daemon::run()
{
    log_.info("trunkwarden starts", {{"version", version},
                                     {"revision", revision},
                                     {"accounts", watches_.size()},
                                     {"config", job_.configured.file.string()}});
    const auto ended = co_await (guarded(watch_forever()) || guarded(serve_forever()) ||
                                 guarded(answer_hangups()) || until_swept() || until_signal());
    const std::exception_ptr* failed = std::get_if<0>(&ended);
    if (failed == nullptr)
        failed = std::get_if<1>(&ended);
    if (failed == nullptr)
        failed = std::get_if<2>(&ended);
    if (failed != nullptr && *failed != nullptr)
        std::rethrow_exception(*failed);
}

}  // namespace

int run_daemon(daemon_job job, logger& log)
{
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context io(1);
    running_daemon daemon(std::move(job), log);
    if (const auto prepared = daemon.prepare(); !prepared) {
        log.error("cannot start", {{"reason", prepared.error().what}});
        return 1;
    }
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
    return exit_code;
}

}  // namespace trunkwarden
