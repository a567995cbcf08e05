#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "alerts/sample_finding.hpp"
#include "web/api_daemon.hpp"

// The dead letters over the API: who may see them, and who may have them sent again.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::HasSubstr;
using testing::Not;

const std::string dead_path = "/api/v1/alerts/dead";
const std::string known_letter = "995846bd55cae32b6c3d6020569a94c5";

dead_letter letter_with(std::string id, severity level)
{
    dead_letter out;
    out.delivery.id = std::move(id);
    out.delivery.sink = "soc";
    out.delivery.account = "production";
    out.delivery.event = "opened";
    out.delivery.findings = {"f-3b1c9a70d2e4"};
    out.delivery.body = to_text(told("opened", with(sample_finding(), "label", "CANARY of the body")));
    out.delivery.queued = noon - 1min;
    out.delivery.attempts = 1;
    out.delivery.last_error = "answered 403: it does not accept this sink";
    out.delivery.next_attempt = noon + 9min;
    out.weight = weight_of_message(level, "opened");
    return out;
}

class ApiDeadLetters : public Api {
protected:
    ApiDeadLetters()
    {
        view_.controls.dead_letters = [this] { return letters; };
        view_.controls.resend = [this](const std::string& id) -> result<resent_letters> {
            asked.push_back(id);
            if (!id.empty() && id != known_letter)
                return failure{errc::not_found, "there is no dead letter with this delivery_id"};
            return resent_letters{1, 2, 3};
        };
        view_.controls.forget_dead = [this](const std::string& id,
                                            const std::string& by) -> result<std::size_t> {
            forgotten.push_back(id + " by " + by);
            if (!id.empty() && id != known_letter)
                return failure{errc::not_found, "there is no dead letter with this delivery_id"};
            return id.empty() ? 2U : 1U;
        };
    }
    std::vector<dead_letter> letters{letter_with(std::string(32, 'a'), severity::low),
                                     letter_with(known_letter, severity::critical)};
    std::vector<std::string> asked;
    std::vector<std::string> forgotten;
};

TEST_F(ApiDeadLetters, AreListedTheMostSevereFirstWithoutTheirBodies)
{
    letters[1].delivery.findings.assign(150, "f-3b1c9a70d2e4");
    const auto reply = ask("GET", dead_path);
    ASSERT_EQ(reply.status, 200U);
    EXPECT_THAT(reply.body, Not(HasSubstr("CANARY")));
    const auto listed = data_of(reply).as_array();
    ASSERT_EQ(listed.size(), 2U);
    const auto& first = listed[0].as_object();
    EXPECT_EQ(first.at("delivery_id"), boost::json::value(view(known_letter)));
    EXPECT_EQ(first.at("severity"), "critical");
    EXPECT_EQ(first.at("title"), sample_finding().at("title"));
    EXPECT_EQ(first.at("findings").as_array().size(), 100U);
    EXPECT_EQ(first.at("more"), 50);
    EXPECT_EQ(first.at("tried_again_at"), boost::json::value(view(rfc3339(noon + 9min))));
    EXPECT_EQ(listed[1].at("tried_again_at"), nullptr) << "light ones are not tried again by themselves";
    EXPECT_EQ(first.at("overtaken"), false);
}

TEST_F(ApiDeadLetters, SayWhenTheirSinkHeardMoreOfTheFinding)
{
    letters[1].delivery.next_attempt = {};
    const auto listed = data_of(ask("GET", dead_path)).as_array();
    EXPECT_EQ(listed[0].at("overtaken"), true);
    EXPECT_EQ(listed[0].at("tried_again_at"), nullptr);
}

TEST_F(ApiDeadLetters, AreSentAgainOverTheControlSocketOnly)
{
    for (const auto& path : {dead_path + "/resend", dead_path + '/' + known_letter + "/resend"}) {
        EXPECT_EQ(ask("POST", path).status, 405U) << path;
        view_.access = access_level::reload;
        EXPECT_EQ(ask("POST", path).status, 405U) << path;
        view_.access = access_level::read_only;
    }
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(ask_socket("GET", dead_path + "/resend").status, 405U);
    const auto reply = ask_socket("POST", dead_path + '/' + known_letter + "/resend");
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(data_of(reply).at("resent"), 1);
    const auto all = data_of(ask_socket("POST", dead_path + "/resend", "{}"));
    EXPECT_EQ(all.at("overtaken"), 2);
    EXPECT_EQ(all.at("without_sink"), 3);
    EXPECT_EQ(asked, (std::vector<std::string>{known_letter, ""}));
}

TEST_F(ApiDeadLetters, AreForgottenOverTheControlSocketOnlyAndItIsSaidByWhom)
{
    view_.by = "dana";
    for (const auto& path : {dead_path + "/forget", dead_path + '/' + known_letter + "/forget"})
        EXPECT_EQ(ask("POST", path).status, 405U) << path;
    EXPECT_EQ(ask_socket("GET", dead_path + "/forget").status, 405U);
    EXPECT_TRUE(forgotten.empty());
    EXPECT_EQ(data_of(ask_socket("POST", dead_path + '/' + known_letter + "/forget")).at("forgotten"), 1);
    EXPECT_EQ(data_of(ask_socket("POST", dead_path + "/forget", "{}")).at("forgotten"), 2);
    EXPECT_EQ(ask_socket("POST", dead_path + '/' + std::string(32, '0') + "/forget").status, 404U);
    EXPECT_EQ(forgotten, (std::vector<std::string>{known_letter + " by dana", " by dana",
                                                   std::string(32, '0') + " by dana"}));
    EXPECT_TRUE(asked.empty()) << "nothing is sent again";
}

TEST_F(ApiDeadLetters, NothingElseIsTakenForAnOrder)
{
    for (const auto* path :
         {"/x/resend", "//resend", "/f-3b1c9a70d2e4/resend", "/00000000000000000000000000000000/resend",
          "/x/forget", "/995846bd55cae32b6c3d6020569a94c5forget", "/resend/forget",
          "/995846bd55cae32b6c3d6020569a94c5", "/995846bd55cae32b6c3d6020569a94c5resend"})
        EXPECT_EQ(ask_socket("POST", dead_path + path).status, 404U) << path;
    EXPECT_EQ(ask_socket("POST", dead_path + "/resend", R"({"ids": []})").status, 400U);
    EXPECT_EQ(ask_socket("POST", dead_path).status, 405U);
    EXPECT_EQ(asked.size(), 1U) << "the one that does not exist was looked for";
}

}  // namespace
}  // namespace trunkwarden
