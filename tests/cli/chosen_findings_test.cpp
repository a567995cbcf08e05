#include "cli/chosen_findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using examples::example_finding;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

chosen_findings choose(const std::vector<std::string>& ids)
{
    auto open = example_finding("f-3b1c9a70d2e4", severity::high, fakes::noon);
    open.state = "3fa9";
    auto over = example_finding("f-3b1c9a11d2e4", severity::low, fakes::noon);
    over.status = finding_status::resolved;
    over.title = "A \x1b[2J title";
    return choose_findings({open, over}, ids, {"production"});
}

TEST(ChosenFindings, AreNamedByTheirIdsWithOrWithoutTheState)
{
    for (const char* id : {"f-3b1c9a70d2e4", "f-3b1c9a70d2e4.3fa9", "f-3b1c9a7", "f-3b1c9a7.3fa9"}) {
        const auto chosen = choose({id});
        ASSERT_EQ(chosen.found.size(), 1U) << id;
        EXPECT_EQ(chosen.found.front().id, "f-3b1c9a70d2e4");
        EXPECT_THAT(chosen.problems, IsEmpty());
        EXPECT_THAT(chosen.remarks, IsEmpty());
    }
    EXPECT_EQ(choose({"f-3b1c9a11d2e4"}).found.size(), 1U) << "resolved ones, too";
    EXPECT_EQ(choose({"f-3b1c9a1", "f-3b1c9a7", "f-3b1c9a70d2e4"}).found.size(), 2U) << "none twice";
}

TEST(ChosenFindings, AreShownInTheirNewStateWithARemark)
{
    const auto chosen = choose({"f-3b1c9a70d2e4.0000"});
    ASSERT_EQ(chosen.found.size(), 1U);
    EXPECT_THAT(chosen.remarks, ElementsAre(HasSubstr("is in state 3fa9 by now, not in 0000")));
    EXPECT_THAT(chosen.problems, IsEmpty());
}

TEST(ChosenFindings, SayWhichIdNamesNothing)
{
    const auto chosen = choose({"f-ffffffffffff", "f-3b1c9a7"});
    EXPECT_THAT(chosen.problems, ElementsAre(AllOf(HasSubstr("there is no finding f-ffffffffffff"),
                                                   HasSubstr("90 days"), HasSubstr("findings --all"))));
    EXPECT_EQ(chosen.found.size(), 1U) << "and the others are shown";
}

TEST(ChosenFindings, SayWhichIdsABeginningCouldMean)
{
    EXPECT_THAT(choose({"f-3b1c9a"}).problems, ElementsAre(AllOf(HasSubstr("begins the ids of 2 findings"),
                                                                 HasSubstr("f-3b1c9a11d2e4  A \\u{1b}"))));
}

TEST(ChosenFindings, AreNotNamedByOtherWords)
{
    EXPECT_THAT(choose({"production"}).problems,
                ElementsAre("\"production\" is no finding's id; did you mean --account production?"));
    EXPECT_THAT(choose({"f-3b"}).problems, ElementsAre(HasSubstr("at least 6")));
    EXPECT_THAT(choose({"f-3b1c9a70d2e4.xyz"}).problems, ElementsAre(HasSubstr("4 hex digits")));
}

}  // namespace
}  // namespace trunkwarden
