#include "support/enum_names.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace trunkwarden {
namespace {

enum class traffic_light : std::uint8_t { red, amber, green };
struct crossing {
    enum class side2 : std::uint8_t { left, right2 };
};

}  // namespace

template <>
inline constexpr auto names_of<traffic_light> = word_table<traffic_light>("red", "amber", "green");

namespace {

TEST(EnumNames, TellsAnEnumeratorFromAValueWithoutName)
{
    static_assert(is_enumerator<traffic_light::green>());
    static_assert(is_enumerator<static_cast<traffic_light>(2)>());
    static_assert(!is_enumerator<static_cast<traffic_light>(3)>());
    static_assert(is_enumerator<crossing::side2::right2>());
    static_assert(!is_enumerator<static_cast<crossing::side2>(2)>());
    static_assert(enumerators_of<traffic_light>() == 3);
    static_assert(enumerators_of<crossing::side2>() == 2);
}

TEST(EnumNames, NamesEachValueAndFindsItByItsName)
{
    EXPECT_EQ(name_of(traffic_light::red), "red");
    EXPECT_EQ(name_of(traffic_light::green), "green");
    EXPECT_EQ(value_named<traffic_light>("amber"), traffic_light::amber);
    EXPECT_EQ(value_named<traffic_light>("Amber"), std::nullopt);
    EXPECT_EQ(value_named<traffic_light>(""), std::nullopt);
}

TEST(EnumNames, ATableHoldsValuesOfAnyType)
{
    constexpr auto seconds = table_for<traffic_light>(30, 3, 25);
    static_assert(seconds[traffic_light::amber] == 3);
    static_assert(seconds.values.size() == 3);
}

}  // namespace
}  // namespace trunkwarden
