#include "web/web_listeners.hpp"

#include <fmt/format.h>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "support/async/run_all.hpp"
#include "support/resource_limit.hpp"
#include "web/api_history.hpp"
#include "web/asked_host.hpp"
#include "web/routes.hpp"

namespace trunkwarden {

using namespace std::chrono_literals;

web_listeners::web_listeners(const settings& configured, web_answers answers, logger& log,
                             asio::any_io_executor on)
    : web_(configured.web),
      socket_(configured.control_socket),
      answers_(std::move(answers)),
      log_(log),
      on_(std::move(on))
{
}

result<void> web_listeners::listen(const std::string& address, prepared_listeners& to) const
{
    auto acceptor = listen_on(on_, address);
    if (!acceptor)
        return acceptor.error();
    const auto at = acceptor->local_endpoint();
    to.address = fmt::format("{}:{}", at.address().to_string(), at.port());
    to.tcp.emplace(std::move(*acceptor));
    return {};
}

void web_listeners::commit_tcp(prepared_listeners& fresh)
{
    tcp_.next.reset();
    if (!fresh.tcp)
        return;
    tcp_.next.emplace(std::move(*fresh.tcp));
    log_.info("listening", {{"address", fresh.address}});
}

namespace {

result<web_access> read_access(const web_settings& wanted)
{
    auto read = load_web_access(wanted.config_file);
    if (!read.problems.empty())
        return failure{errc::bad_file, to_string(read.problems.front())};
    return std::move(read.value);
}

}  // namespace

void web_listeners::set_access(web_access access)
{
    const auto warn = [this](std::string_view change) {
        log_.warn("a reload permits more", {{"change", change}});
    };
    if (access_.tls != nullptr && access.tls == nullptr)
        warn("web.config_file: no TLS any more");
    if (access_.client_certificates && !access.client_certificates)
        warn("web.config_file: clients need no certificate any more");
    if (!access_.users.empty() && access.users.empty())
        warn("web.config_file: no password is needed any more");
    access_ = std::move(access);
    kept_.clear();
    if (!web_.listen_address.empty() && !web_.config_file.empty())
        log_.info("read access over TCP", {{"web_config", web_.config_file.string()},
                                           {"tls", access_.tls == nullptr ? "off" : "on"},
                                           {"users", access_.users.size()}});
}

result<void> web_listeners::open()
{
    auto access = read_access(web_);
    if (!access)
        return access.error();
    set_access(std::move(*access));
    prepared_listeners here;
    if (!web_.listen_address.empty())
        if (const auto bound = listen(web_.listen_address, here); !bound)
            return bound.error();
    commit_tcp(here);
    auto socket = listen_on_socket(on_, socket_);
    if (socket)
        control_.next.emplace(std::move(*socket));
    else
        log_.error("there is no control socket: ack, unack, status and reload do not reach this daemon",
                   {{"reason", socket.error().message}});
    return {};
}

result<std::shared_ptr<web_listeners::prepared_listeners>> web_listeners::prepare(
    const settings& in_force, const settings& wanted) const
{
    auto out = std::make_shared<prepared_listeners>();
    auto access = read_access(wanted.web);
    if (!access)
        return access.error();
    out->access = std::move(*access);
    const auto& address = wanted.web.listen_address;
    if (address != in_force.web.listen_address && !address.empty())
        if (const auto bound = listen(address, *out); !bound)
            return bound.error();
    if (wanted.control_socket != in_force.control_socket) {
        auto socket = listen_on_socket(on_, wanted.control_socket);
        if (!socket)
            return socket.error();
        out->socket.emplace(std::move(*socket));
    }
    return out;
}

void web_listeners::commit(const std::shared_ptr<prepared_listeners>& fresh, const settings& now_in_force)
{
    if (now_in_force.web.listen_address != web_.listen_address) {
        commit_tcp(*fresh);
        tcp_.moves = true;
        tcp_.moved.notify_all();
    }
    if (now_in_force.control_socket != socket_) {
        control_.next.reset();
        if (fresh->socket)
            control_.next.emplace(std::move(*fresh->socket));
        control_.moves = true;
        control_.moved.notify_all();
    }
    web_ = now_in_force.web;
    socket_ = now_in_force.control_socket;
    set_access(std::move(fresh->access));
}

access_level web_listeners::tcp_access() const
{
    return web_.enable_lifecycle ? access_level::reload : access_level::read_only;
}

// The server turns an exception into a 500; only here is it known what was asked.
routed web_listeners::find_answer(const http_query& query, access_level access, const std::string& by)
{
    try {
        auto view = answers_.view(access);
        view.access = access;
        view.by = by;
        return route(query, view);
    } catch (const std::exception& e) {
        log_.error("a page could not be made", {{"target", query.target}, {"reason", e.what()}});
        throw;
    }
}

task<http_reply> web_listeners::answer(http_query query, access_level access)
{
    std::string by;  // not looked up for readers
    if (access == access_level::admin && query.method == "POST")
        by = co_await peers_.words_for(query);
    auto found = find_answer(query, access, by);
    if (std::holds_alternative<reload_request>(found)) {
        const auto outcome = co_await answers_.reload();
        co_return reload_reply(outcome);
    }
    if (auto* order = std::get_if<quarantine_order>(&found)) {
        order->by = std::move(by);
        const auto outcome = co_await answers_.order(std::move(*order));
        co_return order_reply(outcome);
    }
    if (auto* chosen = std::get_if<history_selection>(&found)) {
        const auto outcome = co_await answers_.history(std::move(*chosen), access);
        co_return history_reply(outcome, std::chrono::system_clock::now());
    }
    co_return std::get<http_reply>(std::move(found));
}

void web_listeners::refusal_log::note(logger& log, std::string_view refusal)
{
    constexpr auto log_interval = 1min;
    const auto now = std::chrono::steady_clock::now();
    ++times;
    if (now < say_at)
        return;
    log.warn(refusal, {{"times", times}});
    say_at = now + log_interval;
    times = 0;
}

// A reply that takes long to make is made once for all who ask: the watch runs on the same thread. The
// history is read aside.
task<http_reply> web_listeners::answer_once(http_query query)
{
    constexpr auto long_time = 50ms;
    constexpr int share = 20;  // of the time at most, one part in so many
    constexpr std::size_t most = 16;
    const bool may_be_kept = query.method == "GET" && path_of(query.target) != history_path;
    const auto target = query.target;
    const auto began = std::chrono::steady_clock::now();
    if (const auto kept = kept_.find(target);
        may_be_kept && kept != kept_.end() && began < kept->second.until)
        co_return kept->second.reply;
    auto reply = co_await answer(std::move(query), tcp_access());
    const auto took = std::chrono::steady_clock::now() - began;
    if (!may_be_kept || reply.status != 200 || took < long_time)
        co_return reply;
    if (kept_.size() >= most)
        kept_.clear();
    reply.shared = std::make_shared<const std::string>(std::move(reply.body));
    kept_[target] = {reply, began + took * share};
    co_return reply;
}

// Answers those who may come in, with the headers that the web configuration wants.
task<http_reply> web_listeners::answer_over_tcp(http_query query)
{
    if (auto foreign = access_.users.empty() ? refuse_foreign_host(query, web_) : std::nullopt) {
        host_refusals_.note(log_, "a request for a host that is not ours over TCP");
        co_return with_own_headers(std::move(*foreign));
    }
    if (auto foreign = refuse_foreign_origin(query)) {
        origin_refusals_.note(log_, "a request of a page of somebody else over TCP");
        co_return with_own_headers(std::move(*foreign));
    }
    const auto users = access_.users;  // others may be active after a wait
    const auto judged = co_await passwords_.judge(query.authorization, users);
    http_reply reply;
    if (judged == login::right) {
        reply = co_await answer_once(std::move(query));
    } else if (judged == login::wrong) {
        password_refusals_.note(log_, "a wrong name or password over TCP");
        reply = unauthorised(query.target);
    } else {
        reply = refusal(503, query.target);
    }
    co_return with_own_headers(std::move(reply));
}

http_reply web_listeners::with_own_headers(http_reply reply) const
{
    for (const auto& [name, value] : access_.headers)
        set_header(reply, name, value);
    return reply;
}

// Requests that came in there are answered first: also the reload that moves the door.
template <class Listening>
task<> web_listeners::until_it_moves(door<Listening>& at)
{
    while (!at.moves)
        co_await at.moved.wait();
    asio::steady_timer grace(co_await asio::this_coro::executor, 500ms);
    co_await grace.async_wait(asio::use_awaitable);
}

template <class Listening>
task<> web_listeners::serve_door(door<Listening>& at, http_handler handler, tls_in_force tls)
{
    using namespace asio::experimental::awaitable_operators;
    for (;;) {
        at.moves = false;
        if (!at.next) {
            co_await at.moved.wait();
            continue;
        }
        auto here = std::move(*at.next);
        at.next.reset();
        const auto limits =
            within_open_files({}, resource_limit(RLIMIT_NOFILE).value_or(std::numeric_limits<rlim_t>::max()));
        auto serving = trunkwarden::serve(std::move(here), handler, limits, tls);
        const auto ended = co_await (guarded(std::move(serving)) || until_it_moves(at));
        if (const auto* failed = std::get_if<0>(&ended); failed != nullptr && *failed != nullptr)
            std::rethrow_exception(*failed);
    }
}

task<> web_listeners::serve_forever()
{
    http_handler read = [this](http_query query) { return answer_over_tcp(std::move(query)); };
    http_handler control = [this](http_query query) { return answer(std::move(query), access_level::admin); };
    std::vector<task<>> work;
    tls_in_force tls = [this] { return access_.tls; };
    work.push_back(serve_door(tcp_, std::move(read), std::move(tls)));
    work.push_back(serve_door(control_, std::move(control), {}));
    co_await run_all(std::move(work));
}

}  // namespace trunkwarden
