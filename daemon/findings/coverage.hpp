#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "findings/two_factor.hpp"
#include "snapshot/list_reader.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The state of the reading of one resource. The third value beside "fine" and "wrong" is "could not
// see".
enum class reading_state : std::uint8_t {
    never,        // not tried yet
    complete,     // every object was read
    failed,       // could not be read this time
    unavailable,  // this key or this account cannot read it
    accepted,     // not complete, and listed in accepted_blind_spots
    partial,      // every page was read, and an object that is on it could not be
};

template <>
inline constexpr auto names_of<reading_state> = word_table<reading_state>("not read yet", "complete",
                                                                          "failed", "unavailable", "accepted",
                                                                          "read in part");

// The word in JSON, which knows neither "not read yet" nor "read in part": both count as failed there, and
// the reason says which.
constexpr std::string_view json_word_of(reading_state state)
{
    const bool has_no_word = state == reading_state::never || state == reading_state::partial;
    return name_of(has_no_word ? reading_state::failed : state);
}

struct coverage {
    const resource_type* type = nullptr;
    reading_state state = reading_state::never;
    bool accepted_blind = false;  // the settings accept that it cannot be seen
    std::size_t items = 0;        // of the last complete reading
    std::string reason;           // why it is not complete; a sentence
    std::optional<errc> failed_with;
    std::optional<time_point> last_complete;
    std::optional<time_point> last_in_part;     // when every page was last read, but not every object
    std::vector<unreadable_object> unreadable;  // the objects that could not be read then
    optional_reason shortage;  // objects that the API counts and that list did not show, as a sentence
    time_point watched_since;  // when the first reading was tried
    std::vector<std::string_view> not_shown;  // secret fields that the API masks, as last read
    bool shown_to_be_off = false;             // without a list: known, and not as it should be

    bool satisfied() const { return state == reading_state::complete || state == reading_state::accepted; }
    // Whether every page was read the last time.
    bool was_read() const { return state == reading_state::complete || state == reading_state::partial; }
    bool is_left_out() const
    {
        return state == reading_state::accepted && !failed_with && unreadable.empty() && !shortage;
    }
    std::optional<time_point> last_read() const { return std::max(last_complete, last_in_part); }
    // `objects` were read, and `not_readable` beside them; `not_listed` are counted and not on the list.
    void succeed(std::size_t objects, time_point now, std::vector<unreadable_object> not_readable = {},
                 optional_reason not_listed = {});
    void fail(const failure& why, time_point now);
    void judge(const two_factor_verdict& verdict, time_point now);  // of what no list shows
    void leave_out();                  // the baseline says nothing about it, and nobody asks for it
    void begin_again(time_point now);  // somebody asks for it from now on
};

// A moment of the past that the clock has not reached yet: it was set back since, and nobody knows how long
// ago that was. A second more or less is none.
bool is_still_to_come(time_point moment, time_point now);

// A time in which the process did not run: it was stopped, or its host was.
struct process_pause {
    time_point until;
    std::chrono::milliseconds span{0};
};

// The time in which something could have been read: from `counts_from` on, which is set again when the clock
// was.
struct running_time {
    time_point counts_from;
    std::vector<process_pause> pauses = {};

    std::chrono::milliseconds between(time_point since, time_point now) const;
};

// The deviation of a resource that was not read completely for `longer_than` of the time that counts; nothing
// while it is within that.
std::optional<deviation> blind_for_long(const coverage& coverage, std::chrono::milliseconds longer_than,
                                        const running_time& running, time_point now);

// One for each object of the resource that could not be read, and one for those that are counted and not
// listed; none where that is accepted.
std::vector<deviation> unreadable_objects(const coverage& coverage);

}  // namespace trunkwarden
