#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

// Tables with one row for each value of an enum. The compiler checks the number of rows, so that a new
// enumerator without a row does not compile:
//
//     enum class light : std::uint8_t { red, green };
//     template <>
//     inline constexpr auto names_of<light> = word_table<light>("red", "green");
//
// The enum counts from 0 without gaps.

namespace trunkwarden {

// The compiler writes an enumerator by its name, and a value that has none as "(light)2".
template <auto Value>
constexpr bool is_enumerator()
{
    constexpr std::string_view written = __PRETTY_FUNCTION__;
    constexpr auto after_type = written.rfind(')') + 1;
    return written[after_type] < '0' || written[after_type] > '9';
}

// How many enumerators there are.
template <class Enum, std::size_t Counted = 0>
constexpr std::size_t enumerators_of()
{
    if constexpr (is_enumerator<static_cast<Enum>(Counted)>())
        return enumerators_of<Enum, Counted + 1>();
    else
        return Counted;
}

template <class Enum, class Value, std::size_t Count>
struct enum_table {
    std::array<Value, Count> values;

    constexpr const Value& operator[](Enum at) const { return values[static_cast<std::size_t>(at)]; }
};

// The rows are in the order of the enumerators.
template <class Enum, class Value, class... Rest>
constexpr auto table_for(Value first, Rest... rest) -> enum_table<Enum, Value, 1 + sizeof...(Rest)>
{
    static_assert(1 + sizeof...(Rest) == enumerators_of<Enum>(), "each value of the enum has a row");
    return {{first, rest...}};
}

template <class Enum, class... Words>
constexpr auto word_table(Words... words)
{
    return table_for<Enum, std::string_view>(words...);
}

// The words that people read and write for the values of an enum. Each enum specialises it.
template <class Enum>
struct no_names;
template <class Enum>
inline constexpr no_names<Enum> names_of;

template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::string_view name_of(Enum value)
{
    return names_of<Enum>[value];
}

// nullopt when no value has this name.
template <class Enum>
constexpr std::optional<Enum> value_named(std::string_view name)
{
    const auto& names = names_of<Enum>.values;
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace trunkwarden
