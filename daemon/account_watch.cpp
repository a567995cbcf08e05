#include "account_watch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "cycle.hpp"
#include "organization.hpp"
#include "schedule.hpp"
#include "support/parse_time.hpp"
#include "support/run_all.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

finding_labels labels_of(const finding& f)
{
    return {.resource = std::string(f.what.type->name),
            .kind = std::string(name_of(f.what.kind)),
            .severity = std::string(name_of(f.what.level))};
}

std::vector<finding_count> count_findings(const ledger& findings)
{
    std::vector<finding_count> out;
    for (const auto& [resource, open] : findings.open())
        for (const auto& [id, one] : open) {
            const auto labels = labels_of(one);
            const auto known = std::ranges::find(out, labels, &finding_count::of);
            if (known != out.end())
                ++known->count;
            else
                out.push_back({labels, 1});
        }
    return out;
}

resource_gauges gauges_of(const coverage& seen, const baseline& trusted)
{
    resource_gauges out;
    out.resource = seen.type->name;
    out.baseline_entries = trusted.of(*seen.type).entries().size();
    if (seen.state == reading_state::never)
        return out;
    out.complete = seen.state == reading_state::complete;
    if (*out.complete && seen.type->pages != paging::no_endpoint)
        out.items = seen.items;
    out.last_complete = seen.last_complete;
    return out;
}

std::optional<two_factor_state> two_factor_of(const std::vector<coverage>& seen)
{
    const auto found = std::ranges::find_if(
        seen, [](const coverage& one) { return one.type->pages == paging::no_endpoint; });
    if (found == seen.end() || found->state == reading_state::never)
        return std::nullopt;
    if (found->shown_to_be_off)
        return two_factor_state::off;
    return found->state == reading_state::complete ? two_factor_state::shown : two_factor_state::not_known;
}

}  // namespace

account_watch::account_watch(std::unique_ptr<account> watched, logger& log, metrics& counters)
    : watched_(std::move(watched)),
      log_(log),
      counters_(counters),
      round_(watched_->lists.size()),
      started_(watched_->now())
{
    watched_->listener = this;
    counters_.watch(watched_->settings.name);
}

task<> account_watch::watch_forever()
{
    using namespace asio::experimental::awaitable_operators;
    for (;;) {
        co_await until_organization_is_right();
        const auto ended = co_await (guarded(watch_everything()) || guarded(until_organization_is_refused()));
        const std::exception_ptr* failed = std::get_if<0>(&ended);
        if (failed == nullptr)
            failed = std::get_if<1>(&ended);
        if (*failed != nullptr)
            std::rethrow_exception(*failed);
    }
}

task<> account_watch::watch_everything()
{
    std::vector<task<>> work;
    for (std::size_t list = 0; list < watched_->lists.size(); ++list)
        work.push_back(watch_list(list));
    work.push_back(watch_the_unseen());
    co_await run_all(std::move(work));
}

// Where no answer has told yet whose key it is, asks again; ends only when it turns out to be another
// organisation's.
task<> account_watch::until_organization_is_refused()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (watched_->organization.is != organization_check::verdict::refused) {
        timer.expires_after(watched_->poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (watched_->organization.is == organization_check::verdict::not_known)
            co_await check_organization(*watched_);
    }
}

// A key of another organisation is told and asked about again, but nothing of that organisation is judged.
task<> account_watch::until_organization_is_right()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        co_await check_organization(*watched_);
        judge_the_unseen(*watched_);
        if (watched_->organization.is != organization_check::verdict::refused)
            break;
        log_.error("the API key belongs to another organisation; the account is not watched",
                   {{"account", watched_->settings.name}, {"reason", watched_->organization.reason}});
        timer.expires_after(watched_->poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (!watched_->organization.reason.empty())
        log_.warn("the organisation of the API key could not be confirmed",
                  {{"account", watched_->settings.name}, {"reason", watched_->organization.reason}});
}

