#include "fakes/pausable_proxy.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "support/descriptor.hpp"

namespace trunkwarden::fakes {
namespace {

sockaddr_un address_of(const std::filesystem::path& socket)
{
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    std::strncpy(out.sun_path, socket.c_str(), sizeof(out.sun_path) - 1);
    return out;
}

int stream_socket()
{
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int listening_at(const std::filesystem::path& here)
{
    const int out = stream_socket();
    const auto address = address_of(here);
    if (::bind(out, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(out, 8) != 0)
        throw std::system_error(errno, std::generic_category(), here.string());
    return out;
}

struct joined_pair {
    joined_pair(int from_client, int to_server) : client(from_client), server(to_server) {}
    descriptor client;
    descriptor server;
    bool answers_are_held = false;
    std::string asked;  // to look for words in
};

bool pass_on(const descriptor& from, const descriptor& to, std::string* seen)
{
    std::array<char, 65536> buffer{};
    const auto size = ::recv(from.number(), buffer.data(), buffer.size(), 0);
    if (size <= 0)
        return false;
    if (seen != nullptr)
        seen->append(buffer.data(), static_cast<std::size_t>(size));
    return ::send(to.number(), buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

class pausable_proxy::running {
public:
    running(const std::filesystem::path& here, std::filesystem::path there)
        : there_(std::move(there)),
          listening_(listening_at(here)),
          woken_(::eventfd(0, EFD_CLOEXEC)),
          thread_([this] { serve(); })
    {
    }
    ~running()
    {
        ends_ = true;
        wake();
        thread_.join();
    }
    running(const running&) = delete;
    running& operator=(const running&) = delete;

    void set_paused(bool paused)
    {
        is_paused_ = paused;
        wake();
    }
    void hold_after(std::string words)
    {
        const std::lock_guard lock(mutex_);
        words_ = std::move(words);
    }
    void cut()
    {
        {
            const std::lock_guard lock(mutex_);
            words_.clear();
        }
        cuts_ = true;
        wake();
    }

private:
    void wake() const
    {
        constexpr std::uint64_t once = 1;
        [[maybe_unused]] const auto written = ::write(woken_.number(), &once, sizeof(once));
    }

    void accept_client()
    {
        const int client = ::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC);
        const int server = stream_socket();
        const auto address = address_of(there_);
        auto pair = std::make_unique<joined_pair>(client, server);
        if (client >= 0 &&
            ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
            pairs_.push_back(std::move(pair));
    }

    void look_for_words(joined_pair& pair)
    {
        const std::lock_guard lock(mutex_);
        if (words_.empty())
            return pair.asked.clear();  // from now on, not what was before
        if (pair.asked.find(words_) != std::string::npos)
            pair.answers_are_held = true;
    }

    bool serve_pair(joined_pair& pair, const pollfd& client, const pollfd& server)
    {
        if (client.revents != 0 && !pass_on(pair.client, pair.server, &pair.asked))
            return false;
        look_for_words(pair);
        return server.revents == 0 || pair.answers_are_held || pass_on(pair.server, pair.client, nullptr);
    }

    std::vector<pollfd> sockets() const
    {
        std::vector<pollfd> out{{woken_.number(), POLLIN, 0}, {listening_.number(), POLLIN, 0}};
        for (const auto& pair : pairs_) {
            const bool is_read = !is_paused_;
            out.push_back({is_read ? pair->client.number() : -1, POLLIN, 0});
            out.push_back({is_read && !pair->answers_are_held ? pair->server.number() : -1, POLLIN, 0});
        }
        return out;
    }

    void serve()
    {
        while (!ends_) {
            auto ready = sockets();
            ::poll(ready.data(), ready.size(), -1);
            if (ready[0].revents != 0) {
                std::uint64_t count = 0;
                [[maybe_unused]] const auto read = ::read(woken_.number(), &count, sizeof(count));
            }
            if (cuts_.exchange(false)) {
                pairs_.clear();
                continue;
            }
            const auto served = pairs_.size();
            std::vector<std::unique_ptr<joined_pair>> left;
            for (std::size_t at = 0; at < served; ++at)
                if (serve_pair(*pairs_[at], ready[2 + 2 * at], ready[3 + 2 * at]))
                    left.push_back(std::move(pairs_[at]));
            pairs_ = std::move(left);
            if (ready[1].revents != 0)
                accept_client();
        }
    }

    std::filesystem::path there_;
    descriptor listening_;
    descriptor woken_;
    std::vector<std::unique_ptr<joined_pair>> pairs_;  // of the thread
    std::atomic<bool> is_paused_ = false;
    std::atomic<bool> cuts_ = false;
    std::atomic<bool> ends_ = false;
    std::mutex mutex_;
    std::string words_;
    std::thread thread_;  // last: it uses the others
};

pausable_proxy::pausable_proxy(const std::filesystem::path& here, const std::filesystem::path& there)
    : running_(std::make_unique<running>(here, there))
{
}

pausable_proxy::~pausable_proxy() = default;

void pausable_proxy::pause()
{
    running_->set_paused(true);
}

void pausable_proxy::resume()
{
    running_->set_paused(false);
}

void pausable_proxy::hold_answers_after(std::string words)
{
    running_->hold_after(std::move(words));
}

void pausable_proxy::cut()
{
    running_->cut();
}

}  // namespace trunkwarden::fakes
