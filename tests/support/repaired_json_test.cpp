#include "support/repaired_json.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {
namespace {

constexpr std::size_t deep_enough = 8;

bool is_json(std::string text)
{
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    simdjson::dom::parser parser;
    EXPECT_EQ(parser.allocate(text.size() + 1024, deep_enough + 1), simdjson::SUCCESS);
    simdjson::dom::element root;
    return parser.parse(text.data(), text.size(), false).get(root) == simdjson::SUCCESS;
}

std::string repaired(std::string_view text)
{
    auto out = repaired_json(text, deep_enough);
    EXPECT_TRUE(is_json(out)) << text << '\n' << out;
    return out;
}

std::string nested(std::size_t depth, const std::string& inside)
{
    return std::string(depth, '[') + inside + std::string(depth, ']');
}

TEST(RepairedJson, IsTheSameByteByByteWhereNothingIsWrong)
{
    for (
        const std::string& text :
        {std::string(
             R"( {"a" : [1, -2.50, 1e5, true,false ,null], "b":"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00 ä€😀"} )"),
         std::string(
             R"([18446744073709551615,-9223372036854775808,-0,0,1e-400,1.7e308,0e999999999999999999999,0.1])"),
         std::string(R"("a")"), std::string("7"), std::string("[]"), nested(deep_enough, "1"),
         nested(deep_enough + 1, "")})
        EXPECT_EQ(repaired(text), text);
}

TEST(RepairedJson, PutsTheReplacementCharacterForWhatIsNoCharacter)
{
    EXPECT_EQ(repaired(R"(["ivr \ud800"])"), R"(["ivr \ufffd"])");
    EXPECT_EQ(repaired(R"(["\udc00x"])"), R"(["\ufffdx"])");
    EXPECT_EQ(repaired(R"(["\ud800\ud83d\ude00"])"), R"(["\ufffd\ud83d\ude00"])");
    EXPECT_EQ(repaired(R"(["\ud800\u0041\uDFFF"])"), R"(["\ufffd\u0041\ufffd"])");
    EXPECT_EQ(repaired(R"(["\ud83d\\ude00"])"), R"(["\ufffd\\ude00"])");
    EXPECT_EQ(repaired(R"(["\x41 \u12g4 \u"])"), R"(["\ufffdx41 \ufffdu12g4 \ufffdu"])");
    EXPECT_EQ(repaired("[\"a\xff\xc3\xed\xa0\x80z\"]"), R"(["a\ufffd\ufffd\ufffd\ufffd\ufffdz"])");
    EXPECT_EQ(repaired("[\"a\x01\n\"]"), R"(["a\u0001\u000a"])");
}

TEST(RepairedJson, KeepsANumberThatIsTooLongAsItsText)
{
    EXPECT_EQ(repaired("[99999999999999999999, 1e999]"), R"(["99999999999999999999", "1e999"])");
    const std::string endless(400, '7');
    EXPECT_EQ(repaired("[" + endless + "]"), "[\"" + endless + "\"]");
    EXPECT_EQ(repaired("[-" + endless + ".5]"), "[\"-" + endless + ".5\"]");
    EXPECT_EQ(repaired("[-9223372036854775809,1.8e308,0.01e311,1e99999999999999999999]"),
              R"(["-9223372036854775809","1.8e308","0.01e311","1e99999999999999999999"])");
    EXPECT_EQ(repaired("[NaN,-Infinity,01,1.,.5,+1,a\\b]"),
              R"(["NaN","-Infinity","01","1.",".5","+1","a\\b"])");
}

TEST(RepairedJson, PutsOneTextForWhatIsNestedTooDeeplyAndAnotherForAnotherValue)
{
    const auto first = repaired(nested(deep_enough + 1, R"("a]")"));
    const auto other = repaired(nested(deep_enough + 1, R"("b]")"));
    EXPECT_EQ(first, nested(deep_enough, '"' + deep_value_of(R"(["a]"])") + '"'));
    EXPECT_NE(first, other);
    EXPECT_TRUE(is_deep_value(deep_value_of("x")));
    EXPECT_EQ(repaired(R"([[[[[[[[{"a":1}, {} ,[ ],7]]]]]]]])"),
              "[[[[[[[[\"" + deep_value_of(R"({"a":1})") + R"(", {} ,[ ],7]]]]]]]])");
}

