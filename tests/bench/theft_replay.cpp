#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "theft/evaluation.hpp"

// The program of tests/bench/theft: theft_replay capture|hand FIRST_SEED SEEDS DAYS [BUSINESS [TIMES
// [MINUTE]]]. Prints a line of JSON for each theft and each business; "all" is every business. TIMES and
// MINUTE are the room that capture leaves, for tuning. theft_replay businesses prints their names.

namespace trunkwarden::theft {
namespace {

std::int64_t number_at(const std::vector<std::string_view>& words, std::size_t nth, std::int64_t otherwise)
{
    std::int64_t value = otherwise;
    if (nth < words.size())
        std::from_chars(words[nth].data(), words[nth].data() + words[nth].size(), value);
    return value;
}

std::string json_of(const std::optional<std::chrono::seconds>& span)
{
    return span ? fmt::format("{}", span->count()) : "null";
}

void print(const theft_told& told)
{
    fmt::print(
        R"({{"thief": "{}", "victim": "{}", "after": {}, "after_first_rated": {}, "after_first_refused": {}, )"
        R"("until_told": {:.2f}, "until_stopped": {:.2f}}})"
        "\n",
        words_of(told.who), told.victim, json_of(told.after), json_of(told.after_first_rated),
        json_of(told.after_first_refused), static_cast<double>(told.lost_until_told) / 1e6,
        static_cast<double>(told.lost_until_stopped) / 1e6);
}

void print(const business_told& told)
{
    std::string ids;
    for (const auto& id : told.ids)
        ids += fmt::format(R"({}"{}")", ids.empty() ? "" : ", ", id);
    fmt::print(R"({{"business": "{}", "times": {}, "days": {}, "a_month": {:.2f}, "ids": [{}]}})"
               "\n",
               told.name, told.times, told.days, told.a_month(), ids);
}

bool is_business(std::string_view name)
{
    return std::ranges::find(businesses(), name, &business::name) != businesses().end();
}

int refuse()
{
    fmt::print(stderr,
               "theft_replay capture|hand FIRST_SEED SEEDS DAYS [BUSINESS|all [TIMES [MINUTE]]]\n"
               "theft_replay businesses\n");
    return 2;
}

int run(const std::vector<std::string_view>& words)
{
    if (words.size() == 1 && words[0] == "businesses") {
        for (const auto& some : businesses())
            fmt::print("{}\n", some.name);
        return 0;
    }
    if (words.size() < 4 || (words[0] != "capture" && words[0] != "hand"))
        return refuse();
    const auto only = words.size() > 4 ? words[4] : "all";
    if (only != "all" && !is_business(only))
        return refuse();
    evaluated_by asked;
    asked.limits = words[0] == "hand" ? limits_from::hand : limits_from::capture;
    const auto first = number_at(words, 1, 1);
    for (std::int64_t nth = 0; nth < number_at(words, 2, 1); ++nth)
        asked.seeds.push_back(static_cast<std::uint64_t>(first + nth));
    asked.days = static_cast<int>(number_at(words, 3, 90));
    if (only != "all")
        asked.only.push_back(only);
    asked.room.times = number_at(words, 5, asked.room.times);
    asked.room.minutes_of_an_hour = number_at(words, 6, asked.room.minutes_of_an_hour);
    for (const auto& told : evaluate_thefts(asked))
        print(told);
    for (const auto& told : evaluate_honest(asked))
        print(told);
    return 0;
}

}  // namespace
}  // namespace trunkwarden::theft

int main(int count, char** words)
{
    return trunkwarden::theft::run({words + 1, words + count});
}
