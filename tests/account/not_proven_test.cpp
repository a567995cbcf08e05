#include "account/not_proven.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NotProven : public testing::Test {
protected:
    void keys(const std::vector<object_heading>& all)
    {
        const auto place = place_of_role(watched->config, resource_role::api_keys);
        const auto fields = watched->config.types[place].fields.size();
        auto page = std::make_shared<object_page>(fields);
        for (const auto& object_heading : all)
            page->add(object_heading, std::vector<std::string>(fields));
        page->shrink();
        watched->view.objects[place] = {std::move(page)};
    }

    std::unique_ptr<account> watched = make_account({}, {}, {});
};

TEST_F(NotProven, SaysThatAListOfKeysDoesNotTellWhenTheyWereUsed)
{
    keys({{.id = "1", .address = "1", .label = "ci", .modified_at = {}}});
    EXPECT_THAT(not_proven(*watched), ElementsAre(HasSubstr("does not say when one was last used")));
}

TEST_F(NotProven, IsNothingWhereAnyKeyTellsIt)
{
    EXPECT_THAT(not_proven(*watched), IsEmpty()) << "there are no keys";
    const object_heading silent{.id = "1", .address = "1", .label = "ci", .modified_at = {}};
    auto used = silent;
    used.idle_since = "2026-11-20T06:00:00Z";
    keys({silent, used});
    EXPECT_THAT(not_proven(*watched), IsEmpty());
    auto never = silent;
    never.never_used = true;
    keys({silent, never});
    EXPECT_THAT(not_proven(*watched), IsEmpty());
}

}  // namespace
}  // namespace trunkwarden
