#include "simulator/stream.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkwarden::simulator {

stream::~stream()
{
    tls_.reset();
    ::close(socket_);
}

bool stream::accept(SSL_CTX* context)
{
    tls_.reset(SSL_new(context));
    const bool done = tls_ != nullptr && SSL_set_fd(tls_.get(), socket_) == 1 && SSL_accept(tls_.get()) == 1;
    ERR_clear_error();
    return done;
}

bool stream::connect(SSL_CTX* context, const char* host)
{
    tls_.reset(SSL_new(context));
    if (tls_ == nullptr || SSL_set_fd(tls_.get(), socket_) != 1) {
        return false;
    }
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host);
    const bool done = SSL_connect(tls_.get()) == 1;
    ERR_clear_error();
    return done;
}

std::size_t stream::read_some(char* into, std::size_t size)
{
    if (tls_ != nullptr) {
        std::size_t got = 0;
        const bool done = SSL_read_ex(tls_.get(), into, size, &got) == 1;
        ERR_clear_error();
        return done ? got : 0;
    }
    const auto got = ::recv(socket_, into, size, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool stream::write_all(std::string_view bytes)
{
    while (!bytes.empty()) {
        std::size_t sent = 0;
        if (tls_ != nullptr) {
            const bool done = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent) == 1;
            ERR_clear_error();
            if (!done) {
                return false;
            }
        } else {
            const auto done = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (done <= 0) {
                return false;
            }
            sent = static_cast<std::size_t>(done);
        }
        bytes.remove_prefix(sent);
    }
    return true;
}

void stream::end()
{
    if (tls_ != nullptr) {
        SSL_shutdown(tls_.get());  // sends close_notify, does not wait for the other side's
        ERR_clear_error();
    }
    ::shutdown(socket_, SHUT_WR);
}

}  // namespace trunkwarden::simulator
