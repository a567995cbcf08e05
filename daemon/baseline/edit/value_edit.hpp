#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/edit/text_edit.hpp"
#include "support/result.hpp"
#include "support/yaml/yaml_tree.hpp"

// The values of one key, edited in place. Everything fails with bad_usage, with a sentence that says what is
// written in a way that cannot be edited.

namespace trunkwarden {

// A key of an entry, however it is spelled: "a.b: x" or "a: {b: x}". nullptr when it is not there.
const yaml_member* find_member(const yaml_node& map, std::string_view path);

// Behind the colon of a key.
result<std::size_t> end_of_key(std::string_view text, const yaml_member& key);

// Replaces `value` of a key, of any form, by a text.
result<void> replace_scalar(std::string_view text, const yaml_node& value, std::string_view with,
                            std::vector<text_edit>& edits);

// Makes the key hold one value; a list of one keeps being a list.
result<void> set_one(std::string_view text, const yaml_member& key, std::string_view value,
                     std::vector<text_edit>& edits);

// Takes the items at these places, in their order, out of a list, and puts new ones into it: in the place of
// those that go, as long as there are any.
struct list_change {
    std::vector<std::size_t> gone;
    std::vector<std::string> fresh;
};
result<void> change_list(std::string_view text, const yaml_member& key, const list_change& change,
                         std::vector<text_edit>& edits);

// Takes items out of a flow list that begins at `open`; `extents` are the places of all its items.
struct item_extent {
    std::size_t begin = 0;
    std::size_t end = 0;
};
result<void> cut_from_flow(std::string_view text, std::size_t open, std::span<const item_extent> extents,
                           std::span<const std::size_t> gone, std::vector<text_edit>& edits);

// Puts an item, as it is to be written, behind the last one of a flow list.
result<void> add_to_flow(std::string_view text, std::size_t open, std::span<const item_extent> extents,
                         std::string_view item, std::vector<text_edit>& edits);

}  // namespace trunkwarden
