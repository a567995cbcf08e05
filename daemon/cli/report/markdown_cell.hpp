#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// Text for a table cell, a list or a line of Markdown, shown as it is: nothing that an intruder wrote ends a
// row, becomes HTML, a picture or a link, or is struck out. GitHub makes a link of an e-mail address all the
// same.
std::string cell(std::string_view text);

}  // namespace trunkwarden
