#include "cli/pager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <unistd.h>

namespace trunkwarden {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;
using variables = std::map<std::string, std::string>;

std::optional<pager> pager_with(const variables& set, terminal_rights rights = terminal_rights::own)
{
    const auto read = [&set](const char* name) -> std::optional<std::string> {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional(found->second);
    };
    return choose_pager(read, rights);
}

TEST(Pager, IsLessUnlessTheEnvironmentNamesAnother)
{
    const auto usual = pager_with({{"TERM", "xterm"}});
    ASSERT_TRUE(usual);
    EXPECT_EQ(usual->command, "less -FRX");
    EXPECT_THAT(usual->settings, UnorderedElementsAre("LESS=FRX", "LESSCHARSET=utf-8"));
    EXPECT_EQ(pager_with({{"TERM", "xterm"}, {"PAGER", "more -s"}})->command, "more -s");
    EXPECT_EQ(pager_with({{"TERM", "xterm"}, {"PAGER", "more"}, {"TRUNKWARDEN_PAGER", "most"}})->command,
              "most");
}

TEST(Pager, LeavesTheSettingsOfThePersonAlone)
{
    EXPECT_THAT(pager_with({{"TERM", "xterm"}, {"LESS", "-i"}, {"LESSCHARSET", "latin1"}})->settings,
                IsEmpty());
}

TEST(Pager, IsNoneWhereTheEnvironmentAsksForNone)
{
    EXPECT_FALSE(pager_with({{"TERM", "xterm"}, {"PAGER", "less"}, {"TRUNKWARDEN_PAGER", ""}}));
    EXPECT_FALSE(pager_with({{"TERM", "xterm"}, {"PAGER", "cat"}}));
    EXPECT_FALSE(pager_with({{"TERM", "dumb"}}));
    EXPECT_FALSE(pager_with({{"TERM", ""}}));
    EXPECT_FALSE(pager_with({})) << "nothing says what the terminal can do";
}

// sudo with a rule for this program alone must not become a shell of root.
TEST(Pager, StartsNoShellAndNoProgramOfThePersonWithMoreRightsThanHis)
{
    const auto secure = pager_with({{"TERM", "xterm"}, {"PAGER", "vim -"}, {"TRUNKWARDEN_PAGER", "sh"}},
                                   terminal_rights::elevated);
    ASSERT_TRUE(secure);
    EXPECT_EQ(secure->command, "less -FRX");
    EXPECT_THAT(secure->settings, testing::Contains("LESSSECURE=1"));
    EXPECT_THAT(pager_with({{"TERM", "xterm"}})->settings, testing::Not(testing::Contains("LESSSECURE=1")));
}

TEST(Pager, ShowsNothingWhereThereIsNoTerminal)
{
    // ctest and continuous integration give the tests no terminal at stdout.
    if (::isatty(STDOUT_FILENO) == 1)
        GTEST_SKIP() << "stdout is a terminal";
    EXPECT_FALSE(show_in_pager(std::string(100'000, '\n')));
}

}  // namespace
}  // namespace trunkwarden
