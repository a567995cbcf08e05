#include "diff/loosening.hpp"

#include <algorithm>

#include "snapshot/canonical.hpp"

namespace trunkwarden {
namespace {

// Whether `a` allows more than `b`, where an empty amount means `when_empty`.
enum class empty_means : std::uint8_t { no_limit, nothing };

bool exceeds(value_kind kind, std::string_view a, std::string_view b, empty_means empty)
{
    if (a.empty() || b.empty())
        return empty == empty_means::no_limit ? a.empty() && !b.empty() : !a.empty() && b.empty();
    if (kind == value_kind::timestamp)
        return a > b;  // RFC 3339, in UTC: a later time is a greater text
    const auto order = compare_decimals(a, b);
    return !order.valid || order.order > 0;  // an amount that is no number cannot be called a limit
}

bool exceeds_all(value_kind kind, const constraint& expected, std::string_view actual, empty_means empty)
{
    return std::ranges::all_of(expected.any_of, [kind, actual, empty](const accepted_value& value) {
        return exceeds(kind, actual, value.text, empty);
    });
}

// Messaging profiles write "*" for every destination: nothing is wider.
constexpr std::string_view everything = "*";

bool has_a_new_member(const constraint& expected, std::string_view actual)
{
    return std::ranges::any_of(members_of(actual), [&expected](std::string_view member) {
        return std::ranges::none_of(expected.any_of, [member](const accepted_value& value) {
            const auto trusted = members_of(value.text);
            return std::ranges::find(trusted, member) != trusted.end() ||
                   std::ranges::find(trusted, everything) != trusted.end();
        });
    });
}

}  // namespace

bool got_looser(const watched_field& field, const constraint& expected, std::string_view actual)
{
    switch (field.loosens) {
        case loosening::never:
            return false;
        case loosening::when_true:
            return actual == "true";
        case loosening::when_false:
            return actual != "true";
        case loosening::when_raised:
            return exceeds_all(field.kind, expected, actual, empty_means::no_limit);
        case loosening::when_increased:
            return exceeds_all(field.kind, expected, actual, empty_means::nothing);
        case loosening::when_widened:
            return has_a_new_member(expected, actual);
    }
    return false;
}

}  // namespace trunkwarden
