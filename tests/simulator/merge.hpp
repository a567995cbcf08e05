#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

// Small operations on JSON that every part of the simulator needs.

namespace trunkwarden::simulator {

// Objects merge member by member, everything else is replaced.
void merge(boost::json::object& into, const boost::json::object& from);

// The changes that `after` makes to `before`: one {"field", "from", "to"} for each leaf that differs, with
// its dotted name.
boost::json::array differences(const boost::json::object& before, const boost::json::object& after);

// nullptr when there is none. The name is dotted, as "outbound.channel_limit".
const boost::json::value* at_dotted(const boost::json::object& in, std::string_view dotted);

// Sets a member by its dotted name; objects on the way are made.
void set_dotted(boost::json::object& in, std::string_view dotted, boost::json::value to);

// A scalar as text: a string without its quotes, a number or true, false, null as JSON writes them.
std::string scalar_text(const boost::json::value& item);

// A member as scalar_text() has it; `otherwise` when there is none of that name.
std::string member_text(const boost::json::object& in, std::string_view name, std::string_view otherwise);

// Serialised; doubles in their shortest form, which Boost.JSON 1.81 does not write.
std::string to_text(const boost::json::value& item);
void append_text(std::string& to, const boost::json::value& item);

}  // namespace trunkwarden::simulator
