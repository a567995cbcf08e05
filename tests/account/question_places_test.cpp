#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

// The place of an answer that cannot be read is the id of its finding.
class QuestionPlaces : public testing::Test, protected fakes::quiet_account {
protected:
    static constexpr int trunks = 6;

    void SetUp() override
    {
        build("version: 1\nfqdn_authentication: []\n");
        std::string items;
        for (int id = 1; id <= trunks; ++id)
            items += fmt::format("{}{{\"id\":\"{}\"}}", id == 1 ? "" : ",", id);
        answer("/fqdn_connections", "[" + items + "]");
        // Twice: the answer before stays until the next one was given.
        sweep_list_at("/fqdn_connections");
        sweep_list_at("/fqdn_connections");
    }
    static std::string target(int id) { return fmt::format("/fqdn_connections/{}/fqdn_authentication", id); }
    void sweep_list_at(std::string_view path)
    {
        auto& lists = watched->view.lists;
        const auto found =
            std::ranges::find_if(lists, [path](const polled_list& list) { return list.from.path == path; });
        run(sweep_list(*watched, *found));
    }
    // The first one, after another round of questions.
    unreadable_object unreadable_now()
    {
        sweep_list_at("/fqdn_connections/{id}/fqdn_authentication");
        const auto& all = seen("fqdn_authentication").unreadable;
        return all.size() == 1 ? all.front() : unreadable_object{};
    }
};

TEST_F(QuestionPlaces, StayWhateverTheOthersAnswerAndWhenTheyDo)
{
    for (int id = 1; id <= trunks; ++id)
        api->answer(target(id), R"({"data":{"user_name":"known"}})", 10);
    api->forget(target(5));
    api->answer(target(5), R"({"data":{"connection_id":"7","user_name":"known"}})");
    const auto first = unreadable_now();
    ASSERT_NE(first.page, 0U);
    EXPECT_EQ(unreadable_now(), first) << "one by one, and no longer side by side";
    api->forget(target(2));
    api->fail(target(2), errc::not_found);
    EXPECT_EQ(unreadable_now(), first) << "another has no answer any more";
    EXPECT_EQ(seen("fqdn_authentication").items, 4U);
}

}  // namespace
}  // namespace trunkwarden
