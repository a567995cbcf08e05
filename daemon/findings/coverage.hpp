#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "findings/two_factor.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// What is known about the reading of one resource. The third value beside "fine" and "wrong" is "could not
// see".
enum class reading_state : std::uint8_t {
    never,        // not tried yet
    complete,     // every object was read
    failed,       // could not be read this time
    unavailable,  // this key or this account cannot read it
    accepted,     // unavailable or failed, and listed in accepted_blind_spots
};

template <>
inline constexpr auto names_of<reading_state> = word_table<reading_state>("not read yet", "complete",
                                                                          "failed", "unavailable",
                                                                          "accepted");

// The word in JSON, which knows no "not read yet": a list that was not read yet counts as failed there.
constexpr std::string_view json_word_of(reading_state state)
{
    return name_of(state == reading_state::never ? reading_state::failed : state);
}

struct coverage {
    const resource_type* type = nullptr;
    reading_state state = reading_state::never;
    bool accepted_blind = false;  // the settings accept that it cannot be seen
    std::size_t items = 0;        // of the last complete reading
    std::string reason;           // why it is not complete; a sentence
    std::optional<errc> failed_with;
    std::optional<time_point> last_complete;
    time_point watched_since;      // when the first reading was tried
    bool shown_to_be_off = false;  // of what no list shows: it is known, and it is not as it should be

    bool satisfied() const { return state == reading_state::complete || state == reading_state::accepted; }
    void succeed(std::size_t objects, time_point now);
    void fail(const failure& why, time_point now);
    void judge(const two_factor_verdict& verdict, time_point now);  // of what no list shows
};

// The deviation of a resource that was not read completely for `longer_than`; nothing while it is within
// that.
std::optional<deviation> blind_for_long(const coverage& coverage, std::chrono::milliseconds longer_than,
                                        time_point counts_from, time_point now);

// What findings about the account as a whole are filed under.
extern const resource_type whole_account;

// The API rejected the key everywhere: one deviation for the account, not one for every resource.
deviation key_rejected(std::string why);

// No list of the account can be read: likewise.
deviation nothing_read(std::string why);

// What happens is not written down: after a restart it would be told again, or never.
deviation without_state(std::string why);

}  // namespace trunkwarden
