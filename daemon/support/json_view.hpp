#pragma once

#include <boost/json/string_view.hpp>

#include <string_view>

namespace trunkwarden {

// Boost.JSON 1.81 takes no std::string_view.
inline boost::json::string_view view(std::string_view text)
{
    return {text.data(), text.size()};
}

}  // namespace trunkwarden
