#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/deviation_kind.hpp"
#include "catalogue/resource_type.hpp"
#include "diff/exposure.hpp"

namespace trunkwarden {

// In place of the value of a secret of which the API sends asterisks.
inline constexpr std::string_view secret_not_shown = "(not shown)";

// In place of the value of any other secret.
inline constexpr std::string_view secret_kept_back = "(secret)";

// In place of both values of a secret that is another one than before.
inline constexpr std::string_view secret_was_changed = "changed (secrets are not shown)";

// Whether the values of a field are two secrets: nothing is gained from showing either.
inline bool are_two_secrets(std::string_view expected, std::string_view actual)
{
    return expected == secret_kept_back && actual == secret_kept_back;
}

// One watched field of a deviating object. Values are for display: secrets are secret_kept_back or
// secret_not_shown, sets "[CA, US]".
struct field_difference {
    std::string field;
    std::optional<std::string> expected;  // nullopt: nothing was expected
    std::optional<std::string> actual;    // nullopt: null, absent or empty
    severity weight = severity::info;
    bool looser = false;
    std::string fingerprint =
        {};  // of a secret: its fingerprint. Compared, so that another change is noticed; never shown
    // The canonical text of the value seen, "" for none: a baseline would have to trust this. Not known for a
    // secret, and in records from before this was kept.
    std::optional<std::string> canonical_value = {};

    // Without `exact`, which says the same as `actual`: learning it is no change.
    friend bool operator==(const field_difference& a, const field_difference& b)
    {
        return a.field == b.field && a.expected == b.expected && a.actual == b.actual &&
               a.weight == b.weight && a.looser == b.looser && a.fingerprint == b.fingerprint;
    }
};

// The canonical text of the value seen, as far as it is known; "" for none.
inline std::string value_seen(const field_difference& field)
{
    return field.canonical_value.value_or(field.actual.value_or(""));
}

// One object that differs from the baseline, as one reading saw it. Stateless: a finding gives it a history.
struct deviation {
    const resource_type* type = nullptr;
    std::string id;
    std::string address;
    std::string label;
    deviation_kind kind{};
    severity level{};
    std::vector<field_difference> fields;
    std::string note;         // further words for the title: "expired on 2026-11-01"
    std::string modified_at;  // when the API says the object was last changed; "" when it does not
    bool from_event = false;  // an audit event says so, and no list can take it back
    // The possible loss through the object; nothing where it opens no way to spend, or the loss is not known.
    // The loss changes with the balance, which is no change of the deviation.
    std::optional<trunkwarden::exposure> exposure = {};
    // trunkwarden itself changes the object, or did: the reading says nothing about it. Never kept.
    bool in_own_hands = false;
    // exceeded: the use since its finding was contained passes the limit alone. Of this reading only.
    bool goes_on = false;
    // Its own kind and severity, where its past or its incident gave it others.
    std::optional<deviation_kind> kind_alone = {};
    std::optional<severity> level_alone = {};
};

inline deviation_kind kind_by_itself(const deviation& deviation)
{
    return deviation.kind_alone.value_or(deviation.kind);
}

// How severe it is, apart from all that was done about it before: a minor one that its maker repeats stays
// minor.
inline severity level_by_itself(const deviation& deviation)
{
    return deviation.level_alone.value_or(deviation.level);
}

inline void raise_to_critical(deviation& deviation)
{
    if (!deviation.level_alone)
        deviation.level_alone = deviation.level;
    deviation.level = severity::critical;
}

// It came back after it was contained.
inline void mark_recreated(deviation& deviation)
{
    if (deviation.kind == deviation_kind::recreated)
        return;
    deviation.kind_alone = deviation.kind;
    deviation.kind = deviation_kind::recreated;
    raise_to_critical(deviation);
}

}  // namespace trunkwarden
