#include "watch/active_calls_watch.hpp"

#include <fmt/format.h>
#include <utility>
#include <vector>

#include "account/account_exposure.hpp"
#include "account/cross_reference.hpp"
#include "account/questions.hpp"
#include "account/read_running_calls.hpp"
#include "use/judge_active_calls.hpp"
#include "watch/use_findings.hpp"
#include "watch/watch_use.hpp"

namespace trunkwarden {
namespace {

std::size_t calls_in_all(const counted_calls& counts)
{
    std::size_t out = 0;
    for (const auto& [connection, count] : counts)
        out += count.calls;
    return out;
}

void judge_calls(account& account, std::size_t place, const observation& observation)
{
    const auto& type = account.config.types[place];
    const auto& calls = account.memory.active_calls;
    const auto names = names_in(account.view);
    const auto name_of = [&names](std::string_view id) {
        const auto found = names.find(std::string(id));
        return found == names.end() ? std::string() : found->second;
    };
    auto found = judge_active_calls(type, account.config.baseline.active_calls, calls.counts,
                                    excesses_told(account.memory.findings, type), name_of);
    apply_use(account, place, std::move(found), observation);
}

failure about(const std::string& connection, const failure& why)
{
    return {why.kind, fmt::format("the running calls of connection {}: {}", connection, why.message)};
}

// Why the calls cannot be judged by the whole limit.
std::optional<failure> trouble_of_reading(const result<running_calls>& read, const call_limit& limit)
{
    if (!read)
        return read.error();
    auto why = duration_not_known(*read, limit);
    return why ? std::optional(failure{errc::not_understood, *std::move(why)}) : std::nullopt;
}

}  // namespace

void evaluate_active_calls(account& account)
{
    const auto place = place_of_role(account.config, resource_role::active_calls);
    auto& calls = account.memory.active_calls;
    const auto& policy = account.config.baseline.active_calls;
    if (!policy.present) {
        calls = {};
        return leave_out_use(account, place);
    }
    auto& covered = account.view.coverage[place];
    if (covered.is_left_out())
        covered.begin_again(account.io.now());
    std::erase_if(calls.counts,
                  [&policy](const auto& counted) { return policy.limit_of(counted.first) == nullptr; });
    if (!calls.read_at)
        return;
    const bool counted_all = calls.counts.size() == policy.limits.size();
    if (calls.failed)
        covered.fail(*calls.failed, *calls.read_at);
    else if (counted_all)
        covered.succeed(calls_in_all(calls.counts), *calls.read_at);
    const bool is_whole = counted_all && !calls.failed;
    judge_calls(account, place, {is_whole ? extent::complete : extent::partial, calls.began, *calls.read_at});
}

task<> read_active_calls(account& account)
{
    const auto limits = account.config.baseline.active_calls.limits;
    if (!account.config.baseline.active_calls.present)
        co_return;
    const auto began = account.io.now();
    counted_calls counts;
    std::optional<failure> failed;
    for (const auto& limit : limits) {
        co_await await_turn(account.io, account.io.between_questions);
        const auto soon = request_priority::instant::clock::now() + account.config.poll.usage_interval / 2;
        const request_priority priority(urgency::money, soon);
        const auto shown = limit.max_call_minutes ? calls_shown::a_page : calls_shown::first;
        const auto read = co_await read_running_calls(account.io, limit.connection_id, shown, priority);
        if (read)
            counts.insert_or_assign(limit.connection_id, count_of(*read));
        const auto trouble = trouble_of_reading(read, limit);
        if (trouble && !failed)
            failed = about(limit.connection_id, *trouble);
    }
    auto& calls = account.memory.active_calls;
    calls = {std::move(counts), std::move(failed), began, account.io.now()};
    evaluate_active_calls(account);
}

task<> watch_active_calls(account& account, std::function<void()> when_read)
{
    return watch_use(account,
                     {.is_asked_for = [](const baseline& trusted) { return trusted.active_calls.present; },
                      .read = read_active_calls},
                     std::move(when_read));
}

}  // namespace trunkwarden
