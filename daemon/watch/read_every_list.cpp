#include "watch/read_every_list.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "account/cross_reference.hpp"
#include "support/async/async_event.hpp"
#include "support/async/run_all.hpp"

namespace trunkwarden {
namespace {

struct round_of_lists {
    account& watched;
    list_step read;
    std::vector<bool> was_read;  // by index of account_view::lists; also when it could not be read
    async_event one_more;
};

bool is_typed(const account_view& view, const polled_list& list)
{
    return !is_index(view, list) && list.from.pages != paging::answers;
}

bool asks_about(const account_view& view, const polled_list& list, const polled_list& shows)
{
    const auto& about = view.type_of(list.resources.front()).asks_about;
    return std::ranges::any_of(shows.resources, [&](std::size_t resource) {
        return std::ranges::any_of(
            about, [&](const asked_about& asked) { return asked.resource == view.type_of(resource).name; });
    });
}

bool depends_on(const account_view& view, const polled_list& list, const polled_list& other)
{
    return is_index(view, list) ? is_typed(view, other) : asks_about(view, list, other);
}

bool has_to_wait(const round_of_lists& round, const polled_list& list)
{
    const auto& view = round.watched.view;
    for (std::size_t other = 0; other < view.lists.size(); ++other)
        if (!round.was_read[other] && depends_on(view, list, view.lists[other]))
            return true;
    return false;
}

task<> read_in_turn(round_of_lists& round, std::size_t place)
{
    auto& list = round.watched.view.lists[place];
    while (has_to_wait(round, list))
        co_await round.one_more.wait();
    co_await round.read(round.watched, list);
    round.was_read[place] = true;
    round.one_more.notify_all();
}

}  // namespace

task<> read_every_list(account& account, list_step read)
{
    round_of_lists round{account, read, std::vector<bool>(account.view.lists.size()), {}};
    std::vector<task<>> work;
    for (std::size_t place = 0; place < account.view.lists.size(); ++place)
        work.push_back(read_in_turn(round, place));
    co_await run_all(std::move(work));
}

}  // namespace trunkwarden
