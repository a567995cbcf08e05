#include "account/question_rounds.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {
namespace {

using kept_page = std::shared_ptr<const list_contents::page>;

time_point turn_of(const question& about, const kept_answers& known)
{
    const auto found = known.find(about.target);
    return found == known.end() ? earliest_time : found->second.turn;
}

// The first ones by their turns, `most` at most.
void add_by_turn(std::vector<question> some, const kept_answers& known, std::size_t most,
                 std::vector<question>& to)
{
    std::ranges::stable_sort(some, {}, [&known](const question& about) { return turn_of(about, known); });
    some.resize(std::min(some.size(), most));
    std::ranges::move(some, std::back_inserter(to));
}

// The page from before stays where the new one says the same: a list that did not change is the same list.
std::vector<kept_page> shared(std::vector<kept_page> fresh, const std::vector<kept_page>& before)
{
    for (std::size_t at = 0; at < std::min(fresh.size(), before.size()); ++at)
        if (fresh[at]->bytes == before[at]->bytes &&
            fresh[at]->parsed.unreadable == before[at]->parsed.unreadable)
            fresh[at] = before[at];
    return fresh;
}

void take_answer(const round_answer& answer, const list_contents& read, kept_answer& to, time_point now)
{
    if (answer.ended == question_end::not_found) {
        if (!to.not_found_at)
            to.not_found_at = now;
        else
            to.not_found_again = true;
        return;
    }
    const bool is_answered = answer.ended == question_end::answered;
    std::vector<kept_page> fresh;
    for (const auto number : answer.pages)
        if (const auto page = read.pages.find(number); page != read.pages.end())
            fresh.push_back(page->second);
    if (is_answered || !fresh.empty())
        to.pages = shared(std::move(fresh), to.pages);
    if (!is_answered)
        return;
    to.turn = now;
    to.not_found_at.reset();
    to.not_found_again = false;
}

}  // namespace

void note_questions(const questions& all, kept_answers& known, time_point now)
{
    std::set<std::string_view> asked;
    for (const auto& about : all.all) {
        asked.insert(about.target);
        known.try_emplace(about.target, kept_answer{{}, now, {}, false});
    }
    if (!all.failed && all.cannot_ask.empty())
        std::erase_if(known, [&asked](const auto& pair) { return !asked.contains(pair.first); });
}

questions questions_of_a_round(const questions& all, const kept_answers& known, std::size_t most)
{
    std::vector<question> named;
    std::vector<question> others;
    for (const auto& about : all.all)
        (about.is_named ? named : others).push_back(about);
    questions out;
    out.cannot_ask = all.cannot_ask;
    out.failed = all.failed;
    const auto share = std::min(others.size(), std::max<std::size_t>(most / one_turn_of, 1));
    add_by_turn(std::move(named), known, std::max<std::size_t>(most, share + 1) - share, out.all);
    add_by_turn(std::move(others), known, std::max(most, out.all.size()) - out.all.size(), out.all);
    return out;
}

std::shared_ptr<const list_contents> take_round(const questions& all, const list_contents& read,
                                                const round_answers& answers, kept_answers& known,
                                                time_point now)
{
    auto out = std::make_shared<list_contents>();
    for (std::size_t place = 0; place < all.all.size(); ++place) {
        const auto& about = all.all[place];
        auto& kept = known[about.target];
        if (const auto answer = answers.find(about.target); answer != answers.end())
            take_answer(answer->second, read, kept, now);
        auto number = place * numbers_each;  // the same in every round
        for (const auto& page : kept.pages)
            out->pages[++number] = page;
    }
    std::set<std::size_t> taken;
    for (const auto& [target, answer] : answers)
        taken.insert(answer.pages.begin(), answer.pages.end());
    auto number = max_questions * numbers_each;
    for (const auto& [key, page] : read.pages)
        if (!taken.contains(key.number))
            out->pages[++number] = page;
    return out;
}

std::optional<failure> trouble_of_rounds(const questions& all, const kept_answers& known, time_point now)
{
    std::size_t late = 0;
    for (const auto& about : all.all) {
        const auto found = known.find(about.target);
        if (found == known.end())
            continue;
        const auto& kept = found->second;
        if (kept.not_found_again && about.listed_at >= kept.not_found_at)
            return failure{
                errc::not_found,
                fmt::format("GET {}: 404, although the list of these objects shows it", about.target)};
        late += !about.is_named && now - kept.turn > longest_turn ? 1 : 0;
    }
    if (late == 0)
        return std::nullopt;
    return failure{
        errc::too_large,
        fmt::format("{} that the baseline does not name had no turn for {}: look who created so many, or "
                    "name them in the baseline",
                    plural(late, "object"), for_people(longest_turn))};
}

}  // namespace trunkwarden
