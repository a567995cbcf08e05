#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/paths.hpp"

namespace trunkwarden {
namespace {

std::string guide()
{
    std::ifstream file(fakes::in_project("docs/baseline.md"));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_valid(const std::string& example)
{
    const bool has_version = example.find("version: 1") != std::string::npos;
    const auto read =
        parse_baseline((has_version ? "" : "version: 1\n") + example, "docs/baseline.md", catalogue);
    for (const auto& problem : read.problems)
        ADD_FAILURE() << problem.message << "\n" << example;
}

TEST(BaselineGuide, ShowsFormsThatAreReadAsItSays)
{
    const auto text = guide();
    const std::string fence = "```yaml\n";
    unsigned examples = 0;
    for (auto at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
        const auto begin = at + fence.size();
        expect_valid(text.substr(begin, text.find("```", begin) - begin));
        ++examples;
    }
    EXPECT_GE(examples, 10U);
}

TEST(BaselineGuide, ShowsAnEntryOfEveryResource)
{
    const auto text = guide();
    const std::regex row("\\| `([a-z_]+)` \\| `(\\{[^\n]*\\})` \\|");
    std::set<std::string> shown;
    for (auto found = std::sregex_iterator(text.begin(), text.end(), row); found != std::sregex_iterator();
         ++found) {
        expect_valid((*found)[1].str() + ":\n  - " + (*found)[2].str() + "\n");
        shown.insert((*found)[1]);
    }
    for (const auto& type : catalogue)
        EXPECT_EQ(shown.contains(std::string(type.name)), type.pages != paging::no_endpoint) << type.name;
}

}  // namespace
}  // namespace trunkwarden
