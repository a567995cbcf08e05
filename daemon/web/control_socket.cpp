#include "web/control_socket.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "support/descriptor.hpp"

namespace trunkwarden {
namespace {

using asio::local::stream_protocol;
using boost::system::error_code;
using std::filesystem::path;

constexpr mode_t owner_and_group = 0660;
constexpr auto no_file = static_cast<ino_t>(-1);

failure cannot_listen(const path& at, std::string_view why)
{
    return {errc::bad_usage, fmt::format("cannot listen on {}: {}", at.string(), why)};
}

std::string reason_of(int error)
{
    return std::generic_category().message(error);
}

// Whether somebody listens there: 0, or why not.
int try_to_connect(const path& at)
{
    const descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    at.native().copy(to.sun_path, sizeof to.sun_path - 1);
    if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0)
        return 0;
    return errno == EAGAIN ? 0 : errno;  // EAGAIN: it listens, and others wait in line
}

// Takes away what a dead daemon left. The folder is locked by the caller, so that two daemons that start at
// once do not take away each other's.
result<void> clear_the_place(const path& at)
{
    struct stat there {};
    if (::lstat(at.c_str(), &there) != 0)
        return errno == ENOENT ? result<void>() : cannot_listen(at, reason_of(errno));
    if (!S_ISSOCK(there.st_mode))
        return cannot_listen(
            at,
            "something that is no socket is there: move it away, or set control_socket in the settings to "
            "another path");
    const int answered = try_to_connect(at);
    if (answered == 0)
        return cannot_listen(at,
                             fmt::format("another trunkwarden answers on {}: stop it, or set control_socket "
                                         "in the settings to another path",
                                         at.string()));
    if (answered != ECONNREFUSED)
        return cannot_listen(at, fmt::format("cannot tell whether another trunkwarden answers there ({})",
                                             reason_of(answered)));
    if (::unlink(at.c_str()) != 0 && errno != ENOENT)
        return cannot_listen(at, "cannot remove what a dead daemon left: " + reason_of(errno));
    return {};
}

// Nobody can connect before listen(), and by then the mode is right; the umask has no say in it. That the
// file never shows a wider mode either is Linux's: bind() takes it from the socket.
error_code bind_and_listen(stream_protocol::acceptor& acceptor, const path& at)
{
    error_code failed;
    acceptor.open(stream_protocol(), failed);
    if (!failed && ::fchmod(acceptor.native_handle(), owner_and_group) != 0)
        failed.assign(errno, boost::system::system_category());
    if (!failed)
        acceptor.bind(stream_protocol::endpoint(at.native()), failed);
    if (!failed && ::chmod(at.c_str(), owner_and_group) != 0)
        failed.assign(errno, boost::system::system_category());
    if (!failed)
        acceptor.listen(stream_protocol::acceptor::max_listen_connections, failed);
    return failed;
}

std::string advice_about_folder(const path& folder, int error)
{
    if (error == ENOENT)
        return fmt::format(
            "the folder {} does not exist: let systemd make it (RuntimeDirectory=trunkwarden), or "
            "set control_socket in the settings to a path in a folder that does",
            folder.string());
    return fmt::format(
        "the folder {} cannot be used ({}): let its owner be the daemon's user, or set "
        "control_socket in the settings to another path",
        folder.string(), reason_of(error));
}

}  // namespace

socket_file::socket_file(std::filesystem::path path, dev_t device, ino_t inode)
    : path_(std::move(path)), device_(device), inode_(inode)
{
}

socket_file::socket_file(socket_file&& other) noexcept
    : path_(std::move(other.path_)), device_(other.device_), inode_(std::exchange(other.inode_, no_file))
{
    other.path_.clear();
}

socket_file::~socket_file()
{
    struct stat there {};
    if (!path_.empty() && ::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ &&
        there.st_ino == inode_)
        ::unlink(path_.c_str());
}

result<listening_socket> listen_on_socket(const asio::any_io_executor& executor, const path& at)
{
    constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
    if (at.native().empty() || at.native().size() > longest)
        return cannot_listen(at,
                             fmt::format("a Unix socket's path has 1 to {} bytes: set control_socket in the "
                                         "settings to another path",
                                         longest));
    const path folder = at.has_parent_path() ? at.parent_path() : path(".");
    const descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.number() < 0)
        return cannot_listen(at, advice_about_folder(folder, errno));
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
        return cannot_listen(at, "another trunkwarden is starting in the same folder: try again");
    if (const auto cleared = clear_the_place(at); !cleared)
        return cleared.error();
    stream_protocol::acceptor acceptor(executor);
    if (const auto failed = bind_and_listen(acceptor, at); failed)
        return cannot_listen(at, failed.value() == EACCES || failed.value() == EROFS
                                     ? advice_about_folder(folder, failed.value())
                                     : failed.message());
    struct stat made {};
    if (::lstat(at.c_str(), &made) != 0)
        return cannot_listen(at, reason_of(errno));
    return listening_socket{std::move(acceptor), socket_file(at, made.st_dev, made.st_ino)};
}

task<> serve(listening_socket on, http_handler handler, server_limits limits, tls_in_force tls)
{
    co_await serve(std::move(on.acceptor), std::move(handler), limits, std::move(tls));
}

}  // namespace trunkwarden
