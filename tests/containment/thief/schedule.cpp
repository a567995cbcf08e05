#include "containment/thief/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>

namespace trunkwarden::thief {

namespace {

constexpr unsigned highest_n = 40;

unsigned below(std::mt19937& random, std::size_t end)
{
    return static_cast<unsigned>(random() % end);
}

// The thief moves more often than anybody else, and a state is lost seldom.
constexpr auto likely_moves = std::to_array<move_kind>(
    {move_kind::create,     move_kind::create,     move_kind::create,      move_kind::change,
     move_kind::change,     move_kind::change,     move_kind::toggle,      move_kind::toggle,
     move_kind::poison,     move_kind::hide,       move_kind::hide,        move_kind::churn,
     move_kind::flood,      move_kind::exhaust,    move_kind::rename,      move_kind::remove,
     move_kind::come_back,  move_kind::come_back,  move_kind::come_back,   move_kind::wait,
     move_kind::wait,       move_kind::wait,       move_kind::edit_slowly, move_kind::freeze,
     move_kind::thaw,       move_kind::thaw,       move_kind::approve,     move_kind::approve,
     move_kind::accept,     move_kind::accept,     move_kind::undo,        move_kind::mode,
     move_kind::mishap,     move_kind::mishap,     move_kind::cut,         move_kind::cut,
     move_kind::restart,    move_kind::delete_key, move_kind::disk_full,   move_kind::lose_state,
     move_kind::poke,       move_kind::poke,       move_kind::stall,       move_kind::light_first,
     move_kind::light_first});

move random_move(std::mt19937& random)
{
    return {likely_moves.at(below(random, likely_moves.size())), below(random, highest_n)};
}

step random_step(std::mt19937& random)
{
    step out(below(random, 4));
    for (auto& move : out)
        move = random_move(random);
    return out;
}

void mutate_once(std::mt19937& random, schedule& all, const schedule& other)
{
    auto& here = all[below(random, all.size())];
    switch (below(random, 7)) {
        case 0:
            here = random_step(random);
            break;
        case 1:
            here.push_back(random_move(random));
            break;
        case 2:
            if (!here.empty())
                here.erase(here.begin() + below(random, here.size()));
            break;
        case 3:
            if (!here.empty())
                here[below(random, here.size())].n = below(random, highest_n);
            break;
        case 4:
            std::swap(here, all[below(random, all.size())]);
            break;
        case 5:  // the same once more, later
            all[below(random, all.size())] = here;
            break;
        default: {
            const auto from = below(random, std::min(all.size(), other.size()));
            std::copy(other.begin() + from,
                      other.begin() + static_cast<long>(std::min(all.size(), other.size())),
                      all.begin() + from);
        }
    }
}

step step_of(std::string_view text)
{
    step out;
    while (!text.empty() && text != "-") {
        const auto end = std::min(text.find(','), text.size());
        const auto word = text.substr(0, end);
        const auto colon = std::min(word.find(':'), word.size());
        const auto& names = names_of<move_kind>.values;
        const auto found = std::ranges::find(names, word.substr(0, colon));
        unsigned n = 0;
        const auto digits = word.substr(std::min(colon + 1, word.size()));
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), n);
        if (found == names.end() || (colon < word.size() && read.ec != std::errc()))
            throw std::invalid_argument(fmt::format("{} is no move", word));
        out.push_back({static_cast<move_kind>(found - names.begin()), n});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::string text_of(const schedule& all)
{
    std::string out;
    for (const auto& moves : all) {
        out += out.empty() ? "" : " ";
        if (moves.empty())
            out += "-";
        for (std::size_t at = 0; at < moves.size(); ++at)
            out += fmt::format("{}{}:{}", at == 0 ? "" : ",", name_of(moves[at].kind), moves[at].n);
    }
    return out;
}

schedule schedule_of(std::string_view text)
{
    schedule out;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            out.push_back(step_of(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

schedule random_schedule(std::mt19937& random, std::size_t steps)
{
    schedule out(steps);
    for (auto& parent : out)
        parent = random_step(random);
    return out;
}

schedule mutated(std::mt19937& random, const schedule& parent, const schedule& other)
{
    auto out = parent;
    for (auto times = 1 + below(random, 5); times > 0 && !out.empty(); --times)
        mutate_once(random, out, other);
    return out;
}

}  // namespace trunkwarden::thief
