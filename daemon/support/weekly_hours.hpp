#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

class clock_of_place;

// Hours of the week by the clock of a place, as people write them: "Mon..Fri 07:00-20:00 America/Chicago".
// Several parts are separated by commas, an end that is not after its beginning is on the next day, and
// 00:00-24:00 is a whole day. The zone is a name of the IANA data base (tzdata of this host) or UTC.
class weekly_hours {
public:
    bool cover(time_point at) const { return cover_some_of(at, at); }

    // Whether they cover any moment from `from` to `until`, both included. An hour that the clock shows twice
    // is covered twice, and one that it skips never is.
    bool cover_some_of(time_point from, time_point until) const;

    // As it was written, with single spaces: the canonical form.
    const std::string& text() const { return text_; }

    friend bool operator==(const weekly_hours& a, const weekly_hours& b) { return a.text_ == b.text_; }

private:
    friend result<weekly_hours> parse_weekly_hours(std::string_view text);

    struct part {
        unsigned first_day = 0;  // Monday is 0
        unsigned last_day = 0;   // may be before the first: over Sunday
        std::chrono::minutes begin{};
        std::chrono::minutes end{};  // beyond 24 h: on the next day
    };
    bool begins_on(const part& hours, unsigned weekday) const;

    std::string text_;
    std::vector<part> parts_;
    // The zone of the data base; shared, because copies of a policy mean the same zone, which lives as long
    // as the process.
    std::shared_ptr<const clock_of_place> place_;
};

// Fails with bad_usage, and a sentence that names the word that is wrong and the likely right one.
result<weekly_hours> parse_weekly_hours(std::string_view text);

}  // namespace trunkwarden
