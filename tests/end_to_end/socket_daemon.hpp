#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>

#include "cli/control_client.hpp"
#include "fakes/scratch_folder.hpp"
#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "web/control_socket.hpp"
#include "web/routes.hpp"

// The other end of the control socket, as a command finds it: the daemon's pages, or a partner that behaves
// badly.

namespace trunkwarden {

class socket_folder : public fakes::scratch_folder {
public:
    std::filesystem::path socket() const { return path() / "control.sock"; }
};

inline http_reply status_pages(const http_query& query)
{
    if (query.target == "/large")
        return {.body = std::string(2UL * 1024 * 1024, 'x')};
    web_view view{{}, [] { return std::string("trunkwarden_build_info 1\n"); }};
    view.access = access_level::admin;
    view.now = fakes::noon;
    view.controls.status = [] {
        auto status = examples::all_well();
        status.accounts[0].findings = {
            examples::example_finding("f-3b1c9a70d2e4", severity::critical, fakes::noon)};
        status.accounts[0].findings[0].deviation.fields = {
            {"password", "(secret)", "(secret)", severity::high, false, "canary"}};
        return status;
    };
    view.controls.acknowledge = [](const std::string& id, const std::string&,
                                   acknowledgement acknowledgement) -> result<finding> {
        auto taken = examples::example_finding(id.c_str(), severity::critical, fakes::noon);
        taken.acknowledged = std::move(acknowledgement);
        return taken;
    };
    auto found = route(query, view);
    if (std::holds_alternative<reload_request>(found))
        return reload_reply(failure{errc::bad_file, "a.yml:1:2: wrong"});
    return std::get<http_reply>(std::move(found));
}

class server_on_socket {
public:
    explicit server_on_socket(const std::filesystem::path& at)
    {
        auto listening = listen_on_socket(io_.get_executor(), at).value();
        server_limits limits;
        asio::co_spawn(io_, serve(std::move(listening), at_once(status_pages), limits),
                       asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr) {}));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~server_on_socket() { cancel(); }
    server_on_socket(const server_on_socket&) = delete;
    server_on_socket& operator=(const server_on_socket&) = delete;

    void cancel()
    {
        if (!thread_.joinable())
            return;
        asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        thread_.join();
    }

private:
    asio::cancellation_signal stop_;
    asio::io_context io_{1};
    std::thread thread_;
};

// A listener that is no daemon: says `what` to one client, or nothing for as long as it lives.
class rude_listener {
public:
    rude_listener(const std::filesystem::path& at, std::function<void(int)> with_client)
        : listens_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        at.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(listens_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listens_, 1) != 0)
            throw std::runtime_error("cannot listen");
        thread_ = std::thread([this, with_client] {
            const int client = ::accept(listens_, nullptr, nullptr);
            if (client < 0)
                return;
            with_client(client);
            ::close(client);
        });
    }
    ~rude_listener()
    {
        ::shutdown(listens_, SHUT_RDWR);
        thread_.join();
        ::close(listens_);
    }
    rude_listener(const rude_listener&) = delete;
    rude_listener& operator=(const rude_listener&) = delete;

private:
    int listens_;
    std::thread thread_;
};

inline constexpr patience short_patience{std::chrono::milliseconds(300), 1UL * 1024 * 1024};

}  // namespace trunkwarden
