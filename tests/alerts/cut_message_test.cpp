#include "alerts/cut_message.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/message.hpp"
#include "alerts/sample_finding.hpp"

namespace trunkwarden {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;

std::string member_of(const notification& notification, std::string_view member)
{
    return std::string(notification.findings.at(0).at(view(member)).as_string());
}

TEST(CutMessage, LeavesAloneWhatFits)
{
    EXPECT_EQ(to_text(cut_to(told("opened"), {})), to_text(told("opened")));
    EXPECT_EQ(to_text(cut_to(told_many(120, 100), {})), to_text(told_many(120, 100)));
}

TEST(CutMessage, CutsAFieldOfAMegabyteAndSaysHowLongItWas)
{
    auto finding = sample_finding();
    finding["fields"].as_array()[0].as_object()["actual"] = std::string(1'000'000, 'x');
    finding["label"] = std::string(3000, 'y');
    const auto cut = cut_to(told("opened", finding), {});
    EXPECT_THAT(member_of(cut, "label"), SizeIs(Le(2048U)));
    EXPECT_THAT(member_of(cut, "label"), EndsWith("\u2026 [cut, 3000 bytes in all]"));
    EXPECT_THAT(to_text(cut), HasSubstr("[cut, 1000000 bytes in all]"));
    EXPECT_THAT(to_text(cut), SizeIs(Le(8192U)));
}

TEST(CutMessage, CutsBetweenCharacters)
{
    for (std::size_t before = 0; before < 4; ++before) {
        std::string label(before, 'x');
        for (int i = 0; i < 2000; ++i)
            label += "\u00fc\U0001f600";
        const auto cut = cut_to(told("opened", with(sample_finding(), "label", view(label))), {});
        const auto text = to_text(cut);
        EXPECT_EQ(std::string(boost::json::parse(text).at("finding").at("label").as_string()),
                  member_of(cut, "label"))
            << "it is still UTF-8";
    }
}

TEST(CutMessage, WhatIsNoUtf8IsCutToo)
{
    const std::string label(100'000, '\xff');
    const auto cut = cut_to(told("opened", with(sample_finding(), "label", view(label))), {});
    EXPECT_THAT(member_of(cut, "label"), StartsWith("\\x{ff}"));
    EXPECT_THAT(to_text(cut), SizeIs(Le(8192U)));
}

TEST(CutMessage, OfThousandsOfFieldsTheFirstStayAndTheOthersAreCounted)
{
    auto finding = sample_finding();
    auto& fields = finding["fields"].as_array();
    fields.clear();
    for (int i = 0; i < 5000; ++i)
        fields.push_back({{"field", "field_" + std::to_string(i)},
                          {"expected", nullptr},
                          {"actual", std::string(1000, 'x')}});
    const auto text = to_text(cut_to(told("opened", finding), {}));
    EXPECT_THAT(text, SizeIs(Le(256U * 1024)));
    EXPECT_THAT(text, SizeIs(testing::Ge(200U * 1024)));
    const auto kept = notification_of(text).value().findings.at(0);
    EXPECT_EQ(kept.at("fields").as_array().size() + kept.at("fields_left_out").to_number<std::size_t>(),
              5000U);
    EXPECT_EQ(kept.at("fields").at(0).at("field").as_string(), "field_0");
    EXPECT_EQ(message_of(kept).more_fields, 4990U);
}

TEST(CutMessage, OfManyTheFirstStayAndTheOthersAreCounted)
{
    auto many = told_many(30'000, 100);
    for (auto& finding : many.findings)
        for (int i = 0; i < 10; ++i)
            finding["fields"].as_array().push_back(
                {{"field", "f"}, {"expected", nullptr}, {"actual", std::string(2000, 'x')}});
    const auto text = to_text(cut_to(many, {}));
    EXPECT_THAT(text, SizeIs(Le(256U * 1024)));
    const auto back = notification_of(text).value();
    EXPECT_EQ(findings_in_all(back), 30'000U);
    EXPECT_GT(back.ids.size(), 1000U);
    EXPECT_EQ(back.severities.size(), back.ids.size());
    EXPECT_LT(back.findings.size(), 100U);
    EXPECT_EQ(back.findings.at(0).at("id").as_string(), "f-0");
    const auto shown = boost::json::parse(text).as_object();
    EXPECT_EQ(shown.at("more").to_number<std::size_t>() + back.findings.size(), 30'000U);
    EXPECT_EQ(shown.at("ids_left_out").to_number<std::size_t>() + back.ids.size(), 30'000U);
    EXPECT_EQ(to_text(cut_to(back, {})), text) << "twice is the same";
}

TEST(CutMessage, EachShorterTryIsShorterAndStillNamesTheFinding)
{
    auto finding = sample_finding();
    for (int i = 0; i < 500; ++i)
        finding["fields"].as_array().push_back(
            {{"field", "f"}, {"expected", nullptr}, {"actual", std::string(5000, 'x')}});
    std::size_t before = 1'000'000;
    for (unsigned n = 0; n <= max_shorter; ++n) {
        const auto cut = cut_to(told("opened", finding), limits_of_try(n));
        EXPECT_LT(to_text(cut).size(), before / 2);
        before = to_text(cut).size();
        EXPECT_EQ(member_of(cut, "id"), member_of(told("opened"), "id"));
    }
    EXPECT_LE(before, 4096U);
}

}  // namespace
}  // namespace trunkwarden
