#pragma once

#include <chrono>
#include <cstddef>

// When the watches of many accounts begin (docs/decisions/0065-many-accounts.md). Pure.

namespace trunkwarden {

// The first sweep of an account takes all that its allowance gives. A thousand of them at once would leave no
// time for anything else, and be at once again an interval later. The first accounts begin at once; the
// others follow one after the other, a thousand within the usual interval.
class start_pace {
public:
    using moment = std::chrono::steady_clock::time_point;

    // An account is watched as long as it lives.
    class place {
    public:
        explicit place(start_pace& among) : among_(among) { ++among_.watched_; }
        ~place() { --among_.watched_; }
        place(const place&) = delete;
        place& operator=(const place&) = delete;

    private:
        start_pace& among_;
    };

    // When the next account may begin: `now` or later. Each call is the turn of another one.
    moment take_turn(moment now);

    // There are so many accounts that each spreads its lists over the interval.
    bool is_crowded() const { return watched_ > at_once; }

    static constexpr std::size_t at_once = 16;
    static constexpr std::chrono::milliseconds apart{30};

private:
    std::size_t watched_ = 0;
    moment next_ = moment::min();
};

}  // namespace trunkwarden
