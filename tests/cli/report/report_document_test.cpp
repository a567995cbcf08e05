#include "cli/report/report_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

// A page that is kept: it needs nothing else, and is read on a phone and on paper.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

report_document planted_document()
{
    const std::string planted = "\"><script src=//192.0.2.66/x.js></script>\xE2\x80\xAE<img src=x>";
    return {.title = "a report",
            .facts = {planted},
            .warnings = {planted},
            .tables = {{.heading = "Rows", .columns = {"at", "what"}, .rows = {{"12:00", planted}}}}};
}

TEST(ReportDocument, APageNeedsNothingElse)
{
    const auto page = document_html(planted_document());
    EXPECT_THAT(page,
                AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("<link")),
                      Not(HasSubstr("@import")), Not(HasSubstr("url(")), Not(HasSubstr("\xE2\x80\xAE"))));
    EXPECT_THAT(page, HasSubstr("&lt;script"));
}

TEST(ReportDocument, APageIsReadOnAPhoneAndOnPaper)
{
    const auto page = document_html(planted_document());
    EXPECT_THAT(page, AllOf(HasSubstr("name=\"viewport\""), HasSubstr("@media print"),
                            HasSubstr("@media screen and (max-width: 40rem)")));
    EXPECT_THAT(page, HasSubstr(R"(<td data-label="at">12:00</td>)"))
        << "a narrow screen has no room for the head of the table";
}

TEST(ReportDocument, MarkdownAndTextShowPlantedTextAsText)
{
    EXPECT_THAT(
        document_markdown(planted_document()),
        AllOf(Not(ContainsRegex(R"([^\]<)")), Not(HasSubstr("\xE2\x80\xAE")), HasSubstr(R"(\<script)")));
    EXPECT_THAT(document_text(planted_document(), {}),
                AllOf(Not(HasSubstr("\xE2\x80\xAE")), HasSubstr("<script")));
}

}  // namespace
}  // namespace trunkwarden
