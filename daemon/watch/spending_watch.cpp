#include "watch/spending_watch.hpp"

#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "fetch/request_priority.hpp"
#include "snapshot/field_of.hpp"
#include "use/judge_spending.hpp"
#include "use/spending_window.hpp"
#include "watch/use_findings.hpp"
#include "watch/watch_use.hpp"

namespace trunkwarden {
namespace {

// The automatic recharge of the account, as its preferences were last read.
recharge recharge_of(const account_config& config, const account_view& view)
{
    const auto place = place_of_role(config, resource_role::auto_recharge);
    const auto& type = config.types[place];
    recharge out;
    out.is_known = view.coverage[place].was_read();
    for_each(view.objects[place], [&](const object_view& preferences) {
        if (field_of(type, preferences, "enabled") == "true")
            out.by = parse_amount(field_of(type, preferences, "recharge_amount"));
    });
    return out;
}

duration longest_pause(const poll_settings& poll)
{
    return 2 * poll.usage_interval + reading_slack;
}

// Sums of two currencies mean nothing, and the limits were meant in the first.
extent judge_coverage(coverage& covered, const spending_record& record)
{
    const auto at = record.last().until;
    const auto changed = record.currency_changed_at();
    if (!changed) {
        covered.succeed(0, at);
        return extent::complete;
    }
    covered.fail(
        {errc::not_understood,
         fmt::format("the currency of the balance became {} at {}: look whether the limits are still "
                     "right; earlier spending counts for none of them",
                     record.last().is.currency, rfc3339(*changed))},
        at);
    return extent::partial;
}

void judge(account& account, std::size_t place)
{
    const auto& type = account.config.types[place];
    const auto& record = account.memory.spending.record;
    const auto at = record.last().until;
    const observation observation{judge_coverage(account.view.coverage[place], record), at, at};
    const auto told = excesses_told(account.memory.findings, type);
    auto deviations = judge_spending(type, account.config.baseline.spending, record, told,
                                     account.config.poll.usage_interval);
    apply_use(account, place, std::move(deviations), observation);
}

std::optional<day> day_of_last_reading(const spending_record& record)
{
    if (record.is_empty())
        return std::nullopt;
    return std::chrono::floor<std::chrono::days>(record.last().until);
}

// `before`: the day of the reading before this one. Its sums are known now, and forgotten in two days.
void note_end_of_day(spending_memory& spending, std::optional<day> before, duration pause)
{
    if (!before || day_of_last_reading(spending.record) <= before)
        return;
    if (auto sums = spending_on(spending.record, *before, pause))
        spending.ended.insert_or_assign(*spending.read_at, *std::move(sums));
}

}  // namespace

void evaluate_spending(account& account)
{
    const auto place = place_of_role(account.config, resource_role::spending);
    if (!account.config.baseline.spending.present)
        return leave_out_use(account, place);
    auto& covered = account.view.coverage[place];
    const auto& spending = account.memory.spending;
    if (covered.is_left_out())
        covered.begin_again(account.io.now());
    if (!spending.read_at)
        return;
    if (spending.failed)
        covered.fail(*spending.failed, *spending.read_at);
    else
        judge(account, place);
}

task<> read_balance(account& account)
{
    if (!account.config.baseline.spending.present)
        co_return;
    const auto soon = request_priority::instant::clock::now() + account.config.poll.usage_interval / 2;
    const request_priority priority(urgency::money, soon);
    std::string path(balance_path);
    const auto body = co_await account.io.api->get(std::move(path), priority);
    const auto read = body ? balance_in(*body) : result<balance>(body.error());
    auto& spending = account.memory.spending;
    spending.read_at = account.io.now();
    spending.failed.reset();
    const auto pause = longest_pause(account.config.poll);
    const auto before = day_of_last_reading(spending.record);
    if (read) {
        spending.record.add(*spending.read_at, *read, recharge_of(account.config, account.view), pause);
        note_end_of_day(spending, before, pause);
    } else {
        spending.failed = read.error();
    }
    evaluate_spending(account);
}

task<> watch_spending(account& account, std::function<void()> when_read)
{
    return watch_use(account,
                     {.is_asked_for = [](const baseline& trusted) { return trusted.spending.present; },
                      .read = read_balance},
                     std::move(when_read));
}

}  // namespace trunkwarden
