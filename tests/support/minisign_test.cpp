#include "support/minisign.hpp"

#include <gtest/gtest.h>

#include <string>

#include "fakes/minisign_signer.hpp"

namespace trunkwarden {
namespace {

using fakes::minisign_signer;

// Made once with minisign 0.11; the secret halves were thrown away.
constexpr std::string_view text = "version: 1\n";
constexpr std::string_view key = "RWSLtb6vJmteay5TUaltG9G7SevXc3Q2VN6Pe9m9qEa9OSidZl8uzVTz";
constexpr std::string_view hashed =
    "untrusted comment: signature from minisign secret key\n"
    "RUSLtb6vJmtea15W9WWL3DgDLarZZvaeYdbA2x6XBM6Q1uCNYTVlQPomQvPFuFjr463Mm2JCu0s2hZWl3Prcg1pDy9yziOycrw4=\n"
    "trusted comment: timestamp:1790000000\tfile:b.yml\thashed\n"
    "Gnm+MXJO6znjC2Loe+DNI+1NTwJ9xoghgu3L2c2wsPCjZOmCdMKVxoBm8qdOfcTiTaQt4OrKzG0bpvRS/TsFBw==\n";
constexpr std::string_view legacy =
    "untrusted comment: signature from minisign secret key\n"
    "RWSLtb6vJmtea54JuXYwQ0W3yuUTFXc9aM9V1OyLOd1ZYvi6U/d0tmIsBC5T+GWE4ciM4GQX9dJ+QQUXz0+uCpC4ANF5p7yenQU=\n"
    "trusted comment: timestamp:1790000000\tfile:b.yml\n"
    "YT4iyPBGZUQalkBLoand+tM9ZRq2uSOHgdBknE2+ch4P5b3iB2DiFah4DaeHZ73Nb108P6vjm5KfLwIXHbmACw==\n";
constexpr std::string_view other_key = "RWQRx/s7m+hxK4G2nL5ZmG/PZxOSHydXTyQjsSfmnD08iZgi01/QK39k";
constexpr std::string_view by_other_key =
    "untrusted comment: signature from minisign secret key\n"
    "RUQRx/s7m+hxK10XVjs3M4JGhnFcw24jaMfskSXm+1vNoC6+KA8RLDkOPqjYT0FygEyYnnDr8U049fPtLR6M1yhRD7IuWG57lAM=\n"
    "trusted comment: timestamp:1790000000\tfile:b.yml\n"
    "SRJlyWkvijbc6GTV4i4eXH5+i+vSuK6d+Iz1eQhmTun3Cx7rYfyML/YmVCioUWNzIJz+xPt+8JBFsCHcwDHxDg==\n";

std::string refusal(std::string_view of_text, std::string_view signature, std::string_view by = key)
{
    const auto verified = verify_minisign(of_text, signature, by);
    return verified ? "taken" : verified.error().message;
}

std::string replaced(std::string_view in, std::string_view old, std::string_view with)
{
    std::string out(in);
    return out.replace(out.find(old), old.size(), with);
}

TEST(Minisign, TakesWhatMinisignSignedInBothOfItsForms)
{
    EXPECT_EQ(verify_minisign(text, hashed, key).value(), "timestamp:1790000000\tfile:b.yml\thashed");
    EXPECT_EQ(verify_minisign(text, legacy, key).value(), "timestamp:1790000000\tfile:b.yml");
    EXPECT_EQ(verify_minisign(text, by_other_key, other_key).value(), "timestamp:1790000000\tfile:b.yml");
    EXPECT_EQ(trusted_comment_of(hashed, key).value(), "timestamp:1790000000\tfile:b.yml\thashed");
}

class EverySingleBit : public testing::TestWithParam<std::string_view> {};

TEST_P(EverySingleBit, OfTheTextCounts)
{
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped(text);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        EXPECT_EQ(refusal(flipped, GetParam()), "its content is not what key 6B5E6B26AFBEB58B signed") << bit;
    }
}

// The untrusted comment is what its name says: only the words that begin it are looked at.
TEST_P(EverySingleBit, OfTheSignatureAndTheTrustedCommentCounts)
{
    const auto signature = GetParam();
    const auto free_begins = std::string_view("untrusted comment: ").size();
    const auto free_ends = signature.find('\n');
    std::size_t taken = 0;
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        const auto at = bit / 8;
        if (at >= free_begins && at < free_ends)
            continue;
        std::string flipped(signature);
        flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit % 8);
        EXPECT_FALSE(verify_minisign(text, flipped, key)) << "bit " << bit << ": " << flipped;
        ++taken;
    }
    EXPECT_GT(taken, 2000U);
}

