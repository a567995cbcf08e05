#include "alerts/mail_client.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <curl/curl.h>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "alerts/email_sink.hpp"
#include "alerts/mail_conversation.hpp"
#include "alerts/mail_transfer.hpp"
#include "support/async/async_event.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;

// All but the server's last word.
constexpr auto to_hand_over = std::chrono::minutes(1);

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
    mail_job(std::shared_ptr<const mail_server> server, http_request mail, asio::any_io_executor loop)
        : server_(std::move(server)),
          recipients_(recipients_of(mail)),
          bytes_(std::move(mail.body)),
          loop_(std::move(loop))
    {
    }

    // For the thread.
    const mail_server& to() const { return *server_; }
    const std::vector<std::string>& recipients() const { return recipients_; }
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
    const std::vector<std::string> recipients_;
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

// Several times a second, or at least once: 0 continues.
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

void set_content(mail_transfer& handle, sending& current)
{
    handle.set(CURLOPT_UPLOAD, 1L);
    handle.set(CURLOPT_READFUNCTION, &give_bytes);
    handle.set(CURLOPT_READDATA, static_cast<void*>(&current));
    handle.set(CURLOPT_WRITEFUNCTION, &drop_bytes);
    handle.set(CURLOPT_XFERINFOFUNCTION, &look_up);
    handle.set(CURLOPT_XFERINFODATA, static_cast<void*>(&current));
    handle.set(CURLOPT_NOPROGRESS, 0L);
}

// Blocks.
result<http_answer> hand_over(const mail_job& job)
{
    const auto& to = job.to();
    sending current{job, {to.name, job.recipients()}, job.bytes(), steady::now() + to_hand_over};
    mail_transfer transfer(to);
    if (!transfer.usable())
        return failure{errc::unreachable, "libcurl gave no handle"};
    transfer.prepare(current.talk);
    transfer.set(CURLOPT_MAIL_FROM, fmt::format("<{}>", to.settings.from).c_str());
    // A mailbox that is gone keeps the alarm from nobody else.
    transfer.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    for (const auto& address : job.recipients())
        if (!transfer.add_recipient(fmt::format("<{}>", address)))
            return failure{errc::unreachable, "there is no memory for the addresses"};
    set_content(transfer, current);
    const auto code = transfer.perform();
    transfer.expect_no_more();
    if (code != CURLE_OK)
        return transfer.failed_with(code, current.talk);
    http_answer out;
    out.status = 250;
    out.left_out = current.talk.left_out();
    out.later = current.talk.later();
    if (!out.later.empty())
        out.body = job.bytes();
    return out;
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

// Informs the thread that nobody waits any more, for any reason.
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
        const auto job = std::make_shared<mail_job>(to_, std::move(request), loop);
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
    auto to = mail_server_of(settings);
    if (!to)
        return to.error();
    return std::make_unique<mail_client>(std::make_shared<const mail_server>(std::move(*to)));
}

bool mail_is_under_way()
{
    return mails_under_way() > 0;
}

}  // namespace trunkwarden
