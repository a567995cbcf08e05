#include "simulator/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace trunkwarden::simulator {
namespace {

template <auto Free>
struct releaser {
    template <class T>
    void operator()(T* owned) const
    {
        Free(owned);
    }
};
using key_pointer = std::unique_ptr<EVP_PKEY, releaser<EVP_PKEY_free>>;
using certificate_pointer = std::unique_ptr<X509, releaser<X509_free>>;
using bio_pointer = std::unique_ptr<BIO, releaser<BIO_free_all>>;
using extension_pointer = std::unique_ptr<X509_EXTENSION, releaser<X509_EXTENSION_free>>;

void require(bool done, const char* step)
{
    if (!done) {
        throw std::runtime_error(std::string("cannot make a certificate: ") + step);
    }
}

void add_extension(X509* to, X509* issuer, int kind, const char* value)
{
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const extension_pointer extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension != nullptr, value);
    require(X509_add_ext(to, extension.get(), -1) == 1, value);
}

certificate_pointer begin_certificate(EVP_PKEY* key, const char* name, long serial)
{
    constexpr long day = 24L * 60 * 60;
    certificate_pointer made(X509_new());
    require(made != nullptr, "out of memory");
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 30 * day);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    return made;
}

template <class Write>
std::string pem(Write write)
{
    const bio_pointer out(BIO_new(BIO_s_mem()));
    require(out != nullptr && write(out.get()) == 1, "PEM");
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

struct key_and_certificate {
    key_pointer key;
    certificate_pointer certificate;
};

// Self-signed without an issuer.
key_and_certificate make_authority(const char* name, long serial, const key_and_certificate* issuer)
{
    key_and_certificate made{key_pointer(EVP_EC_gen("P-256")), nullptr};
    require(made.key != nullptr, "no key");
    made.certificate = begin_certificate(made.key.get(), name, serial);
    auto* const own = made.certificate.get();
    auto* const above = issuer != nullptr ? issuer->certificate.get() : own;
    X509_set_issuer_name(own, X509_get_subject_name(above));
    add_extension(own, above, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(own, above, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(own, above, NID_subject_key_identifier, "hash");
    if (issuer != nullptr)
        add_extension(own, above, NID_authority_key_identifier, "keyid");
    require(X509_sign(own, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256()) > 0,
            "signature");
    return made;
}

std::string pem_of(X509* certificate)
{
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

}  // namespace

certificates make_certificates(const std::string& hosts, issued_by signed_by)
{
    const auto authority = make_authority("trunkwarden simulator CA", 1, nullptr);
    key_and_certificate intermediate;
    if (signed_by == issued_by::an_intermediate_one)
        intermediate = make_authority("trunkwarden simulator issuing CA", 3, &authority);
    const auto& issuer = intermediate.key ? intermediate : authority;
    const key_pointer key(EVP_EC_gen("P-256"));
    require(key != nullptr, "no key");

    const certificate_pointer leaf = begin_certificate(key.get(), "localhost", 2);
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer.certificate.get()));
    add_extension(leaf.get(), issuer.certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf.get(), issuer.certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(leaf.get(), issuer.certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(leaf.get(), issuer.certificate.get(), NID_subject_alt_name, hosts.c_str());
    add_extension(leaf.get(), issuer.certificate.get(), NID_authority_key_identifier, "keyid");
    require(X509_sign(leaf.get(), issuer.key.get(), EVP_sha256()) > 0, "signature");

    return {pem_of(authority.certificate.get()), pem_of(issuer.certificate.get()), pem_of(leaf.get()),
            pem([&](BIO* out) {
                return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

}  // namespace trunkwarden::simulator
