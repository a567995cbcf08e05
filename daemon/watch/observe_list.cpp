#include "watch/observe_list.hpp"

#include <memory>
#include <utility>

#include "account/questions.hpp"
#include "account/schedule.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/plain_path.hpp"

namespace trunkwarden {
namespace {

// Whether the API answered, if only to say that it has no such list, or that this key may not see it.
bool was_answered(const std::optional<failure>& failed)
{
    if (!failed)
        return true;
    switch (failed->kind) {
        case errc::unauthorised:
        case errc::forbidden:
        case errc::not_found:
        case errc::refused:
        case errc::busy:
        case errc::not_understood:
        case errc::too_large:
        case errc::moved:
            return true;
        default:
            return false;
    }
}

std::string_view iam_api_keys()
{
    return resource_of(resource_role::api_keys).path;
}

bool shows_api_keys(const account& account, const polled_list& list)
{
    return account.view.type_of(list.resources.front()).role == resource_role::api_keys;
}

bool may_be_elsewhere(const account& account, const polled_list& list, const failure& why)
{
    const bool is_no = why.kind == errc::forbidden || why.kind == errc::not_found;
    return is_no && shows_api_keys(account, list) && account.config.settings.api_keys.path.empty() &&
           list.from.path == iam_api_keys() && !account.memory.lists_read.contains(iam_api_keys());
}

}  // namespace

request_priority priority_of(const account_io& io, const poll_settings& poll, const account_view& view,
                             const polled_list& list)
{
    const auto due = until_due(view, poll, list, io.now());
    return {urgency_of(view, list), request_priority::instant::clock::now() + due};
}

namespace {

task<result<std::size_t>> read_pages(account_io& io, const poll_settings& poll, const polled_list& list,
                                     list_reader& into, request_priority priority)
{
    fetch_limits limits;
    limits.side_by_side = poll.concurrency;
    limits.pause = io.before_reading_again;
    limits.priority = priority;
    co_return co_await fetch_list(*io.api, list.from, into, limits);
}

}  // namespace

task<list_observation> observe(account_io& io, const poll_settings& poll, const account_view& view,
                               polled_list& list, const page_listener& on_page)
{
    list_reader reader(list.parser, view.page_digests, list.last);
    const auto priority = priority_of(io, poll, view, list);
    list_observation observed;
    observed.began = io.now();
    result<std::size_t> read = 0;
    if (list.from.pages == paging::answers) {
        const auto& type = view.type_of(list.resources.front());
        const auto asked = questions_of(view, type);
        list.questions = asked.all.size();
        asking how;
        how.priority = priority;
        how.pause = list.last ? io.between_questions : duration(0);  // nothing was seen yet
        how.side_by_side = list.last ? 1 : poll.concurrency;
        how.most_pages = list.last ? max_answer_pages : max_pages_at_once;
        how.on_answer = [&reader, &on_page](std::size_t number, time_point began) {
            on_page(*reader.reading()->pages.at(number), began);
        };
        read = co_await ask_questions(io, type, asked, reader, how);
    } else {
        read = co_await read_pages(io, poll, list, reader, priority);
    }
    if (!read)
        observed.failed = read.error();
    const bool kept_changing = observed.failed && observed.failed->kind == errc::moved;
    observed.contents = kept_changing ? reader.shown_by_every_reading() : reader.reading();
    if (was_answered(observed.failed))
        list.answered_at = io.now();
    co_return observed;
}

namespace {

// Of two places where a list may be, neither shows it.
list_observation read_nowhere(list_observation second, const failure& first)
{
    second.failed->what = first.what + "; " + second.failed->what;
    second.contents = std::make_shared<list_contents>();
    return second;
}

// When neither list can be read, the next reading begins with IAM again.
task<list_observation> observe_undocumented_api_keys(account& account, polled_list& list, failure first,
                                                     const page_listener& on_page)
{
    read_api_keys_from(account, undocumented_api_keys);
    auto observed = co_await observe(account.io, account.config.poll, account.view, list, on_page);
    if (!observed.failed)
        co_return observed;
    read_api_keys_from(account, iam_api_keys());
    co_return read_nowhere(std::move(observed), first);
}

bool may_be_at_its_plain_path(const account& account, const polled_list& list, const failure& why)
{
    return why.kind == errc::not_found && !plain_path(list.from.path).empty() &&
           !account.memory.lists_read.contains(list.from.path);
}

// When it cannot be read there either, the next reading begins as documented again.
task<list_observation> observe_plainly(account& account, polled_list& list, failure first,
                                       const page_listener& on_page)
{
    read_list_at(account, list, list_path::plain);
    auto observed = co_await observe(account.io, account.config.poll, account.view, list, on_page);
    if (!observed.failed)
        co_return observed;
    read_list_at(account, list, list_path::documented);
    co_return read_nowhere(std::move(observed), first);
}

// Of other lists it makes no difference that they were read.
bool is_worth_noting(const account& account, const polled_list& list)
{
    return list.from.use != product_use::of_every_account ||
           (shows_api_keys(account, list) && list.from.path == iam_api_keys());
}

}  // namespace

task<list_observation> observe_here(account& account, polled_list& list, const page_listener& on_page)
{
    auto observed = co_await observe(account.io, account.config.poll, account.view, list, on_page);
    if (observed.failed && may_be_elsewhere(account, list, *observed.failed)) {
        auto why = *observed.failed;
        observed = co_await observe_undocumented_api_keys(account, list, std::move(why), on_page);
    } else if (observed.failed && may_be_at_its_plain_path(account, list, *observed.failed)) {
        auto why = *observed.failed;
        observed = co_await observe_plainly(account, list, std::move(why), on_page);
    }
    if (observed.failed && lacks_the_product(account, list, *observed.failed)) {
        observed.failed.reset();
        observed.contents = std::make_shared<list_contents>();
    } else if (!observed.failed && is_worth_noting(account, list)) {
        account.memory.lists_read.note(list.from.path);
    }
    co_return observed;
}

}  // namespace trunkwarden
