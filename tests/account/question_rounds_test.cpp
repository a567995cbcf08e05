#include "account/question_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const time_point first_round = time_point{} + 498'000h;

class QuestionRounds : public testing::Test {
protected:
    void create(std::size_t count, const std::string& name, bool is_named)
    {
        for (std::size_t number = 0; number < count; ++number) {
            question about;
            about.target = fmt::format("/{}{}", name, number);
            about.is_named = is_named;
            about.listed_at = now;
            all.all.push_back(std::move(about));
        }
    }
    // Each answer is a page of its own.
    std::vector<std::string> ask(std::size_t most)
    {
        note_questions(all, known, now);
        const auto round = questions_of_a_round(all, known, most);
        list_contents read;
        round_answers answers;
        std::vector<std::string> out;
        for (const auto& about : round.all) {
            auto& answer = answers[about.target];
            if (std::ranges::find(not_found, about.target) != not_found.end()) {
                answer.ended = question_end::not_found;
            } else {
                auto page = std::make_shared<list_contents::page>();
                page->parsed.unreadable.push_back({1, about.target});
                const auto number = read.pages.size() + 1;
                read.pages[number] = std::move(page);
                answer = {{number}, question_end::answered};
            }
            out.push_back(about.target);
        }
        now += 50s;
        list = take_round(all, read, answers, known, now);
        now += 10s;
        return out;
    }
    std::optional<failure> trouble() const { return trouble_of_rounds(all, known, now); }
    std::vector<std::string> shown() const
    {
        std::vector<std::string> out;
        for (const auto& [place, page] : list->pages)
            out.push_back(page->parsed.unreadable.front().reason);
        return out;
    }

    questions all;
    kept_answers known;
    std::shared_ptr<const list_contents> list;
    std::vector<std::string> not_found;
    time_point now = first_round;
};

// A thief creates a thousand credentials: no trusted one is asked about more rarely.
TEST_F(QuestionRounds, AskEveryTimeAboutAllThatTheBaselineNames)
{
    create(8, "trusted", true);
    create(992, "thief", false);
    for (int minute = 0; minute < 40; ++minute) {
        const auto asked = ask(10);
        EXPECT_EQ(asked.size(), 10U);
        for (int number = 0; number < 8; ++number)
            EXPECT_THAT(asked, testing::Contains(fmt::format("/trusted{}", number)));
    }
    ASSERT_TRUE(trouble());
    EXPECT_EQ(trouble()->kind, errc::too_large);
    EXPECT_THAT(trouble()->message, HasSubstr("had no turn for 30 min"));
}

TEST_F(QuestionRounds, AskAboutTheOthersInTurnsAndKeepTheirAnswers)
{
    create(8, "trusted", true);
    create(6, "other", false);
    std::vector<std::string> asked;
    for (int minute = 0; minute < 3; ++minute)
        std::ranges::copy(ask(10), std::back_inserter(asked));
    for (int number = 0; number < 6; ++number)
        EXPECT_EQ(std::ranges::count(asked, fmt::format("/other{}", number)), 1);
    EXPECT_EQ(shown().size(), 14U) << "also those of earlier rounds";
    EXPECT_FALSE(trouble());
}

// New ones come after those that wait already.
TEST_F(QuestionRounds, LetNobodyWaitBecauseOthersAreCreatedAllTheTime)
{
    create(8, "trusted", true);
    create(4, "office", false);
    std::vector<std::string> asked;
    for (int minute = 0; minute < 3; ++minute) {
        std::ranges::copy(ask(10), std::back_inserter(asked));
        create(50, fmt::format("thief{}-", minute), false);
    }
    for (int number = 0; number < 4; ++number)
        EXPECT_THAT(asked, testing::Contains(fmt::format("/office{}", number)));
}

TEST_F(QuestionRounds, AskAllWhereThereIsTimeForAll)
{
    create(5, "trusted", true);
    create(5, "other", false);
    EXPECT_EQ(ask(10).size(), 10U);
    EXPECT_EQ(ask(10).size(), 10U);
}

// Deleted between the list of credentials and the question.
TEST_F(QuestionRounds, TakeNotFoundForNoneWhereTheObjectLeftItsList)
{
    create(2, "other", false);
    not_found = {"/other1"};
    ask(10);
    EXPECT_FALSE(trouble());
    all.all.pop_back();
    ask(10);
    EXPECT_FALSE(trouble());
    EXPECT_EQ(shown(), std::vector<std::string>{"/other0"});
    EXPECT_EQ(known.size(), 1U);
}

TEST_F(QuestionRounds, AreNoReadingWhereItsListStillShowsAnObjectThatIsNotFound)
{
    create(2, "other", false);
    ask(10);
    not_found = {"/other1"};
    ask(10);
    EXPECT_EQ(shown().size(), 2U) << "the answer before stays";
    all.all.back().listed_at = now;
    ask(10);
    ASSERT_TRUE(trouble());
    EXPECT_EQ(trouble()->kind, errc::not_found);
    not_found.clear();
    ask(10);
    EXPECT_FALSE(trouble());
}

TEST_F(QuestionRounds, ForgetNoAnswerWhileTheListOfTheObjectsCannotBeRead)
{
    create(2, "other", false);
    ask(10);
    const auto gone = all.all.back();
    all.all.pop_back();
    all.failed = failure{errc::timed_out, "no answer"};
    ask(10);
    EXPECT_EQ(known.size(), 2U);
    all.all.push_back(gone);
    all.failed.reset();
    ask(1);
    EXPECT_EQ(shown().size(), 2U);
}

}  // namespace
}  // namespace trunkwarden
