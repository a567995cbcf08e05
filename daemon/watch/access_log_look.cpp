#include "watch/access_log_look.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "account/cross_reference.hpp"
#include "audit/access_log.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 1min;
constexpr auto while_behind = 10s;  // between looks, until the log is read to its end
constexpr auto after_a_refusal = 1h;
constexpr auto worth_asking = 15min;    // since the change
constexpr auto before_a_change = 5min;  // a list may show it that much later
constexpr auto late_entries = 2min;     // an entry may come into the log that much later
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

// Where the look begins: where the last one ended, if that leaves no gap.
access_log_place& place_for(std::optional<access_log_place>& known, time_point wanted)
{
    if (!known || known->covers_from > wanted || known->read_to < wanted)
        known = access_log_place{wanted, wanted, {}, wanted};
    else if (known->after.empty())
        known->from = std::max(wanted, known->read_to - late_entries);
    return *known;
}

// Continues from the place, up to the end of the log or some pages. Pages that were read before a failure
// count.
task<result<void>> read_requests(account_io& io, access_log_place& place, std::vector<audit_event>& into)
{
    for (unsigned number = 1; number <= most_log_pages; ++number) {
        auto target = access_log_target(place.from, place.after);
        const auto body = co_await io.api->get(std::move(target), request_priority(urgency::other));
        place.after.clear();  // a cursor that is refused is not used again
        if (!body)
            co_return body.error();
        auto page = parse_access_log(*body);
        if (!page)
            co_return page.error();
        std::ranges::move(page->events, std::back_inserter(into));
        place.read_to = std::max(place.read_to, page->newest.value_or(place.read_to));
        place.after = std::move(page->after);
        if (place.after.empty())
            break;
    }
    co_return result<void>();
}

optional_reason why_not_whole(const access_log_place& place)
{
    if (place.after.empty())
        return std::nullopt;
    return fmt::format("the access log has more requests than are read at once: it is read up to {} so far",
                       rfc3339(place.read_to));
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
    auto& place = place_for(memory.access.place, *since - before_a_change);
    std::vector<audit_event> requests;
    const auto outcome = co_await read_requests(account.io, place, requests);
    memory.access.trouble = outcome ? why_not_whole(place) : outcome.error().message;
    if (!outcome && is_refused(outcome.error().kind))
        memory.access.next = now + after_a_refusal;
    else if (outcome && !place.after.empty())
        memory.access.next = now + while_behind;
    if (!outcome && requests.empty())
        co_return;
    for (auto& request : requests)
        name_service_account(account.view, request.by);
    const bool is_whole = outcome && place.after.empty();
    memory.access.requests.take(std::move(requests), now,
                                is_whole ? audit_memory::reach::all_of_it : audit_memory::reach::part_of_it);
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
