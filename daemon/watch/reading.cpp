#include "watch/reading.hpp"

#include "account/cross_reference.hpp"
#include "snapshot/leftovers.hpp"
#include "support/async/run_all.hpp"

namespace trunkwarden {

namespace {

bool is_index(const account& watched, const watched_list& list)
{
    return is_index(watched.types[list.watchers.front()]);
}

void keep(account& watched, const watched_list& list, const list_contents& reading)
{
    for (std::size_t watcher = 0; watcher < list.watchers.size(); ++watcher) {
        const auto resource = list.watchers[watcher];
        const auto& type = watched.types[resource];
        auto objects = objects_of(reading, watcher);
        watched.objects[resource] =
            is_index(type) ? leftovers(type, objects, known_elsewhere(watched)) : std::move(objects);
        watched.seen[resource].succeed(count(watched.objects[resource]), watched.now());
    }
}

task<> read_list(account& watched, watched_list& list)
{
    list_reader reader(list.parser, watched.marks, list.last);
    fetch_limits limits;
    limits.side_by_side = watched.poll.concurrency;
    const auto read = co_await fetch_list(*watched.api, list.from, reader, limits);
    if (read && is_index(watched, list))
        // What only the index shows may be newer than the last reading of its own list.
        for (watched_list* doubtful : lists_to_read_again(watched, *reader.reading()))
            co_await read_list(watched, *doubtful);
    if (read) {
        list.last = reader.reading();
        keep(watched, list, *list.last);
    } else {
        for (const auto resource : list.watchers)
            watched.seen[resource].fail(read.error(), watched.now());
    }
    watched.listener->on_list_read(watched.settings.name, list);
}

}  // namespace

task<> read_everything(account& watched)
{
    std::vector<task<>> lists;
    for (auto& list : watched.lists)
        if (!is_index(watched, list))
            lists.push_back(read_list(watched, list));
    co_await run_all(std::move(lists));
    for (auto& list : watched.lists)
        if (is_index(watched, list))
            co_await read_list(watched, list);
}

}  // namespace trunkwarden
