#include "web/http_server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "support/async/async.hpp"
#include "support/async/run_all.hpp"
#include "support/counted.hpp"
#include "web/byte_stream.hpp"

namespace trunkwarden {

namespace {

namespace http = boost::beast::http;
using boost::beast::flat_buffer;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct waiting_client {
    byte_stream* stream;
    steady_clock::time_point since;
    bool told_to_go = false;
};

// The parts that the slots share. They hold it in a shared_ptr because an io_context that is destroyed before
// its coroutines have ended destroys their frames in no particular order.
struct server {
    stream_acceptor acceptor;
    http_handler handler;
    server_limits limits;
    tls_in_force tls;
    asio::steady_timer free_slot;  // its wait ends when a connection does
    std::size_t connections = 0;
    std::list<waiting_client> waiting = {};  // without a whole request; longest first
};

// Lists a connection as one that can be closed without harm, as long as it waits.
class listed {
public:
    listed(std::list<waiting_client>& in, byte_stream& stream, steady_clock::time_point since)
        : list_(in), at_(in.insert(in.end(), {&stream, since}))
    {
    }
    ~listed() { list_.erase(at_); }
    listed(const listed&) = delete;
    listed& operator=(const listed&) = delete;

private:
    std::list<waiting_client>& list_;
    std::list<waiting_client>::iterator at_;
};

// Whether there was one. HTTP lets a server close a connection between two requests whenever it likes;
// clients whose request is on its way are spared for a moment.
bool close_longest_waiting(server& server)
{
    const auto before = steady_clock::now() - server.limits.spared;
    const auto found = std::find_if(
        server.waiting.begin(), server.waiting.end(),
        [before](const waiting_client& client) { return !client.told_to_go && client.since <= before; });
    if (found == server.waiting.end())
        return false;
    found->told_to_go = true;
    found->stream->close();
    return true;
}

// Whether one connection more than the limit may stay. Only one slot is here at a time: the others are taken.
task<bool> make_room(server& server)
{
    const auto until = steady_clock::now() + server.limits.grace;
    for (;;) {
        if (server.connections <= server.limits.connections || close_longest_waiting(server))
            co_return true;
        if (steady_clock::now() >= until)
            co_return false;
        server.free_slot.expires_after(std::min(server.limits.spared, server.limits.grace));
        co_await server.free_slot.async_wait(as_error);
    }
}

// The status that answers a request which could not be read; 0 when nobody is there to be answered.
unsigned status_of(const error_code& failed)
{
    if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
        return 431;
    if (failed == http::error::body_limit)
        return 413;
    if (failed == http::error::end_of_stream || failed == http::error::partial_message)
        return 0;
    static const auto& of_http = error_code(http::error::bad_method).category();
    return failed.category() == of_http ? 400 : 0;
}

struct response_options {
    unsigned version = 11;
    bool keep_alive = false;
    bool without_body = false;
};
constexpr response_options and_close{};

std::string head_of(const http_reply& reply, const response_options& options)
{
    http::response<http::empty_body> head(static_cast<http::status>(reply.status), options.version);
    head.set(http::field::server, "trunkwarden");
    head.set(http::field::content_type, reply.content_type);
    for (const auto& [name, value] : reply.headers)
        head.set(name, value);
    head.keep_alive(options.keep_alive);
    head.content_length(reply.content().size());
    std::ostringstream text;
    text << head.base();
    return std::move(text).str();
}

// Whether the client took it within `limit`.
task<bool> send(byte_stream& stream, http_reply reply, response_options options, milliseconds limit)
{
    stream.expires_after(limit);
    const auto head = head_of(reply, options);
    const auto body = options.without_body ? asio::const_buffer() : asio::buffer(reply.content());
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), body};
    const auto failed = co_await stream.write(pieces);
    co_return !failed;
}

// Closing a socket with unread bytes resets the connection, and the client may lose the reply over it. So we
// say that no more will come and read on for a moment, unless somebody needs the place.
task<> read_the_rest(server& server, byte_stream& stream)
{
    if (!stream.end_sending())
        co_return;
    const listed here(server.waiting, stream, steady_clock::time_point::min());
    stream.expires_after(std::chrono::seconds(1));
    std::vector<char> rest(16UL * 1024);
    const auto space = asio::buffer(rest);
    for (int reads = 0; reads < 64; ++reads) {
        const auto read = co_await stream.read_some(space);
        if (read.failed)
            co_return;
    }
}

