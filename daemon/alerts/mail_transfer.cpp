#include "alerts/mail_transfer.hpp"

#include <fmt/format.h>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include "settings/mail_rules.hpp"
#include "settings/secret_file.hpp"

namespace trunkwarden {
namespace {

// The first span includes greeting, TLS and login. RFC 5321 (4.5.3.2.6) lets a server take its time for the
// rest, and a mail comes twice when nobody waits for it.
constexpr long milliseconds_to_connect = 30'000;
constexpr long seconds_in_all = 300;
constexpr long seconds_to_try = 15;

int note_line(CURL* /*handle*/, curl_infotype kind, char* text, size_t size, void* in)
{
    auto& talk = *static_cast<mail_conversation*>(in);
    if (kind == CURLINFO_HEADER_OUT)
        talk.said({text, size});
    else if (kind == CURLINFO_HEADER_IN)
        talk.heard({text, size});
    return 0;
}

}  // namespace

mail_transfer::mail_transfer(const mail_server& to) : to_(to), handle_(to.curl->easy_init()) {}

mail_transfer::~mail_transfer()
{
    to_.curl->easy_cleanup(handle_);
    to_.curl->slist_free_all(list_);
}

void mail_transfer::prepare(mail_conversation& talk)
{
    set_way();
    set_tls();
    if (!to_.settings.auth_username.empty()) {
        set(CURLOPT_USERNAME, to_.settings.auth_username.c_str());
        set(CURLOPT_PASSWORD, std::string(to_.password.reveal()).c_str());
    }
    set(CURLOPT_DEBUGFUNCTION, &note_line);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(&talk));
    set(CURLOPT_VERBOSE, 1L);  // to note_line() only
}

// Nothing of the environment or of a file in somebody's home decides where a mail goes.
void mail_transfer::set_way()
{
    set(CURLOPT_URL, to_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_to_connect);
    set(CURLOPT_TIMEOUT, seconds_in_all);
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds_in_all);
    set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer is not waited for
}

void mail_transfer::set_tls()
{
    set(CURLOPT_USE_SSL, static_cast<long>(to_.settings.require_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    // Beside the system's, which stay in CURLOPT_CAPATH.
    if (!to_.tls.ca_file.empty())
        set(CURLOPT_CAINFO, to_.tls.ca_file.c_str());
    if (!to_.tls.cert_file.empty()) {
        set(CURLOPT_SSLCERT, to_.tls.cert_file.c_str());
        set(CURLOPT_SSLKEY, to_.tls.key_file.c_str());
    }
}

bool mail_transfer::add_recipient(const std::string& address)
{
    auto* const longer = to_.curl->slist_append(list_, address.c_str());
    if (longer != nullptr)
        list_ = longer;
    return longer != nullptr;
}

CURLcode mail_transfer::perform()
{
    set(CURLOPT_MAIL_RCPT, list_);
    return to_.curl->easy_perform(handle_);
}

void mail_transfer::expect_no_more()
{
    curl_socket_t connected = CURL_SOCKET_BAD;
    if (to_.curl->easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &connected) == CURLE_OK &&
        connected != CURL_SOCKET_BAD)
        ::shutdown(connected, SHUT_RD);
}

failure mail_transfer::failed_with(CURLcode code, const mail_conversation& talk) const
{
    if (auto refused = talk.refusal())
        return *std::move(refused);
    const auto says = [this](errc kind, std::string_view words) {
        return failure{kind, fmt::format("{} {}", to_.name, words)};
    };
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_ABORTED_BY_CALLBACK:
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
                    fmt::format("the mail did not get to {}: {}", to_.name, to_.curl->easy_strerror(code))};
    }
}

result<mail_server> mail_server_of(const sink_settings& settings)
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
    to.tls = settings.connection.tls_config;
    if (!settings.mail.auth_password_file.empty()) {
        auto password = read_secret_file(settings.mail.auth_password_file,
                                         fmt::format("the password of sink {}", settings.name));
        if (!password)
            return password.error();
        to.password = std::move(*password);
    }
    return to;
}

result<void> try_mail_server(const sink_settings& settings)
{
    const auto to = mail_server_of(settings);
    if (!to)
        return to.error();
    mail_conversation talk(to->name, {});
    mail_transfer trial(*to);
    if (!trial.usable())
        return failure{errc::unreachable, "libcurl gave no handle"};
    trial.prepare(talk);
    trial.set(CURLOPT_TIMEOUT, seconds_to_try);
    trial.set(CURLOPT_NOBODY, 1L);
    trial.set(CURLOPT_CUSTOMREQUEST, "NOOP");  // libcurl asks for something, and HELP is not known everywhere
    const auto code = trial.perform();
    trial.expect_no_more();
    if (code == CURLE_OK)
        return {};
    if (code == CURLE_OPERATION_TIMEDOUT && !talk.refusal())
        return failure{errc::timed_out,
                       fmt::format("{} did not answer within {} s", to->name, seconds_to_try)};
    return trial.failed_with(code, talk);
}

}  // namespace trunkwarden
