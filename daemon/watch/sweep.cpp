#include "watch/sweep.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "account/account_exposure.hpp"
#include "account/cross_reference.hpp"
#include "account/schedule.hpp"
#include "containment/observed_object.hpp"
#include "diff/diff.hpp"
#include "fetch/object_target.hpp"
#include "snapshot/hidden_secrets.hpp"
#include "snapshot/unclaimed.hpp"
#include "watch/absence_check.hpp"
#include "watch/active_calls_watch.hpp"
#include "watch/count_check.hpp"
#include "watch/coverage_check.hpp"
#include "watch/observe_list.hpp"
#include "watch/own_work.hpp"
#include "watch/people_evaluation.hpp"
#include "watch/read_every_list.hpp"
#include "watch/registrations_watch.hpp"
#include "watch/spending_watch.hpp"
#include "watch/stopped_evaluation.hpp"
#include "watch/traffic_watch.hpp"
#include "watch/use_findings.hpp"

// Data only moves down the page:
//
//   observe ─► record ─► diff ─► ledger ─► publish      sweep_list: run, check, lockdown
//   observe ─► record                                   observe_account: capture, init
//   observe ────────────► diff ─► ledger ─► publish     sweep_object: what an audit event names
//                         diff ─► ledger ─► publish     reevaluation.cpp: another baseline

namespace trunkwarden {

// ---- observe: fetch/ + snapshot/

extent extent_of(const account_view& view, const polled_list& list, const list_contents& contents)
{
    const bool is_whole = unreadable_in(contents).empty() && !view.counts.shortage_of(list.resources.front());
    return is_whole ? extent::complete : extent::partial;
}

namespace {

// The typed lists that have to be read again before the index over all connections is taken: a connection
// that only the index shows may just be newer than the last reading of its own list.
std::vector<polled_list*> typed_lists_behind(account_view& view, const polled_list& list,
                                             const list_observation& observed)
{
    const bool is_cut = observed.failed && observed.failed->kind != errc::moved;
    if (is_cut || !is_index(view, list))
        return {};
    return stale_typed_lists(view, *observed.contents);
}

// The objects that a resource reports, among those that its list holds.
object_list reported(const account_view& view, const polled_list& list, std::size_t watcher,
                     const list_contents& contents)
{
    auto objects = objects_of(contents, watcher);
    if (!is_index(view, list))
        return objects;
    return unclaimed(view.type_of(list.resources[watcher]), objects, claimed_by_lists(view));
}

void record(account_view& view, polled_list& list, const list_observation& observed, time_point now)
{
    if (observed.failed) {
        for (const auto resource : list.resources)
            view.coverage[resource].fail(*observed.failed, now);
        return;
    }
    list.last = observed.contents;
    list.read_at = now;
    for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher) {
        const auto resource = list.resources[watcher];
        view.objects[resource] = reported(view, list, watcher, *observed.contents);
        view.coverage[resource].succeed(count(view.objects[resource]), now, unreadable_in(*observed.contents),
                                        view.counts.shortage_of(resource));
        view.coverage[resource].not_shown = hidden_secrets(view.type_of(resource), view.objects[resource]);
    }
}

// Notes how many connections the list shows. A shortage that comes or goes changes what the same pages mean.
void compare_with_its_count(account_view& view, polled_list& list, const list_contents& contents)
{
    const auto resource = list.resources.front();
    if (!is_counted(view.type_of(resource)))
        return;
    const auto items = count(reported(view, list, 0, contents)) + unreadable_in(contents).size();
    if (view.counts.list_showed(resource, items))
        list.evaluated_for_day.reset();
}

task<> observe_list(account& account, polled_list& list)
{
    const page_listener nobody = ignore_page;
    const auto observed = co_await observe_here(account, list, nobody);
    const auto typed_lists = typed_lists_behind(account.view, list, observed);
    for (polled_list* typed : typed_lists)
        co_await observe_list(account, *typed);
    if (!observed.failed)
        compare_with_its_count(account.view, list, *observed.contents);
    record(account.view, list, observed, account.io.now());
    account.io.listener->on_list_read(account.config.settings.name, list);
}

// ---- diff → apply → publish: diff/, findings/

day today(const account_io& io)
{
    return std::chrono::floor<std::chrono::days>(io.now());
}

// An object that the quarantine removed, and that is there again under another id, was recreated.
void mark_those_recreated(const account_memory& memory, std::vector<deviation>& deviations)
{
    if (memory.contained_identities.empty())
        return;
    for (auto& deviation : deviations)
        if (deviation.kind == deviation_kind::unknown &&
            memory.contained_identities.contains(identity_hash_of(deviation)))
            mark_recreated(deviation);
}

void evaluate(account& account, std::size_t resource, const object_list& objects,
              const observation& observation)
{
    const auto& type = account.config.types[resource];
    if (type.role == resource_role::registrations)
        see_registrants(account, type, objects, observation);
    see_stopped(account.memory, type, objects, observation);
    take_own_work(account, resource, objects, observation);
    const trusted_state trusted{account.config.baseline.entries_of(type), account.memory.secrets,
                                today(account.io)};
    record_deviations(account, resource, diff(type, trusted, objects, observation.completeness), observation);
}

// Judges what one answer shows, without waiting for the rest of the list.
void evaluate_alone(account& account, polled_list& list, const parsed_page& page, time_point began)
{
    list.evaluated_for_day.reset();  // as after a partial reading
    const observation observation{extent::partial, began, account.io.now()};
    for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher) {
        const object_list alone{page.objects[watcher]};
        evaluate(account, list.resources[watcher], alone, observation);
    }
}

