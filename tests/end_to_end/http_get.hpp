#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <netinet/in.h>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "end_to_end/daemon_process.hpp"

// Reads a page of the daemon as a scraper does.

namespace trunkwarden::end_to_end {

struct page {
    int status = 0;  // 0 when nobody answered
    std::string body;
};

// 0 when the text does not begin with a number.
inline int number_at(std::string_view text)
{
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// The port of a daemon that was told to take a free one, once it listens; 0 when it never does.
inline std::uint16_t port_of(daemon_process& daemon)
{
    const auto line = daemon.line_with("msg=listening");
    return static_cast<std::uint16_t>(number_at(std::string_view(line).substr(line.rfind(':') + 1)));
}

inline page http_get(std::uint16_t port, std::string_view path)
{
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    std::string answer;
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const auto request =
            "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        ::send(connection, request.data(), request.size(), MSG_NOSIGNAL);
        std::array<char, 8192> piece{};
        for (ssize_t count = 0; (count = ::recv(connection, piece.data(), piece.size(), 0)) > 0;)
            answer.append(piece.data(), static_cast<std::size_t>(count));
    }
    ::close(connection);
    const auto status = answer.find(' ');
    const auto body = answer.find("\r\n\r\n");
    if (status == std::string::npos || body == std::string::npos)
        return {};
    return {number_at(std::string_view(answer).substr(status + 1)), answer.substr(body + 4)};
}

// The value of the first sample with this name and these labels, as "code=\"200\"".
inline std::optional<double> metric(const std::string& exposition, std::string_view name,
                                    std::initializer_list<std::string_view> labels)
{
    std::istringstream lines(exposition);
    for (std::string line; std::getline(lines, line);) {
        const auto ends = line.find_first_of("{ ");
        if (std::string_view(line).substr(0, ends) != name)
            continue;
        if (std::ranges::all_of(labels,
                                [&line](auto label) { return line.find(label) != std::string::npos; }))
            return std::stod(line.substr(line.rfind(' ')));
    }
    return std::nullopt;
}

}  // namespace trunkwarden::end_to_end
