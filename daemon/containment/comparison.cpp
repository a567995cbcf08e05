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
comparison compare_secret(const resource_type& type, const execution& of, const observed_object* now)
{
    if (now == nullptr)
        return {true, fmt::format("the {} is not there any more", type.noun)};
    if (!of.fresh)
        return {};
    const secret read(text_at(now->whole, of.fresh->member));
    // Of another date, it may have been changed again since the answer.
    if (is_hidden(read.reveal()) && text_at(now->whole, "updated_at") != of.fresh->answered_at)
        return {};
    const auto& shown = is_hidden(read.reveal()) ? of.fresh->shown_in_answer : read;
    if (is_hidden(shown.reveal()))
        return {};
    if (shown.reveal() == of.fresh->value.reveal())
        return {true, std::nullopt};
    return {true, fmt::format("{} is not the new one", of.fresh->member)};
}

}  // namespace

comparison compare(const resource_type& type, const execution& of, const observed_object* now)
{
    if (of.step.how == measure::rotate)
        return compare_secret(type, of, now);
    if (!can_be_verified(type, of.step.request))
        return {};
    return {true, mismatch_of(type, of.step.request, now)};
}

}  // namespace trunkwarden