TEST_P(EverySingleBit, OfThePublicKeyCounts)
{
    for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
        std::string flipped(key);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(verify_minisign(text, GetParam(), flipped)) << bit;
    }
}

TEST_P(EverySingleBit, HasToBeThere)
{
    // Without its last line end the file is still whole; with less it is not.
    for (std::size_t size = 0; size + 1 < GetParam().size(); ++size)
        EXPECT_FALSE(verify_minisign(text, GetParam().substr(0, size), key)) << size;
    EXPECT_TRUE(verify_minisign(text, GetParam().substr(0, GetParam().size() - 1), key));
}

INSTANTIATE_TEST_SUITE_P(Minisign, EverySingleBit, testing::Values(hashed, legacy),
                         [](const auto& tested) { return tested.param == hashed ? "Hashed" : "Legacy"; });

TEST(Minisign, SaysWhoseSignatureItIsInstead)
{
    EXPECT_EQ(refusal(text, by_other_key),
              "the signature is by key 2B71E89B3BFBC711, not by 6B5E6B26AFBEB58B");
}

// A signature under somebody else's name.
TEST(Minisign, RefusesASignatureThatOnlyNamesTheKey)
{
    const minisign_signer ours(1);
    minisign_signer forger(2);
    const auto forged = forger.sign(text, "timestamp:1\tfile:b.yml");
    const auto renamed = forger.public_key();
    EXPECT_EQ(refusal(text, forged, renamed), "taken");
    EXPECT_NE(refusal(text, forged, ours.public_key()), "taken");
    // The same key id before another point.
    const auto mixed = renamed.substr(0, 12) + ours.public_key().substr(12);
    EXPECT_NE(refusal(text, forged, mixed), "taken");
}

TEST(Minisign, RefusesTheTrustedCommentOfAnotherSignature)
{
    const minisign_signer signer;
    const auto first = signer.sign(text, "timestamp:1");
    const auto second = signer.sign("version: 1\nips: []\n", "timestamp:2");
    const auto mixed = first.substr(0, first.find("trusted comment: ", 20)) +
                       second.substr(second.find("trusted comment: ", 20));
    EXPECT_EQ(refusal(text, mixed, signer.public_key()),
              "the trusted comment is not what key " + minisign_key_id(signer.public_key()) + " signed");
}

TEST(Minisign, TakesTheLineEndsOfWindows)
{
    std::string with_returns;
    for (const char c : hashed)
        with_returns += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(refusal(text, with_returns), "taken");
}

TEST(Minisign, RefusesWhatMinisignWouldNotWrite)
{
    const std::string good(hashed);
    const std::string four_lines = "the signature does not have the four lines that minisign writes";
    const std::string no_base64 = "the signature is not the base64 that minisign writes";
    EXPECT_EQ(refusal(text, ""), four_lines);
    EXPECT_EQ(refusal(text, text), four_lines);
    EXPECT_EQ(refusal(text, "\n" + good), four_lines);
    EXPECT_EQ(refusal(text, good + "\n"), "something follows the four lines of the signature");
    EXPECT_EQ(refusal(text, good + good), "something follows the four lines of the signature");
    EXPECT_EQ(refusal(text, good + std::string(max_minisign_bytes, 'x')),
              "the signature is longer than 10240 bytes, so minisign did not make it");
    EXPECT_EQ(refusal(text, replaced(good, "\nRUS", "\n RUS")), no_base64);
    EXPECT_EQ(refusal(text, replaced(good, "rw4=", "rw4")), no_base64);
    EXPECT_EQ(refusal(text, replaced(good, "rw4=", "rw4=\t")), no_base64);
    EXPECT_EQ(refusal(text, replaced(good, "rw4=", "rw5=")), no_base64) << "the same bytes, another spelling";
    EXPECT_EQ(refusal(text, replaced(good, "Bw==", "BwAA")), no_base64) << "66 bytes";
    EXPECT_EQ(refusal(text, replaced(good, "\nRUS", "\nRVS")),
              "the signature is of a kind that is not known here; minisign makes Ed and ED");
}

