#include "cli/report/output.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {
namespace {

// A viewer that keeps what it is shown.
class ResultViewer : public testing::Test {
protected:
    ~ResultViewer() override { show_result_with({}); }

    // The text at stdout of a command with two parts; `shows` is the answer of the viewer.
    std::string printed(bool shows)
    {
        testing::internal::CaptureStdout();
        show_result_with([this, shows](std::string_view text) {
            seen.emplace_back(text);
            return shows;
        });
        print_result("one {}\n", 1);
        print_result("two\n");
        exit_code = finish_result(6);
        return testing::internal::GetCapturedStdout();
    }

    std::vector<std::string> seen;
    int exit_code = 0;
};

TEST_F(ResultViewer, GetsTheWholeResultAtOnce)
{
    EXPECT_EQ(printed(true), "");
    EXPECT_EQ(seen, std::vector<std::string>{"one 1\ntwo\n"});
    EXPECT_EQ(exit_code, 6) << "that of the command";
}

TEST_F(ResultViewer, LeavesTheResultToStdoutWhereItShowsNothing)
{
    EXPECT_EQ(printed(false), "one 1\ntwo\n");
    EXPECT_EQ(exit_code, 6);
}

TEST_F(ResultViewer, IsGivenAPartBeforeSomethingElseIsSaid)
{
    show_result_with([this](std::string_view text) {
        seen.emplace_back(text);
        return true;
    });
    print_result("first\n");
    flush_result();
    flush_result();
    print_result("second\n");
    EXPECT_EQ(finish_result(0), 0);
    EXPECT_EQ(seen, (std::vector<std::string>{"first\n", "second\n"}))
        << "and nothing where there is nothing";
}

}  // namespace
}  // namespace trunkwarden
