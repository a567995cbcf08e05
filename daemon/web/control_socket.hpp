#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <sys/types.h>

#include "web/http_server.hpp"

// Where `trunkwarden ack`, `status` and `reload` reach the daemon: HTTP over a Unix socket. The file's mode
// and group decide who may connect (docs/decisions/0009-control-socket.md).

namespace trunkwarden {

// The socket's file, removed when this goes; a file that has taken its place meanwhile is left alone.
class socket_file {
public:
    socket_file(std::filesystem::path path, dev_t device, ino_t inode);
    ~socket_file();
    socket_file(socket_file&& other) noexcept;
    socket_file& operator=(socket_file&&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;  // "" when moved from
    dev_t device_;
    ino_t inode_;
};

struct listening_socket {
    stream_acceptor acceptor;
    socket_file file;
};

// A listening Unix socket of mode 0660 at `at`. The file that a dead daemon left behind is replaced; that
// of a living one is not, and neither is anything that is no socket. The failure's sentence names the path
// and the way out.
result<listening_socket> listen_on_socket(const asio::any_io_executor& executor,
                                          const std::filesystem::path& at);

// As serve() of http_server.hpp; the file is removed when it ends.
task<> serve(listening_socket on, http_handler handler, server_limits limits, tls_in_force tls = {});

}  // namespace trunkwarden
