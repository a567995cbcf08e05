#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/active_calls_policy.hpp"
#include "baseline/entry.hpp"
#include "baseline/rule_index.hpp"
#include "baseline/spending_policy.hpp"
#include "baseline/text_index.hpp"
#include "baseline/traffic_policy.hpp"
#include "catalogue/resource_type.hpp"
#include "support/clock.hpp"

// The objects and values that are trusted in an account, as plain values. Reading it: baseline_file.hpp.
// Judging by it: match.hpp.

namespace trunkwarden {

// The entries of one resource, with the indices that make judging an object independent of their number.
class entry_list {
public:
    entry_list() = default;
    entry_list(const resource_type& type, std::vector<entry> entries, bool is_written = true);

    std::string_view resource() const { return resource_; }  // the type's name
    bool is_written() const { return written_; }             // the baseline has its section, if an empty one

    // Whether the entries say of this type what they said when they were read. Those of an extra resource
    // whose id or fields were edited since do not: they count its fields as they were.
    bool is_about(const resource_type& type) const;

    const std::vector<entry>& entries() const { return entries_; }

    // Entries that pin this id, in file order, as indices into entries().
    std::vector<std::uint32_t> pinned(std::string_view id) const;

    // Entries that pin an object's id or its address, in file order, none twice. An empty address is none.
    std::vector<std::uint32_t> naming(std::string_view id, std::string_view address) const;

    // The first entry that pins this id, as an index into entries(); as many as there are when none does.
    std::size_t first_pinning(std::string_view id) const;

    // The first day on which an entry trusts for the last time, passed or not; nothing when none expires.
    std::optional<day> first_expiry() const { return first_expiry_; }

    // Calls visit(std::string_view id, const entry&) for every pin, in file order; for an id that several
    // entries pin, once for each of them. A pin is an object's id, or its address where that is what the
    // baseline wrote.
    template <class Visit>
    void for_each_pin(Visit visit) const
    {
        for (const auto& each : entries_)
            for (const auto& id : each.pins)
                visit(std::string_view(id), each);
    }

    // The entries without pins, by what they could cover.
    const rule_index& rules() const { return rules_; }

private:
    void index_pins();

    std::string_view resource_;
    std::string_view id_;                // of an extra resource
    std::vector<watched_field> fields_;  // of an extra resource; those of the catalogue stay as they are
    bool written_ = false;
    std::vector<entry> entries_;
    text_index pins_;
    rule_index rules_;
    std::optional<day> first_expiry_;
};

struct two_factor_policy {
    bool present = false;
    bool required = true;
    std::optional<day> attested;
    std::string attested_by;
    std::chrono::milliseconds max_age = std::chrono::hours(30 * 24);
    std::uint32_t line = 0;
    std::uint32_t required_line = 0;
    std::uint32_t attested_line = 0;
};

struct baseline {
    std::string file;
    std::string organization_id;  // "": any
    two_factor_policy two_factor;
    spending_policy spending;
    traffic_policy traffic;
    active_calls_policy active_calls;
    std::vector<entry_list> resources;  // in the order of the catalogue

    // The entries of a resource; an empty list, which trusts nothing, when there is none that is about it.
    const entry_list& entries_of(const resource_type& type) const;
};

// Whether objects of the resource are judged by these entries: use only where the baseline has a section
// about it.
inline bool is_judged(const resource_type& type, const entry_list& by)
{
    return !type.judged_if_written || by.is_written();
}

}  // namespace trunkwarden
