#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/enum_names.hpp"

namespace trunkwarden {

enum class lint_issue_kind : std::uint8_t {
    unpinned_field,   // fields left out: any value of them is trusted
    wide_wildcard,    // a pattern accepts more than it has to
    wide_network,     // a network likewise
    matches_nothing,  // a rule, or values of its lists, that nothing in the account is like
    expired,
    expires_soon,
    no_reason,  // an exception that does not say why
    dangerous,  // the trusted objects deserve a second look
    duplicate,  // an earlier entry says the same, or names the same object
    hidden,     // an earlier entry covers all that this one does
    old_attestation,
    not_shown,    // secrets that the API masks
    weak_limit,   // one on use that is never passed, or permits too much
    never_shown,  // fields of an extra resource that no object has
};

template <>
inline constexpr auto names_of<lint_issue_kind> =
    word_table<lint_issue_kind>("unpinned-field", "wide-wildcard", "wide-network", "matches-nothing",
                                "expired", "expires-soon", "no-reason", "dangerous", "duplicate", "hidden",
                                "old-attestation", "not-shown", "weak-limit", "never-shown");

// Something in a baseline that is valid and yet trusts more, or says less, than it should.
struct lint_issue {
    std::uint32_t line = 0;  // 1-based
    std::string_view resource = {};
    lint_issue_kind kind = lint_issue_kind::dangerous;
    std::string message;  // one sentence: why it matters, and what to do; fit to be printed
    friend bool operator==(const lint_issue&, const lint_issue&) = default;
};

}  // namespace trunkwarden
