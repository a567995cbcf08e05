#pragma once

#include <boost/json.hpp>

#include <string_view>

// One record of a phone number has four faces: the core list, the slim list, voice settings and messaging
// settings.

namespace trunkwarden::simulator {

// The whole record as one of the lists shows it; `path` is "/phone_numbers" or a view of it.
boost::json::object face_of_number(std::string_view path, const boost::json::object& record);

// Changes sent to one of the faces, as changes of the record.
boost::json::object changes_of_number(std::string_view path, const boost::json::object& changes);

// "/phone_numbers" for it and its views, any other path unchanged.
std::string_view stored_at(std::string_view path);

}  // namespace trunkwarden::simulator
