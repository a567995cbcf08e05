#include "fetch/tls_context.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "fakes/scratch_folder.hpp"
#include "simulator/certificates.hpp"

// A client trusts certificates; when is the system's file of them read for it? In this folder because the
// simulator makes certificates.

namespace trunkwarden::end_to_end {
namespace {

class TlsContext : public testing::Test {
protected:
    ~TlsContext() override
    {
        ::unsetenv("SSL_CERT_FILE");
        ::unsetenv("SSL_CERT_DIR");
    }
    // The system: a file, and a folder of hash links without one.
    void the_system_has(std::string_view file)
    {
        ::setenv("SSL_CERT_FILE", folder_.write("system.pem", file).c_str(), 1);
        ::setenv("SSL_CERT_DIR", folder_.path().c_str(), 1);
    }
    static int number_known(boost::asio::ssl::context& context)
    {
        return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.native_handle())));
    }
    static bool trusts(boost::asio::ssl::context& context, const std::string& certificate)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> text(
            BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())), BIO_free);
        const std::unique_ptr<X509, decltype(&X509_free)> shown(
            PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
        const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> look(X509_STORE_CTX_new(),
                                                                                   X509_STORE_CTX_free);
        auto* const store = SSL_CTX_get_cert_store(context.native_handle());
        return X509_STORE_CTX_init(look.get(), store, shown.get(), nullptr) == 1 &&
               X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(look.get()),
                                      SSL_CTX_get0_param(context.native_handle())) == 1 &&
               X509_verify_cert(look.get()) == 1;
    }

    // All of them have one name, and each a key of its own.
    fakes::scratch_folder folder_;
    simulator::certificates named_ = simulator::make_certificates();
    simulator::certificates system_ = simulator::make_certificates();
    simulator::certificates stranger_ = simulator::make_certificates();
    tls_client_files files_{folder_.write("ca.pem", named_.authority), {}, {}};
};

TEST_F(TlsContext, WithACaFileReadsTheSystemsOnlyForACertificateThatTheCaFileDoesNotExplain)
{
    the_system_has(system_.authority + stranger_.authority);
    auto context = make_tls_client_context(files_);
    ASSERT_TRUE(context) << context.error().message;
    EXPECT_TRUE(trusts(*context, named_.certificate));
    EXPECT_EQ(number_known(*context), 1);
    EXPECT_TRUE(trusts(*context, system_.certificate)) << "a ca_file adds to what the system trusts";
    EXPECT_EQ(number_known(*context), 3);
    EXPECT_TRUE(trusts(*context, named_.certificate));
    EXPECT_TRUE(trusts(*context, system_.certificate));
}

TEST_F(TlsContext, WithoutACaFileTrustsWhatTheSystemsFileHolds)
{
    the_system_has(system_.authority);
    auto context = make_tls_client_context({});
    ASSERT_TRUE(context) << context.error().message;
    EXPECT_TRUE(trusts(*context, system_.certificate));
    EXPECT_FALSE(trusts(*context, stranger_.certificate));
    EXPECT_FALSE(trusts(*context, named_.certificate));
}

TEST_F(TlsContext, WithASystemsFileThatIsDamagedOrAwayTrustsTheCaFileAndNobodyElse)
{
    for (const char* text : {"no certificate", ""}) {
        the_system_has(text);
        if (*text == '\0')
            std::filesystem::remove(folder_.file("system.pem"));
        auto context = make_tls_client_context(files_);
        ASSERT_TRUE(context) << context.error().message;
        EXPECT_FALSE(trusts(*context, system_.certificate));
        EXPECT_TRUE(trusts(*context, named_.certificate));
    }
}

}  // namespace
}  // namespace trunkwarden::end_to_end
