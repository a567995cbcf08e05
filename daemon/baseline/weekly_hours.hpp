#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

class local_clock;  // of a time zone

// Hours of the week by the clock of a place, as people write them: "Mon..Fri 07:00-20:00 America/Chicago".
// Several parts are separated by commas; a part without days is of every day; an end that is not after its
// beginning is on the next day. The zone is a name of the IANA data base (tzdata of this host).
class weekly_hours {
public:
    bool cover(time_point at) const;

    // Whether they cover any moment from `from` to `until`, both included. An hour that the clock shows twice
    // is covered twice, and one that it skips never is.
    bool cover_some_of(time_point from, time_point until) const;

    // As it was written, with single spaces: the canonical form.
    const std::string& text() const { return text_; }

    friend bool operator==(const weekly_hours& a, const weekly_hours& b) { return a.text_ == b.text_; }

    struct part {
        std::array<bool, 7> days{};  // on which it begins; Monday is the first
        std::chrono::minutes begin{};
        std::chrono::minutes end{};  // beyond 24 h: on the next day
    };

    weekly_hours(std::string text, std::vector<part> parts, std::shared_ptr<const local_clock> clock);

private:
    std::string text_;
    std::vector<part> parts_;
    std::shared_ptr<const local_clock> clock_;  // shared: the copies of a policy are of one place
};

// Fails with bad_usage, and a sentence that names the word that is wrong and the likely right one.
result<weekly_hours> parse_weekly_hours(std::string_view text);

}  // namespace trunkwarden
