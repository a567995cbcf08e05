#include "fakes/receiver.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "simulator/certificates.hpp"
#include "simulator/loopback.hpp"
#include "simulator/stream.hpp"

namespace trunkwarden {
namespace {

using simulator::stream;
using std::chrono::milliseconds;
using manner = scripted_answer::manner;

bool same_name(std::string_view name, std::string_view other)
{
    return std::ranges::equal(
        name, other, [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

std::optional<received_request> read_request(stream& from)
{
    std::string text;
    std::array<char, 16384> piece{};
    const auto read_more = [&] {
        const auto size = from.read_some(piece.data(), piece.size());
        text.append(piece.data(), size);
        return size > 0;
    };
    while (text.find("\r\n\r\n") == std::string::npos)
        if (!read_more())
            return std::nullopt;
    const auto body = text.find("\r\n\r\n") + 4;
    auto request = head_of_request(std::string_view(text).substr(0, body - 4));
    std::size_t length = 0;
    const auto digits = request.header("Content-Length");
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
    while (text.size() < body + length)
        if (!read_more())
            return std::nullopt;
    request.body = text.substr(body, length);
    return request;
}

std::string wire_of(const scripted_answer& answer)
{
    if (answer.mode == manner::nonsense)
        return "SSH-2.0-OpenSSH_9.2p1\r\n\x01\x02\x03\r\n\r\n";
    if (answer.mode == manner::raw || answer.mode == manner::raw_then_hang)
        return answer.body;
    auto out = fmt::format("HTTP/1.1 {} Scripted\r\nConnection: close\r\nContent-Length: {}\r\n",
                           answer.status, answer.body.size());
    for (const auto& [name, value] : answer.headers)
        out += fmt::format("{}: {}\r\n", name, value);
    return out + "\r\n" + answer.body;
}

// Nobody without a certificate of this authority gets in.
void ask_for_certificate(const std::string& authority, SSL_CTX& context)
{
    BIO* bio = BIO_new_mem_buf(authority.data(), static_cast<int>(authority.size()));
    X509* trusted = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), trusted);
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    X509_free(trusted);
    BIO_free(bio);
}

// Reads the bytes that a client still sends; a socket that is closed with unread bytes takes the answer with
// it.
void read_to_the_end(stream& from)
{
    std::array<char, 4096> ignored{};
    while (from.read_some(ignored.data(), ignored.size()) > 0) {
    }
}

}  // namespace

std::string received_request::header(std::string_view name) const
{
    for (const auto& [have, value] : headers)
        if (same_name(have, name))
            return value;
    return {};
}

received_request head_of_request(std::string_view head)
{
    received_request out;
    const auto line = head.substr(0, head.find("\r\n"));
    const auto target = line.find(' ') + 1;
    out.method = line.substr(0, target - 1);
    out.target = line.substr(target, line.rfind(' ') - target);
    for (std::size_t at = line.size() + 2; at < head.size();) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const auto field = head.substr(at, end - at);
        const auto colon = field.find(": ");
        if (colon != std::string_view::npos)
            out.headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
        at = end + 2;
    }
    return out;
}

class receiver::running {
public:
    explicit running(const receiver_options& options)
        : over_(options.over),
          listener_(simulator::listen_on_loopback(options.port)),
          port_(simulator::port_of(listener_))
    {
        if (over_ == receiver_options::speaks::tls) {
            using simulator::issued_by;
            const auto made = simulator::make_certificates(
                options.certificate_for,
                options.has_intermediate ? issued_by::an_intermediate_one : issued_by::the_authority);
            context_ = simulator::make_server_context(made);
            if (options.asks_for_certificate)
                ask_for_certificate(made.authority, *context_);
            authority_ = made.authority;
            issuer_ = made.issuer;
            certificate_ = made.certificate;
            key_ = made.key;
        }
        thread_ = std::thread([this] { serve_forever(); });
    }