// Answers a request that was not read to its end.
task<> refuse(server& server, byte_stream& stream, http_reply why)
{
    const bool sent = co_await send(stream, std::move(why), and_close, server.limits.request);
    if (sent)
        co_await read_the_rest(server, stream);
}

// Whether the first bytes of a request came.
task<bool> wait_for_request(server& server, byte_stream& stream, flat_buffer& buffer, milliseconds limit)
{
    if (buffer.size() > 0)
        co_return true;
    const listed here(server.waiting, stream, steady_clock::now());
    stream.expires_after(limit);
    const auto space = buffer.prepare(4096);
    const auto read = co_await stream.read_some(space);
    buffer.commit(read.bytes);
    co_return !read.failed;
}

using request_parser = http::request_parser<http::string_body>;

// Parses the content of the buffer, as far as it goes; need_more when that is not the whole request.
error_code parse_some(request_parser& parser, flat_buffer& buffer)
{
    error_code failed;
    buffer.consume(parser.put(buffer.data(), failed));
    if (!failed && !parser.is_done())
        failed = http::error::need_more;
    return failed;
}

task<error_code> read_request(byte_stream& stream, flat_buffer& buffer, request_parser& parser)
{
    constexpr std::size_t at_once = 8UL * 1024;
    parser.eager(true);
    for (;;) {
        error_code failed = buffer.size() > 0 ? parse_some(parser, buffer) : http::error::need_more;
        if (failed != http::error::need_more)
            co_return failed;
        const auto room = buffer.max_size() - buffer.size();
        if (room == 0)
            co_return http::error::buffer_overflow;
        const auto space = buffer.prepare(std::min(room, at_once));
        const auto read = co_await stream.read_some(space);
        buffer.commit(read.bytes);
        if (read.failed == asio::error::eof) {
            failed = {};
            parser.put_eof(failed);
            co_return failed ? failed : http::error::end_of_stream;
        }
        if (read.failed)
            co_return read.failed;
    }
}

// RFC 9112 3.2: exactly one Host, which HTTP/1.0 did not know yet.
bool names_its_host(const http::request<http::string_body>& request)
{
    const std::size_t hosts = request.count(http::field::host);
    return hosts == 1 || (hosts == 0 && request.version() == 10);
}

std::optional<std::string> origin_in(const http::request<http::string_body>& request)
{
    const auto [first, end] = request.equal_range(http::field::origin);
    if (first == end)
        return std::nullopt;
    std::string all(first->value());
    for (auto next = std::next(first); next != end; ++next)
        all += ", " + std::string(next->value());
    return all;
}

task<http_reply> answer(const server& server, byte_stream& stream,
                        const http::request<http::string_body>& request)
{
    http_query query{std::string(request.method_string()),
                     std::string(request.target()),
                     request.body(),
                     secret(std::string(request[http::field::authorization])),
                     std::string(request[http::field::host]),
                     origin_in(request),
                     std::string(request["X-Sudo-User"]),
                     stream.peer_user()};
    try {
        co_return co_await server.handler(std::move(query));
    } catch (const boost::system::system_error& e) {
        throw_if_cancelled(e.code());
    } catch (const std::exception&) {  // a page that cannot be shown must not end the watch
    }
    co_return refusal(500, request.target());
}

// One request and its reply. Whether another may follow.
task<bool> exchange(server& server, byte_stream& stream, flat_buffer& buffer)
{
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(server.limits.header_bytes));
    parser.body_limit(server.limits.body_bytes);
    stream.expires_after(server.limits.request);
    error_code failed;
    {
        const listed here(server.waiting, stream,
                          steady_clock::now());  // also one that sends a byte a second
        failed = co_await read_request(stream, buffer, parser);
    }
    unsigned refused = failed ? status_of(failed) : 0;
    if (!failed && !names_its_host(parser.get()))
        refused = 400;
    if (refused != 0)
        co_await refuse(server, stream, refusal(refused, parser.get().target()));
    if (failed || refused != 0)
        co_return false;
    const http::request<http::string_body> request = parser.release();
    const response_options options{request.version(), request.keep_alive(),
                                   request.method() == http::verb::head};
    auto reply = co_await answer(server, stream, request);
    const bool sent = co_await send(stream, std::move(reply), options, server.limits.request);
    co_return sent&& options.keep_alive;
}

