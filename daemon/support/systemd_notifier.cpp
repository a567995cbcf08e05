#include "support/systemd_notifier.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "support/environment.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

std::optional<std::uint64_t> number_in(const std::optional<std::string>& text)
{
    std::uint64_t out = 0;
    if (!text || text->empty())
        return std::nullopt;
    const char* const end = text->data() + text->size();
    const auto [stopped, failed] = std::from_chars(text->data(), end, out);
    return failed == std::errc() && stopped == end ? std::optional(out) : std::nullopt;
}

// WATCHDOG_PID says whom it is meant for, when a shell is between.
std::optional<std::chrono::microseconds> watchdog_of_environment()
{
    const auto span = number_in(environment_variable("WATCHDOG_USEC"));
    const auto meant_for = number_in(environment_variable("WATCHDOG_PID"));
    if (!span || *span == 0 || (meant_for && *meant_for != static_cast<std::uint64_t>(::getpid())))
        return std::nullopt;
    return std::chrono::microseconds(*span);
}

struct socket_address {
    sockaddr_un at{};
    socklen_t size = 0;  // 0: it is none
};

socket_address address_of(const std::string& name)
{
    socket_address out;
    out.at.sun_family = AF_UNIX;
    if (name.size() < 2 || name.size() >= sizeof(out.at.sun_path))
        return out;
    std::memcpy(out.at.sun_path, name.data(), name.size());
    if (name.front() == '@')
        out.at.sun_path[0] = '\0';
    out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    return out;
}

}  // namespace

systemd_notifier systemd_notifier::of_environment()
{
    auto socket = environment_variable("NOTIFY_SOCKET");
    if (!socket)
        return {};
    return systemd_notifier(std::move(*socket), watchdog_of_environment());
}

systemd_notifier::systemd_notifier(std::string socket, std::optional<std::chrono::microseconds> watchdog)
    : socket_(std::move(socket)), watchdog_(watchdog)
{
}

std::optional<std::chrono::microseconds> systemd_notifier::alive_interval() const
{
    return watchdog_ ? std::optional(*watchdog_ / 3) : std::nullopt;
}

// Type=notify-reload recognises the reload by this time.
void systemd_notifier::reloading() const
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto since_boot = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void systemd_notifier::status(std::string_view sentence) const
{
    send("STATUS=" + printable(sentence, 500));
}

void systemd_notifier::send(std::string_view message) const
{
    const auto to = address_of(socket_);
    if (to.size == 0)
        return;
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the sockets API takes
    ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&to.at), to.size);
    ::close(descriptor);
}

}  // namespace trunkwarden
