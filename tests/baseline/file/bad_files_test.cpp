#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/paths.hpp"
#include "settings/settings_file.hpp"

// Every file of tests/bad_files is refused as its first lines say. The same files against the JSON Schemas:
// tests/check_schemas.py.

namespace trunkwarden {
namespace {

struct bad_file {
    std::string name;
    std::string text;
    std::vector<std::string> expected;
    std::vector<problem> found;
};

std::vector<std::string> expected_by(const std::string& text)
{
    constexpr std::string_view parser = "# parser: ";
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line) && line.starts_with("# ");)
        if (line.starts_with(parser))
            lines.push_back(line.substr(parser.size()));
    return lines;
}

std::vector<bad_file> bad_files()
{
    std::vector<std::string_view> resources;
    for (const auto& type : catalogue)
        resources.push_back(type.name);
    std::vector<bad_file> all;
    for (const std::string kind : {"settings", "baseline"}) {
        const auto folder = std::filesystem::path(fakes::in_project("tests/bad_files")) / kind;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            std::ifstream in(file.path());
            std::ostringstream text;
            text << in.rdbuf();
            bad_file bad{kind + "/" + file.path().filename().string(), text.str(), {}, {}};
            bad.expected = expected_by(bad.text);
            bad.found = kind == "settings" ? parse_settings(bad.text, "f", resources).problems
                                           : parse_baseline(bad.text, "f", catalogue).problems;
            all.push_back(std::move(bad));
        }
    }
    return all;
}

TEST(BadFilesAreRefused, AtThePlacesAndWithTheSentencesTheyName)
{
    const auto all = bad_files();
    EXPECT_GT(all.size(), 120U);
    for (const auto& bad : all) {
        std::vector<std::string> told;
        for (const auto& problem : bad.found)
            told.push_back(to_string(problem).substr(std::string_view("f:").size()));
        EXPECT_FALSE(told.empty()) << bad.name;
        EXPECT_EQ(told, bad.expected) << bad.name;
    }
}

TEST(BadFilesAreRefused, WithTheLineWhereThereIsOne)
{
    for (const auto& bad : bad_files()) {
        std::vector<std::string> lines{""};
        std::istringstream in(bad.text);
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        for (const auto& problem : bad.found) {
            const bool is_there = problem.at.line < lines.size() && !lines[problem.at.line].starts_with("#");
            EXPECT_EQ(problem.shown.line.empty(), !is_there) << bad.name << ": " << to_string(problem);
            EXPECT_LE(problem.shown.caret, 110U) << bad.name;
        }
    }
}

TEST(BadFilesAreRefused, WithoutRepeatingASecretThatWasWrittenIntoThem)
{
    std::size_t with_secrets = 0;
    for (const auto& bad : bad_files()) {
        with_secrets += bad.text.find("CANARY") == std::string::npos ? 0U : 1U;
        for (const auto& problem : bad.found) {
            EXPECT_EQ(problem.message.find("CANARY"), std::string::npos)
                << bad.name << ": " << problem.message;
            EXPECT_EQ(problem.shown.line.find("CANARY"), std::string::npos)
                << bad.name << ": " << problem.shown.line;
        }
    }
    EXPECT_GT(with_secrets, 10U);
}

// A value of a key that may hold a secret is not shown, with any fault.
TEST(BadFilesAreRefused, WithoutASecretInAnyPlaceOfTheSettings)
{
    std::vector<std::string_view> resources{"ips"};
    constexpr std::array<std::string_view, 9> keys{"api_key_file", "api_key_env", "api_key_credential",
                                                   "api_url",      "url",         "url_file",
                                                   "secret_file",  "expected",    "passphrase"};
    constexpr std::array<std::string_view, 8> shapes{": CANARY x",
                                                     ": {CANARY: [CANARY]}",
                                                     ": |\n      CANARY",
                                                     ": \"CANARY",
                                                     ":\n      - CANARY",
                                                     ": [CANARY, {CANARY: 1}",
                                                     ": >-\n      a\n      CANARY: b",
                                                     ": &x CANARY"};
    for (const auto key : keys)
        for (const auto shape : shapes)
            for (const std::string before :
                 {"accounts:\n  - name: A\n    ", "alerts:\n  sinks:\n  - type: slak\n    "}) {
                const auto text = before + std::string(key) + std::string(shape) + "\n    name: [x]\n";
                const auto found = parse_settings(text, "f", resources).problems;
                EXPECT_FALSE(found.empty()) << text;
                for (const auto& problem : found)
                    EXPECT_EQ(problem.shown.line.find("CANARY"), std::string::npos)
                        << text << problem.shown.line;
            }
}

}  // namespace
}  // namespace trunkwarden
