#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// An API that answers in a form that nobody has seen: the list is not read, and the reason names the form.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class UnknownForms : public testing::Test, protected fakes::quiet_account {
protected:
    void answer_every_list(const std::string& body)
    {
        for (const auto& list : watched->view.lists)
            if (list.from.pages != paging::answers) {
                api->forget(fakes::first_page(list));
                api->answer(fakes::first_page(list), body);
            }
        run(sweep(*watched));
    }
    void expect_unavailable(const std::string& form) const
    {
        for (const auto& list : watched->view.lists)
            for (const auto resource : list.resources) {
                const auto& covered = watched->view.coverage[resource];
                if (list.from.pages == paging::answers)
                    continue;
                EXPECT_EQ(covered.state, reading_state::unavailable) << covered.type->name;
                EXPECT_THAT(covered.reason, AllOf(HasSubstr(form), Not(HasSubstr("CANARY"))))
                    << covered.type->name;
            }
        EXPECT_THAT(listener.told, Each(HasSubstr(" blind "))) << "nothing is missing";
    }
};

TEST_F(UnknownForms, OfEveryListAreNamedByTheirMembers)
{
    answer_every_list(R"({"things":["CANARY"],"next":{"page":"CANARY"}})");
    expect_unavailable(R"(it has "things", "next")");
}

TEST_F(UnknownForms, OfEveryListAreNamedByTheirKind)
{
    answer_every_list(R"("CANARY")");
    expect_unavailable("it is text");
}

}  // namespace
}  // namespace trunkwarden
