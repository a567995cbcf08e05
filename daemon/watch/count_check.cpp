#include "watch/count_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "diff/diff.hpp"
#include "fetch/request_priority.hpp"
#include "findings/open_finding.hpp"
#include "snapshot/field_of.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

std::string_view counted_name(const resource_type& type)
{
    return type.counted_as.empty() ? type.name : type.counted_as;
}

std::uint64_t objects_with(const account_view& view, std::size_t resource, const counted_apart& part)
{
    std::uint64_t out = 0;
    for_each(view.objects[resource], [&](const object_view& object) {
        out += static_cast<std::uint64_t>(field_of(view.type_of(resource), object, part.field) == part.value);
    });
    return out;
}

// The connections that the API counts under names without a list: the rest of `counts` after each list has
// taken its own. Nothing where a list that some of them may be on was not read.
std::optional<kind_counts> counts_without_a_list(const account_view& view, kind_counts counts)
{
    for (std::size_t resource = 0; resource < view.coverage.size(); ++resource) {
        const auto& type = view.type_of(resource);
        if (type.record_type.empty())
            continue;
        counts.erase(std::string(counted_name(type)));
        for (const auto& part : type.parts_counted) {
            const auto told = counts.find(part.counted_as);
            if (told == counts.end() || told->second == 0)
                continue;
            if (!view.coverage[resource].was_read())
                return std::nullopt;
            told->second -= std::min(told->second, objects_with(view, resource, part));
        }
    }
    std::erase_if(counts, [](const auto& kind) { return kind.second == 0; });
    return counts;
}

void count_the_rest(account_view& view, std::size_t index, kind_counts counts)
{
    const auto rest = counts_without_a_list(view, std::move(counts));
    if (!rest)
        return;
    std::uint64_t number = 0;
    std::string kinds;
    for (const auto& [name, objects] : *rest) {
        number += std::min(objects, std::numeric_limits<std::uint64_t>::max() - number);
        kinds += (kinds.empty() ? "" : ", ") + printable(name, 60);
    }
    view.counts.counted(index, number, kinds + " that no other list shows");
}

// Those that disagree with their numbers, or did when they were judged.
std::vector<polled_list*> doubtful_lists(account_view& view)
{
    std::vector<polled_list*> out;
    for (auto& list : view.lists)
        if (view.counts.is_open(list.resources.front()) || list.is_in_doubt)
            out.push_back(&list);
    return out;
}

bool is_known_as_missing(const account_config& config, const account_memory& memory, const deviation& found)
{
    return open_finding(memory.findings, finding_id(config.settings.name, found)) != nullptr;
}

bool loses_a_trusted_object(const account& account, std::size_t resource, const object_list& objects)
{
    const auto& type = account.config.types[resource];
    const trusted_state trusted{account.config.baseline.entries_of(type), account.memory.secrets,
                                std::chrono::floor<std::chrono::days>(account.io.now())};
    const auto found = diff(type, trusted, objects, extent::complete);
    return std::ranges::any_of(found, [&account](const deviation& deviation) {
        return deviation.kind == deviation_kind::missing &&
               !is_known_as_missing(account.config, account.memory, deviation);
    });
}

// Asks for the numbers once.
task<> read_counts(account_view& view, const account_io& io, request_priority priority)
{
    std::string path(connection_counts_path);
    const auto body = co_await io.api->get(std::move(path), priority);
    const auto counts = body ? counts_in(*body) : result<kind_counts>(body.error());
    view.counts_trouble = counts ? std::nullopt : optional_reason(counts.error().message);
    if (counts)
        take_counts(view, *counts);
}

request_priority of_counts(const account_config& config)
{
    return {urgency::other, request_priority::instant::clock::now() + config.poll.large_interval / 2};
}

}  // namespace

bool is_counted(const resource_type& type)
{
    return !type.record_type.empty() || is_index(type);
}

void take_counts(account_view& view, const kind_counts& counts)
{
    for (std::size_t resource = 0; resource < view.coverage.size(); ++resource) {
        const auto& type = view.type_of(resource);
        const auto told = counts.find(counted_name(type));
        if (is_index(type))
            count_the_rest(view, resource, counts);
        else if (is_counted(type) && told != counts.end())
            view.counts.counted(resource, told->second, std::string(counted_name(type)));
    }
}

task<bool> may_hide_objects(account& account, const polled_list& list, const list_contents& contents)
{
    const auto resource = list.resources.front();
    const auto& counts = account.view.counts;
    if (account.view.type_of(resource).record_type.empty() || counts.shortage_of(resource))
        co_return false;  // the numbers say nothing about it, or enough
    const auto objects = objects_of(contents, 0);
    if (counts.is_open(resource) || loses_a_trusted_object(account, resource, objects)) {
        const auto soon = request_priority::now().giving_up_soon();
        co_await read_counts(account.view, account.io, soon);
    }
    co_return counts.is_open(resource);
}

task<> compare_lists_with_counts(account& account, task<> (*read)(trunkwarden::account&, polled_list&))
{
    constexpr unsigned most_readings = 2;
    const auto priority = of_counts(account.config);
    co_await read_counts(account.view, account.io, priority);
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (unsigned reading = 0; reading < most_readings; ++reading) {
        auto lists = doubtful_lists(account.view);
        if (lists.empty())
            break;
        pause.expires_after(account.io.before_reading_again);
        co_await pause.async_wait(asio::use_awaitable);
        for (auto* const list : lists)
            co_await read(account, *list);
        if (reading == 0)
            co_await read_counts(account.view, account.io, priority);
    }
}

namespace {

void log_trouble(logger& log, const account& account, const optional_reason& before)
{
    const auto& trouble = account.view.counts_trouble;
    if (trouble.has_value() == before.has_value())
        return;
    const auto& name = account.config.settings.name;
    if (!trouble)
        log.info("the numbers of connections can be read again", {{"account", name}});
    else
        log.warn("the numbers of connections could not be read; nothing proves that no list is short",
                 {{"account", name}, {"reason", *trouble}});
}

}  // namespace

task<> watch_counts(account& account, logger& log)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    optional_reason before;
    for (;;) {
        const auto& poll = account.config.poll;
        const bool is_soon = account.view.counts.is_open() || !account.memory.watching_since;
        timer.expires_after(is_soon ? poll.interval : poll.large_interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (!account.memory.watching_since)
            continue;  // lists are compared once all of them were read
        const auto priority = of_counts(account.config);
        co_await read_counts(account.view, account.io, priority);
        log_trouble(log, account, before);
        before = account.view.counts_trouble;
    }
}

}  // namespace trunkwarden
