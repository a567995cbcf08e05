#include "watch/cycle.hpp"

#include <boost/asio/post.hpp>

#include "account/cross_reference.hpp"
#include "account/schedule.hpp"
#include "containment/observed_object.hpp"
#include "diff/diff.hpp"
#include "fetch/object_target.hpp"
#include "findings/attribution.hpp"
#include "findings/blindness.hpp"
#include "findings/distrust.hpp"
#include "findings/two_factor.hpp"
#include "snapshot/leftovers.hpp"
#include "support/async/run_all.hpp"
#include "support/minisign.hpp"

// One sweep of one account. Data only moves down the page: fetch → snapshot → diff → findings → whoever
// listens.

namespace trunkwarden {
namespace {

const resource_type& type_of(const account& watched, std::size_t resource)
{
    return watched.types[resource];
}

bool reports_leftovers(const account& watched, const watched_list& list)
{
    return is_index(type_of(watched, list.watchers.front()));
}

void tell(account& watched, std::vector<finding_event> events)
{
    if (!events.empty())
        watched.listener->on_events(collapse(std::move(events)));
}

bool opened_something(const std::vector<finding_event>& events)
{
    return std::ranges::any_of(events,
                               [](const finding_event& event) { return event.what != transition::resolved; });
}

// The objects this resource reports, of those its list holds.
object_list reported(const account& watched, const watched_list& list, std::size_t watcher,
                     const list_contents& reading)
{
    auto objects = objects_of(reading, watcher);
    return is_index(type_of(watched, list.watchers[watcher]))
               ? leftovers(type_of(watched, list.watchers[watcher]), objects, known_elsewhere(watched))
               : std::move(objects);
}

day today(const account& watched)
{
    return std::chrono::floor<std::chrono::days>(watched.now());
}

// What was removed, and is there again under another id.
void mark_returns(const account& watched, std::vector<deviation>& deviations)
{
    if (watched.contained.empty())
        return;
    for (auto& one : deviations)
        if (one.kind == deviation_kind::unknown && watched.contained.contains(likeness_of(one))) {
            one.kind = deviation_kind::recreated;
            one.level = severity::critical;
        }
}

void took_deviations(account& watched, std::size_t resource, std::vector<deviation> deviations,
                     const look& how)
{
    const auto& type = type_of(watched, resource);
    mark_returns(watched, deviations);
    const auto names = deviations.empty() ? namebook{} : names_in(watched);
    auto events = watched.findings.apply(type, std::move(deviations), how, names);
    if (opened_something(events))
        for (auto& explained : watched.findings.explain(watched.audit, how.at))
            events.push_back(std::move(explained));
    tell(watched, std::move(events));
}

void judge_resource(account& watched, std::size_t resource, const object_list& objects, const look& how)
{
    const auto& type = type_of(watched, resource);
    const trusted_state trusted{watched.trusted.of(type), watched.secrets, today(watched)};
    took_deviations(watched, resource, diff(type, trusted, objects, how.how_much), how);
}

void remember_secrets(account& watched, std::size_t resource, const object_list& objects)
{
    for_each(objects, [&](const object_view& object) {
        watched.secrets.remember(type_of(watched, resource), object);
    });
}

// The same pages judged by the same baseline on the same day show the same; only an index over other lists
// may not.
bool shows_the_same(const account& watched, const watched_list& list, const list_contents& reading)
{
    return list.last && *list.last == reading && list.judged_on == today(watched) &&
           !reports_leftovers(watched, list);
}

void took_the_same(account& watched, watched_list& list, const look& how)
{
    for (const auto resource : list.watchers) {
        tell(watched, watched.findings.confirm(type_of(watched, resource), how));
        watched.seen[resource].succeed(count(watched.objects[resource]), watched.now());
    }
}

void took_whole(account& watched, watched_list& list, std::shared_ptr<const list_contents> reading,
                time_point began)
{
    const look how{extent::whole, began, watched.now()};
    if (shows_the_same(watched, list, *reading)) {
        list.read_at = how.at;
        took_the_same(watched, list, how);
        return;
    }
    list.last = std::move(reading);
    list.read_at = how.at;
    list.judged_on = today(watched);
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher) {
        const auto resource = list.watchers[watcher];
        watched.objects[resource] = reported(watched, list, watcher, *list.last);
        judge_resource(watched, resource, watched.objects[resource], how);
        remember_secrets(watched, resource, watched.objects[resource]);
        watched.seen[resource].succeed(count(watched.objects[resource]), watched.now());
    }
}

// Half a list proves what is on it: that is told at once. It never proves what is not.
void took_part(account& watched, watched_list& list, const list_contents& reading, const look& how,
               const failure& why)
{
    list.judged_on
        .reset();  // what this shows may not be in the last whole reading: the next one is judged anew
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher) {
        const auto resource = list.watchers[watcher];
        judge_resource(watched, resource, reported(watched, list, watcher, reading), how);
        watched.seen[resource].fail(why, watched.now());
    }
}

