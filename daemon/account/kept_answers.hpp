#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/list_reader.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The last answer to a question about one object (account/questions.hpp).
struct kept_answer {
    std::vector<std::shared_ptr<const list_contents::page>> pages;
    time_point turn;                              // when it was answered, or first to be asked
    std::optional<time_point> not_found_at = {};  // the API does not know the object since then
    bool not_found_again = false;
};
using kept_answers = std::map<std::string, kept_answer, std::less<>>;  // by target

}  // namespace trunkwarden
