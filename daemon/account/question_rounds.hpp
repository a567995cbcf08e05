#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/questions.hpp"
#include "snapshot/list_reader.hpp"

// A list that is made of answers has more questions than the account's allowance permits at once, and a thief
// decides how many. So that he delays no answer about a trusted object, each round asks all that the baseline
// names, and of the others those whose turn is longest ago. Answers of earlier rounds stay. Pure.

namespace trunkwarden {

// One in so many questions of a round is about objects that the baseline does not name.
inline constexpr std::size_t one_turn_of = 5;

// An object that the baseline does not name is asked about within so long, or the list counts as not read.
inline constexpr auto longest_turn = std::chrono::minutes(30);

// Notes which questions there are; those that are gone are forgotten where the other lists were read whole.
void note_questions(const questions& all, kept_answers& known, time_point now);

// The questions of one round, `most` at most.
questions questions_of_a_round(const questions& all, const kept_answers& known, std::size_t most);

// The effect of one round on one question.
struct round_answer {
    std::vector<std::size_t> pages;  // by their numbers in the reading
    std::optional<question_end> ended;
};
using round_answers = std::map<std::string, round_answer, std::less<>>;  // by target

// Takes what the round read into `known`. Returns the list as it is by now: every question's last answer, in
// the order of the questions, and the pages of the reading that belong to none.
std::shared_ptr<const list_contents> take_round(const questions& all, const list_contents& read,
                                                const round_answers& answers, kept_answers& known,
                                                time_point now);

// Why these answers are less than the list: a question whose turn did not come, or an object that the API
// does not know although a later reading of its own list shows it. Nothing where they are the list.
std::optional<failure> trouble_of_rounds(const questions& all, const kept_answers& known, time_point now);

}  // namespace trunkwarden
