#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <exception>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

#include "web/http_server.hpp"
#include "web/routes.hpp"

// Our server on loopback, and clients with raw sockets that can be as rude as they like.

namespace trunkwarden::loopback {

inline http_reply example_pages(const http_query& query)
{
    if (query.target == "/large")
        return {.body = std::string(32UL * 1024 * 1024, 'x')};
    if (query.target == "/broken")
        throw std::runtime_error("canary");
    if (query.method == "POST" && query.target == "/echo")
        return plain_reply(200, query.body);
    web_view view{{}, [] { return std::string("trunkwarden_build_info 1\n"); }};
    view.controls.status = [] { return daemon_status{}; };
    view.controls.quarantine = [](const action_selection&) { return quarantine_report{}; };
    return std::get<http_reply>(route(query, view));
}

class server_on_loopback {
public:
    explicit server_on_loopback(server_limits limits = {})
    {
        auto acceptor = listen_on(io_.get_executor(), "127.0.0.1:0").value();
        port_ = acceptor.local_endpoint().port();
        const auto note_the_end = [this](std::exception_ptr ended) {
            ended_ = true;
            ended_by_ = ended;
        };
        asio::co_spawn(io_, serve(std::move(acceptor), at_once(example_pages), limits),
                       asio::bind_cancellation_slot(stop_.slot(), note_the_end));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~server_on_loopback() { cancel(); }
    server_on_loopback(const server_on_loopback&) = delete;
    server_on_loopback& operator=(const server_on_loopback&) = delete;

    // As the daemon ends it. Returns when nothing is left to run.
    void cancel()
    {
        if (!thread_.joinable())
            return;
        asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        thread_.join();
    }

    // Pulls the io_context away from under the coroutines.
    void abandon()
    {
        io_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return port_; }
    bool ended() const { return ended_; }

    // The exception that ended serve(), in words.
    std::string ended_by() const
    {
        try {
            if (ended_by_)
                std::rethrow_exception(ended_by_);
        } catch (const std::exception& e) {
            return e.what();
        }
        return "nothing";
    }

private:
    asio::cancellation_signal stop_;
    std::atomic<bool> ended_ = false;
    std::exception_ptr ended_by_;
    asio::io_context io_{1};
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class client {
public:
    explicit client(const server_on_loopback& server) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const timeval patience{10, 0};  // of the test: no expectation waits for it
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(server.port());
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("cannot connect");
    }
    ~client() { ::close(fd_); }
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    bool send(std::string_view text) const
    {
        while (!text.empty()) {
            const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // The bytes that come until the server closes; "(time out)" or "(reset)" at the end when it did not close
    // properly.
    std::string rest() const
    {
        std::string all;
        std::vector<char> part(65'536);
        for (;;) {
            const auto got = ::recv(fd_, part.data(), part.size(), 0);
            if (got == 0)
                return all;
            if (got < 0)
                return all + (errno == EAGAIN ? "(time out)" : "(reset)");
            all.append(part.data(), static_cast<std::size_t>(got));
        }
    }

    // So many bytes, or fewer at the end.
    std::string some(std::size_t count) const
    {
        std::string text;
        while (text.size() < count && next_byte(text)) {
        }
        return text;
    }

    // One reply whose body is not longer than its Content-Length says.
    std::string reply() const
    {
        std::string text;
        while (text.find("\r\n\r\n") == std::string::npos && next_byte(text)) {
        }
        const std::size_t length = text.find("Content-Length: ");
        if (length == std::string::npos)
            return text;
        for (auto left = std::stoul(text.substr(length + 16)); left > 0 && next_byte(text); --left) {
        }
        return text;
    }

private:
    bool next_byte(std::string& into) const
    {
        char byte = 0;
        if (::recv(fd_, &byte, 1, 0) != 1)
            return false;
        into += byte;
        return true;
    }

    int fd_;
};

inline std::string ask(const server_on_loopback& server, std::string_view text)
{
    const client client(server);
    client.send(text);
    return client.rest();
}

inline constexpr std::string_view healthy = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n";
inline constexpr std::string_view healthy_and_close =
    "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
inline constexpr std::string_view half_a_request = "GET /-/healthy HTTP/1.1\r\nHost:";

}  // namespace trunkwarden::loopback