task<> account_watch::watch_list(std::size_t list)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        const auto began = steady::now();
        round_.began(began);
        co_await read_and_judge(*watched_, watched_->lists[list]);
        if (const auto took = round_.read(list, steady::now()))
            end_sweep(*took);
        timer.expires_at(began + until_next_reading(*watched_, watched_->lists[list]));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// On its own time, so that a list that hangs is noticed while it hangs.
task<> account_watch::watch_the_unseen()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        judge_the_unseen(*watched_);
        for (const auto& seen : watched_->seen)
            if (seen.type->pages == paging::no_endpoint)
                log_coverage(seen);
        timer.expires_after(std::min<duration>(watched_->poll.interval, 5s));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void account_watch::end_sweep(std::chrono::nanoseconds took)
{
    trunkwarden::end_sweep(*watched_);
    const bool complete = watched_->complete();
    ++sweeps_;
    was_complete_ = was_complete_ || complete;
    counters_.sweep_ended(watched_->settings.name,
                          complete ? sweep_result::complete : sweep_result::incomplete, took);
    log_.debug("sweep ended",
               {{"account", watched_->settings.name},
                {"result", complete ? "complete" : "incomplete"},
                {"seconds", fmt::format("{:.3f}", std::chrono::duration<double>(took).count())},
                {"findings", watched_->findings.size()}});
}

void account_watch::count_detection(const finding& opened)
{
    const auto touched = parse_time(opened.what.touched);
    if (touched && *touched >= started_)
        counters_.detected(watched_->settings.name, opened.first_seen - *touched);
}

void account_watch::on_event(const finding_event& event)
{
    const auto& f = event.about;
    const auto fields = std::initializer_list<log_field>{{"account", f.account},
                                                         {"finding", f.id},
                                                         {"severity", name_of(f.what.level)},
                                                         {"kind", name_of(f.what.kind)},
                                                         {"resource", f.what.type->name},
                                                         {"resource_id", f.what.id},
                                                         {"title", f.title}};
    if (event.what == transition::opened) {
        log_.write(log_level::warn, "finding opened", fields);
        counters_.finding_opened(f.account, labels_of(f));
        count_detection(f);
    } else if (event.what == transition::changed) {
        log_.write(log_level::warn, "finding changed", fields);
    } else {
        log_.write(log_level::info, "finding resolved", fields);
    }
}

void account_watch::on_list_read(const std::string&, const watched_list& list)
{
    for (const auto resource : list.watchers)
        log_coverage(watched_->seen[resource]);
}

void account_watch::log_coverage(const coverage& seen)
{
    const auto [known, is_first] = logged_.try_emplace(seen.type->name, seen.state);
    const bool changed = known->second != seen.state;
    known->second = seen.state;
    if (seen.state == reading_state::complete && changed)
        log_.info(
            "resource can be read again",
            {{"account", watched_->settings.name}, {"resource", seen.type->name}, {"objects", seen.items}});
    else if (seen.state != reading_state::complete && (changed || is_first))
        log_.warn("resource could not be read", {{"account", watched_->settings.name},
                                                 {"resource", seen.type->name},
                                                 {"state", name_of(seen.state)},
                                                 {"reason", seen.reason}});
}

std::string account_watch::name_and_holes() const
{
    std::string holes;
    if (sweeps_ > 0)
        for (const auto& seen : watched_->seen)
            if (!seen.satisfied())
                holes += (holes.empty() ? "" : ", ") + std::string(seen.type->name);
    return holes.empty() ? watched_->settings.name
                         : fmt::format("{} (not read: {})", watched_->settings.name, holes);
}

void account_watch::on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                              std::optional<std::uint64_t> remaining)
{
    counters_.api_answer(watched_->settings.name, method, status, took);
    if (remaining)
        rate_limit_remaining_ = static_cast<double>(*remaining);
}

account_gauges account_watch::gauges() const
{
    account_gauges out;
    out.account = watched_->settings.name;
    out.findings = count_findings(watched_->findings);
    for (const auto& seen : watched_->seen)
        out.resources.push_back(gauges_of(seen, watched_->trusted));
    out.rate_limit_remaining = rate_limit_remaining_;
    out.two_factor = two_factor_of(watched_->seen);
    return out;
}

}  // namespace trunkwarden
