#include "baseline/compare/allowed_use.hpp"

#include "baseline/compare/semantic_diff.hpp"

namespace trunkwarden {
namespace {

bool list_the_same(const baseline& before, const baseline& after, const resource_type& use)
{
    const auto& then = before.entries_of(use);
    const auto& now = after.entries_of(use);
    if (then.is_written() != now.is_written())
        return false;
    baseline old_entries;
    baseline new_entries;
    old_entries.resources = {then};
    new_entries.resources = {now};
    return semantic_diff({&use, 1}, old_entries, new_entries).empty();
}

}  // namespace

bool allows_the_same(const baseline& before, const baseline& after, const resource_type& use)
{
    switch (use.role) {
        case resource_role::spending:
            return before.spending == after.spending;
        case resource_role::traffic:
            return before.traffic == after.traffic;
        case resource_role::active_calls:
            return before.active_calls == after.active_calls;
        default:
            return list_the_same(before, after, use);
    }
}

}  // namespace trunkwarden
