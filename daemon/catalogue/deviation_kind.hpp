#pragma once

#include <cstdint>
#include <string_view>

#include "support/enum_names.hpp"

namespace trunkwarden {

// The kind of a deviation. Users read, filter and write rules with these names.
enum class deviation_kind : std::uint8_t {
    unknown,    // no entry covers it
    changed,    // an entry names it, listed fields differ
    missing,    // an entry names it, it is gone
    weakened,   // changed, and a limit or a protection got looser
    recreated,  // came back after containment
    blind,      // could not be read for too long, or the key was rejected
    expired,    // an entry or an attestation ran out
    exceeded,   // more was used than the baseline allows
};

template <>
inline constexpr auto names_of<deviation_kind> = word_table<deviation_kind>("unknown", "changed", "missing",
                                                                            "weakened", "recreated", "blind",
                                                                            "expired", "exceeded");

// Whether somebody changed something in the account, so that its audit log may say who.
constexpr bool is_a_change(deviation_kind kind)
{
    return kind != deviation_kind::blind && kind != deviation_kind::expired &&
           kind != deviation_kind::exceeded;
}

}  // namespace trunkwarden
