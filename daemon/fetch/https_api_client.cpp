#include "fetch/https_api_client.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "fetch/allowance.hpp"
#include "fetch/api_failure.hpp"
#include "fetch/connection_options.hpp"
#include "fetch/https_client.hpp"
#include "fetch/paging.hpp"
#include "fetch/rate_limiter.hpp"
#include "settings/api_key.hpp"
#include "support/without.hpp"

namespace trunkwarden {
namespace {

// How long a request that changes something waits for its turn: its caller looked at the object just before,
// and that reading grows old.
constexpr auto longest_turn = std::chrono::seconds(2);

// Forty times a usual page; parsing takes up to eight times as much memory.
constexpr std::size_t largest_answer = 16UL * 1024 * 1024;

// How long an endpoint is left alone at most after a 429: an absurd number must not make it unseen for hours.
constexpr std::chrono::milliseconds longest_pause = std::chrono::minutes(5);

// Built in place: a copy of the key would stay behind in freed memory.
secret bearer_of(const secret& key)
{
    constexpr std::string_view scheme = "Bearer ";
    std::string text;
    text.reserve(scheme.size() + key.reveal().size() + 1);
    text.append(scheme).append(key.reveal());
    return secret(std::move(text));
}

// docs/telnyx-api.md: the header acts inside a managed account, with the key of its manager.
http_request request_of(const api_write& write, const secret& key, const std::string& managed_account_id)
{
    http_request request;
    request.method = write.method;
    request.target = write.target;
    request.headers.push_back(http_header{"Accept", "application/json"});
    if (!write.body.empty())
        request.headers.push_back(http_header{"Content-Type", "application/json"});
    if (!managed_account_id.empty())
        request.headers.push_back(http_header{"X-Managed-Account-Id", managed_account_id});
    request.body = write.body;
    request.authorization = key;
    return request;
}

bool is_success(const std::string& method, unsigned status)
{
    return method == "GET" ? !kind_of_status(status) : status >= 200 && status < 300;
}

class budgeted_client final : public api_client {
public:
    budgeted_client(api_access access, std::vector<secret_header> headers, std::unique_ptr<https_client> http,
                    request_observer& told)
        : access_(std::move(access)),
          bearer_(bearer_of(access_.key)),
          headers_(std::move(headers)),
          http_(std::move(http)),
          told_(told),
          limiter_(rate_limits{access_.poll.requests_per_second, access_.poll.rate_limit_reserve},
                   access_.poll.concurrency, access_.retries)
    {
    }

    task<result<std::string>> get(std::string target, request_priority priority) override;
    task<result<api_page>> get_page(std::string target, request_priority priority) override;
    task<result<write_answer>> send(api_write write, last_check why_not) override;
    std::string id_in_key() const override { return id_in_api_key(access_.key); }

private:
    using instant = std::chrono::steady_clock::time_point;

    task<result<http_answer>> ask(api_write write, request_priority priority);
    task<result<http_answer>> attempt_once(const api_write& write, request_priority priority, instant since);
    task<result<rate_limiter::permit>> turn_for_a_write(std::string endpoint);
    void note(const api_write& sent, const result<http_answer>& answer, std::chrono::nanoseconds took);
    std::optional<std::chrono::milliseconds> wait_before_next(attempt last,
                                                              const result<http_answer>& answer);
    failure describe(const api_write& write, const result<http_answer>& answer) const;