    ~running()
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            ::shutdown(listener_, SHUT_RDWR);
            if (client_ >= 0)
                ::shutdown(client_, SHUT_RDWR);
            changed_.notify_all();
        }
        thread_.join();
        ::close(listener_);
    }

    running(const running&) = delete;
    running& operator=(const running&) = delete;

    std::uint16_t port() const { return port_; }
    bool tls() const { return context_ != nullptr; }
    const std::string& authority() const { return authority_; }
    const std::string& issuer() const { return issuer_; }
    const std::string& certificate() const { return certificate_; }
    const std::string& key() const { return key_; }

    void script(std::vector<scripted_answer> answers)
    {
        const std::lock_guard lock(mutex_);
        script_ = std::move(answers);
        next_ = 0;
    }

    std::vector<received_request> requests() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    void forget()
    {
        const std::lock_guard lock(mutex_);
        requests_.clear();
    }

    bool wait_for(std::size_t count, milliseconds within) const
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, within, [this, count] { return requests_.size() >= count; });
    }

private:
    void serve_forever();
    void serve(stream& client);
    void answer(stream& client, const scripted_answer& with);
    scripted_answer take(received_request request);
    bool pause(milliseconds how_long);

    receiver_options::speaks over_;
    int listener_;
    std::uint16_t port_;
    simulator::context_pointer context_;
    std::string authority_;
    std::string issuer_;
    std::string certificate_;
    std::string key_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool stopping_ = false;
    int client_ = -1;  // the socket in hand, for the destructor to shut down
    std::vector<scripted_answer> script_;
    std::size_t next_ = 0;
    std::vector<received_request> requests_;
    std::thread thread_;
};

void receiver::running::serve_forever()
{
    // OpenSSL writes with write(2): a client that has gone must not end the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        std::unique_lock lock(mutex_);
        if (stopping_ || (socket < 0 && errno != EINTR && errno != ECONNABORTED)) {
            if (socket >= 0)
                ::close(socket);
            return;
        }
        if (socket < 0)
            continue;
        client_ = socket;
        lock.unlock();
        std::optional<stream> client(std::in_place, socket);
        if (!context_ || client->accept(context_.get()))
            serve(*client);
        lock.lock();
        client_ = -1;
        client.reset();
    }
}

scripted_answer receiver::running::take(received_request request)
{
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    changed_.notify_all();
    if (script_.empty())
        return {};
    const auto at = std::min(next_++, script_.size() - 1);
    return script_[at];
}

// False when it is to stop.
bool receiver::running::pause(milliseconds how_long)
{
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, how_long, [this] { return stopping_; });
}

void receiver::running::serve(stream& client)
{
    auto request = read_request(client);
    if (!request)
        return;
    const auto with = take(*std::move(request));
    if (!pause(with.delay) || with.mode == manner::close_before_answer)
        return;
    if (with.mode != manner::hang)
        answer(client, with);
    if (with.mode == manner::close_in_answer || with.mode == manner::raw)
        return;
    if (with.mode != manner::hang && with.mode != manner::raw_then_hang)
        client.end();
    read_to_the_end(client);
}

void receiver::running::answer(stream& client, const scripted_answer& with)
{
    std::string_view wire;
    const auto whole = wire_of(with);
    wire = whole;
    if (with.mode == manner::close_in_answer)
        wire = wire.substr(0, wire.size() / 2);
    const std::size_t piece = with.mode == manner::drip ? 1 : std::max<std::size_t>(wire.size(), 1);
    for (std::size_t at = 0; at < wire.size(); at += piece) {
        if (at > 0 && !pause(with.pace))
            return;
        if (!client.write_all(wire.substr(at, piece)))
            return;
    }
}

receiver::receiver(receiver_options options) : running_(std::make_unique<running>(options)) {}

receiver::~receiver() = default;

std::uint16_t receiver::port() const
{
    return running_->port();
}

std::string receiver::url() const
{
    return fmt::format("{}://127.0.0.1:{}", running_->tls() ? "https" : "http", port());
}

const std::string& receiver::authority() const
{
    return running_->authority();
}

const std::string& receiver::certificate() const
{
    return running_->certificate();
}

const std::string& receiver::key() const
{
    return running_->key();
}

const std::string& receiver::issuer() const
{
    return running_->issuer();
}

void receiver::script(std::vector<scripted_answer> answers)
{
    running_->script(std::move(answers));
}

std::vector<received_request> receiver::requests() const
{
    return running_->requests();
}

void receiver::forget()
{
    running_->forget();
}

bool receiver::wait_for(std::size_t count, milliseconds within) const
{
    return running_->wait_for(count, within);
}

}  // namespace trunkwarden
