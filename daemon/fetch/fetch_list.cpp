#include "fetch/fetch_list.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "fetch/paging.hpp"

namespace trunkwarden {
namespace {

// Everything one reading works on. The workers share it: one thread, and all end before the reading does.
struct reading_in_hand {
    api_client& api;
    request_priority priority;
    page_sink& into;
    list_reading pages;
    std::optional<failure> failed;    // the first one; it stops the others
    std::size_t parts = 0;            // asked for so far
    std::size_t parts_too_large = 0;  // of these
    bool may_ask_for_a_part() const { return parts < max_parts && parts_too_large < max_parts_too_large; }
};

// A server that hands out pages of another size than it was asked for cannot be asked for a part.
bool is_the_part(const page_facts& facts, const page_part& part)
{
    return facts.page_size.value_or(part.size) == part.size &&
           facts.page_number.value_or(part.number) == part.number && facts.items <= part.size;
}

// A page that was too large to come at once, and the contents of its parts so far.
class cut_page {
public:
    cut_page(const page_part& whole, failure why)
        : whole_(whole), why_(std::move(why)), to_read_(parts_of(whole))
    {
        all_.page_size = whole.size;
    }

    std::optional<page_part> next()
    {
        if (to_read_.empty())
            return std::nullopt;
        const auto part = to_read_.back();
        to_read_.pop_back();
        return part;
    }

    page_place place_of(const page_part& part) const
    {
        return {whole_.number, part.begin() - whole_.begin()};
    }

    // The part is too large, too.
    void cut(const page_part& part, const failure& why, page_sink& into)
    {
        for (const auto& smaller : parts_of(part))
            to_read_.push_back(smaller);
        if (part.size > 1)
            return;
        into.leave_out(place_of(part), why);
        ++all_.items;
    }

    result<void> add(const page_part& part, const page_facts& facts)
    {
        if (!is_the_part(facts, part))
            return why_;
        if (all_.total_results && facts.total_results && *all_.total_results != *facts.total_results)
            return failure{errc::moved,
                           why_.message + "; its parts say that the list has another number of items"};
        all_.items += facts.items;
        all_.items_told = std::max(all_.items_told, facts.items_told);
        if (facts.total_results)
            all_.total_results = facts.total_results;
        if (facts.items < part.size && facts.more.empty())
            to_read_.clear();  // the list ends here
        if (to_read_.empty())
            all_.more = facts.more;
        return {};
    }

