#include "cycle.hpp"

#include "cross_reference.hpp"
#include "diff/diff.hpp"
#include "findings/blindness.hpp"
#include "findings/two_factor.hpp"
#include "schedule.hpp"
#include "snapshot/leftovers.hpp"
#include "support/run_all.hpp"

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
    return type_of(watched, list.watchers.front()).reports == scope::leftovers;
}

void tell(account& watched, const std::vector<finding_event>& events)
{
    for (const auto& event : events)
        watched.listener->on_event(event);
}

// The objects this resource reports, of those its list holds.
object_list reported(const account& watched, const watched_list& list, std::size_t watcher,
                     const list_contents& reading)
{
    auto objects = objects_of(reading, watcher);
    return type_of(watched, list.watchers[watcher]).reports == scope::leftovers
               ? leftovers(type_of(watched, list.watchers[watcher]), objects, known_elsewhere(watched))
               : std::move(objects);
}

day today(const account& watched)
{
    return std::chrono::floor<std::chrono::days>(watched.now());
}

void judge_resource(account& watched, std::size_t resource, const object_list& objects, extent how_much)
{
    const auto& type = type_of(watched, resource);
    const auto now = watched.now();
    const trusted_state trusted{watched.trusted.of(type), watched.secrets, today(watched)};

    auto deviations = diff(type, trusted, objects, how_much);
    const auto names = deviations.empty() ? namebook{} : names_in(watched);
    const auto events = watched.findings.apply(type, std::move(deviations), how_much, names, now);
    tell(watched, events);
}

void remember_secrets(account& watched, std::size_t resource, const object_list& objects)
{
    for (const auto& page : objects)
        for (std::size_t row = 0; row < page->size(); ++row)
            watched.secrets.remember(type_of(watched, resource), (*page)[row]);
}

// The same pages judged by the same baseline on the same day show the same; only an index over other lists
// may not.
bool shows_the_same(const account& watched, const watched_list& list, const list_contents& reading)
{
    return list.last && *list.last == reading && list.judged_on == today(watched) &&
           !reports_leftovers(watched, list);
}

void took_the_same(account& watched, watched_list& list)
{
    for (const auto resource : list.watchers) {
        watched.findings.confirm(type_of(watched, resource), watched.now());
        watched.seen[resource].succeed(count(watched.objects[resource]), watched.now());
    }
}

void took_whole(account& watched, watched_list& list, std::shared_ptr<const list_contents> reading)
{
    if (shows_the_same(watched, list, *reading)) {
        took_the_same(watched, list);
        return;
    }
    list.last = std::move(reading);
    list.judged_on = today(watched);
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher) {
        const auto resource = list.watchers[watcher];
        watched.objects[resource] = reported(watched, list, watcher, *list.last);
        judge_resource(watched, resource, watched.objects[resource], extent::whole);
        remember_secrets(watched, resource, watched.objects[resource]);
        watched.seen[resource].succeed(count(watched.objects[resource]), watched.now());
    }
}

// Half a list proves what is on it: that is told at once. It never proves what is not.
void took_part(account& watched, watched_list& list, const list_contents& reading, const failure& why)
{
    list.judged_on
        .reset();  // what this shows may not be in the last whole reading: the next one is judged anew
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher) {
        const auto resource = list.watchers[watcher];
        judge_resource(watched, resource, reported(watched, list, watcher, reading), extent::part);
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

    const auto read = co_await fetch_list(*watched.api, list.from, reader, limits);
    auto reading = reader.reading();
    if (read && reports_leftovers(watched, list))
        co_await read_lists_behind(watched, *reading);

    if (read)
        took_whole(watched, list, std::move(reading));
    else
        took_part(watched, list, *reading, read.error());
    watched.listener->on_list_read(watched.settings.name, list);
}

void judge_the_unseen(account& watched)
{
    const auto now = watched.now();
    for (std::size_t resource = 0; resource < watched.types.size(); ++resource) {
        if (type_of(watched, resource).pages != paging::no_endpoint)
            continue;
        auto judged = judge_two_factor(type_of(watched, resource), watched.trusted.two_factor, now);
        watched.seen[resource].judge(judged, now);
        const auto events = watched.findings.apply(type_of(watched, resource), std::move(judged.deviations),
                                                   extent::whole, {}, now);
        tell(watched, events);
    }
    for (auto& judged :
         judge_blindness(watched.seen, stale_limits(watched), watched.organization.refusal(), now)) {
        const auto events = watched.findings.apply_blind(*judged.type, std::move(judged.deviations), now);
        tell(watched, events);
    }
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
    if (watched.findings.size() > 0)
        watched.findings.retitle(names_in(watched));
}

}  // namespace trunkwarden
