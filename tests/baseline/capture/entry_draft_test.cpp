#include "baseline/capture/entry_draft.hpp"

#include <gtest/gtest.h>

#include "baseline/sample_types.hpp"

namespace trunkwarden {
namespace {

std::string text_of(std::string_view resource, std::string_view id, std::vector<std::string_view> values)
{
    return entry_text(draft_of(samples::type(resource), id, values), {});
}

TEST(EntryDraft, PinsEveryFieldThatIsNoSecretAndThoseThatAreNotSetAsEmpty)
{
    EXPECT_EQ(text_of("texml_applications", "1494404757140276705",
                      {"ivr", "true", "https://ivr.example.com/", "get", "", "10", "",
                       "a\x1f"
                       "b",
                       "a fingerprint"}),
              "  - id: \"1494404757140276705\"\n"
              "    friendly_name: ivr\n"
              "    active: true\n"
              "    voice_url: https://ivr.example.com/\n"
              "    voice_method: get\n"
              "    sip_host: \"\"\n"
              "    outbound.channel_limit: 10\n"
              "    outbound.profile.id: \"\"\n"
              "    tags: [a, b]\n");
}

TEST(EntryDraft, NamesAnObjectByItsNumberWhereThatIsItsId)
{
    EXPECT_EQ(text_of("phone_numbers", "+14155550100", {"+14155550100", "12", "desk"}),
              "  - phone_number: \"+14155550100\"\n    connection_id: 12\n    description: desk\n");
}

TEST(EntryDraft, WritesANumberWithoutItsPlusAsAnId)
{
    EXPECT_EQ(text_of("phone_numbers", "72345", {"72345", "", ""}),
              "  - id: 72345\n    connection_id: \"\"\n    description: \"\"\n");
}

TEST(EntryDraft, HasNoIdWhereThereIsOneObjectOnly)
{
    EXPECT_EQ(text_of("auto_recharge", "auto_recharge", {"true", "20.00"}),
              "  - enabled: true\n    threshold_amount: \"20.00\"\n");
}

TEST(EntryDraft, PutsTheFieldThatIsTheNameBehindTheId)
{
    auto type = samples::type("texml_applications");
    type.label = "voice_method";
    const std::vector<std::string_view> values{"ivr", "", "", "get", "", "", "", "", ""};
    const auto draft = draft_of(type, "1", values);
    ASSERT_GE(draft.lines.size(), 3U);
    EXPECT_EQ(draft.lines[0].key, "id");
    EXPECT_EQ(draft.lines[1].key, "voice_method");
    EXPECT_EQ(draft.lines[2].key, "friendly_name");
    EXPECT_EQ(draft.lines.size(), type.fields.size());  // the id for the secret
}

TEST(EntryDraft, TrustsAStarAsAStarAndNotAsAWildcard)
{
    EXPECT_EQ(text_of("call_forwarding", "+14155550100", {"+14155550100", "*67", "always"}),
              "  - phone_number: \"+14155550100\"\n    forwards_to: \"\\\\*67\"\n    forwarding_type: "
              "always\n");
}

TEST(EntryDraft, WritesLongListsOneValueALine)
{
    entry_draft draft;
    entry_draft::line numbers{"phone_number", {}, entry_draft::form::any_of};
    for (int at = 0; at < 10; ++at)
        numbers.values.push_back("+1415555010" + std::to_string(at));
    draft.lines.push_back(numbers);
    const auto text = entry_text(draft, {});
    EXPECT_TRUE(text.starts_with("  - phone_number:\n      - \"+14155550100\"\n")) << text;
    EXPECT_TRUE(text.ends_with("      - \"+14155550109\"\n")) << text;
}

TEST(EntryDraft, WritesCommentsAboveAndBehindInTheStyleOfTheFile)
{
    entry_draft draft;
    draft.lines.push_back({"id", {"7"}, entry_draft::form::value, {"REVIEW: odd"}, "seven"});
    draft.lines.push_back({"tags", {"a", "b"}, entry_draft::form::set, {"REVIEW: odder"}, "two"});
    EXPECT_EQ(entry_text(draft, {0, "\r\n"}),
              "# REVIEW: odd\r\n- id: 7   # seven\r\n  # REVIEW: odder\r\n  tags: [a, b]   # two\r\n");
}

}  // namespace
}  // namespace trunkwarden
