#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/enum_names.hpp"

// The moves of the thief, the operators and the faults, as a list that is printed, kept, changed and played
// again.

namespace trunkwarden::thief {

enum class move_kind : std::uint8_t {
    // the thief
    create,       // something new, of the kind n
    change,       // something trusted, in the way n
    toggle,       // the n-th of his objects, or one that he changed, is different at every look from now on
    poison,       // an object that cannot be read, in the list n
    hide,         // the list n cannot be read for a while
    churn,        // the list n has other objects at every read for a while
    flood,        // many light objects
    exhaust,      // every write is answered 429 for a while
    rename,       // the n-th of his objects
    remove,       // the n-th of his objects
    delete_key,   // the monitor's key: nothing can be read or written for a while
    come_back,    // the n-th of his objects that was contained is as it was, or there again
    poke,         // the n-th thing that he changed has its value and his in turn, at every look for a while
    stall,        // sixty objects that answer no request by their id, once
    light_first,  // something trusted, lightly now, and in the way n before the next look
    wait,         // n minutes in which nobody looks
    // the operators
    edit_slowly,  // the baseline is there by thirds
    freeze,       // with an odd n while the next write is on its way
    thaw,
    approve,  // the n-th action that waits
    accept,   // the n-th unknown object; with an odd n while the next write is on its way
    undo,     // the n-th action that is done
    mode,     // another one
    // faults
    mishap,      // the next write goes wrong in the way n
    cut,         // the power goes at the n-th point from now
    disk_full,   // for a while
    restart,     // orderly
    lose_state,  // everything on the disk is gone, and the daemon starts
};

}  // namespace trunkwarden::thief

namespace trunkwarden {

template <>
inline constexpr auto names_of<thief::move_kind> = word_table<thief::move_kind>(
    "create", "change", "toggle", "poison", "hide", "churn", "flood", "exhaust", "rename", "remove",
    "delete_key", "come_back", "poke", "stall", "light_first", "wait", "edit_slowly", "freeze", "thaw",
    "approve", "accept", "undo", "mode", "mishap", "cut", "disk_full", "restart", "lose_state");

}  // namespace trunkwarden

namespace trunkwarden::thief {

struct move {
    move_kind kind{};
    unsigned n = 0;  // its number, or a length
    friend bool operator==(const move&, const move&) = default;
};

// The moves before one look of the daemon; without any, it looks at the account as it was before.
using step = std::vector<move>;
using schedule = std::vector<step>;

// `create:3,hide:1 - wait:20`: moves of one step have a comma between them, steps a space; a step without
// moves is "-".
std::string text_of(const schedule& all);

// Throws std::invalid_argument where the text is not such a list.
schedule schedule_of(std::string_view text);

schedule random_schedule(std::mt19937& random, std::size_t steps);

// A schedule like `one`: a few moves are others, gone, later or more, or its end is that of `other`. Of the
// same length.
schedule mutated(std::mt19937& random, const schedule& parent, const schedule& other);

}  // namespace trunkwarden::thief
