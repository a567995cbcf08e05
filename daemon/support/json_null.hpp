#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {

// An absent value is null in JSON: an empty text, and a time or a number that is not known.
inline boost::json::value or_null(std::string_view text)
{
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(view(text));
}

inline boost::json::value or_null(const std::optional<time_point>& at)
{
    return at ? or_null(rfc3339(*at)) : boost::json::value(nullptr);
}

inline boost::json::value or_null(const std::optional<std::uint64_t>& number)
{
    return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

// An empty text is a value here, and stays one.
inline boost::json::value text_or_null(const std::optional<std::string>& text)
{
    return text ? boost::json::value(view(*text)) : boost::json::value(nullptr);
}

}  // namespace trunkwarden
