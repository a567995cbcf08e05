#include "simulator/loopback.hpp"

#include <openssl/pem.h>

#include <arpa/inet.h>
#include <cerrno>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace trunkwarden::simulator {

context_pointer make_server_context(const certificates& with)
{
    context_pointer made(SSL_CTX_new(TLS_server_method()));
    BIO* certificate_bio =
        BIO_new_mem_buf(with.certificate.data(), static_cast<int>(with.certificate.size()));
    BIO* key_bio = BIO_new_mem_buf(with.key.data(), static_cast<int>(with.key.size()));
    X509* certificate = PEM_read_bio_X509(certificate_bio, nullptr, nullptr, nullptr);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
    const bool done = SSL_CTX_use_certificate(made.get(), certificate) == 1 &&
                      SSL_CTX_use_PrivateKey(made.get(), key) == 1 &&
                      SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(key_bio);
    BIO_free(certificate_bio);
    if (!done) {
        throw std::runtime_error("cannot use the certificate");
    }
    return made;
}

int listen_on_loopback(std::uint16_t port)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, SOMAXCONN) != 0) {
        const int why = errno;
        ::close(listener);
        throw std::system_error(why, std::generic_category(), fmt::format("cannot listen on port {}", port));
    }
    return listener;
}

std::uint16_t port_of(int listener)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

}  // namespace trunkwarden::simulator
