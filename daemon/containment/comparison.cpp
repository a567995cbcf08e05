#include "containment/comparison.hpp"

#include <fmt/format.h>

#include "containment/json_path.hpp"
#include "containment/requests.hpp"
#include "snapshot/fingerprint.hpp"

namespace trunkwarden {
namespace {

bool is_hidden(std::string_view shown)
{
    return shown.empty() || is_masked(shown);
}

// A secret that the API shows neither in the object nor in its answer, or as asterisks, cannot be compared.
comparison compare_secret(const resource_type& type, const execution& execution, const observed_object* now)
{
    if (now == nullptr)
        return {true, fmt::format("the {} is not there any more", type.noun)};
    if (!execution.fresh)
        return {};
    const secret read(text_at(now->whole, execution.fresh->member));
    // With another date, it may have been changed again since the answer.
    if (is_hidden(read.reveal()) && text_at(now->whole, "updated_at") != execution.fresh->answered_at)
        return {};
    const auto& shown = is_hidden(read.reveal()) ? execution.fresh->shown_in_answer : read;
    if (is_hidden(shown.reveal()))
        return {};
    if (shown.reveal() == execution.fresh->value.reveal())
        return {true, std::nullopt};
    return {true, fmt::format("{} is not the new one", execution.fresh->member)};
}

}  // namespace

comparison compare(const resource_type& type, const execution& execution, const observed_object* now)
{
    if (execution.step.measure == measure::rotate)
        return compare_secret(type, execution, now);
    if (!can_be_verified(type, execution.step.request))
        return {};
    return {true, mismatch_of(type, execution.step.request, now)};
}

}  // namespace trunkwarden
