#include "containment/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "containment/json_path.hpp"
#include "containment/observe_object.hpp"
#include "containment/requests.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t most_remembered = 100;

const resource_type& type_about(const account_config& config, const action& about)
{
    return config.types[place_of_resource(config, about.resource).value()];
}

bool part_is_on(const observed_object& part)
{
    const auto& off = part.type->contain.expected_state;
    return text_at(part.whole, off.path) != off.value;
}

std::string id_of(const observed_object& part)
{
    return text_at(part.whole, part.type->address);
}

bool was_taken_along(const action& undoing, const observed_object& part)
{
    return std::ranges::find(*undoing.taken_along, id_of(part)) != undoing.taken_along->end();
}

}  // namespace

bool takes_parts_along(const resource_type& type, const action& about)
{
    return about.measure == measure::contain && !type.contain.takes_along.empty();
}

task<result<std::vector<observed_object>>> observe_parts(account& watched, const action& about)
{
    const auto& type = type_about(watched.config, about);
    if (!takes_parts_along(type, about))
        co_return std::vector<observed_object>();
    const auto resource = place_of_resource(watched.config, type.contain.takes_along).value();
    co_return co_await observe_objects_under(watched, resource, about.address);
}

task<std::optional<std::vector<std::string>>> parts_that_are_on(account& watched, const action& about)
{
    if (!takes_parts_along(type_about(watched.config, about), about))
        co_return std::nullopt;
    const auto parts = co_await observe_parts(watched, about);
    if (!parts)
        co_return std::nullopt;
    std::vector<std::string> out;
    for (const auto& part : *parts)
        if (part_is_on(part))
            out.push_back(id_of(part));
    if (out.size() > most_remembered)
        co_return std::nullopt;
    co_return out;
}

std::vector<api_write> requests_for_parts(const action& undoing, const std::vector<observed_object>& now)
{
    std::vector<api_write> out;
    if (!undoing.taken_along)
        return out;
    for (const auto& part : now)
        if (was_taken_along(undoing, part) && !part_is_on(part))
            out.push_back(switching_on(part, id_of(part)));
    return out;
}

std::string words_of_parts(const resource_type& type, const action& undoing,
                           const std::vector<observed_object>& now, const std::string& refused)
{
    if (!takes_parts_along(type, undoing))
        return {};
    const auto name = type.contain.takes_along;
    if (!undoing.taken_along)
        return fmt::format("which of its {} were on is not known: switch on by hand those that are wanted",
                           name);
    auto off = *undoing.taken_along;
    std::erase_if(off, [&now](const std::string& id) {
        return std::ranges::any_of(now,
                                   [&id](const auto& part) { return id_of(part) == id && part_is_on(part); });
    });
    if (off.empty() && undoing.taken_along->empty())
        return fmt::format("none of its {} were on", name);
    if (off.empty())
        return fmt::format("its {} that were on are on again: {}", name, undoing.taken_along->size());
    for (auto& id : off)
        id = printable(id, 60);
    return fmt::format("of its {} these were on and do not show that they are again: {}{}", name,
                       fmt::join(off, ", "), refused.empty() ? "" : " (" + refused + ")");
}

}  // namespace trunkwarden
