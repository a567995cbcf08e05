#pragma once

#include <string>
#include <vector>

#include "cli/report/terminal.hpp"

// A report of facts and tables, in the forms that people read. Texts come from the account and from people:
// each form shows them as they are, and none reads them as markup.

namespace trunkwarden {

struct report_table {
    std::string heading;
    std::vector<std::string> columns = {};
    std::vector<std::vector<std::string>> rows = {};
    std::string when_empty = {};  // the sentence in place of a table without rows
};

struct report_document {
    std::string title;
    std::vector<std::string> facts;     // a sentence each
    std::vector<std::string> warnings;  // things to know before the rest is trusted
    std::vector<report_table> tables;
};

std::string document_text(const report_document& document, const layout& layout);
std::string document_markdown(const report_document& document);

// One page that needs nothing else: no script, no style sheet, no picture.
std::string document_html(const report_document& document);

}  // namespace trunkwarden
