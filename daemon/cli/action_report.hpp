#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <filesystem>

#include "support/result.hpp"

namespace trunkwarden {

// The running daemon's report on the quarantine (/api/v1/actions), with so many actions at most, page after
// page. Blocks. Its "actions" are an array.
result<boost::json::object> action_report_of(const std::filesystem::path& socket, std::size_t most);

}  // namespace trunkwarden
