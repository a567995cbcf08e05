#include "account/questions.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

#include "fetch/paging.hpp"
#include "snapshot/answer_item.hpp"
#include "snapshot/field_of.hpp"
#include "support/async/run_all.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

std::size_t place_of(const account_view& view, std::string_view resource)
{
    const auto found = std::ranges::find_if(
        view.coverage, [resource](const coverage& coverage) { return coverage.type->name == resource; });
    return static_cast<std::size_t>(found - view.coverage.begin());
}

// The text that replaces "{}"; "" where the object has none.
std::string value_of(const object_view& object, const resource_type& type, const asked_about& about)
{
    return std::string(about.with.empty() ? object.address() : field_of(type, object, about.with));
}

std::string target_of(const asked_about& about, std::string_view value)
{
    std::string out(about.target);
    return out.replace(out.find("{}"), 2, percent_encoded(value));
}

bool has_exactly(const entry& by, std::string_view value)
{
    return std::ranges::any_of(by.where, [value](const constraint& wanted) {
        return std::ranges::any_of(wanted.any_of, [value](const accepted_value& accepted) {
            return accepted.kind == accepted_value::form::exact && accepted.text == value;
        });
    });
}

// Whether the baseline has an entry for this object, or for the answer about it: a rule that many objects
// match does not count.
bool is_named(const entry_list& objects, const entry_list& answers, const object_view& object,
              std::string_view value)
{
    return !objects.naming(object.id(), object.address()).empty() ||
           !answers.naming(value, object.id()).empty() ||
           std::ranges::any_of(answers.entries(),
                               [&object](const entry& by) { return has_exactly(by, object.id()); });
}

struct asked_type {
    const account_view& view;
    const resource_type& type;
    const baseline& trusted;
};

// `known` are the targets that there are already.
void add_questions(const asked_type& of_type, const asked_about& about, std::set<std::string>& known,
                   questions& out)
{
    const auto& view = of_type.view;
    const auto& answers = of_type.trusted.entries_of(of_type.type);
    const auto resource = place_of(view, about.resource);
    const auto& type = view.type_of(resource);
    const auto& objects = of_type.trusted.entries_of(type);
    const auto listed_at = view.coverage[resource].last_read();
    for_each(view.objects[resource], [&](const object_view& object) {
        const auto value = value_of(object, type, about);
        if (value.empty() || value == "." || value == "..")
            return;
        if (auto target = target_of(about, value); known.insert(target).second)
            out.all.push_back({std::move(target), value, about.listed_under, about.when_not_found,
                               is_named(objects, answers, object, value), listed_at});
    });
    const auto& seen = view.coverage[resource];
    for (const auto& unreadable_object : seen.unreadable)
        out.cannot_ask.push_back(fmt::format("it is about an object of {} that cannot be read ({})",
                                             about.resource, unreadable_object.reason));
    if (seen.failed_with && !out.failed)
        out.failed = failure{*seen.failed_with,
                             fmt::format("{}, about which it is asked: {}", about.resource, seen.reason)};
}

void cut(questions& all)
{
    if (all.all.size() <= max_questions)
        return;
    all.failed = failure{errc::too_large, fmt::format("it takes {} requests; the first {} of them are sent",
                                                      all.all.size(), max_questions)};
    all.all.resize(max_questions);
}

// Whether the answers to the other questions would be the same.
bool ends_the_round(errc kind, std::size_t answers)
{
    return kind == errc::unauthorised || kind == errc::rate_limited || kind == errc::unreachable ||
           kind == errc::untrusted || (kind == errc::forbidden && answers == 0);
}

bool is_about_the_answer(errc kind)
{
    return kind == errc::not_understood || kind == errc::too_large;
}

failure named(const question& asked, const failure& why)
{
    auto out = fmt::format("GET {}: {}", asked.target, why.message);
    if (why.kind == errc::too_large && !asked.listed_under.empty())
        out += fmt::format(
            "; the rest is not watched: remove what is not needed, or switch off {}, to which all of "
            "it belongs. \"trunkwarden lockdown\" reads up to {} pages",
            printable(asked.address, 80), max_pages_at_once);
    return {why.kind, std::move(out)};
}

