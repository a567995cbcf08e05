#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "baseline/baseline.hpp"
#include "findings/finding.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// How an entry of a baseline relates to an object that is not trusted.
enum class nearness : std::uint8_t {
    names_it,  // by its id or address
    ran_out,   // it would trust the object, but for its last day
    alike,     // no entry names the object; of all it has the fewest fields that differ
};

template <>
inline constexpr auto names_of<nearness> = word_table<nearness>("names it", "ran out", "alike");

struct entry_difference {
    std::string field;
    std::uint32_t line = 0;               // of the baseline; 0: the entry does not list the field
    std::optional<std::string> expected;  // as in field_difference
    std::optional<std::string> actual;
};

struct nearest_entry {
    std::uint32_t line = 0;
    trunkwarden::nearness nearness{};
    std::optional<day> expires;
    std::string reason;  // as the baseline says it; "" when it does not
    std::string approved_by;
    std::vector<entry_difference> differing;
};

// The entry that is nearest to what the finding is about. Nothing when no entry of its resource has anything
// in common with it. Cost grows with the number of the resource's entries: for a person's question.
std::optional<nearest_entry> find_nearest_entry(const finding& f, const baseline& trusted, day today);

// Why no entry decides about such a finding; nothing when entries do.
std::optional<std::string> beyond_entries(const finding& f);

}  // namespace trunkwarden
