#pragma once

#include <string>
#include <string_view>

#include "catalogue/resource_type.hpp"
#include "snapshot/json_reader.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The answer of the API to a question about one object, {"data": {...}} or the object itself, as a list with
// that one item: {"data":[{...}]}. The item gets the member `id` with the address of the object that was
// asked about, unless it has one. An answer without an object ("data": null) is an empty list. Fails with
// not_understood where it is no object, or names another one than `address`.
result<std::string> answer_as_list(json_reader& reader, const std::string& body, std::string_view id,
                                   std::string_view address);

// The answer of the API to a question about one object that is a list, one page of it: its items get the
// member `owner` with the address of the object that was asked about. Everything beside the items, which may
// announce further pages, stays as it is. Fails with not_understood where an item names another owner.
result<std::string> answer_with_owner(json_reader& reader, const std::string& body, const resource_type& type,
                                      std::string_view owner, std::string_view address);

}  // namespace trunkwarden
