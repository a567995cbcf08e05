#include "simulator/raw_client.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkwarden::simulator {
namespace {

int connected_socket(std::uint16_t port)
{
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(made);
        throw std::runtime_error(fmt::format("cannot connect to port {}", port));
    }
    const int yes = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return made;
}

void read_head(std::string_view head, raw_answer& into)
{
    into.answered = true;
    into.status = static_cast<unsigned>(std::stoul(std::string(head.substr(9, 3))));
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size()) {
        const std::size_t end = head.find("\r\n", at);
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) {
            std::string name(line.substr(0, colon));
            std::ranges::transform(name, name.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            into.headers[name] = std::string(line.substr(colon + 2));
        }
        at = end + 2;
    }
}

}  // namespace

std::string raw_answer::header(const std::string& name) const
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

raw_client::raw_client(const server& to) : port_(to.port())
{
    // OpenSSL writes with write(2): a server that has closed the connection must not end the tests.
    ::signal(SIGPIPE, SIG_IGN);
    if (!to.ca_file().empty()) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_load_verify_locations(context_.get(), to.ca_file().c_str(), nullptr);
    }
    reconnect();
}

void raw_client::reconnect()
{
    buffer_.clear();
    stream_ = std::make_unique<stream>(connected_socket(port_));
    if (context_ != nullptr && !stream_->connect(context_.get(), "127.0.0.1")) {
        throw std::runtime_error("the certificate of the simulator does not verify");
    }
}

raw_answer raw_client::send(std::string_view method, const std::string& path, std::string_view body,
                            const std::vector<std::pair<std::string, std::string>>& headers)
{
    const std::string target = path.starts_with("/_simulator/") ? path : "/v2" + path;
    std::string text = fmt::format("{} {} HTTP/1.1\r\nhost: localhost\r\n", method, target);
    if (!key_.empty()) {
        text += "authorization: Bearer " + key_ + "\r\n";
    }
    for (const auto& [name, value] : headers) {
        text += fmt::format("{}: {}\r\n", name, value);
    }
    if (!body.empty()) {
        text += fmt::format("content-type: application/json\r\ncontent-length: {}\r\n", body.size());
    }
    text += "\r\n";
    text += body;
    return stream_->write_all(text) ? read_answer() : raw_answer{};
}

bool raw_client::read_until(std::string_view mark)
{
    while (buffer_.find(mark) == std::string::npos) {
        if (!read_at_least(buffer_.size() + 1)) {
            return false;
        }
    }
    return true;
}

bool raw_client::read_at_least(std::size_t size)
{
    constexpr std::size_t chunk = 65536;
    while (buffer_.size() < size) {
        const std::size_t before = buffer_.size();
        buffer_.resize(before + chunk);
        const std::size_t got = stream_->read_some(buffer_.data() + before, chunk);
        buffer_.resize(before + got);
        if (got == 0) {
            return false;
        }
    }
    return true;
}

bool raw_client::read_chunks(raw_answer& into)
{
    while (read_until("\r\n")) {
        const std::size_t line = buffer_.find("\r\n");
        const std::size_t size = std::stoul(buffer_.substr(0, line), nullptr, 16);
        if (!read_at_least(line + 2 + size + 2)) {
            return false;
        }
        into.body += buffer_.substr(line + 2, size);
        buffer_.erase(0, line + 2 + size + 2);
        if (size == 0) {
            return true;
        }
    }
    return false;
}

raw_answer raw_client::read_answer()
{
    raw_answer found;
    if (!read_until("\r\n\r\n")) {
        return found;
    }
    const std::size_t end = buffer_.find("\r\n\r\n");
    read_head(std::string_view(buffer_).substr(0, end + 2), found);
    buffer_.erase(0, end + 4);
    if (found.header("transfer-encoding") == "chunked") {
        found.complete = read_chunks(found);
        return found;
    }
    const std::string length = found.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    found.complete = read_at_least(size);
    found.body = buffer_.substr(0, size);
    buffer_.erase(0, found.body.size());
    return found;
}

}  // namespace trunkwarden::simulator
