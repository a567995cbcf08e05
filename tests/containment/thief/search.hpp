#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "containment/thief/rules.hpp"
#include "containment/thief/schedule.hpp"

// Looks for the schedule that breaks a rule: the ones that came closest are kept, and changed a little.

namespace trunkwarden::thief {

struct broken_rule {
    std::string_view rule;
    std::string sentence;
    schedule steps;  // up to the step that broke it
};

// The result of one schedule.
struct run_of_schedule {
    std::vector<double> closeness;  // of each rule, at its closest
    std::optional<broken_rule> broken;
    std::size_t writes = 0;
    std::size_t undone = 0;
    std::size_t cycles = 0;
};

run_of_schedule run_schedule(const schedule& all, planted planted = planted::nothing);

class search {
public:
    explicit search(unsigned seed) : random_(seed) {}

    // Tries one schedule more. Returns the rule that it broke, with the schedule made as short as it can be.
    std::optional<broken_rule> go_on();

    std::size_t cycles() const { return cycles_; }
    std::size_t writes() const { return writes_; }
    std::size_t undone() const { return undone_; }

    // How close each rule came so far: `heavy_is_told 0.67, ...`.
    std::string closest() const;

private:
    static constexpr std::size_t steps_in_a_schedule = 40;
    static constexpr std::size_t begin_with = 6;  // schedules that are not made of others

    struct kept {
        schedule steps;
        double closeness = -1;
    };
    schedule next();
    static broken_rule shortened(broken_rule found);

    std::mt19937 random_;
    std::vector<kept> closest_;  // for each rule
    std::size_t tried_ = 0;
    std::size_t cycles_ = 0;
    std::size_t writes_ = 0;
    std::size_t undone_ = 0;
};

}  // namespace trunkwarden::thief
