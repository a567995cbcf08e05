#include "alerts/mail_client.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/curl_library.hpp"
#include "settings/mail_rules.hpp"
#include "settings/secret_file.hpp"
#include "support/async/worker_thread.hpp"
#include "support/secret.hpp"

namespace trunkwarden {
namespace {

constexpr long milliseconds_to_connect = 10'000;
constexpr long milliseconds_in_all = 30'000;

struct mail_server {
    std::string url;   // smtp://HOST:PORT or smtps://
    std::string name;  // HOST:PORT, for sentences
    mail_settings settings;
    std::vector<std::string> to;
    secret password;
    tls_config_settings tls;
    const curl_library* curl = nullptr;
};

// One transfer, and what of libcurl it uses.
class transfer {
public:
    explicit transfer(const curl_library& with) : with_(with), handle_(with.easy_init()) {}
    ~transfer()
    {
        with_.easy_cleanup(handle_);
        with_.slist_free_all(list_);
    }
    transfer(const transfer&) = delete;
    transfer& operator=(const transfer&) = delete;

    bool usable() const { return handle_ != nullptr; }

    // Texts are copied.
    template <class Value>
    void set(CURLoption option, Value value)
    {
        with_.easy_setopt(handle_, option, value);
    }

    bool add_recipient(const std::string& address)
    {
        auto* const longer = with_.slist_append(list_, address.c_str());
        if (longer != nullptr)
            list_ = longer;
        return longer != nullptr;
    }

    CURLcode perform()
    {
        set(CURLOPT_MAIL_RCPT, list_);
        return with_.easy_perform(handle_);
    }

    // The last code of the server; 0 when it said none.
    long answered() const
    {
        long code = 0;
        with_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
        return code;
    }

    std::string_view words_for(CURLcode code) const { return with_.easy_strerror(code); }

private:
    const curl_library& with_;
    CURL* handle_;
    curl_slist* list_ = nullptr;
};

// Hands libcurl the rest of the mail that is being sent.
size_t give_bytes(char* to, size_t size, size_t count, void* from)
{
    auto& rest = *static_cast<std::string_view*>(from);
    const auto given = std::min(size * count, rest.size());
    std::copy_n(rest.begin(), given, to);
    rest.remove_prefix(given);
    return given;
}

size_t drop_bytes(char* /*from*/, size_t size, size_t count, void* /*to*/)
{
    return size * count;
}

void set_tls(transfer& handle, const mail_server& to)
{
    handle.set(CURLOPT_USE_SSL,
               static_cast<long>(to.settings.require_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    handle.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    handle.set(CURLOPT_SSL_VERIFYPEER, 1L);
    handle.set(CURLOPT_SSL_VERIFYHOST, 2L);
    // Beside the system's, which stay in CURLOPT_CAPATH.
    if (!to.tls.ca_file.empty())
        handle.set(CURLOPT_CAINFO, to.tls.ca_file.c_str());
    if (!to.tls.cert_file.empty()) {
        handle.set(CURLOPT_SSLCERT, to.tls.cert_file.c_str());
        handle.set(CURLOPT_SSLKEY, to.tls.key_file.c_str());
    }
}

// Nothing of the environment or of a file in somebody's home decides where a mail goes.
void set_way(transfer& handle, const mail_server& to)
{
    handle.set(CURLOPT_URL, to.url.c_str());
    handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    handle.set(CURLOPT_PROXY, "");
    handle.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    handle.set(CURLOPT_NOSIGNAL, 1L);
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_to_connect);
    handle.set(CURLOPT_TIMEOUT_MS, milliseconds_in_all);
}

failure failed_with(CURLcode code, const transfer& of, const mail_server& to)
{
    const auto answered = of.answered();
    const auto says = [&to](errc kind, std::string_view words) {
        return failure{kind, fmt::format("{} {}", to.name, words)};
    };
    if (answered >= 500 && answered <= 599)
        return {errc::bad_usage, fmt::format("{} refused the mail ({}): are from, to and the login right?",
                                             to.name, answered)};
    if (answered >= 400 && answered <= 499)
        return {errc::not_understood, fmt::format("{} does not take the mail now ({})", to.name, answered)};
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return says(errc::timed_out, "did not take the mail in time");
        case CURLE_COULDNT_RESOLVE_HOST:
            return says(errc::unreachable, "cannot be looked up");
        case CURLE_COULDNT_CONNECT:
            return says(errc::unreachable, "does not take connections");
        case CURLE_USE_SSL_FAILED:
            return says(errc::untrusted, "offers no TLS (STARTTLS), which require_tls asks for");
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
            return says(errc::untrusted, "has a certificate that cannot be trusted; see tls_config.ca_file");
        case CURLE_LOGIN_DENIED:
            return says(errc::bad_usage, "offers no way to log in with auth_username");
        default:
            return {errc::unreachable,
                    fmt::format("the mail did not get to {}: {}", to.name, of.words_for(code))};
    }
}

// Blocks.
result<http_answer> hand_over(const std::string& bytes, const mail_server& to)
{
    transfer one(*to.curl);
    if (!one.usable())
        return failure{errc::unreachable, "libcurl gave no handle"};
    set_way(one, to);
    set_tls(one, to);
    if (!to.settings.auth_username.empty()) {
        one.set(CURLOPT_USERNAME, to.settings.auth_username.c_str());
        one.set(CURLOPT_PASSWORD, std::string(to.password.reveal()).c_str());
    }
    one.set(CURLOPT_MAIL_FROM, fmt::format("<{}>", to.settings.from).c_str());
    for (const auto& address : to.to)
        if (!one.add_recipient(fmt::format("<{}>", address)))
            return failure{errc::unreachable, "there is no memory for the addresses"};
    std::string_view rest(bytes);
    one.set(CURLOPT_UPLOAD, 1L);
    one.set(CURLOPT_READFUNCTION, &give_bytes);
    one.set(CURLOPT_READDATA, static_cast<void*>(&rest));
    one.set(CURLOPT_WRITEFUNCTION, &drop_bytes);
    if (const auto code = one.perform(); code != CURLE_OK)
        return failed_with(code, one, to);
    http_answer out;
    out.status = 250;
    return out;
}

class mail_client final : public https_client {
public:
    explicit mail_client(mail_server to) : to_(std::move(to)) {}

    task<result<http_answer>> send(http_request request) override
    {
        worker_thread aside;
        result<http_answer> out = failure{errc::unreachable, {}};
        auto work = [this, &request, &out] { out = hand_over(request.body, to_); };
        co_await aside.run(work);
        co_return out;
    }

private:
    mail_server to_;
};

}  // namespace

result<std::unique_ptr<https_client>> create_mail_client(const sink_settings& settings)
{
    const auto curl = loaded_curl();
    if (!curl)
        return curl.error();
    const auto host = parse_smarthost(settings.mail.smarthost);
    if (!host)
        return host.error();
    mail_server to;
    to.curl = *curl;
    to.name = settings.mail.smarthost;
    to.url = fmt::format("{}://{}", begins_with_tls(*host) ? "smtps" : "smtp", to.name);
    to.settings = settings.mail;
    to.to = mail_addresses_in(settings.mail.to);
    to.tls = settings.connection.tls_config;
    if (!settings.mail.auth_password_file.empty()) {
        auto password = read_secret_file(settings.mail.auth_password_file,
                                         fmt::format("the password of sink {}", settings.name));
        if (!password)
            return password.error();
        to.password = std::move(*password);
    }
    return std::make_unique<mail_client>(std::move(to));
}

}  // namespace trunkwarden