using tls_context = std::shared_ptr<asio::ssl::context>;

// As long as the agreed TLS settings are active: a stricter file counts for those who are connected, too.
task<> serve_requests(server& server, byte_stream& stream, tls_context agreed)
{
    flat_buffer buffer(2 * server.limits.header_bytes + 4096);  // the parser's own limit comes first
    milliseconds patience = server.limits.request;
    for (bool more = true; more; patience = server.limits.idle) {
        more = co_await wait_for_request(server, stream, buffer, patience);
        if (server.tls && server.tls() != agreed)
            co_return;
        if (more)
            more = co_await exchange(server, stream, buffer);
    }
    stream.expires_after(std::chrono::seconds(1));
    co_await stream.shutdown();
}

// A handshake that does not come on gives way to others, as a request does.
task<bool> begin(server& server, byte_stream& stream, milliseconds limit)
{
    const listed here(server.waiting, stream, steady_clock::now());
    stream.expires_after(limit);
    co_return co_await stream.begin();
}

task<> serve_connection(server& server, client_socket accepted)
{
    const auto tls = server.tls ? server.tls() : nullptr;
    const auto stream = tls != nullptr ? create_tls_stream(std::move(accepted), tls)
                                       : create_plain_stream(std::move(accepted));
    const bool may_stay = server.connections <= server.limits.connections || co_await make_room(server);
    const bool speaks =
        co_await begin(server, *stream, may_stay ? server.limits.request : server.limits.grace);
    if (!speaks)
        co_return;
    if (may_stay)
        co_await serve_requests(server, *stream, tls);
    else
        co_await refuse(server, *stream, refusal(503));
}

// Accepts one connection after the other and stays with each until it ends. Ends by cancellation only.
task<> slot(std::shared_ptr<server> server)
{
    asio::steady_timer pause(server->acceptor.get_executor());
    for (;;) {
        client_socket accepted(server->acceptor.get_executor());
        const auto [failed] = co_await server->acceptor.async_accept(accepted, as_error);
        if (failed) {  // out of descriptors, or cancelled: then the pause throws
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        {
            const counted connection(server->connections);
            co_await serve_connection(*server, std::move(accepted));
        }
        server->free_slot.cancel();
    }
}

}  // namespace

static task<http_reply> answer_at_once(std::shared_ptr<const std::function<http_reply(const http_query&)>> by,
                                       http_query query)
{
    co_return (*by)(query);
}

server_limits within_open_files(server_limits limits, std::size_t open_files)
{
    limits.connections = std::clamp<std::size_t>(open_files / 8, 1, limits.connections);
    return limits;
}

http_handler at_once(std::function<http_reply(const http_query&)> answer)
{
    auto shared = std::make_shared<const std::function<http_reply(const http_query&)>>(std::move(answer));
    return
        [shared = std::move(shared)](http_query query) { return answer_at_once(shared, std::move(query)); };
}

// As many slots as connections, and one more, so that there is always one that can accept: it makes room, or
// says 503, where clients would otherwise wait in the kernel's queue behind others that are silent. The slots
// are awaited here, so cancelling this task ends every connection.
task<> serve(stream_acceptor acceptor, http_handler handler, server_limits limits, tls_in_force tls)
{
    const auto executor = co_await asio::this_coro::executor;
    server parts{std::move(acceptor), std::move(handler), limits, std::move(tls),
                 asio::steady_timer(executor)};
    const auto running = std::make_shared<server>(std::move(parts));
    std::vector<task<>> slots;
    for (std::size_t number = 0; number <= limits.connections; ++number)
        slots.push_back(slot(running));
    co_await run_all(std::move(slots));
}

}  // namespace trunkwarden
