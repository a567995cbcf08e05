#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/capture/entry_draft.hpp"
#include "baseline/edit/acceptance.hpp"
#include "support/result.hpp"

// The meaning of an acceptance, before a byte is written: which entries there are afterwards.

namespace trunkwarden {

struct acceptance_plan {
    // The change of one existing entry.
    struct step {
        std::size_t index = 0;              // into entry_list::entries()
        std::optional<entry> after;         // nothing: it goes
        std::vector<std::uint16_t> fields;  // the fields with constraints that change
    };
    std::vector<step> steps;
    std::optional<entry> added;        // a new entry
    std::optional<entry_draft> draft;  // the same as it is written
    bool covered = false;              // there is nothing to do
};

// Fails with bad_usage when the text cannot be made to trust it by an edit.
result<acceptance_plan> plan_acceptance(const resource_type& type, const entry_list& trusted,
                                        const untrusted_object& seen, const acceptance_terms& terms);

// The entry that a person may write for it: as much as is known.
entry_draft suggested_entry(const resource_type& type, const untrusted_object& seen,
                            const acceptance_terms& terms);

// One field as a baseline writes it.
entry_draft::line line_of(const resource_type& type, std::uint16_t field, std::string_view value);

}  // namespace trunkwarden
