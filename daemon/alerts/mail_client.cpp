#include "alerts/mail_client.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <curl/curl.h>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "alerts/curl_library.hpp"
#include "alerts/mail_conversation.hpp"
#include "settings/mail_rules.hpp"
#include "settings/secret_file.hpp"
#include "support/async/async_event.hpp"
#include "support/secret.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;

// The first span includes greeting, TLS and login, the second one all but the server's last word. RFC 5321
// (4.5.3.2.6) lets a server take its time for that, and a mail comes twice when nobody waits for it.
constexpr long milliseconds_to_connect = 30'000;
constexpr auto to_hand_over = std::chrono::minutes(1);
constexpr long seconds_in_all = 300;

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

    // libcurl ends the connection with a QUIT. The answer to that decides nothing, and may never come: with
    // nothing to be read any more it is not waited for.
    void expect_no_more()
    {
        curl_socket_t connected = CURL_SOCKET_BAD;
        if (with_.easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &connected) == CURLE_OK &&
            connected != CURL_SOCKET_BAD)
            ::shutdown(connected, SHUT_RD);
    }

    std::string_view words_for(CURLcode code) const { return with_.easy_strerror(code); }

private:
    const curl_library& with_;
    CURL* handle_;
    curl_slist* list_ = nullptr;
};

// How many mails there are threads for.
std::atomic<int>& mails_under_way()
{
    static std::atomic<int> count = 0;
    return count;
}

class counted_mail {
public:
    counted_mail() { ++mails_under_way(); }
    ~counted_mail() { --mails_under_way(); }
    counted_mail(const counted_mail&) = delete;
    counted_mail& operator=(const counted_mail&) = delete;
};

// A mail under way. The task that waits for it and the thread that sends it share it: either may end first.
class mail_job {
public:
    mail_job(std::shared_ptr<const mail_server> server, std::string mail, asio::any_io_executor loop)
        : server_(std::move(server)), bytes_(std::move(mail)), loop_(std::move(loop))
    {
    }

    // For the thread.
    const mail_server& to() const { return *server_; }
    std::string_view bytes() const { return bytes_; }
    bool is_wanted() const
    {
        const std::scoped_lock held(guard_);
        return is_wanted_;
    }
    // The loop may be gone once nobody wants the mail any more.
    static void finish(const std::shared_ptr<mail_job>& job, result<http_answer> outcome)
    {
        const std::scoped_lock held(job->guard_);
        if (!job->is_wanted_)
            return;
        asio::post(job->loop_, [job, outcome = std::move(outcome)]() mutable {
            job->outcome_ = std::move(outcome);
            job->over_.notify_all();
        });
    }

    // For the task.
    task<result<http_answer>> wait()
    {
        while (!outcome_)
            co_await over_.wait();
        co_return *outcome_;
    }
    void give_up()
    {
        const std::scoped_lock held(guard_);
        is_wanted_ = false;
    }

private:
    const counted_mail here_;  // goes last
    const std::shared_ptr<const mail_server> server_;
    const std::string bytes_;
    const asio::any_io_executor loop_;
    std::optional<result<http_answer>> outcome_;
    async_event over_;
    mutable std::mutex guard_;
    bool is_wanted_ = true;
};

// Of one transfer, for the functions that libcurl calls.
struct sending {
    const mail_job& job;
    mail_conversation talk;
    std::string_view rest;  // of the mail
    steady::time_point to_be_handed_over;
};

size_t give_bytes(char* to, size_t size, size_t count, void* from)
{
    auto& rest = static_cast<sending*>(from)->rest;
    const auto given = std::min(size * count, rest.size());
    std::copy_n(rest.begin(), given, to);
    rest.remove_prefix(given);
    return given;
}

int note_line(CURL* /*handle*/, curl_infotype kind, char* text, size_t size, void* in)
{
    auto& talk = static_cast<sending*>(in)->talk;
    if (kind == CURLINFO_HEADER_OUT)
        talk.said({text, size});
    else if (kind == CURLINFO_HEADER_IN)
        talk.heard({text, size});
    return 0;
}