// One reading in hand. Those who ask share it: one thread, and all end before the reading does.
struct round_of_questions {
    account_io& io;
    const resource_type& type;
    const questions& asked;
    page_sink& into;
    const asking& terms;
    json_reader reader = {};
    std::size_t next = 0;  // the place of the next question
    bool is_over = false;
    std::size_t answers = 0;
    std::optional<failure> failed = {};  // the first one

    bool has_more() const { return !is_over && next < asked.all.size(); }

    // The number of a page of an answer: the same in every reading that asks the same, in any order.
    std::size_t number_of(const question& about, std::size_t page) const
    {
        return about.place * numbers_each + page;
    }
    result<page_facts> take(const question& about, std::size_t page, time_point began,
                            result<std::string> body);
    // Whether to continue.
    bool leave(const question& about, const failure& why);
    void end(const question& about)
    {
        ++answers;
        terms.on_end(about, question_end::answered);
    }
    void note(const failure& why)
    {
        if (!failed)
            failed = why;
    }
};

result<page_facts> round_of_questions::take(const question& about, std::size_t page, time_point began,
                                            result<std::string> body)
{
    if (body)
        body = about.listed_under.empty()
                   ? answer_as_list(reader, *body, type.id, about.address)
                   : answer_with_owner(reader, *body, type, about.listed_under, about.address);
    if (!body)
        return body.error();
    const auto number = number_of(about, page);
    auto taken = into.take(number, std::move(*body));
    if (taken)
        terms.on_answer(about, number, began);
    return taken;
}

bool round_of_questions::leave(const question& about, const failure& why)
{
    const bool is_answered = is_about_the_answer(why.kind);
    if (is_answered) {
        const auto number = number_of(about, numbers_each);
        into.leave_out(number, named(about, why));
        terms.on_left_out(about, number);
    } else {
        note(why);
    }
    terms.on_end(about, is_answered ? question_end::answered : question_end::failed);
    return !ends_the_round(why.kind, answers);
}

// Whether an answer says that there is no such object.
bool is_none(const question& about, const failure& why)
{
    return why.kind == errc::not_found && about.when_not_found == asked_about::not_found::is_none;
}

// Whether to continue with the next question.
task<bool> ask_for_an_object(round_of_questions& round, const question& about)
{
    co_await await_turn(round.io, round.terms.pause);
    const auto began = round.io.now();
    auto target = about.target;
    auto body = co_await round.io.api->get(std::move(target), round.terms.priority);
    if (!body && body.error().kind == errc::not_found && !is_none(about, body.error()) &&
        round.terms.leaves_not_found) {
        round.terms.on_end(about, question_end::not_found);
        co_return true;
    }
    if (body || !is_none(about, body.error()))
        if (const auto taken = round.take(about, 1, began, std::move(body)); !taken)
            co_return round.leave(about, taken.error());
    round.end(about);
    co_return true;
}

// The same, page by page: one that shows objects is judged although the next one cannot be read.
task<bool> ask_for_a_list(round_of_questions& round, const question& about)
{
    listing from;
    from.path = about.target;
    from.page_size = round.type.page_size;
    list_reading pages(from, round.terms.most_pages);
    while (const auto number = pages.next()) {
        co_await await_turn(round.io, round.terms.pause);
        const auto began = round.io.now();
        auto target = pages.target_of(*number);
        auto page = co_await round.io.api->get_page(std::move(target), round.terms.priority);
        if (!page && *number == 1 && is_none(about, page.error())) {
            round.end(about);
            co_return true;
        }
        auto facts = page ? round.take(about, *number, began, std::move(page->body))
                          : result<page_facts>(page.error());
        if (!facts)
            co_return round.leave(about, facts.error());
        note_link(*page, *facts);
        if (const auto taken = pages.take(*number, *facts); !taken)
            co_return round.leave(about, taken.error());
    }
    if (const auto whole = pages.verdict(std::nullopt); !whole)
        co_return round.leave(about, whole.error());
    round.end(about);
    co_return true;
}

