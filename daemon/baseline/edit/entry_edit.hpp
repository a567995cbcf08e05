#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/capture/entry_draft.hpp"
#include "baseline/edit/baseline_layout.hpp"
#include "baseline/edit/text_edit.hpp"
#include "catalogue/resource_type.hpp"
#include "support/result.hpp"

// Whole entries put into the text of a baseline, or taken out of it. Fails with bad_usage, with a sentence
// that says what is written in a way that cannot be edited.

namespace trunkwarden {

// The text to edit.
struct baseline_text {
    std::string_view text;  // without a byte order mark
    const baseline_layout& layout;
    const resource_type& type;
};

struct new_entry {
    entry_draft draft;
    std::string comment;    // over it; one line, without the "# "
    std::size_t after = 0;  // the entry that it follows, where the section has any
};

// In the style of its neighbours. A section that is not there comes at the end of the file.
result<void> insert_entry(const baseline_text& in, const new_entry& entry, std::vector<text_edit>& edits);

// The entries go; and with each the comment over it, unless that is over another entry as well.
result<void> remove_entries(const baseline_text& in, std::span<const std::size_t> entries,
                            std::vector<text_edit>& edits);

// Where an entry of a block list ends: behind the last of its lines that is neither blank nor a comment.
std::size_t end_of_entry(const baseline_text& in, std::size_t entry);

// A line of its own with a comment, over the line of `at`.
text_edit comment_over(std::string_view text, std::size_t at, std::string_view comment);

}  // namespace trunkwarden
