#include "watch/access_log_look.hpp"

#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <utility>
#include <vector>

#include "account/cross_reference.hpp"
#include "audit/access_log.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 1min;
constexpr auto after_a_refusal = 1h;
constexpr auto worth_asking = 15min;    // since the change
constexpr auto before_a_change = 5min;  // a list may show it that much later
constexpr unsigned most_log_pages = 4;  // of one look

bool is_refused(errc kind)
{
    return kind == errc::forbidden || kind == errc::not_found || kind == errc::unauthorised;
}

// "service account billing-export"
void name_service_account(const account_view& view, actor& by)
{
    if (by.made_by.empty())
        return;
    if (const auto about = object_named(view, by.user_id); !about.label.empty())
        by.made_by += ' ' + about.label;
}

task<result<std::vector<audit_event>>> read_requests(account& account, time_point from)
{
    std::vector<audit_event> out;
    std::string after;
    for (unsigned number = 1; number <= most_log_pages; ++number) {
        auto target = access_log_target(from, after);
        const auto body = co_await account.io.api->get(std::move(target), request_priority(urgency::other));
        if (!body)
            co_return body.error();
        auto page = parse_access_log(*body);
        if (!page)
            co_return page.error();
        std::ranges::move(page->events, std::back_inserter(out));
        after = std::move(page->after);
        if (after.empty())
            break;
    }
    co_return out;
}

}  // namespace

task<> look_at_the_access_log(account& account)
{
    auto& memory = account.memory;
    const auto now = account.io.now();
    const auto since = memory.findings.unexplained_since(now - worth_asking);
    if (!since || now < memory.access.next)
        co_return;
    memory.access.next = now + between_looks;
    auto requests = co_await read_requests(account, *since - before_a_change);
    memory.access.trouble = requests ? std::string{} : requests.error().what;
    if (!requests) {
        if (is_refused(requests.error().kind))
            memory.access.next = now + after_a_refusal;
        co_return;
    }
    for (auto& request : *requests)
        name_service_account(account.view, request.by);
    memory.access.requests.take(std::move(*requests), now);
    account.io.publish(
        memory.findings.attribute_open(memory.access.requests, account.io.now(), naming_by(memory.people)));
}

task<> watch_the_access_log(account& account)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(10s);
        co_await timer.async_wait(asio::use_awaitable);
        if (account.config.poll.audit_interval.count() > 0)
            co_await look_at_the_access_log(account);
    }
}

}  // namespace trunkwarden