// The same pages evaluated by the same baseline on the same day show the same. This does not hold for the
// index, which is compared with other lists, nor for registrations, of which it matters when they were seen.
bool shows_the_same(const account_view& view, const account_io& io, const polled_list& list,
                    const list_observation& observed)
{
    return list.last && *list.last == *observed.contents && list.evaluated_for_day == today(io) &&
           !is_index(view, list) && view.type_of(list.resources.front()).role != resource_role::registrations;
}

void confirm_unchanged(account& account, polled_list& list, const observation& observation)
{
    list.read_at = observation.at;
    see_people(account, list, observation);
    for (const auto resource : list.resources) {
        see_stopped(account.memory, account.config.types[resource], account.view.objects[resource],
                    observation);
        account.io.publish(account.memory.findings.confirm(account.config.types[resource], observation));
        account.view.coverage[resource].succeed(count(account.view.objects[resource]), observation.at,
                                                unreadable_in(*list.last),
                                                account.view.counts.shortage_of(resource));
    }
}

void apply_complete(account& account, polled_list& list, const list_observation& observed,
                    const observation& observation)
{
    record(account.view, list, observed, observation.at);
    see_people(account, list, observation);
    if (list.is_in_doubt)
        list.evaluated_for_day.reset();
    else
        list.evaluated_for_day = today(account.io);
    for (const auto resource : list.resources) {
        evaluate(account, resource, account.view.objects[resource], observation);
        for_each(account.view.objects[resource], [&](const object_view& object) {
            account.memory.secrets.remember(account.config.types[resource], object);
            account.memory.secrets.remember_use(account.config.types[resource], object);
        });
        if (account.config.types[resource].role == resource_role::api_keys)
            remember_owners(account.config, account.memory, account.view.objects[resource]);
        account.memory.secrets.see_all(account.config.types[resource], account.view.objects[resource],
                                       observation.at);
    }
}

// Something that a partial reading shows may not be in the last complete one: the next complete one is
// evaluated even when it is the same.
void apply_partial(account& account, polled_list& list, const list_observation& observed,
                   const observation& observation)
{
    list.evaluated_for_day.reset();
    see_people(account, list, observation);
    for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher)
        evaluate(account, list.resources[watcher], reported(account.view, list, watcher, *observed.contents),
                 observation);
    record(account.view, list, observed, observation.at);
}

}  // namespace

void record_deviations(account& account, std::size_t resource, std::vector<deviation> deviations,
                       const observation& observation)
{
    if (account.config.types[resource].role == resource_role::registrations)
        add_shared_passwords(account, account.config.types[resource], observation.at, deviations);
    const auto stopped = leave_stopped_values(account.memory, deviations);
    mark_those_recreated(account.memory, deviations);
    if (!deviations.empty()) {
        const account_exposure exposures(account);
        for (auto& found : deviations)
            found.exposure = exposures.exposure_of(found);
    }
    const auto names = deviations.empty() ? object_names{} : names_in(account.view);
    auto left = set_own_work_aside(account, resource, deviations, observation);
    auto events = account.memory.findings.apply(account.config.types[resource], std::move(deviations),
                                                observation, names);
    contain_stopped(account, stopped, observation.at, events);
    for (auto& deviation : left)
        for (auto& told : account.memory.findings.leave_contained(
                 std::move(deviation),
                 "trunkwarden lockdown left it like this; report.md in the folder of the "
                 "incident has the request that takes it back",
                 names, observation.at))
            events.push_back(std::move(told));
    const bool opened = std::ranges::any_of(
        events, [](const finding_event& event) { return event.transition != transition::resolved; });
    if (opened)
        for (auto& explained : account.memory.findings.attribute_open(account.memory.audit, observation.at,
                                                                      naming_by(account.memory.people)))
            events.push_back(std::move(explained));
    account.io.publish(std::move(events));
}

// ---- one list, one object, everything

