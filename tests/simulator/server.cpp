#include "simulator/server.hpp"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "simulator/certificates.hpp"
#include "simulator/loopback.hpp"
#include "simulator/service.hpp"
#include "simulator/stream.hpp"
#include "simulator/wire.hpp"

// One blocking thread for each connection: a simulator has a handful of clients, and its faults are easiest
// to play on a plain stream of bytes.

namespace trunkwarden::simulator {
namespace {

// A directory for the CA's file, removed at the end.
class scratch_directory {
public:
    scratch_directory()
    {
        std::string name = (std::filesystem::temp_directory_path() / "trunkwarden-simulator-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), "cannot make " + name);
        }
        path_ = name;
    }
    ~scratch_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

class server::running {
public:
    running(account state, options options)
        : tls_(options.tls),
          service_(std::move(state), options),
          listener_(listen_on_loopback(options.port)),
          port_(port_of(listener_))
    {
        if (tls_) {
            const certificates made = make_certificates();
            context_ = make_server_context(made);
            ca_file_ = (directory_.path() / "ca.pem").string();
            std::ofstream(ca_file_) << made.authority;
        }
        acceptor_ = std::thread([this] { accept_forever(); });
    }

    ~running()
    {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const conversation& each : conversations_) {
                if (!each.ended) {
                    ::shutdown(each.socket, SHUT_RDWR);
                }
            }
            wake_.notify_all();
        }
        for (conversation& each : conversations_) {
            each.thread.join();
        }
        ::close(listener_);
    }

    running(const running&) = delete;
    running& operator=(const running&) = delete;

    std::uint16_t port() const { return port_; }
    bool tls() const { return tls_; }
    const std::string& ca_file() const { return ca_file_; }
    service& serving() { return service_; }

private:
    struct conversation {
        int socket = -1;
        bool ended = false;  // under mutex_; the socket is closed only after it is set
        std::thread thread;
    };

    void accept_forever();
    void reap();
    void converse(conversation& with);
    void serve(stream& client);
    bool answer(stream& client, incoming asked);
    bool pause(std::chrono::milliseconds how_long);
    reply obey(const request& asked);

    bool tls_;
    service service_;
    int listener_;
    std::uint16_t port_;
    scratch_directory directory_;
    std::string ca_file_;
    context_pointer context_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::list<conversation> conversations_;
    std::thread acceptor_;
};

void server::running::accept_forever()
{
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            if (stopping_ || (errno != EINTR && errno != ECONNABORTED)) {
                return;
            }
            continue;
        }
        const int yes = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        reap();
        const std::lock_guard lock(mutex_);
        conversation& fresh = conversations_.emplace_back();
        fresh.socket = socket;
        fresh.thread = std::thread([this, &fresh] { converse(fresh); });
    }
}

// Threads of connections that have ended are joined when the next one comes.
void server::running::reap()
{
    const std::lock_guard lock(mutex_);
    std::erase_if(conversations_, [](conversation& each) {
        if (each.ended) {
            each.thread.join();
        }
        return each.ended;
    });
}

void server::running::converse(conversation& with)
{
    // OpenSSL writes with write(2): a client that has gone must not end the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    std::optional<stream> client(std::in_place, with.socket);
    service_.count_connection();
    if (!context_ || client->accept(context_.get())) {
        serve(*client);
    }
    const std::lock_guard lock(mutex_);
    with.ended = true;
    client.reset();
}

void server::running::serve(stream& client)
{
    std::string unread;
    while (!stopping_) {
        auto asked = read_request(client, unread);
        if (!asked || !answer(client, *std::move(asked))) {
            return;
        }
    }
}

reply server::running::obey(const request& asked)
{
    const std::string_view command =
        std::string_view(asked.target).substr(std::string_view("/_simulator/").size());
    try {
        return text_reply(200, service_.control(command, asked.body), "application/json");
    } catch (const std::invalid_argument& wrong) {
        return error_reply(400, "10015", "Bad Request", wrong.what());
    }
}

// True when another request may follow on this connection.
bool server::running::answer(stream& client, incoming asked)
{
    delivery out;
    const bool accepts_gzip = asked.asked.accepts_gzip;
    if (asked.asked.target.starts_with("/_simulator/")) {
        out.answer = obey(asked.asked);
    } else if (split_target(asked.asked)) {
        out = service_.answer(std::move(asked.asked));
    } else {
        out.answer = not_found();
    }
    if (out.answer.gzip && accepts_gzip) {
        out.answer.body = out.answer.gzip;
        out.answer.headers.emplace_back("content-encoding", "gzip");
    }
    return pause(out.delay) &&
           deliver(client, out, asked.keep_alive, [this](auto how_long) { return pause(how_long); });
}

// False when the server stops meanwhile.
bool server::running::pause(std::chrono::milliseconds how_long)
{
    if (how_long.count() > 0) {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, how_long, [this] { return stopping_.load(); });
    }
    return !stopping_;
}

server::server(account state, options options)
    : running_(std::make_unique<running>(std::move(state), std::move(options)))
{
}

server::~server() = default;

std::uint16_t server::port() const
{
    return running_->port();
}

std::string server::url() const
{
    return fmt::format("{}://127.0.0.1:{}/v2", running_->tls() ? "https" : "http", port());
}

std::string server::ca_file() const
{
    return running_->ca_file();
}

std::string server::control(std::string_view command, std::string_view json)
{
    return running_->serving().control(command, json);
}

}  // namespace trunkwarden::simulator
