#include "watch/observe_list.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "account/question_rounds.hpp"
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

bool shows_api_keys(const account_view& view, const polled_list& list)
{
    return view.type_of(list.resources.front()).role == resource_role::api_keys;
}

bool may_be_elsewhere(const account& account, const polled_list& list, const failure& why)
{
    const bool is_no = why.kind == errc::forbidden || why.kind == errc::not_found;
    return is_no && shows_api_keys(account.view, list) && account.config.settings.api_keys.path.empty() &&
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

// A round of questions; all of them while nothing was seen yet, and where nobody waits for turns.
task<list_observation> observe_answers(account& account, polled_list& list, const page_listener& on_page)
{
    auto& io = account.io;
    const auto& type = account.view.type_of(list.resources.front());
    const auto all = questions_of(account.view, type, account.config.baseline);
    list.named_questions = static_cast<std::size_t>(std::ranges::count_if(all.all, &question::is_named));
    list_observation observed;
    observed.began = io.now();
    note_questions(all, list.answers, observed.began);
    list_reader reader(list.parser, account.view.page_digests, list.last);
    round_answers answers;
    asking asking;
    asking.priority = priority_of(io, account.config.poll, account.view, list);
    asking.on_answer = [&](const question& about, std::size_t number, time_point began) {
        answers[about.target].pages.push_back(number);
        on_page(*reader.reading()->pages.at(number), began);
    };
    asking.on_left_out = [&](const question& about, std::size_t number) {
        answers[about.target].pages.push_back(number);
    };
    asking.on_end = [&](const question& about, question_end ended) { answers[about.target].ended = ended; };
    const bool in_turns = list.last != nullptr && io.between_questions.count() > 0;
    asking.leaves_not_found = in_turns;
    asking.pause = in_turns ? io.between_questions : duration(0);
    asking.side_by_side = list.last ? 1 : account.config.poll.concurrency;
    asking.most_pages = list.last ? max_answer_pages : max_pages_at_once;
    const auto most = static_cast<std::size_t>(target_age(list, account.config.poll) / between_questions);
    const auto asked = in_turns ? questions_of_a_round(all, list.answers, most) : all;
    const auto read = co_await ask_questions(io, type, asked, reader, asking);
    const auto now = io.now();
    observed.contents = take_round(all, *reader.reading(), answers, list.answers, now);
    if (!read)
        observed.failed = read.error();
    else if (in_turns)
        observed.failed = trouble_of_rounds(all, list.answers, now);
    co_return observed;
}

task<list_observation> observe_list_of_pages(account& account, polled_list& list)
{
    list_reader reader(list.parser, account.view.page_digests, list.last);
    const auto priority = priority_of(account.io, account.config.poll, account.view, list);
    list_observation observed;
    observed.began = account.io.now();
    const auto read = co_await read_pages(account.io, account.config.poll, list, reader, priority);
    if (!read)
        observed.failed = read.error();
    const bool kept_changing = observed.failed && observed.failed->kind == errc::moved;
    observed.contents = kept_changing ? reader.shown_by_every_reading() : reader.reading();
    co_return observed;
}

}  // namespace

task<list_observation> observe(account& account, polled_list& list, const page_listener& on_page)
{
    list_observation observed;
    if (list.from.pages == paging::answers)
        observed = co_await observe_answers(account, list, on_page);
    else
        observed = co_await observe_list_of_pages(account, list);
    if (was_answered(observed.failed))
        list.answered_at = account.io.now();
    co_return observed;
}

namespace {

// Neither of two places where a list may be shows it.
list_observation read_nowhere(list_observation second, const failure& first)
{
    second.failed->message = first.message + "; " + second.failed->message;
    second.contents = std::make_shared<list_contents>();
    return second;
}

// When neither list can be read, the next reading begins with IAM again.
task<list_observation> observe_undocumented_api_keys(account& account, polled_list& list, failure first,
                                                     const page_listener& on_page)
{
    read_api_keys_from(account.config, account.view, undocumented_api_keys);
    auto observed = co_await observe(account, list, on_page);
    if (!observed.failed)
        co_return observed;
    read_api_keys_from(account.config, account.view, iam_api_keys());
    co_return read_nowhere(std::move(observed), first);
}

// An extra resource is where the settings say.
bool may_be_at_its_plain_path(const account& account, const polled_list& list, const failure& why)
{
    return why.kind == errc::not_found && !plain_path(list.from.path).empty() &&
           !account.memory.lists_read.contains(list.from.path) &&
           !account.config.types[list.resources.front()].is_extra;
}

// When it cannot be read there either, the next reading begins as documented again.
task<list_observation> observe_plainly(account& account, polled_list& list, failure first,
                                       const page_listener& on_page)
{
    read_list_at(account.config, list, list_path::plain);
    auto observed = co_await observe(account, list, on_page);
    if (!observed.failed)
        co_return observed;
    read_list_at(account.config, list, list_path::documented);
    co_return read_nowhere(std::move(observed), first);
}

// Of other lists it makes no difference that they were read.
bool is_worth_noting(const account_view& view, const polled_list& list)
{
    return list.from.use != product_use::of_every_account ||
           (shows_api_keys(view, list) && list.from.path == iam_api_keys());
}

}  // namespace

task<list_observation> observe_here(account& account, polled_list& list, const page_listener& on_page)
{
    auto observed = co_await observe(account, list, on_page);
    if (observed.failed && may_be_elsewhere(account, list, *observed.failed)) {
        auto why = *observed.failed;
        observed = co_await observe_undocumented_api_keys(account, list, std::move(why), on_page);
    } else if (observed.failed && may_be_at_its_plain_path(account, list, *observed.failed)) {
        auto why = *observed.failed;
        observed = co_await observe_plainly(account, list, std::move(why), on_page);
    }
    if (observed.failed && lacks_the_product(account.memory, list, *observed.failed)) {
        observed.failed.reset();
        observed.contents = std::make_shared<list_contents>();
    } else if (!observed.failed && is_worth_noting(account.view, list)) {
        account.memory.lists_read.note(list.from.path);
    }
    co_return observed;
}

}  // namespace trunkwarden
