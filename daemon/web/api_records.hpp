#pragma once

#include <string_view>

#include "web/routed.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

inline constexpr std::string_view records_path = "/api/v1/records";

// All that `trunkwarden findings` prints (status/shown_records.hpp), over the control socket only: with many
// actions it is megabytes.
routed answer_records(const http_query& query, const web_view& view);

}  // namespace trunkwarden
