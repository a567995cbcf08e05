#include "support/known_secrets.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkwarden {
namespace {

known_secrets knowing(std::initializer_list<std::string_view> secrets)
{
    known_secrets out;
    for (const auto secret : secrets)
        out.note(secret);
    return out;
}

TEST(KnownSecrets, AreTakenOutWhereTheyAreWordsOfTheirOwn)
{
    const auto known = knowing({"swordfish", "4711", "correct horse battery", "p@ss, word!"});
    const std::vector<std::pair<std::string, std::string>> shown_as{
        {"value swordfish is weak", "value (secret) is weak"},
        {"swordfish", "(secret)"},
        {"'swordfish','swordfish'", "'(secret)','(secret)'"},
        {"pin=4711.", "pin=(secret)."},
        {"used before: correct horse battery", "used before: (secret)"},
        {"(p@ss, word!) is refused", "((secret)) is refused"},
        {"\xc2\xabswordfish\xc2\xbb", "\xc2\xab(secret)\xc2\xbb"},
        {"swordfishes and 14711 stay", "swordfishes and 14711 stay"},
        {"Swordfish is another one", "Swordfish is another one"},
        {"", ""}};
    for (const auto& [text, shown] : shown_as)
        EXPECT_EQ(known.taken_out_of(text), shown) << text;
}

TEST(KnownSecrets, TheLongestThatBeginsThereIsTakenOut)
{
    const auto known = knowing({"sword", "sword fish"});
    EXPECT_EQ(known.taken_out_of("sword fish, sword"), "(secret), (secret)");
}

TEST(KnownSecrets, PartsOfManyWordsAndMasksAreNone)
{
    const auto known = knowing({"", "abc", "********", std::string(257, 'x')});
    for (const std::string text : {"abc", "********", ""})
        EXPECT_EQ(known.taken_out_of(text), text);
    EXPECT_EQ(known.taken_out_of(std::string(257, 'x')), std::string(256, 'x') + "…");
}

TEST(KnownSecrets, NotingOneAgainForgetsNoOther)
{
    auto known = knowing({"swordfish"});
    for (std::size_t number = 0; number + 1 < known_secrets::most; ++number)
        known.note(fmt::format("another-{}", number));
    for (std::size_t number = known_secrets::most / 2; number + 1 < known_secrets::most; ++number)
        known.note(fmt::format("another-{}", number));
    EXPECT_EQ(known.taken_out_of("swordfish"), "(secret)");
}

// One that begins in the part that is shown is seen although it ends beyond it.
TEST(KnownSecrets, ALongTextIsCutAndNoSecretIsHalfShown)
{
    const auto known = knowing({"correct horse battery"});
    const auto shown =
        known.taken_out_of(std::string(250, '.') + "correct horse battery" + std::string(9999, '.'));
    EXPECT_EQ(shown, std::string(250, '.') + "(secret)…");
}

TEST(KnownSecrets, OfTooManyTheOldestAreForgotten)
{
    known_secrets known;
    known.note("swordfish");
    for (std::size_t at = 0; at + 1 < known_secrets::most / 2; ++at)
        known.note("secret-" + std::to_string(at));
    EXPECT_EQ(known.taken_out_of("swordfish"), "(secret)") << "half of them are newer";
    for (std::size_t at = 0; at < known_secrets::most / 2 + 1; ++at)
        known.note("another-" + std::to_string(at));
    EXPECT_EQ(known.taken_out_of("swordfish"), "swordfish");
    EXPECT_EQ(known.taken_out_of("another-0"), "(secret)");
}

}  // namespace
}  // namespace trunkwarden