// Several times a second, or at least once: 0 goes on.
int look_up(void* from, curl_off_t /*down*/, curl_off_t /*downloaded*/, curl_off_t /*up*/,
            curl_off_t /*uploaded*/)
{
    const auto& current = *static_cast<const sending*>(from);
    const bool too_slow = !current.talk.is_handed_over() && steady::now() > current.to_be_handed_over;
    return too_slow || !current.job.is_wanted() ? 1 : 0;
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
    handle.set(CURLOPT_TIMEOUT, seconds_in_all);
    handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds_in_all);
    handle.set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer is not waited for
}

void set_content(transfer& handle, sending& current)
{
    handle.set(CURLOPT_UPLOAD, 1L);
    handle.set(CURLOPT_READFUNCTION, &give_bytes);
    handle.set(CURLOPT_READDATA, static_cast<void*>(&current));
    handle.set(CURLOPT_WRITEFUNCTION, &drop_bytes);
    handle.set(CURLOPT_DEBUGFUNCTION, &note_line);
    handle.set(CURLOPT_DEBUGDATA, static_cast<void*>(&current));
    handle.set(CURLOPT_VERBOSE, 1L);  // to note_line() only
    handle.set(CURLOPT_XFERINFOFUNCTION, &look_up);
    handle.set(CURLOPT_XFERINFODATA, static_cast<void*>(&current));
    handle.set(CURLOPT_NOPROGRESS, 0L);
}

failure failed_with(CURLcode code, const transfer& of, const sending& current)
{
    if (auto refused = current.talk.refusal())
        return *std::move(refused);
    const auto& name = current.job.to().name;
    const auto says = [&name](errc kind, std::string_view words) {
        return failure{kind, fmt::format("{} {}", name, words)};
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
                    fmt::format("the mail did not get to {}: {}", name, of.words_for(code))};
    }
}

result<http_answer> outcome_of(CURLcode code, const transfer& of, const sending& current)
{
    if (code != CURLE_OK)
        return failed_with(code, of, current);
    http_answer out;
    out.status = 250;
    out.left_out = current.talk.left_out();
    return out;
}

// Blocks.
result<http_answer> hand_over(const mail_job& job)
{
    const auto& to = job.to();
    sending current{job, {to.name, to.to}, job.bytes(), steady::now() + to_hand_over};
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
    one.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);  // a mailbox that is gone keeps the alarm from nobody else
    for (const auto& address : to.to)
        if (!one.add_recipient(fmt::format("<{}>", address)))
            return failure{errc::unreachable, "there is no memory for the addresses"};
    set_content(one, current);
    const auto code = one.perform();
    one.expect_no_more();
    return outcome_of(code, one, current);
}

void send_on_this_thread(const std::shared_ptr<mail_job>& job)
{
    result<http_answer> outcome = failure{errc::unreachable, {}};
    try {
        outcome = hand_over(*job);
    } catch (const std::exception& e) {
        outcome = failure{errc::unreachable, fmt::format("the mail could not be sent: {}", e.what())};
    }
    mail_job::finish(job, std::move(outcome));
}

// Tells the thread that nobody waits any more, however that came.
class waiting_task {
public:
    explicit waiting_task(mail_job& on) : job_(on) {}
    ~waiting_task() { job_.give_up(); }
    waiting_task(const waiting_task&) = delete;
    waiting_task& operator=(const waiting_task&) = delete;

private:
    mail_job& job_;
};

class mail_client final : public https_client {
public:
    explicit mail_client(std::shared_ptr<const mail_server> to) : to_(std::move(to)) {}

    task<result<http_answer>> send(http_request request) override
    {
        const auto loop = co_await asio::this_coro::executor;
        const auto job = std::make_shared<mail_job>(to_, std::move(request.body), loop);
        const waiting_task here(*job);
        try {
            std::thread([job] { send_on_this_thread(job); }).detach();
        } catch (const std::system_error&) {
            co_return failure{errc::unreachable, "there is no thread for a mail"};
        }
        co_return co_await job->wait();
    }

private:
    std::shared_ptr<const mail_server> to_;
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
    return std::make_unique<mail_client>(std::make_shared<const mail_server>(std::move(to)));
}

bool mail_is_under_way()
{
    return mails_under_way() > 0;
}

}  // namespace trunkwarden
