#include "cli/control_client.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <grp.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "support/ascii.hpp"
#include "support/clock.hpp"
#include "support/environment.hpp"
#include "support/escape.hpp"

// Plain sockets: one request and one answer of a stated length do not need Beast, which costs half a minute
// to compile, and the kernel's own time limits hold without an event loop.

namespace trunkwarden {
namespace {

using std::chrono::steady_clock;

std::string group_of(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return {};
    group found{};
    group* known = nullptr;
    std::vector<char> names(16UL * 1024);
    if (::getgrgid_r(about.st_gid, &found, names.data(), names.size(), &known) == 0 && known != nullptr)
        return known->gr_name;
    return std::to_string(about.st_gid);
}

failure not_allowed(const std::filesystem::path& socket)
{
    auto group = group_of(socket);
    if (group.empty())  // the folder may not be entered: then its group is the one that may
        group = group_of(socket.parent_path());
    if (group.empty())
        return {errc::unreachable,
                fmt::format("you may not connect to {}: use sudo, or become a member of its group",
                            socket.string())};
    return {errc::unreachable,
            fmt::format(
                "you may not connect to {}: it is for members of group {} (sudo usermod -aG {} \"$USER\", "
                "then log in again), or use sudo",
                socket.string(), group, group)};
}

failure cannot_connect(const std::filesystem::path& socket, int error)
{
    if (error == EACCES || error == EPERM)
        return not_allowed(socket);
    if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR)
        return {errc::unreachable,
                fmt::format(
                    "no daemon listens on {}: is it running? (systemctl status trunkwarden; trunkwarden run)",
                    socket.string())};
    return {errc::unreachable,
            fmt::format("cannot connect to {}: {}", socket.string(), std::generic_category().message(error))};
}

// One connection, and the moment at which it is over.
class connection {
public:
    connection(const std::filesystem::path& socket, const patience& limits)
        : socket_(socket),
          limits_(limits),
          deadline_(steady_clock::now() + limits.time),
          descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
    }
    ~connection()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    result<void> open();
    result<void> send(std::string_view text);
    result<std::string> read_to_the_end();

private:
    // Limits the next call to the time that is left. Returns false when none is left.
    bool limit_the_next_wait() const;
    failure too_late() const
    {
        return {errc::timed_out, fmt::format("the daemon on {} did not answer within {}: what does it do? "
                                             "(systemctl status trunkwarden; journalctl -u trunkwarden)",
                                             socket_.string(), for_people(limits_.time))};
    }

    const std::filesystem::path& socket_;
    const patience& limits_;
    steady_clock::time_point deadline_;
    int descriptor_;
};

bool connection::limit_the_next_wait() const
{
    const auto left = std::chrono::ceil<std::chrono::microseconds>(deadline_ - steady_clock::now());
    if (left.count() <= 0)
        return false;
    timeval wait{};
    wait.tv_sec = left.count() / 1'000'000;
    wait.tv_usec = left.count() % 1'000'000;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    return true;
}

result<void> connection::open()
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    const auto& name = socket_.native();
    if (name.size() >= sizeof to.sun_path)
        return bad_usage("{} is too long for a Unix socket's path", socket_.string());
    name.copy(to.sun_path, name.size());
    while (limit_the_next_wait()) {
        if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0)
            return {};
        if (errno == EAGAIN)  // its queue was full until the time was over
            break;
        if (errno != EINTR)
            return cannot_connect(socket_, errno);
    }
    return too_late();
}

result<void> connection::send(std::string_view text)
{
    while (!text.empty()) {
        if (!limit_the_next_wait())
            return too_late();
        const auto sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            text.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EPIPE || errno == ECONNRESET)  // it may have answered without reading all of it
            return {};
        else if (errno != EINTR && errno != EAGAIN)
            return failure{errc::unreachable, fmt::format("cannot write to {}: {}", socket_.string(),
                                                          std::generic_category().message(errno))};
    }
    return {};
}

result<std::string> connection::read_to_the_end()
{
    std::string all;
    std::vector<char> piece(64UL * 1024);
    for (;;) {
        if (!limit_the_next_wait())
            return too_late();
        const auto got = ::recv(descriptor_, piece.data(), piece.size(), 0);
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return all;
        if (got > 0)
            all.append(piece.data(), static_cast<std::size_t>(got));
        else if (errno != EINTR && errno != EAGAIN)
            return failure{errc::unreachable, fmt::format("cannot read from {}: {}", socket_.string(),
                                                          std::generic_category().message(errno))};
        if (all.size() > limits_.bytes)
            return failure{errc::too_large,
                           fmt::format("the answer on {} is larger than {} bytes: that is no "
                                       "trunkwarden, or one with far too many findings",
                                       socket_.string(), limits_.bytes)};
    }
}

