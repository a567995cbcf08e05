#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "account/questions.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

// A thief makes tokens of a trusted service account without number, to hide the one that he uses.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ManyTokens : public testing::Test, protected fakes::quiet_account {
protected:
    ManyTokens()
    {
        build("version: 1\nservice_account_tokens: [{id: t1, service_account_id: a, status: active}]\n");
        answer("/iam/service_accounts", R"([{"id":"a","name":"billing-export"}])");
        sweep_list_at("/iam/service_accounts");
        sweep_list_at("/iam/service_accounts");  // the answer before stays until the next one was given
    }
    static std::string page(std::size_t number)
    {
        return fmt::format("/iam/service_accounts/a/tokens?page[number]={}&page[size]=250", number);
    }
    void show_page(std::size_t number, std::size_t pages, const std::string& tokens, std::size_t in_all)
    {
        api->forget(page(number));
        api->answer(page(number), fmt::format(R"({{"data":[{}],"meta":{{"page_number":{},"page_size":250,)"
                                              R"("total_pages":{},"total_results":{}}}}})",
                                              tokens, number, pages, in_all));
    }
    // Whole pages: the trusted token is the first, the one that is used for the theft is on the last.
    void show_pages(std::size_t pages)
    {
        for (std::size_t number = 1; number <= pages; ++number) {
            const char* first = number == 1 ? "t1" : number == pages ? "thief" : "more";
            std::string tokens = fmt::format(R"({{"id":"{}{}","status":"active"}})", first,
                                             first == std::string_view("more") ? std::to_string(number) : "");
            for (int at = 2; at <= 250; ++at)
                tokens += fmt::format(R"(,{{"id":"x{}-{}"}})", number, at);
            show_page(number, pages, tokens, pages * 250);
        }
    }
    void sweep_list_at(std::string_view path)
    {
        auto& lists = watched->view.lists;
        const auto list =
            std::ranges::find_if(lists, [path](const auto& polled) { return polled.from.path == path; });
        run(sweep_list(*watched, *list));
    }
    void ask_for_tokens() { sweep_list_at("/iam/service_accounts/{id}/tokens"); }
    const coverage& tokens() const { return seen("service_account_tokens"); }
};

TEST_F(ManyTokens, HideNoneFromTheFirstReading)
{
    show_pages(max_answer_pages + 2);
    ask_for_tokens();
    EXPECT_EQ(tokens().state, reading_state::complete) << tokens().reason;
    EXPECT_THAT(listener.told, Contains("opened unknown service_account_tokens thief"));
}

TEST_F(ManyTokens, ThatTheWatchDoesNotReadAreSaidWithTheWayOut)
{
    show_page(1, 1, R"({"id":"t1","status":"active"})", 1);
    ask_for_tokens();
    ASSERT_EQ(tokens().state, reading_state::complete) << tokens().reason;
    show_pages(max_answer_pages + 1);
    ask_for_tokens();
    EXPECT_EQ(tokens().state, reading_state::partial);
    EXPECT_THAT(tokens().reason,
                AllOf(HasSubstr("21 pages"), HasSubstr("switch off a,"), HasSubstr("trunkwarden lockdown")));
    EXPECT_THAT(api->sent, Not(Contains(page(2))));
}

}  // namespace
}  // namespace trunkwarden