// With the kind changed, a signature of a hash is checked as one of a text.
TEST(Minisign, DoesNotTakeOneKindForTheOther)
{
    EXPECT_NE(refusal(text, replaced(hashed, "\nRUS", "\nRWS")), "taken");
    EXPECT_NE(refusal(text, replaced(legacy, "\nRWS", "\nRUS")), "taken");
}

TEST(Minisign, ShowsAKeyAsMinisignDoes)
{
    EXPECT_EQ(minisign_key_id(key), "6B5E6B26AFBEB58B");
    EXPECT_EQ(minisign_key_id(other_key), "2B71E89B3BFBC711");
    EXPECT_EQ(minisign_key_id("RW"), "");
}

TEST(Minisign, SaysWhatIsWrongWithAPublicKeyWithoutRepeatingIt)
{
    const std::string good(key);
    EXPECT_EQ(fault_of_minisign_key(key), std::nullopt);
    const std::string not_one =
        "must be the second line of minisign.pub: 56 letters, digits, + and / that begin with RW";
    EXPECT_EQ(fault_of_minisign_key(""), not_one);
    EXPECT_EQ(fault_of_minisign_key(good.substr(1)), not_one);
    EXPECT_EQ(fault_of_minisign_key(good + "A"), not_one);
    EXPECT_EQ(fault_of_minisign_key(good.substr(0, 55) + "-"), not_one);
    EXPECT_EQ(fault_of_minisign_key("RUS" + good.substr(3)), not_one) << "not of the kind Ed";
    EXPECT_EQ(fault_of_minisign_key(good.substr(0, 52) + "AA=="), not_one) << "40 bytes";
    EXPECT_TRUE(fault_of_minisign_key("RWRTY0Iy" + std::string(204, 'A'))
                    .value_or("")
                    .starts_with("is a secret key"));
    EXPECT_TRUE(fault_of_minisign_key("RWQAAEIy" + std::string(204, 'A'))
                    .value_or("")
                    .starts_with("is a secret key"));
    EXPECT_NE(refusal(text, hashed, "nonsense"), "taken");
}

// Half of all encodings are no point of the curve.
TEST(Minisign, TakesNothingFromAKeyThatIsNoPoint)
{
    const auto id = std::string(key.substr(0, 12));
    for (const char c : {'A', 'B', '/', 'x'})
        EXPECT_NE(refusal(text, hashed, id + "i5T" + std::string(41, c)), "taken") << c;
}

TEST(Minisign, KnowsWhenItWasSigned)
{
    const auto at = [](std::int64_t seconds) {
        return std::optional(time_point(std::chrono::seconds(seconds)));
    };
    EXPECT_EQ(time_of_signing("timestamp:1790000000\tfile:b.yml\thashed"), at(1'790'000'000));
    EXPECT_EQ(time_of_signing("timestamp:0"), at(0));
    EXPECT_EQ(time_of_signing("timestamp:12 by hand"), at(12));
    for (const auto* none :
         {"", "timestamp:", "timestamp:-1", "timestamp:1x", "timestamp:99999999999999999999",
          "timestamp:253402300800", "approved by dana", "file:b.yml\ttimestamp:12"})
        EXPECT_EQ(time_of_signing(none), std::nullopt) << none;
}

}  // namespace
}  // namespace trunkwarden
