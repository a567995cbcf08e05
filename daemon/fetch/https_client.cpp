#include "fetch/https_client.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "fetch/connector.hpp"
#include "fetch/decoded_body.hpp"
#include "fetch/http_wire.hpp"
#include "fetch/kept_connections.hpp"
#include "fetch/origin.hpp"
#include "fetch/tls_context.hpp"
#include "fetch/tunnel.hpp"
#include "support/ascii.hpp"
#include "support/async/async.hpp"
#include "support/clock.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using answer_parser = http::response_parser<decoded_body>;

constexpr std::size_t read_size = 17UL * 1024;  // a TLS record, which is all that one read gives

std::string text_of(boost::beast::string_view text)
{
    return std::string(text.data(), text.size());
}

http_answer take_answer(answer_parser& parser)
{
    auto message = parser.release();
    http_answer answer;
    answer.status = message.result_int();
    answer.hints.retry_after = text_of(message[http::field::retry_after]);
    answer.hints.retry_after_ms = text_of(message["Retry-After-Ms"]);
    answer.hints.rate_limit = text_of(message["X-RateLimit-Limit"]);
    answer.hints.rate_remaining = text_of(message["X-RateLimit-Remaining"]);
    answer.hints.rate_reset = text_of(message["X-RateLimit-Reset"]);
    answer.hints.date = text_of(message[http::field::date]);
    answer.hints.link = text_of(message[http::field::link]);
    answer.content_type = text_of(message[http::field::content_type]);
    answer.body = std::move(message.body().text);
    for (const auto& header : message)
        answer.header_names.push_back(to_lower(text_of(header.name_string())));
    return answer;
}

// The first status line counts.
void note_status(const boost::beast::flat_buffer& received, unsigned& status)
{
    const auto bytes = received.data();
    if (status == 0)
        status = status_in({static_cast<const char*>(bytes.data()), bytes.size()});
}

// The parts of every request. One that a proxy reads has an absolute target and the login of the proxy.
standing_parts parts_of(https_options& options, transport over)
{
    standing_parts out;
    out.authorization = std::move(options.authorization);
    out.headers = std::move(options.headers);
    if (!options.through || over == transport::tls)
        return out;
    out.target = standing_parts::target_form::absolute;
    if (!options.through->authorization.empty())
        out.headers.push_back({"Proxy-Authorization", options.through->authorization});
    return out;
}

class connection_pool final : public https_client {
public:
    connection_pool(https_options options, origin to, ssl::context trust)
        : options_(std::move(options)),
          to_(std::move(to)),
          always_(parts_of(options_, to_.over)),
          door_({to_, options_.plain, options_.through, options_.timeout}, std::move(trust), options_.look_up)
    {
    }

    task<result<http_answer>> send(http_request request) override;

private:
    // How far a request has come: for the sentence when its time is over, and for a caller who asked for it.
    struct progress {
        const std::function<std::optional<std::string>()>& before_sending;
        const char* doing = "looking up its address";
        unsigned status = 0;          // of the answer, as its status line says; 0 until that came
        bool status_decides = false;  // as the request has it
        std::optional<clock::time_point> taken_at = {};  // when a 2xx came that decides
    };

    task<result<http_answer>> exchange(std::string_view wire, bool may_reuse, progress& so_far);
    task<result<http_answer>> converse(connection& over, std::string_view wire, progress& so_far);
    task<result<http_answer>> read_answer(connection& over, progress& so_far);
    task<error_code> read_more(connection& over, answer_parser& parser);
    task<error_code> read_in_time(connection& over, answer_parser& parser, progress& so_far);

    failure broken(error_code why, const answer_parser& parser) const;
    std::string name() const { return door_.name(); }

    https_options options_;
    origin to_;
    standing_parts always_;
    connector door_;
    kept_connections kept_;
};

failure connection_pool::broken(error_code why, const answer_parser& parser) const
{
    using problem = decoded_body::problem;
    const auto cause = parser.get().body().trouble;
    if (cause == problem::encoding)
        return failure{errc::not_understood, name() + " answered in an encoding that was not asked for"};
    if (cause == problem::broken)
        return failure{errc::unreachable, name() + " sent gzip that is damaged or cut off"};
    if (cause == problem::too_large)
        return failure{errc::too_large, name() + " sent gzip that expands beyond " +
                                            std::to_string(options_.limits.expanded) + " bytes"};
    if (why == http::error::header_limit)
        return failure{
            errc::not_understood,
            name() + " sent more than " + std::to_string(options_.limits.header) + " bytes of headers"};
    if (why == http::error::body_limit)
        return failure{errc::too_large, name() + " sent a body of more than " +
                                            std::to_string(options_.limits.body) + " bytes"};
    if (why == http::error::end_of_stream || why == http::error::partial_message || why == asio::error::eof ||
        why == ssl::error::stream_truncated)
        return failure{errc::unreachable,
                       name() + door_.way() + " closed the connection before the answer was whole"};
    return door_.unreachable("reading from", why);
}

task<error_code> connection_pool::read_more(connection& over, answer_parser& parser)
{
    const auto space = over.received.prepare(read_size);
    const auto [problem, size] = co_await over.read_some(space);
    throw_if_cancelled(problem);
    over.received.commit(size);
    over.answering = over.answering || size > 0;
    error_code ec = problem;
    if (problem == asio::error::eof) {
        // Over TLS this end is vouched for: without close_notify it would have been stream_truncated.
        if (!parser.got_some())
            co_return http::error::end_of_stream;
        parser.put_eof(ec);
        if (!ec && !parser.is_done())
            ec = http::error::partial_message;
    }
    co_return ec;
}

