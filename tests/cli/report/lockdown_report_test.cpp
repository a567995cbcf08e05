#include "cli/report/lockdown_report.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

// The arguments that curl would get from a line that is pasted into a shell, a line each.
std::vector<std::string> arguments_of(const std::string& line)
{
    const std::string script =
        "curl() { for one in \"$@\"; do printf '%s\\n' \"$one\"; done; }\n" + line + "\n";
    const fakes::scratch_folder folder;
    const auto file = folder.write("pasted", script);
    std::vector<std::string> lines;
    auto* const from = ::popen(("sh " + file + " 2>&1").c_str(), "r");
    std::array<char, 4096> piece{};
    std::string text;
    while (std::fgets(piece.data(), piece.size(), from) != nullptr)
        text += piece.data();
    ::pclose(from);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST(LockdownReport, ARequestCanBePastedIntoAShellWhateverAnIntruderWrote)
{
    account watched("production");
    watched.config.settings.api_key.file = "/dev/null";
    for (const std::string name :
         {"plain", "it's", "$(touch /tmp/owned)", "`id`", "a\nb\tc", "\"; rm -rf /; \"", "back\\slash",
          "'\\''", "friendly_name *and* [more](https://evil.example)", "\xe2\x80\xae right to left",
          "caf\xc3\xa9 \xf0\x9f\x93\x9e", "```\n# a heading", "@/etc/passwd"}) {
        boost::json::object body;
        body["friendly_name"] = name;
        const auto line =
            pasted_request(watched, {"PATCH", "/texml_applications/1", boost::json::serialize(body)});
        EXPECT_EQ(line.find('\n'), std::string::npos) << name;
        EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c < 0x7f; })) << line;
        const auto arguments = arguments_of(line);
        ASSERT_EQ(arguments.size(), 9U) << line;
        EXPECT_EQ(arguments[1], "PATCH");
        EXPECT_EQ(arguments[2], "https://api.telnyx.com/v2/texml_applications/1");
        EXPECT_EQ(boost::json::parse(arguments[8]), boost::json::value(body)) << line;
    }
}

TEST(LockdownReport, ALongRequestIsNotCut)
{
    account watched("production");
    boost::json::object body;
    body["friendly_name"] = std::string(20'000, 'x');
    EXPECT_GT(pasted_request(watched, {"PATCH", "/a/1", boost::json::serialize(body)}).size(), 20'000U);
}

}  // namespace
}  // namespace trunkwarden