task<> ask_next(round_of_questions& round)
{
    const auto& about = round.asked.all[round.next++];
    bool goes_on = false;
    if (about.listed_under.empty())
        goes_on = co_await ask_for_an_object(round, about);
    else
        goes_on = co_await ask_for_a_list(round, about);
    if (!goes_on)
        round.is_over = true;
}

task<> ask_the_rest(round_of_questions& round)
{
    while (round.has_more())
        co_await ask_next(round);
}

// Alone at first: an API that refuses is asked once.
task<> ask_side_by_side(round_of_questions& round)
{
    if (round.has_more())
        co_await ask_next(round);
    const auto left = round.has_more() ? round.asked.all.size() - round.next : 0;
    std::vector<task<>> work;
    while (work.size() < std::min(left, round.terms.side_by_side))
        work.push_back(ask_the_rest(round));
    co_await run_all(std::move(work));
}

// The object whose answer shows the one with this address; the same where each object has its own answer, ""
// where it is not known.
std::string asked_to_see(const account_view& view, const resource_type& type, std::string_view address)
{
    const auto owner = type.asks_about[0].listed_under;
    if (owner.empty())
        return std::string(address);
    std::string out;
    for_each(view.objects[place_of(view, type.name)], [&](const object_view& object) {
        if (object.address() == address)
            out = field_of(type, object, owner);
    });
    return out;
}

}  // namespace

questions questions_of(const account_view& view, const resource_type& type, const baseline& trusted)
{
    questions out;
    std::set<std::string> known;
    for (const auto& about : type.asks_about)
        add_questions({view, type, trusted}, about, known, out);
    std::stable_partition(out.all.begin(), out.all.end(),
                          [](const question& question) { return question.is_named; });
    cut(out);
    for (std::size_t place = 0; place < out.all.size(); ++place)
        out.all[place].place = place;
    return out;
}

questions questions_about(const account_view& view, const resource_type& type, std::string_view address)
{
    auto all = questions_of(view, type);
    const auto wanted = asked_to_see(view, type, address);
    questions out;
    std::ranges::copy_if(all.all, std::back_inserter(out.all),
                         [&wanted](const question& question) { return question.address == wanted; });
    if (out.all.empty())
        return all;
    return out;
}

questions questions_under(const resource_type& type, std::string_view owner)
{
    const auto& about = type.asks_about[0];
    questions out;
    out.all.push_back(
        {target_of(about, owner), std::string(owner), about.listed_under, about.when_not_found});
    return out;
}

bool waits_for_other_lists(const account_view& view, const polled_list& list)
{
    return std::ranges::any_of(view.type_of(list.resources.front()).asks_about, [&view](const auto& about) {
        return view.coverage[place_of(view, about.resource)].state == reading_state::never;
    });
}

task<> await_turn(account_io& io, duration pause)
{
    using clock = std::chrono::steady_clock;
    if (pause.count() == 0)
        co_return;
    const auto now = clock::now();
    const auto turn = std::max(now, io.next_question);
    io.next_question = turn + pause;
    asio::steady_timer timer(co_await asio::this_coro::executor, turn);
    co_await timer.async_wait(asio::use_awaitable);
}

task<result<std::size_t>> ask_questions(account_io& io, const resource_type& type, const questions& asked,
                                        page_sink& into, const asking& asking)
{
    round_of_questions round{io, type, asked, into, asking};
    round.failed = asked.failed;
    co_await ask_side_by_side(round);
    auto number = max_questions * numbers_each;  // behind those of every question that may be asked
    for (const auto& why : asked.cannot_ask) {
        const failure unread{errc::not_understood, why};
        into.leave_out(++number, unread);
    }
    if (round.failed)
        co_return *round.failed;
    co_return round.answers;
}

}  // namespace trunkwarden
