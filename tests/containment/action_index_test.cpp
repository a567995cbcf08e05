#include "containment/action_index.hpp"

#include <gtest/gtest.h>

#include "containment/observed_object.hpp"
#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

action about_ip(std::string id, std::string object_id)
{
    action out;
    out.id = std::move(id);
    out.resource = "ips";
    out.object_id = std::move(object_id);
    return out;
}

std::string ids(const std::vector<const action*>& actions)
{
    std::string out;
    for (const auto* action : actions)
        out += action->id + " ";
    return out;
}

TEST(ActionIndex, FindsWhatConcernsAFindingInItsOrderAndOnce)
{
    const auto about = fakes::event(transition::opened, "7").about;
    std::vector<action> history{about_ip("a-1", "7"), about_ip("a-2", "8"), about_ip("a-3", "6"),
                                about_ip("a-4", "7"), about_ip("a-5", "5")};
    history[2].new_id = "7";                                       // an undo made it again
    history[3].identity_hash = identity_hash_of(about.deviation);  // the same object, and the same thing
    history[4].identity_hash = history[3].identity_hash;           // the same thing, under another id
    ASSERT_FALSE(history[3].identity_hash.empty());
    EXPECT_EQ(ids(action_index(history).concerning(about)), "a-1 a-3 a-4 a-5 ");
}

TEST(ActionIndex, DoesNotMixResourcesOrThingsWithoutAnIdentity)
{
    const auto about = fakes::event(transition::opened, "7").about;
    std::vector<action> history{about_ip("a-1", "7"), about_ip("a-2", "9")};
    history[0].resource = "fqdns";
    EXPECT_EQ(ids(action_index(history).concerning(about)), "");
}

}  // namespace
}  // namespace trunkwarden
