#include "fakes/connect_proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <fmt/format.h>
#include <mutex>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <set>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "simulator/loopback.hpp"

namespace trunkwarden {
namespace {

using manner = proxy_script::manner;

bool send_all(int to, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// "" at the end.
std::string read_some(int from)
{
    std::array<char, 16384> piece{};
    const auto got = ::recv(from, piece.data(), piece.size(), 0);
    return got > 0 ? std::string(piece.data(), static_cast<std::size_t>(got)) : std::string();
}

// "host:port", or "http://host:port/path".
std::uint16_t port_in(std::string_view target)
{
    if (const auto scheme = target.find("://"); scheme != std::string_view::npos)
        target.remove_prefix(scheme + 3);
    target = target.substr(0, target.find('/'));
    return static_cast<std::uint16_t>(std::stoul(std::string(target.substr(target.rfind(':') + 1))));
}

int connect_to_loopback(std::uint16_t port)
{
    const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return out;
    ::close(out);
    return -1;
}

std::string answer_of(const proxy_script& script)
{
    auto out = fmt::format("HTTP/1.1 {} Scripted\r\n", script.status);
    for (const auto& [name, value] : script.headers)
        out += fmt::format("{}: {}\r\n", name, value);
    return out + (script.status / 100 == 2 ? "\r\n" : "Content-Length: 0\r\n\r\n");
}

constexpr std::string_view nonsense = "SSH-2.0-OpenSSH_9.2p1\r\nCANARY of the proxy\r\n\r\n";

}  // namespace

class connect_proxy::running {
public:
    running()
        : listener_(simulator::listen_on_loopback(0)),
          port_(simulator::port_of(listener_)),
          thread_([this] { accept_forever(); })
    {
    }

    ~running()
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            ::shutdown(listener_, SHUT_RDWR);
            for (const int each : open_)
                ::shutdown(each, SHUT_RDWR);
        }
        thread_.join();
        for (auto& each : serving_)
            each.join();
        ::close(listener_);
    }
    running(const running&) = delete;
    running& operator=(const running&) = delete;

    std::uint16_t port() const { return port_; }

    void script(proxy_script proxy_script)
    {
        const std::lock_guard lock(mutex_);
        script_ = std::move(proxy_script);
    }

    std::vector<received_request> requests() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    std::string received() const
    {
        const std::lock_guard lock(mutex_);
        return received_;
    }

private:
    void accept_forever()
    {
        for (;;) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock(mutex_);
            if (stopping_ || client < 0) {
                if (client >= 0)
                    ::close(client);
                if (stopping_)
                    return;
                continue;
            }
            open_.insert(client);
            serving_.emplace_back([this, client] {
                serve(client);
                close(client);
            });
        }
    }

    void close(int socket)
    {
        const std::lock_guard lock(mutex_);
        open_.erase(socket);
        ::close(socket);
    }

    std::string take(int from)
    {
        auto piece = read_some(from);
        const std::lock_guard lock(mutex_);
        received_ += piece;
        return piece;
    }

    void serve(int client)
    {
        std::string text;
        while (text.find("\r\n\r\n") == std::string::npos) {
            const auto piece = take(client);
            if (piece.empty())
                return;
            text += piece;
        }
        const auto body = text.find("\r\n\r\n") + 4;
        const auto request = head_of_request(std::string_view(text).substr(0, body - 4));
        const auto script = noted(request);
        if (script.mode == manner::plain && script.status / 100 == 2)
            lead(client, request, text);
        else
            get_it_wrong(client, script);
    }

    proxy_script noted(const received_request& request)
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        return script_;
    }

    void get_it_wrong(int client, const proxy_script& script)
    {
        const auto answer = answer_of(script);
        const bool connects =
            script.mode == manner::connect_then_nonsense || script.mode == manner::connect_then_close;
        if (script.mode == manner::plain || connects)
            send_all(client, answer);
        if (script.mode == manner::close_in_answer)
            send_all(client, std::string_view(answer).substr(0, answer.size() / 2));
        if (script.mode == manner::nonsense)
            send_all(client, nonsense);
        if (script.mode == manner::nonsense_with_the_200)
            send_all(client, answer + std::string(nonsense));
        if (script.mode == manner::connect_then_nonsense && !take(client).empty())
            send_all(client, nonsense);
        if (script.mode == manner::hang || script.mode == manner::connect_then_nonsense)
            while (!take(client).empty()) {
            }
    }

    // To the other end, and back.
    void lead(int client, const received_request& request, const std::string& text)
    {
        const int other = connect_to_loopback(port_in(request.target));
        if (other < 0) {
            send_all(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            open_.insert(other);
        }
        if (request.method == "CONNECT") {
            send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n");
        } else {
            const auto path = request.target.find('/', request.target.find("://") + 3);
            send_all(other, fmt::format("{} {}{}", request.method,
                                        path == std::string::npos ? "/" : request.target.substr(path),
                                        text.substr(request.method.size() + 1 + request.target.size())));
        }
        pump(client, other);
        close(other);
    }

    void pump(int client, int other)
    {
        for (;;) {
            std::array<pollfd, 2> both{{{client, POLLIN, 0}, {other, POLLIN, 0}}};
            if (::poll(both.data(), both.size(), -1) < 0)
                return;
            const bool from_client = both[0].revents != 0;
            const auto piece = from_client ? take(client) : read_some(other);
            if (piece.empty() || !send_all(from_client ? other : client, piece))
                return;
        }
    }

    int listener_;
    std::uint16_t port_;
    mutable std::mutex mutex_;
    bool stopping_ = false;
    std::set<int> open_;
    proxy_script script_;
    std::vector<received_request> requests_;
    std::string received_;
    std::vector<std::thread> serving_;
    std::thread thread_;
};

connect_proxy::connect_proxy() : running_(std::make_unique<running>()) {}

connect_proxy::~connect_proxy() = default;

std::uint16_t connect_proxy::port() const
{
    return running_->port();
}

std::string connect_proxy::url() const
{
    return fmt::format("http://127.0.0.1:{}", port());
}

void connect_proxy::script(proxy_script script)
{
    running_->script(std::move(script));
}

std::vector<received_request> connect_proxy::requests() const
{
    return running_->requests();
}

std::string connect_proxy::received() const
{
    return running_->received();
}

}  // namespace trunkwarden
