#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

// Dotted paths in one JSON object, as the catalogue writes them. Arrays are not walked into.

namespace trunkwarden {

// nullptr when the path leads nowhere.
const boost::json::value* value_at(const boost::json::object& in, std::string_view path);

// A scalar as text, with every digit of a number; "" when the path leads nowhere, or to null.
std::string text_at(const boost::json::object& in, std::string_view path);

// The same in a body that may be anything.
std::string text_at(const std::string& body, std::string_view path);

// Makes the objects on the way.
void put_at(boost::json::object& into, std::string_view path, boost::json::value value);

// Does nothing when there is none.
void remove_at(boost::json::object& from, std::string_view path);

// Whether two values mean the same to the API: null, absent and "" are one, and so are 50 and "50.00"; the
// order of an array does not count.
bool mean_the_same(const boost::json::value* a, const boost::json::value* b);

}  // namespace trunkwarden
