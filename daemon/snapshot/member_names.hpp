#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>

#include "catalogue/resource_type.hpp"
#include "snapshot/json_reader.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The names of the members in an answer of the API, as dotted paths, without any value. A group is named with
// "{}" at its end; members inside a group of an item are named only where the catalogue watches something in
// it: elsewhere a name can be a word of the customer. So can a name that is not written as the API writes
// them (small letters, digits and "_"): "?" replaces it.
struct member_names {
    std::size_t items = 0;
    std::set<std::string> around;    // beside the items: "meta.total_results"
    std::set<std::string> in_items;  // "outbound.channel_limit"
};

// Whether an answer is a list, or about one object, which may come without anything around it.
enum class answer_about : std::uint8_t { list, object };

// `watched` are the resources that read what `body` holds; none where the catalogue has none. Fails with
// not_understood where it is no JSON, or holds no list and no object; the sentence repeats nothing of the
// answer.
result<member_names> member_names_in(json_reader& reader, const std::string& body,
                                     std::span<const resource_type* const> watched,
                                     answer_about about = answer_about::list);

// The members that the resources read of an item, as paths: the id, the label and every watched field.
std::set<std::string> paths_read(std::span<const resource_type* const> watched);

}  // namespace trunkwarden
