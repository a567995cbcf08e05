#include "fetch/tunnel.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "fetch/http_wire.hpp"
#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t largest_head = 16UL * 1024;
constexpr unsigned wants_a_login = 407;

// The port is always there.
std::string host_and_port(const origin& to)
{
    const bool is_ipv6 = to.host.find(':') != std::string::npos;
    return fmt::format("{}:{}", is_ipv6 ? '[' + to.host + ']' : to.host, to.port);
}

// Whether a Proxy-Authenticate header names Basic, or there is none.
bool asks_for_basic(std::string_view head)
{
    constexpr std::string_view name = "proxy-authenticate:";
    const auto lower = to_lower(head);
    bool is_asked = false;
    for (std::size_t at = 0; at < lower.size();) {
        const auto end = std::min(lower.find('\n', at), lower.size());
        const auto line = std::string_view(lower).substr(at, end - at);
        if (line.starts_with(name)) {
            is_asked = true;
            if (line.find("basic", name.size()) != std::string_view::npos)
                return true;
        }
        at = end + 1;
    }
    return !is_asked;
}

std::string way_out_of_407(const proxy& through, bool offers_basic)
{
    if (!offers_basic)
        return "asks for a login that is not Basic (407), and no other is spoken here: let it admit this host "
               "by its address";
    const bool is_of_environment = through.named_by.ends_with("PROXY") || through.named_by.ends_with("proxy");
    if (!through.authorization.empty())
        return fmt::format("does not accept its user name and password (407): correct those in {}",
                           through.named_by);
    return fmt::format(
        "asks for a user name and a password (407): put its URL with both into a file of mode "
        "0640 that proxy_url_file names{}",
        is_of_environment ? ", in place of proxy_from_environment" : "");
}

}  // namespace

std::string place_of(const origin& to)
{
    return printable(host_and_port(to));
}

secret write_connect(const origin& to, const proxy& through)
{
    const auto authority = host_and_port(to);
    std::string wire;
    constexpr std::size_t rest = 256;
    wire.reserve(2 * authority.size() + through.authorization.reveal().size() + rest);
    wire.append("CONNECT ").append(authority).append(" HTTP/1.1\r\nHost: ").append(authority);
    wire.append("\r\nUser-Agent: trunkwarden/").append(version).append("\r\n");
    if (!through.authorization.empty())
        wire.append("Proxy-Authorization: ").append(through.authorization.reveal()).append("\r\n");
    wire.append("\r\n");
    return secret(std::move(wire));
}

failure refusal_of_proxy(unsigned status, const origin& to, const proxy& through, bool offers_basic)
{
    const auto there = place_of(to);
    const auto says = [&](const std::string& sentence) {
        return failure{errc::unreachable, fmt::format("{} {}", words_for(through), sentence)};
    };
    if (status == wants_a_login)
        return says(way_out_of_407(through, offers_basic));
    if (status == 403 || status == 405)
        return says(fmt::format("does not let this host connect to {} ({}): allow it there", there, status));
    if (status == 502 || status == 503 || status == 504)
        return says(fmt::format("cannot reach {} ({})", there, status));
    return says(
        fmt::format("answered {} where it was to connect to {}: is it an HTTP proxy?", status, there));
}

void tunnel_answer::take(std::string_view bytes)
{
    size_ += bytes.size();
    received_.append(bytes);
    for (;;) {
        const auto end = received_.find("\r\n\r\n");
        if (end == std::string::npos)
            break;
        const auto head = std::string_view(received_).substr(0, end + 4);
        status_ = status_in(head);
        if (status_ / 100 != 1) {
            offers_basic_ = asks_for_basic(head);
            received_.erase(0, end + 4);
            is_over_ = true;
            return;
        }
        received_.erase(0, end + 4);  // "100 Continue": another one follows
    }
    constexpr std::string_view begins_with = "HTTP/1.";
    const auto begin = std::string_view(received_).substr(0, begins_with.size());
    is_over_ = size_ > largest_head || !begins_with.starts_with(begin);
    status_ = is_over_ ? 0 : status_;
}

result<void> tunnel_answer::verdict(const origin& to, const proxy& through) const
{
    const auto says = [&](std::string_view sentence) {
        return failure{errc::unreachable, fmt::format("{} {}", words_for(through), sentence)};
    };
    if (!is_over_)
        return says(fmt::format("closed the connection before it had answered whether it connects to {}",
                                place_of(to)));
    if (status_ == 0)
        return says(
            fmt::format("answered with something that is not HTTP where it was to connect to {}: is it "
                        "an HTTP proxy?",
                        place_of(to)));
    if (status_ / 100 != 2)
        return refusal_of_proxy(status_, to, through, offers_basic_);
    // In TLS the other end speaks second: this is not from there.
    if (!received_.empty())
        return says(fmt::format("said it was connected to {}, and continued with something of its own",
                                place_of(to)));
    return {};
}

}  // namespace trunkwarden