// An object that only the index over all connections shows, though its type has a list of its own, may just
// be newer than the last reading of that list: read it again before saying so.
task<> read_lists_behind(account& watched, const list_contents& index)
{
    const auto doubtful = lists_to_read_again(watched, index);
    for (watched_list* list : doubtful)
        co_await read_and_judge(watched, *list);
}

}  // namespace

task<> read_and_judge(account& watched, watched_list& list)
{
    list_reader reader(list.parser, watched.marks, list.last);
    fetch_limits limits;
    limits.side_by_side = watched.poll.concurrency;

    const auto began = watched.now();
    const auto read = co_await fetch_list(*watched.api, list.from, reader, limits);
    auto reading = reader.reading();
    if (read && reports_leftovers(watched, list))
        co_await read_lists_behind(watched, *reading);

    if (read)
        took_whole(watched, list, std::move(reading), began);
    else
        took_part(watched, list, *reading, {extent::part, began, watched.now()}, read.error());
    watched.listener->on_list_read(watched.settings.name, list);
}

// Nobody but us checks that the API answered about the object that was asked for.
static bool is_the_one(const parsed_page& page, std::string_view address)
{
    return std::ranges::all_of(page.objects, [address](const auto& objects) {
        return objects->size() == 0 || (*objects)[0].address() == address || (*objects)[0].id() == address;
    });
}

task<bool> read_and_judge_one(account& watched, std::size_t resource, std::string address)
{
    const auto target = object_target(type_of(watched, resource), address);
    const auto list = std::ranges::find_if(watched.lists, [resource](const watched_list& one) {
        return std::ranges::find(one.watchers, resource) != one.watchers.end();
    });
    if (!target || list == watched.lists.end())
        co_return false;
    const auto began = watched.now();
    const auto body = co_await watched.api->get(*target, list->from.order);
    if (!body)
        co_return false;
    const auto page = list->parser.parse_one(*body);
    if (!page || !is_the_one(*page, address))
        co_return false;
    list->judged_on
        .reset();  // what this shows may be over by the next whole reading: that one is judged anew
    for (std::size_t watcher = 0; watcher < list->watchers.size(); ++watcher) {
        const object_list alone{page->objects[watcher]};
        const look how{extent::part, began, watched.now()};
        judge_resource(watched, list->watchers[watcher], alone, how);
    }
    co_return true;
}

void tell_of_audit_events(account& watched, const std::vector<audit_event>& fresh)
{
    if (fresh.empty())
        return;
    const auto now = watched.now();
    bool of_two_factor = false;
    std::vector<finding_event> events;
    for (const auto& event : fresh) {
        if (deviations_in(event, {}).empty())
            continue;  // not worth looking for its object among all there are
        const auto about = object_named(watched, event.resource_id);
        for (auto& seen : deviations_in(event, about))
            for (auto& opened : watched.findings.apply_event(std::move(seen), event.by, now))
                events.push_back(std::move(opened));
        auto& newest = watched.signs.changed;
        if (is_about_two_factor(event, about) && (!newest || newest->by.at <= event.by.at)) {
            newest = event;
            of_two_factor = true;
        }
    }
    for (auto& explained : watched.findings.explain(watched.audit, now))
        events.push_back(std::move(explained));
    tell(watched, std::move(events));
    if (of_two_factor)  // whoever is told now must not read in a metric that all is well
        judge_the_unseen(watched);
}

namespace {

// A last reading that is to be judged again.
struct reading_in_hand {
    watched_list* list = nullptr;
    std::shared_ptr<const list_contents> of;
    std::vector<object_list> objects;  // by watcher
    std::vector<std::vector<deviation>> deviations;
};

std::vector<reading_in_hand> last_readings(account& watched)
{
    std::vector<reading_in_hand> out;
    for (auto& list : watched.lists) {
        if (!list.last)
            continue;
        reading_in_hand one{&list, list.last, {}, {}};
        for (const auto resource : list.watchers)
            one.objects.push_back(watched.objects[resource]);
        out.push_back(std::move(one));
    }
    return out;
}

void judge_in_hand(const account& watched, const known_secrets& secrets, day by, reading_in_hand& one)
{
    for (std::size_t watcher = 0; watcher < one.list->watchers.size(); ++watcher) {
        const auto& type = type_of(watched, one.list->watchers[watcher]);
        const trusted_state trusted{watched.trusted.of(type), secrets, by};
        one.deviations.push_back(diff(type, trusted, one.objects[watcher], extent::whole));
    }
}

// As of the last reading: what an object read by itself showed since then is not taken back.
void took_judged_again(account& watched, reading_in_hand& one, day by)
{
    auto& list = *one.list;
    if (list.last != one.of)
        return;  // it was read anew meanwhile, and judged by what is in force
    if (list.judged_on)
        list.judged_on = by;
    const look as_of_then{extent::whole, list.read_at, list.read_at, watched.now()};
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher)
        took_deviations(watched, list.watchers[watcher], std::move(one.deviations[watcher]), as_of_then);
}

}  // namespace

