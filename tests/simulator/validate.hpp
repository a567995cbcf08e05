#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "simulator/endpoints.hpp"

// Checks what a client sends to create or change an object, as far as the official schema goes.

namespace trunkwarden::simulator {

struct complaint {
    std::string field;   // dotted
    std::string detail;  // one sentence
};

// The first thing wrong with a body, if anything is.
std::optional<complaint> complain(const endpoint& endpoint, std::string_view required,
                                  const boost::json::object& body, const boost::json::object& like);

// Only what the API would keep of a body: names it knows, without the fixed ones.
boost::json::object kept(const endpoint& endpoint, const boost::json::object& body,
                         const boost::json::object& like, std::string_view fixed);

}  // namespace trunkwarden::simulator
