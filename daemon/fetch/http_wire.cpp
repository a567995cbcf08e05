#include "fetch/http_wire.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "support/ascii.hpp"
#include "support/optional_reason.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [others](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool is_target(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return false;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; }))
        return false;
    const auto path = text.substr(0, text.find('?'));
    return (std::string(path) + '/').find("/../") == std::string::npos;
}

bool is_header_value(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < ' ' && c != '\t') || byte == 0x7f;
    });
}

std::size_t size_of(const http_request& request, const standing_parts& always)
{
    std::size_t size = 512 + request.target.size() + request.authorization.reveal().size() +
                       always.authorization.reveal().size() + request.body.size();
    for (const auto& header : always.headers)
        size += header.name.size() + header.value.reveal().size() + 4;
    for (const auto& header : request.headers)
        size += header.name.size() + header.value.size() + 4;
    return size;
}

void add(std::string& wire, std::string_view name, std::string_view value)
{
    wire.append(name).append(": ").append(value).append("\r\n");
}

// Nothing where every header is one.
optional_reason fault_of_headers(const http_request& request, const standing_parts& always)
{
    for (const auto& header : request.headers)
        if (!is_token(header.name) || !is_header_value(header.value))
            return "the request's header " + header.name + " holds a line end";
    for (const auto& header : always.headers)
        if (!is_token(header.name) || !is_header_value(header.value.reveal()))
            return "the header " + header.name + " of every request holds a line end";
    if (!is_header_value(request.authorization.reveal()) || !is_header_value(always.authorization.reveal()))
        return "the key holds a control character; its file should hold the key alone";
    return {};
}

}  // namespace

result<secret> write_request(const origin& to, const http_request& request, const standing_parts& always)
{
    if (!is_token(request.method))
        return failure{errc::bad_usage, "the request's method is not a word"};
    if (!is_target(request.target))
        return failure{errc::bad_usage,
                       "the request's target is not a percent-encoded path below the base URL"};
    if (auto fault = fault_of_headers(request, always))
        return failure{errc::bad_usage, *std::move(fault)};

    std::string wire;
    wire.reserve(size_of(request, always) + to.base_path.size() +
                 2 * to.authority.size());  // a key must not stay in freed memory
    wire.append(request.method).append(" ");
    if (always.target == standing_parts::target_form::absolute)
        wire.append("http://").append(to.authority);
    wire.append(to.base_path).append(request.target).append(" HTTP/1.1\r\n");
    add(wire, "Host", to.authority);
    wire.append("User-Agent: trunkwarden/").append(version).append("\r\n");
    wire.append("Accept-Encoding: gzip\r\n");
    const auto& authorization = request.authorization.empty() ? always.authorization : request.authorization;
    if (!authorization.empty())
        add(wire, "Authorization", authorization.reveal());
    for (const auto& header : request.headers)
        add(wire, header.name, header.value);
    for (const auto& header : always.headers)
        add(wire, header.name, header.value.reveal());
    if (!request.body.empty() || request.method != "GET")
        add(wire, "Content-Length", std::to_string(request.body.size()));
    wire.append("\r\n").append(request.body);
    return secret(std::move(wire));
}

unsigned status_in(std::string_view received)
{
    constexpr std::string_view before = "HTTP/1.1 ";  // or another version
    if (received.find('\n') == std::string_view::npos || received.size() < before.size() + 4 ||
        received.substr(0, 5) != before.substr(0, 5) || received[8] != ' ')
        return 0;
    const auto digits = received.substr(before.size(), 3);
    const auto behind = received[before.size() + 3];
    if (digits.find_first_not_of("0123456789") != std::string_view::npos || digits[0] == '0' ||
        (behind != ' ' && behind != '\r' && behind != '\n'))
        return 0;
    return static_cast<unsigned>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
}

}  // namespace trunkwarden
