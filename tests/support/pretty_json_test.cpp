#include "support/pretty_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(PrettyJson, KeepsWhatIsShortOnOneLineAndWritesNumbersAsPeopleDo)
{
    EXPECT_EQ(pretty_json(boost::json::parse(R"({"a":0.25,"b":[1,"x"],"c":null})")),
              "{\"a\": 0.25, \"b\": [1, \"x\"], \"c\": null}\n");
}

TEST(PrettyJson, BreaksWhatIsLongAndSaysTheSame)
{
    boost::json::object long_one;
    for (int at = 0; at < 30; ++at)
        long_one.emplace("key " + std::to_string(at),
                         boost::json::array{std::string(50, 'x'), at, "\"", true});
    boost::json::array words;
    for (int at = 0; at < 100; ++at)
        words.emplace_back("word " + std::to_string(at));
    long_one.emplace("words", words);
    const auto text = pretty_json(long_one);
    EXPECT_EQ(boost::json::serialize(boost::json::parse(text)), boost::json::serialize(long_one));
    EXPECT_EQ(text.find(" \n"), std::string::npos);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        EXPECT_LE(text.find('\n', at) - at, 122U);
}

}  // namespace
}  // namespace trunkwarden