TEST(RepairedJson, TakesTimeInProportionToTheText)
{
    constexpr std::size_t bytes = 1U << 20U;
    for (const std::string& text :
         {std::string(bytes, '['), std::string(bytes, '{'), "[\"" + std::string(bytes, '\\'),
          std::string(bytes, '"'), "[" + std::string(bytes, '9') + "]", nested(bytes / 2, ""),
          std::string(bytes, '\xff')}) {
        const auto began = std::chrono::steady_clock::now();
        const auto out = repaired_json(text, deep_enough);
        EXPECT_LE(out.size(), 8 * bytes);
        without_broken_items(out, [](std::string_view) { return true; });
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5)) << text.substr(0, 3);
    }
}

TEST(RepairedJson, LeavesOutBrokenItemsAloneAndKeepsTheOthersByteByByte)
{
    const auto parses = [](std::string_view item) { return is_json(std::string(item)); };
    EXPECT_EQ(
        without_broken_items(R"({"data":[{"id":1},{x},{"a":[1,2]], "b]" , 7:8],"meta":{"a":[x]}})", parses),
        R"({"data":[{"id":1},null,null, "b]" ,null],"meta":{"a":[x]}})");
    EXPECT_EQ(without_broken_items(R"([ ])", parses), R"([ ])");
    EXPECT_EQ(without_broken_items(R"([{"a":1} {"b":2},3])", parses), R"([null,3])");
    for (const char* text : {"", "[", "[1", "[1,", "{\"data\":[", "]", "{\"data"})
        EXPECT_LE(without_broken_items(text, parses).size(), std::string_view(text).size() + 4);
}

// Any well-formed list with any poison in some of its items.
class poisoned_list {
public:
    explicit poisoned_list(unsigned seed) : random_(seed) {}

    std::string value(std::size_t depth, bool poisoned)
    {
        switch (pick(depth > 3 ? 4 : 6)) {
            case 0:
                return poisoned && pick(2) == 0 ? bad_text() : R"("good \u00e4 ä")";
            case 1:
                return poisoned && pick(2) == 0 ? std::string(1 + pick(500), '8') : "12.5";
            case 2:
                return poisoned && pick(3) == 0 ? nested(1 + pick(200), bad_text()) : "null";
            case 3:
                return poisoned && pick(3) == 0 ? "-1e" + std::to_string(pick(2000)) : "true";
            case 4:
                return "[" + value(depth + 1, poisoned) + "," + value(depth + 1, poisoned) + "]";
            default:
                return R"({"k":)" + value(depth + 1, poisoned) + R"(,"l":)" + value(depth + 1, poisoned) +
                       "}";
        }
    }

    unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }

private:
    std::string bad_text()
    {
        static const std::vector<std::string> texts{
            R"("\ud800")", R"("x\udfff\ud83d")", "\"\xff\xfe\"", "\"\xf0\x9f\"", R"("\q")", "\"\t\""};
        return texts[pick(static_cast<unsigned>(texts.size()))];
    }

    std::mt19937 random_;
};

TEST(RepairedJson, AlwaysParsesAndLeavesItemsThatWereReadableAsTheyWere)
{
    for (unsigned seed = 0; seed < 500; ++seed) {
        poisoned_list list(seed);
        std::vector<std::string> items;
        std::vector<bool> was_readable;
        std::string body = R"({"data":[)";
        for (unsigned count = 1 + list.pick(6); count > 0; --count) {
            items.push_back(list.value(0, list.pick(2) == 0));
            was_readable.push_back(is_json(R"({"data":[)" + items.back() + "]}"));
            body += (items.size() > 1 ? "," : "") + items.back();
        }
        body += "]}";
        const auto out = repaired(body);
        std::size_t at = 0;
        for (std::size_t item = 0; item < items.size(); ++item)
            if (was_readable[item]) {
                at = out.find(items[item], at);
                ASSERT_NE(at, std::string::npos) << seed << '\n' << body << '\n' << out;
                at += items[item].size();
            }
    }
}

}  // namespace
}  // namespace trunkwarden
