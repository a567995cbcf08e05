#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "support/result.hpp"

// Parts of requests to the API. Each fails with bad_usage, and says how it is written.

namespace trunkwarden {

// The body: an object that has no members but `known` ones.
result<boost::json::object> object_in(const std::string& body, std::span<const std::string_view> known);

// The parameter `limit`: how much of a list is shown at most.
result<std::size_t> limit_in(std::string_view written);

}  // namespace trunkwarden