    api_access access_;
    secret bearer_;
    std::vector<secret_header> headers_;  // of every request: no text of an answer may repeat one
    std::unique_ptr<https_client> http_;
    request_observer& told_;
    rate_limiter limiter_;
    std::minstd_rand random_{std::random_device{}()};
    bool unread_was_told_ = false;
};

void budgeted_client::note(const api_write& sent, const result<http_answer>& answer,
                           std::chrono::nanoseconds took)
{
    if (!answer) {
        told_.on_answer(sent.method, 0, took, std::nullopt);
        return;
    }
    const auto endpoint = endpoint_of(sent.method, sent.target);
    const auto now = std::chrono::system_clock::now();
    const auto told = allowances_of(answer->hints, now);
    for (const auto& window : told.windows)
        limiter_.learn(window, endpoint);
    if (told.unread && !std::exchange(unread_was_told_, true))
        told_.on_unread_rate_limit(readable_target(endpoint), *told.unread);
    // The status decides: code 10011 also comes with 400 (docs/telnyx-api.md).
    if (answer->status == 429) {
        const auto asked = asked_to_wait(429, answer->hints, now);
        limiter_.pause(endpoint, std::min(asked.value_or(access_.retries.first), longest_pause));
    }
    told_.on_answer(sent.method, answer->status, took, limiter_.fewest_remaining());
}

task<result<http_answer>> budgeted_client::attempt_once(const api_write& write, request_priority priority,
                                                        instant since)
{
    auto endpoint = endpoint_of(write.method, write.target);
    const auto turn = co_await limiter_.enter(priority, std::move(endpoint), since);
    if (!turn)
        co_return turn.error();
    const auto started = std::chrono::steady_clock::now();
    auto request = request_of(write, bearer_, access_.managed_account_id);
    auto answer = co_await http_->send(std::move(request));
    note(write, answer, std::chrono::steady_clock::now() - started);
    co_return answer;
}

std::optional<std::chrono::milliseconds> budgeted_client::wait_before_next(attempt last,
                                                                           const result<http_answer>& answer)
{
    if (answer) {
        last.status = answer->status;
        last.hints = answer->hints;
    } else {
        last.failed = answer.error().kind;
    }
    std::uniform_real_distribution<double> jitter(0.0, 1.0);
    return wait_before_retry(access_.retries, last, std::chrono::system_clock::now(), jitter(random_));
}

failure budgeted_client::describe(const api_write& write, const result<http_answer>& answer) const
{
    const auto request = write.method + ' ' + readable_target(write.target);
    constexpr std::size_t shortest = 6;  // a word such as "1" or "voice" is no secret
    if (answer) {
        auto told =
            describe_answer(request, answer->status, answer->body, access_.key.reveal(), access_.shown);
        for (const auto& header : headers_)
            if (header.value.reveal().size() >= shortest)
                told.message = without(std::move(told.message), header.value.reveal());
        told.members = members_named(write.body, answer->body);
        return told;
    }
    return failure{answer.error().kind, request + ": " + answer.error().message};
}

task<result<http_answer>> budgeted_client::ask(api_write write, request_priority priority)
{
    const auto since = std::chrono::steady_clock::now();
    std::chrono::milliseconds waited{};
    for (unsigned number = 1;; ++number) {
        attempt last;
        last.number = number;
        auto answer = co_await attempt_once(write, priority, since);
        if (answer && is_success(write.method, answer->status))
            co_return std::move(*answer);
        const auto wait = wait_before_next(last, answer);
        if (!wait || (waited += *wait) > patience_of(access_.retries, priority))
            co_return describe(write, answer);
        const auto here = co_await asio::this_coro::executor;
        asio::steady_timer pause(here, *wait);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

task<result<api_page>> budgeted_client::get_page(std::string target, request_priority priority)
{
    api_write write{"GET", std::move(target), {}};
    auto answer = co_await ask(std::move(write), priority);
    if (!answer)
        co_return answer.error();
    co_return api_page{std::move(answer->body), links_to_next(answer->hints.link)};
}

task<result<std::string>> budgeted_client::get(std::string target, request_priority priority)
{
    auto page = co_await get_page(std::move(target), priority);
    if (!page)
        co_return page.error();
    co_return std::move(page->body);
}

task<result<rate_limiter::permit>> budgeted_client::turn_for_a_write(std::string endpoint)
{
    const auto now = std::chrono::steady_clock::now();
    co_return co_await limiter_.enter(request_priority::of_a_write(), std::move(endpoint), now);
}

task<result<write_answer>> budgeted_client::send(api_write write, last_check why_not)
{
    const auto request = write.method + ' ' + readable_target(write.target);
    if (!access_.writes.allows(write.method, write.target))
        co_return failure{errc::bad_usage,
                          request + ": the catalogue has no such request, so it is not sent"};
    auto waiting = turn_for_a_write(endpoint_of(write.method, write.target));
    const auto turn = co_await with_deadline(longest_turn, std::move(waiting));
    if (!turn)
        co_return failure{errc::not_sent, turn.error().kind == errc::rate_limited
                                              ? request + ": " + turn.error().message
                                              : request + ": its turn did not come within 2 s"};
    const auto started = std::chrono::steady_clock::now();
    bool has_left = false;
    auto sent = request_of(write, bearer_, access_.managed_account_id);
    sent.before_sending = [&why_not, &has_left]() -> std::optional<std::string> {
        if (auto no = why_not ? why_not() : std::nullopt)
            return no;
        has_left = true;
        return std::nullopt;
    };
    auto answer = co_await http_->send(std::move(sent));
    note(write, answer, std::chrono::steady_clock::now() - started);
    if (answer && is_success(write.method, answer->status))
        co_return write_answer{answer->status, std::move(answer->body)};
    const bool is_for_good =
        !answer && (answer.error().kind == errc::untrusted || answer.error().kind == errc::bad_usage);
    if (!has_left && !is_for_good)
        co_return failure{errc::not_sent, request + ": " + answer.error().message};
    co_return describe(write, answer);
}

}  // namespace

api_access access_to(const account_settings& account, const poll_settings& poll, secret key)
{
    api_access access;
    access.base_url = account.api_url;
    access.key = std::move(key);
    access.ca_file = account.ca_file;
    access.account = account.name;
    access.managed_account_id = account.managed_account_id;
    access.connection = account.connection;
    access.poll = poll;
    return access;
}

result<std::unique_ptr<api_client>> create_https_api_client(api_access access, request_observer& told)
{
    auto options = connection_options(access.base_url, plain_http::to_loopback, access.connection,
                                      "account " + access.account);
    if (!options)
        return options.error();
    options->ca_file = access.ca_file;
    options->timeout = access.poll.timeout;
    options->look_up = access.look_up;
    options->limits.body = options->limits.expanded = largest_answer;
    auto headers = options->headers;
    auto http = create_https_client(std::move(*options));
    if (!http)
        return http.error();
    return std::make_unique<budgeted_client>(std::move(access), std::move(headers), std::move(*http), told);
}

}  // namespace trunkwarden
