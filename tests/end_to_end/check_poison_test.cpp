#include <gtest/gtest.h>

#include <algorithm>

#include "end_to_end/watched_account.hpp"

// `trunkwarden check` of an account in which somebody made an object that a parser refuses: the object is
// reported, and hides nothing beside it.

namespace trunkwarden::end_to_end {
namespace {

// The findings of a report as "kind resource label".
std::vector<std::string> told_by(const check_report& report)
{
    std::vector<std::string> out;
    for (const auto& found : report.findings())
        out.push_back(fmt::format("{} {} {}", std::string(found.at("kind").as_string()),
                                  std::string(found.at("resource").as_string()),
                                  std::string(found.at("severity").as_string())));
    std::ranges::sort(out);
    return out;
}

TEST(CheckOfAPoisonedAccount, FindsTheApplicationThatPoisonsItsListAndTheOneBesideIt)
{
    watched_account account;
    account.control("attack",
                    R"({"name": "add_texml_application", "object": {"friendly_name": "ivr POISON"}})");
    account.attack("change_texml_url");
    account.fault(R"({"path": "/texml_applications", "kind": "replaced_text", "from": "ivr POISON",)"
                  R"("to": "ivr \\ud800"})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2) << report.ended.err;
    EXPECT_EQ(told_by(report), (std::vector<std::string>{"changed texml_applications critical",
                                                         "unknown texml_applications critical"}));
    EXPECT_EQ(report.state("texml_applications"), "complete");
    EXPECT_NE(report.ended.out.find("ivr \xef\xbf\xbd"), std::string::npos) << report.ended.out;
}

TEST(CheckOfAPoisonedAccount, TellsAnObjectThatCannotBeReadAndJudgesTheOthers)
{
    watched_account account;
    account.attack("add_ip");
    account.fault(R"({"path": "/ips", "kind": "replaced_text", "from": "\"id\":\"1293384261075731520\"",)"
                  R"("to": "\"id\":\"a\",\"id\":\"b\",\"secret\":\"CANARY-poison\""})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 6) << report.ended.err;
    const auto told = told_by(report);
    ASSERT_EQ(told.size(), 2U) << report.findings();
    EXPECT_TRUE(told[0].starts_with("blind ips ")) << told[0];
    EXPECT_EQ(told[1], "unknown ips critical");
    EXPECT_EQ(report.state("ips"), "failed");
    EXPECT_EQ(report.reason("ips"),
              "1 object cannot be read: page 1, item 1: it has \"id\" twice, and nothing tells which of them "
              "counts");
    EXPECT_EQ(report.ended.out.find("CANARY"), std::string::npos);
}

TEST(CheckOfAPoisonedAccount, ReadsAnAnswerWithBytesThatAreNoTextAndValuesThatAreTooDeep)
{
    watched_account account;
    account.fault(R"({"path": "/ips", "kind": "invalid_utf8"})");
    account.fault(R"({"path": "/ai/assistants", "kind": "deep"})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 6) << report.ended.err;
    for (const char* resource : {"ips", "ai_assistants"}) {
        EXPECT_EQ(report.state(resource), "failed") << report.reason(resource);
        EXPECT_TRUE(report.reason(resource).starts_with("1 object cannot be read: page 1, item 1: "))
            << report.reason(resource);
    }
    EXPECT_TRUE(std::ranges::all_of(told_by(report), [](const std::string& line) {
        return line.starts_with("blind ");
    })) << report.findings();
}

}  // namespace
}  // namespace trunkwarden::end_to_end
