#include "simulator/wire.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace trunkwarden::simulator {
namespace http = boost::beast::http;
namespace {

constexpr std::size_t body_limit = 16U << 20U;
constexpr std::size_t header_limit = 1U << 20U;

using parsed_request = http::request<http::string_body>;

incoming plain_request(parsed_request from)
{
    incoming made;
    made.keep_alive = from.keep_alive();
    made.asked.method = std::string(from.method_string());
    made.asked.target = std::string(from.target());
    made.asked.authorization = std::string(from[http::field::authorization]);
    made.asked.managed_account = std::string(from["X-Managed-Account-Id"]);
    made.asked.accepts_gzip = from[http::field::accept_encoding].find("gzip") != boost::string_view::npos;
    made.asked.body = std::move(from.body());
    return made;
}

std::string head_of(const reply& answer, bool closes, std::optional<std::size_t> length)
{
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\n", answer.status,
                    std::string_view(http::obsolete_reason(http::int_to_status(answer.status))));
    if (!answer.content_type.empty()) {
        head += "content-type: " + answer.content_type + "\r\n";
    }
    for (const auto& [name, value] : answer.headers) {
        head += fmt::format("{}: {}\r\n", name, value);
    }
    if (length && answer.status != 204) {
        head += fmt::format("content-length: {}\r\n", *length);
    }
    return head + fmt::format("connection: {}\r\n\r\n", closes ? "close" : "keep-alive");
}

bool send_chunked(stream& to, const reply& answer, bool closes)
{
    reply chunked = answer;
    chunked.headers.emplace_back("transfer-encoding", "chunked");
    bool sent = to.write_all(head_of(chunked, closes, std::nullopt));
    constexpr std::size_t chunk = 1000;
    for (std::size_t at = 0; sent && at < answer.body->size(); at += chunk) {
        const std::string_view part = std::string_view(*answer.body).substr(at, chunk);
        sent = to.write_all(fmt::format("{:x}\r\n{}\r\n", part.size(), part));
    }
    return sent && to.write_all("0\r\n\r\n");
}

// The body is too large to hold: so many bytes go where it has "filler":"".
bool send_with_filler(stream& to, const delivery& out, bool closes)
{
    constexpr std::string_view mark = R"("filler":")";
    const std::string& body = *out.answer.body;
    const std::size_t middle = body.find(mark) + mark.size();
    const std::string filler(1U << 20U, 'a');
    bool sent =
        to.write_all(head_of(out.answer, closes, body.size() + out.filler_bytes) + body.substr(0, middle));
    for (std::size_t left = out.filler_bytes; sent && left > 0; left -= std::min(left, filler.size())) {
        sent = to.write_all(std::string_view(filler).substr(0, left));
    }
    return sent && to.write_all(std::string_view(body).substr(middle));
}

bool send_plainly(stream& to, const delivery& out, bool closes)
{
    const std::string& body = *out.answer.body;
    const std::size_t length = out.mode == manner::truncate ? body.size() / 2 : body.size();
    const std::string head = head_of(out.answer, closes, body.size());
    constexpr std::size_t small = 8192;  // one write, one TLS record
    if (length <= small) {
        return to.write_all(head + body.substr(0, length));
    }
    return to.write_all(head) && to.write_all(std::string_view(body).substr(0, length));
}

}  // namespace

std::optional<incoming> read_request(stream& from, std::string& unread)
{
    http::request_parser<http::string_body> parser;
    parser.body_limit(body_limit);
    parser.header_limit(header_limit);
    parser.eager(true);
    while (true) {
        boost::system::error_code failed;
        if (!unread.empty()) {
            unread.erase(0, parser.put(boost::asio::buffer(unread), failed));
        }
        if (failed && failed != http::error::need_more) {
            return std::nullopt;
        }
        if (parser.is_done()) {
            return plain_request(parser.release());
        }
        constexpr std::size_t chunk = 16384;
        const std::size_t before = unread.size();
        unread.resize(before + chunk);
        const std::size_t got = from.read_some(unread.data() + before, chunk);
        unread.resize(before + got);
        if (got == 0) {
            return std::nullopt;
        }
    }
}

bool deliver(stream& to, const delivery& out, bool keep_alive,
             const std::function<bool(std::chrono::milliseconds)>& pause)
{
    if (out.mode == manner::close) {
        return false;
    }
    const bool closes = out.mode == manner::close_after || !keep_alive;
    bool sent = false;
    if (out.mode == manner::chunked) {
        sent = send_chunked(to, out.answer, closes);
    } else if (out.filler_bytes > 0) {
        sent = send_with_filler(to, out, closes);
    } else if (out.mode == manner::drip) {
        const std::string bytes = head_of(out.answer, closes, out.answer.body->size()) + *out.answer.body;
        sent = std::ranges::all_of(bytes, [&](const char& byte) {
            return to.write_all({&byte, 1}) && pause(out.drip_every);
        });
    } else {
        sent = send_plainly(to, out, closes);
    }
    if (closes && sent) {
        to.end();
    }
    return sent && !closes && out.mode != manner::truncate && out.mode != manner::keepalive_drop;
}

}  // namespace trunkwarden::simulator