void judge_again(account& watched, std::string_view name)
{
    const auto type = std::ranges::find(watched.types, name, &resource_type::name);
    const auto resource = static_cast<std::size_t>(type - watched.types.begin());
    for (const auto& list : watched.lists)
        if (list.last && std::ranges::find(list.watchers, resource) != list.watchers.end())
            judge_resource(watched, resource, watched.objects[resource],
                           {extent::whole, list.read_at, list.read_at, watched.now()});
}

task<> judge_again(account& watched, thread_aside& aside)
{
    auto readings = last_readings(watched);
    auto work = [&watched, &readings, secrets = watched.secrets, by = today(watched)] {
        for (auto& one : readings)
            judge_in_hand(watched, secrets, by, one);
    };
    const auto by = today(watched);
    co_await aside.run(work);
    for (auto& one : readings) {
        took_judged_again(watched, one, by);
        co_await asio::post(asio::use_awaitable);  // others have their turn
    }
    judge_the_unseen(watched);
}

// A host that slept, or whose clock was set, did not leave the lists unread: their time counts from here on.
static void notice_sleep(account& watched, time_point now)
{
    constexpr auto longer_than_any_pause = std::chrono::minutes(2);
    if (now - watched.judged_unseen_at > longer_than_any_pause || now < watched.judged_unseen_at)
        watched.awake_since = now;
    watched.judged_unseen_at = now;
}

// Whoever edits a baseline by hand writes it first and signs it then. What is trusted does not wait for that:
// only the finding does.
static void judge_baseline_file(account& watched, time_point now)
{
    constexpr auto until_signed = std::chrono::seconds(5);
    const auto since = watched.distrusted_since;
    if (!watched.distrust.empty() && now >= since && now - since < until_signed)
        return;
    const distrusted_baseline file{watched.settings.name,
                                   minisign_key_id(watched.settings.baseline_public_key), watched.distrust};
    const look how{extent::whole, now, now};
    tell(watched, watched.findings.apply(whole_account, judge_distrust(file), how, {}));
}

void judge_the_unseen(account& watched)
{
    const auto now = watched.now();
    notice_sleep(watched, now);
    for (std::size_t resource = 0; resource < watched.types.size(); ++resource) {
        if (type_of(watched, resource).pages != paging::no_endpoint)
            continue;
        watched.signs.bypass_sso = users_past_single_sign_on(watched);
        // Before the probe was asked for the first time nothing that was said before is taken back.
        const bool asked = !watched.settings.probe || watched.signs.probe;
        auto judged =
            judge_two_factor(type_of(watched, resource), watched.trusted.two_factor, now, watched.signs);
        if (!asked && judged.evidence == two_factor_evidence::shown)
            judged = {two_factor_evidence::not_known, "two_factor_probe has not answered yet", {}};
        watched.seen[resource].judge(judged, now);
        const look how{asked ? extent::whole : extent::part, now, now};
        tell(watched,
             watched.findings.apply(type_of(watched, resource), std::move(judged.deviations), how, {}));
        if (const auto& attested = watched.trusted.two_factor.attested)
            tell(watched, watched.findings.settle_events(type_of(watched, resource).name, *attested, now));
    }
    for (auto& judged : judge_blindness(watched.seen, {stale_limits(watched), watched.awake_since},
                                        watched.organization.refusal(), watched.state_trouble, now)) {
        const look how{judged.seen ? extent::whole : extent::part, now, now};
        tell(watched, watched.findings.apply_blind(*judged.type, std::move(judged.deviations), how));
    }
    judge_baseline_file(watched, now);
}

task<> sweep(account& watched)
{
    std::vector<task<>> lists;
    for (auto& list : watched.lists)
        if (!reports_leftovers(watched, list))
            lists.push_back(read_and_judge(watched, list));
    co_await run_all(std::move(lists));

    for (auto& list : watched.lists)
        if (reports_leftovers(watched, list))
            co_await read_and_judge(watched, list);
    end_sweep(watched);
}

void end_sweep(account& watched)
{
    judge_the_unseen(watched);
    if (!watched.watching_since)
        watched.watching_since = watched.now();
    if (watched.findings.size() > 0)
        watched.findings.retitle(names_in(watched));
}

}  // namespace trunkwarden