// Takes `prefix` and a number off the front.
std::optional<std::size_t> number_after(std::string_view text, std::string_view prefix)
{
    if (!text.starts_with(prefix))
        return std::nullopt;
    text.remove_prefix(prefix.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || (read.ptr != text.data() + text.size() && *read.ptr != ' '))
        return std::nullopt;
    return value;
}

// Our server says how long every body is and closes after it; anything else is not our server.
std::optional<daemon_answer> parse_answer(std::string_view text)
{
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return std::nullopt;
    auto header = text.substr(0, end);
    const auto body = text.substr(end + 4);
    const auto status = number_after(header.substr(0, header.find("\r\n")), "HTTP/1.1 ");
    std::optional<std::size_t> length;
    while (!header.empty() && !length) {
        const auto line_end = std::min(header.find("\r\n"), header.size());
        length = number_after(to_lower(header.substr(0, line_end)), "content-length:");
        header.remove_prefix(std::min(line_end + 2, header.size()));
    }
    if (!status || *status < 200 || *status > 599 || !length || *length != body.size())
        return std::nullopt;
    return daemon_answer{static_cast<unsigned>(*status), std::string(body)};
}

// Behind sudo the daemon sees root: this says whose sudo it was. A header of its own, or "".
std::string header_of_sudo()
{
    const auto user = environment_variable("SUDO_USER").value_or(std::string());
    const bool is_name = !user.empty() && user.size() <= 64 && std::ranges::all_of(user, [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '@';
    });
    return is_name ? fmt::format("X-Sudo-User: {}\r\n", user) : std::string();
}

failure not_ours(std::string_view sentence)
{
    return {
        errc::not_understood,
        fmt::format("{}: is it a trunkwarden of another version? (systemctl restart trunkwarden)", sentence)};
}

}  // namespace

result<daemon_answer> ask_daemon(const std::filesystem::path& socket, const http_query& query,
                                 const patience& limits)
{
    connection daemon(socket, limits);
    if (const auto opened = daemon.open(); !opened)
        return opened.error();
    const auto request = fmt::format(
        "{} {} HTTP/1.1\r\nHost: trunkwarden\r\nConnection: close\r\nContent-Type: application/json\r\n"
        "{}Content-Length: {}\r\n\r\n{}",
        query.method, query.target, header_of_sudo(), query.body.size(), query.body);
    if (const auto sent = daemon.send(request); !sent)
        return sent.error();
    const auto text = daemon.read_to_the_end();
    if (!text)
        return text.error();
    if (text->empty())
        return failure{errc::unreachable,
                       fmt::format("the daemon on {} closed the connection without an answer: "
                                   "did it just end? (systemctl status trunkwarden)",
                                   socket.string())};
    auto answer = parse_answer(*text);
    if (!answer)
        return not_ours(fmt::format("the answer on {} is not complete HTTP", socket.string()));
    return *std::move(answer);
}

bool daemon_gave_no_answer(const failure& why)
{
    return why.kind == errc::unreachable || why.kind == errc::timed_out;
}

result<boost::json::value> data_of(const daemon_answer& answer)
{
    boost::json::error_code failed;
    auto parsed = boost::json::parse(answer.body, failed);
    const auto* const body = failed ? nullptr : parsed.if_object();
    const auto* const error = body == nullptr ? nullptr : body->if_contains("error");
    if (error != nullptr && error->is_string()) {
        constexpr std::size_t a_paragraph = 2000;
        const auto& sentence = error->get_string();
        return failure{answer.status == 404 ? errc::not_found : errc::refused,
                       printable({sentence.data(), sentence.size()}, a_paragraph)};
    }
    const auto* const data = body == nullptr ? nullptr : body->if_contains("data");
    if (data == nullptr || answer.status != 200)
        return not_ours(fmt::format("the daemon's answer ({}) is not understood", answer.status));
    return *data;
}

result<boost::json::value> ask_api(const std::filesystem::path& socket, const http_query& query)
{
    const auto answer = ask_daemon(socket, query);
    if (!answer)
        return answer.error();
    return data_of(*answer);
}

}  // namespace trunkwarden
