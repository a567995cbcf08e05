#include "fetch/shown_certificate.hpp"

#include <boost/asio/io_context.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

#include "fetch/connector.hpp"
#include "fetch/tls_context.hpp"
#include "support/async/run_to_end.hpp"

namespace trunkwarden {
namespace {

struct free_time {
    void operator()(ASN1_TIME* time) const { ::ASN1_TIME_free(time); }
};

// For the 9999 in a certificate without an end, the latest possible time.
std::optional<time_point> as_time(const ASN1_TIME* written)
{
    const std::unique_ptr<ASN1_TIME, free_time> epoch(::ASN1_TIME_set(nullptr, 0));
    int days = 0;
    int seconds = 0;
    if (!epoch || written == nullptr || ::ASN1_TIME_diff(&days, &seconds, epoch.get(), written) != 1)
        return std::nullopt;
    return start_of(day(std::chrono::days(days))) + std::chrono::seconds(seconds);
}

// `whose` is for the sentence of a failure.
result<std::optional<validity>> validity_of(const X509* certificate, const std::string& whose)
{
    if (certificate != nullptr) {
        const auto from = as_time(::X509_get0_notBefore(certificate));
        const auto until = as_time(::X509_get0_notAfter(certificate));
        if (from && until)
            return std::optional(validity{*from, *until});
    }
    return failure{errc::not_understood, "the certificate " + whose + " has no times that can be read"};
}

}  // namespace

result<std::optional<validity>> look_at_certificate(https_options way)
{
    auto to = parse_origin(way.base_url, way.plain);
    if (!to)
        return to.error();
    if (to->over == transport::plain)
        return std::optional<validity>();
    auto trust = make_tls_client_context({way.ca_file, way.cert_file, way.key_file});
    if (!trust)
        return trust.error();
    asio::io_context io(1);
    connector door({std::move(*to), way.plain, std::move(way.through), way.timeout}, std::move(*trust),
                   std::move(way.look_up));
    const char* doing = "";
    const auto open = run_to_end(io, with_deadline(way.timeout, door.connect(doing)));
    if (open)
        return validity_of(::SSL_get0_peer_certificate((*open)->tls->native_handle()), "of " + door.name());
    if (open.error().kind != errc::timed_out)
        return open.error();
    return failure{errc::timed_out, "no answer from " + door.name() + door.way() + " within " +
                                        for_people(way.timeout) + ", " + doing};
}

result<std::optional<validity>> own_certificate(const https_options& way)
{
    if (way.cert_file.empty())
        return std::optional<validity>();
    auto context = make_tls_client_context({way.ca_file, way.cert_file, way.key_file});
    if (!context)
        return context.error();
    return validity_of(::SSL_CTX_get0_certificate(context->native_handle()), "in " + way.cert_file.string());
}

}  // namespace trunkwarden