task<result<error_code>> as_result(task<error_code> work)
{
    co_return co_await std::move(work);
}

// An answer whose status decides is read to its end out of courtesy, which has an end: other messages wait.
task<error_code> connection_pool::read_in_time(connection& over, answer_parser& parser, progress& so_far)
{
    constexpr auto courtesy = std::chrono::seconds(1);
    if (!so_far.status_decides || so_far.status / 100 != 2)
        co_return co_await read_more(over, parser);
    so_far.taken_at = so_far.taken_at.value_or(clock::now());
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*so_far.taken_at + courtesy - clock::now());
    if (left.count() <= 0)
        co_return asio::error::timed_out;
    auto more = as_result(read_more(over, parser));
    const auto read = co_await with_deadline(left, std::move(more));
    co_return read ? *read : error_code(asio::error::timed_out);
}

task<result<http_answer>> connection_pool::read_answer(connection& over, progress& so_far)
{
    std::optional<answer_parser> parser;
    do {  // 1xx answers come before the one that counts
        so_far.status = 0;
        parser.emplace();
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(options_.limits.header));
        parser->body_limit(options_.limits.body);
        parser->get().body().expanded_limit = options_.limits.expanded;
        parser->get().body().transferred_limit = options_.limits.body;
        while (!parser->is_done()) {
            error_code ec = http::error::need_more;
            note_status(over.received, so_far.status);
            if (over.received.size() > 0)
                over.received.consume(parser->put(over.received.data(), ec));
            if (ec == http::error::need_more)
                ec = co_await read_in_time(over, *parser, so_far);
            if (ec)
                co_return broken(ec, *parser);
        }
    } while (parser->get().result_int() / 100 == 1);
    over.reusable = parser->keep_alive() && over.received.size() == 0;
    co_return take_answer(*parser);
}

task<result<http_answer>> connection_pool::converse(connection& over, std::string_view wire, progress& so_far)
{
    over.answering = false;
    over.reusable = false;
    so_far.doing = "sending the request";
    if (so_far.before_sending)
        if (auto why_not = so_far.before_sending())
            co_return failure{errc::not_sent, std::move(*why_not)};
    const auto [problem, size] = co_await over.write(asio::buffer(wire));
    throw_if_cancelled(problem);
    if (problem)
        co_return door_.unreachable("sending to", problem);
    so_far.doing = "waiting for the answer";
    co_return co_await read_answer(over, so_far);
}

task<result<http_answer>> connection_pool::exchange(std::string_view wire, bool may_reuse, progress& so_far)
{
    // A request that must not be sent twice goes out on a fresh connection: a kept one may be dead without
    // our knowing.
    auto kept = may_reuse ? kept_.take(clock::now()) : nullptr;
    if (kept) {
        auto answer = co_await converse(*kept, wire, so_far);
        const bool stale = !answer && answer.error().kind == errc::unreachable && !kept->answering;
        if (!stale) {
            kept_.keep(std::move(kept), clock::now());
            co_return answer;
        }
    }
    auto fresh = co_await door_.connect(so_far.doing);
    if (!fresh)
        co_return fresh.error();
    auto answer = co_await converse(**fresh, wire, so_far);
    kept_.keep(std::move(*fresh), clock::now());
    co_return answer;
}

task<result<http_answer>> connection_pool::send(http_request request)
{
    const auto wire = write_request(to_, request, always_);
    if (!wire)
        co_return wire.error();
    const auto limit = request.timeout.value_or(options_.timeout);
    progress so_far{request.before_sending};
    so_far.status_decides = request.status_decides;
    auto work = exchange(wire->reveal(), request.method == "GET", so_far);
    auto answer = co_await with_deadline(limit, std::move(work));
    if (!answer && request.status_decides && so_far.status / 100 == 2) {
        http_answer taken;
        taken.status = so_far.status;
        co_return taken;
    }
    constexpr unsigned wants_a_login = 407;
    if (answer && answer->status == wants_a_login && options_.through && to_.over == transport::plain)
        co_return refusal_of_proxy(wants_a_login, to_, *options_.through);
    if (!answer && answer.error().kind == errc::timed_out)
        answer = failure{errc::timed_out, "no answer from " + name() + door_.way() + " within " +
                                              for_people(limit) + ", " + so_far.doing};
    co_return answer;
}

}  // namespace

result<std::unique_ptr<https_client>> create_https_client(https_options options)
{
    auto to = parse_origin(options.base_url, options.plain);
    if (!to)
        return to.error();
    // A proxy would read the key.
    if (to->over == transport::plain && options.plain == plain_http::to_loopback && options.through)
        return bad_usage("plain http:// to {} goes through no proxy", printable(to->host));
    result<ssl::context> trust = ssl::context(ssl::context::tls_client);
    if (to->over == transport::tls)
        trust = make_tls_client_context({options.ca_file, options.cert_file, options.key_file});
    if (!trust)
        return trust.error();
    return std::make_unique<connection_pool>(std::move(options), std::move(*to), std::move(*trust));
}

}  // namespace trunkwarden
