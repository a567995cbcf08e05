#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "baseline/entry.hpp"
#include "baseline/text_index.hpp"
#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

// Which rules could cover an object, without a look at the others. A rule is found by one of its fields: by a
// whole value, by what its wildcard begins or ends with, or by its network. Objects times rules would be a
// minute of CPU for each sweep of an account with thousands of both.

namespace trunkwarden {

class rule_index {
public:
    rule_index() = default;

    // Of the entries that are rules; they are named by their index, which must stay the same.
    rule_index(const resource_type& type, const std::vector<entry>& entries);

    // Rules that could cover this object, in no order; one that lists several values perhaps more than once.
    std::vector<std::uint32_t> candidates(const object_view& object) const;

    // Rules that could cover all that the rule `narrower` covers, itself among them; of those at one place no
    // more than the first `most`.
    std::vector<std::uint32_t> candidates(const entry& narrower, std::size_t limit) const;

    // How many different places rules are found at; those that no place finds are always looked at.
    std::size_t places() const;
    const std::vector<std::uint32_t>& unindexed() const { return unindexed_; }

private:
    enum class place_form : std::uint8_t { whole, beginning, end, network };
    struct group_name {
        std::uint16_t field = 0;
        place_form form = place_form::whole;
        std::uint16_t length = 0;  // of a beginning or an end in bytes, of a network in bits
        friend bool operator<(const group_name& a, const group_name& b)
        {
            return std::tuple(a.field, a.form, a.length) < std::tuple(b.field, b.form, b.length);
        }
    };
    struct group {
        group_name name;
        text_index by_key = {};
    };
    struct place;
    class index_builder;
    struct limited_look;
    static void add_candidates(const group& group, const accepted_value& value, const limited_look& look);

    std::vector<group> groups_;  // sorted by name
    std::vector<std::uint32_t> unindexed_;
};

}  // namespace trunkwarden
