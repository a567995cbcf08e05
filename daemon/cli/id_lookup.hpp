#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

// The kind of thing that an id names: "f-…" or "a-…".
enum class id_kind : std::uint8_t { finding, action };

// Whether `written` is an id, "f-" or "a-" and 12 hex digits, or its beginning: at least 6 digits, so that a
// slip of the finger names nothing rather than something else. Fails with bad_usage.
enum class id_extent : std::uint8_t { whole, beginning };
result<id_extent> extent_of_id(std::string_view written, id_kind kind = id_kind::finding);

// A finding as a person wrote it: an id or the beginning of one, and the state behind it; "" for none.
struct written_finding {
    std::string id;
    std::string state;
};

// Takes "f-1e2214e2702c.3fa9" apart. Fails with bad_usage when there is a point and no state behind it; the
// id is looked at by the other functions.
result<written_finding> split_state(std::string_view written);

// The whole id that begins with `written`. `list` is the answer of /api/v1/findings, or the actions of
// /api/v1/actions. Fails with bad_usage, not_found, or not_understood; when several ids fit, the sentence
// lists them.
result<std::string> look_up_id(std::string_view written, const boost::json::value& list,
                               id_kind kind = id_kind::finding);

}  // namespace trunkwarden