namespace {

bool is_judged(const account& account, const polled_list& list)
{
    return std::ranges::any_of(list.resources, [&account](std::size_t resource) {
        const auto& type = account.config.types[resource];
        return is_judged(type, account.config.baseline.entries_of(type));
    });
}

// Findings end that opened while the baseline said something about it.
void leave_out(account& account, polled_list& list)
{
    const auto now = account.io.now();
    list.last = nullptr;
    for (const auto resource : list.resources) {
        account.view.objects[resource].clear();
        account.view.coverage[resource].leave_out();
        record_deviations(account, resource, {}, {extent::complete, now, now});
    }
    account.io.listener->on_list_read(account.config.settings.name, list);
}

void begin_again_if_left_out(account_view& view, const account_io& io, const polled_list& list)
{
    for (const auto resource : list.resources)
        if (view.coverage[resource].is_left_out())
            view.coverage[resource].begin_again(io.now());
}

// Evaluates each page as it arrives. Afterwards every other list has been read again that the list is
// compared with.
task<list_observation> observe_and_compare(account& account, polled_list& list)
{
    const page_listener judge = [&account, &list](const list_contents::page& page, time_point began) {
        evaluate_alone(account, list, page.parsed, began);
    };
    auto observed = co_await observe_here(account, list, judge);
    if (!observed.failed && !shows_the_same(account.view, account.io, list, observed))
        observed.failed = co_await find_hidden_object(account, list, observed.contents);
    const auto typed_lists = typed_lists_behind(account.view, list, observed);
    for (polled_list* typed : typed_lists)
        co_await sweep_list(account, *typed);
    co_return observed;
}

// How much of the list was shown. Counts, and objects that the API may hide, make a whole reading a partial
// one.
task<extent> shown_extent(account& account, polled_list& list, const list_observation& observed)
{
    list.is_in_doubt = false;
    if (observed.failed)
        co_return extent::partial;
    compare_with_its_count(account.view, list, *observed.contents);
    if (!shows_the_same(account.view, account.io, list, observed))
        list.is_in_doubt = co_await may_hide_objects(account, list, *observed.contents);
    co_return list.is_in_doubt ? extent::partial : extent_of(account.view, list, *observed.contents);
}

void apply(account& account, polled_list& list, const list_observation& observed,
           const observation& observation)
{
    if (observed.failed)
        apply_partial(account, list, observed, observation);
    else if (shows_the_same(account.view, account.io, list, observed))
        confirm_unchanged(account, list, observation);
    else
        apply_complete(account, list, observed, observation);
}

}  // namespace

task<> sweep_list(account& account, polled_list& list)
{
    if (!is_judged(account, list)) {
        leave_out(account, list);
        co_return;
    }
    begin_again_if_left_out(account.view, account.io, list);
    const auto observed = co_await observe_and_compare(account, list);
    const auto shown = co_await shown_extent(account, list, observed);
    const observation observation{shown, observed.began, account.io.now()};
    apply(account, list, observed, observation);
    for (const auto resource : list.resources) {
        const auto asked_for = co_await ask_for_unseen(account, list, resource, observation);
        account.io.publish(account.memory.findings.end_unseen_surplus(account.config.types[resource],
                                                                      observation, asked_for));
    }
    account.io.listener->on_list_read(account.config.settings.name, list);
}

namespace {

// Whether the API answered with the object that was asked for; nothing else checks it.
bool is_about(const parsed_page& page, std::string_view address)
{
    return std::ranges::all_of(page.objects, [address](const auto& objects) {
        return objects->size() == 0 || (*objects)[0].address() == address || (*objects)[0].id() == address;
    });
}

}  // namespace

task<bool> sweep_object(account& account, std::size_t resource, std::string address)
{
    const auto target = object_target(account.config.types[resource], address);
    auto* const list = list_with(account.view, resource);
    if (!target || list == nullptr)
        co_return false;
    const auto began = account.io.now();
    const auto priority = priority_of(account.io, account.config.poll, account.view, *list);
    const auto body = co_await account.io.api->get(*target, priority.giving_up_soon());
    if (!body)
        co_return false;
    const auto page = list->parser.parse_one(*body);
    if (!page || !is_about(*page, address))
        co_return false;
    evaluate_alone(account, *list, *page, began);
    co_return true;
}

task<> observe_account(account& account)
{
    co_await read_every_list(account, observe_list);
}

task<> observe_account_by_count(account& account)
{
    co_await observe_account(account);
    co_await compare_lists_with_counts(account, observe_list);
}

task<> sweep(account& account)
{
    co_await read_every_list(account, sweep_list);
    co_await compare_lists_with_counts(account, sweep_list);
    co_await read_balance(account);
    co_await read_traffic(account, traffic_reading::only_one);
    co_await read_active_calls(account);
    end_sweep(account);
}

void end_sweep(account& account)
{
    evaluate_coverage(account);
    if (!account.memory.watching_since)
        account.memory.watching_since = account.io.now();
    if (account.memory.findings.size() == 0)
        return;
    account.memory.findings.retitle(names_in(account.view));
    const account_exposure exposures(account);
    account.memory.findings.take_exposures(
        [&exposures](const deviation& found) { return exposures.exposure_of(found); });
}

}  // namespace trunkwarden