    const page_facts& all() const { return all_; }
    const failure& why() const { return why_; }

private:
    page_part whole_;
    failure why_;
    page_facts all_;
    std::vector<page_part> to_read_;  // the last one first
};

task<result<page_facts>> read_in_parts(reading_in_hand& work, std::size_t number, failure why)
{
    cut_page page({number, work.pages.page_size()}, std::move(why));
    while (const auto part = page.next()) {
        if (work.failed || !work.may_ask_for_a_part())
            co_return page.why();
        ++work.parts;
        auto target = work.pages.target_of(part->number, part->size);
        auto answer = co_await work.api.get_page(std::move(target), work.priority);
        if (!answer) {
            if (answer.error().kind != errc::too_large)
                co_return answer.error();
            ++work.parts_too_large;
            page.cut(*part, answer.error(), work.into);
            continue;
        }
        auto facts = work.into.take(page.place_of(*part), std::move(answer->body));
        if (!facts)
            co_return facts.error();
        note_link(*answer, *facts);
        const auto added = page.add(*part, *facts);
        if (!added)
            co_return added.error();
    }
    co_return page.all();
}

bool comes_in_parts(const reading_in_hand& work, const failure& failed)
{
    return failed.kind == errc::too_large && work.pages.is_paged() && work.pages.page_size() > 1;
}

task<result<void>> read_page(reading_in_hand& work, std::size_t number)
{
    auto target = work.pages.target_of(number);
    auto page = co_await work.api.get_page(std::move(target), work.priority);
    if (work.failed)
        co_return result<void>();
    if (!page && !comes_in_parts(work, page.error()))
        co_return page.error();
    result<page_facts> facts = page_facts{};
    if (page)
        facts = work.into.take(number, std::move(page->body));
    else
        facts = co_await read_in_parts(work, number, page.error());
    if (!facts)
        co_return facts.error();
    if (page)
        note_link(*page, *facts);
    co_return work.pages.take(number, *facts);
}

// Reads pages until none is left to ask for, or until anything fails.
task<> read_pages(reading_in_hand& work)
{
    while (!work.failed) {
        const auto number = work.pages.next();
        if (!number)
            co_return;
        const auto taken = co_await read_page(work, *number);
        if (work.failed)
            co_return;
        if (!taken) {
            work.failed = taken.error();
            co_return;
        }
        // Without a promise of where it ends, a server that repeats a page would be read for ever.
        if (work.pages.unannounced() && *number > 1 && work.into.repeated_id())
            co_return;
    }
}

// Orders the parallel group to cancel the other workers as soon as one has failed.
class stop_at_failure {
public:
    explicit stop_at_failure(const reading_in_hand& work) : work_(&work) {}
    asio::cancellation_type operator()(const std::exception_ptr& thrown) const
    {
        return thrown || work_->failed ? asio::cancellation_type::all : asio::cancellation_type::none;
    }

private:
    const reading_in_hand* work_;
};

using started_worker =
    decltype(asio::co_spawn(std::declval<asio::any_io_executor>(), std::declval<task<>>(), asio::deferred));

// The workers read side by side; this ends when all of them have.
task<> read_side_by_side(reading_in_hand& work, std::size_t workers)
{
    const auto here = co_await asio::this_coro::executor;
    std::vector<started_worker> group;
    group.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i)
        group.push_back(asio::co_spawn(here, read_pages(work), asio::deferred));
    auto all = asio::experimental::make_parallel_group(std::move(group));
    const stop_at_failure stop(work);
    const auto [order, thrown] = co_await all.async_wait(stop, asio::use_awaitable);
    if (work.failed)
        co_return;  // the others threw because they were cancelled
    for (const auto& exception : thrown)
        if (exception)
            std::rethrow_exception(exception);
}

task<result<std::size_t>> read_once(reading_in_hand& work, std::size_t side_by_side)
{
    // Alone at first: page one says how many there are.
    const auto number = work.pages.next();
    const auto taken = co_await read_page(work, *number);
    if (!taken)
        co_return taken.error();
    const auto workers = std::min(side_by_side, work.pages.pages_left());
    if (workers == 1)
        co_await read_pages(work);
    else if (workers > 1)
        co_await read_side_by_side(work, workers);
    if (work.failed)
        co_return *work.failed;
    co_return work.pages.verdict(work.into.repeated_id());
}

failure kept_moving(failure last, unsigned readings)
{
    last.message += " (read " + std::to_string(readings) + " times, and it kept changing)";
    return last;
}

}  // namespace

void note_link(const api_page& answer, page_facts& facts)
{
    if (answer.links_to_next && facts.more.empty())
        facts.more = "Link header";
}

task<result<std::size_t>> fetch_list(api_client& api, const listing& from, page_sink& into,
                                     fetch_limits limits)
{
    const auto here = co_await asio::this_coro::executor;
    const auto side_by_side = std::max<std::size_t>(1, limits.side_by_side);
    const auto priority = limits.priority.value_or(from.order);
    for (unsigned reading = 1;; ++reading) {
        reading_in_hand work{api, priority, into, list_reading(from, limits.max_pages), std::nullopt};
        auto outcome = co_await read_once(work, side_by_side);
        if (outcome || outcome.error().kind != errc::moved)
            co_return outcome;
        if (reading >= limits.readings)
            co_return kept_moving(outcome.error(), reading);
        into.restart();
        asio::steady_timer pause(here, limits.pause);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace trunkwarden
