#pragma once

#include <string>
#include <string_view>

#include "simulator/endpoints.hpp"

namespace trunkwarden::simulator {

// "/ips/123/actions/x": the endpoint "/ips", the id "123" and the rest "/actions/x".
struct item_path {
    const endpoint* found = nullptr;
    std::string id;
    std::string_view rest;
};

// The longest endpoint path that `path` continues with an id; no endpoint and no id when there is none.
item_path split_item(std::string_view path);

// The object of a request: "/phone_numbers/1/voice" the object 1 of "/phone_numbers/voice", and
// "/payment/auto_recharge_prefs" itself, with no id. Nothing when it names no object.
struct named_object {
    std::string list;
    std::string id;
};
named_object object_named_by(std::string_view path);

}  // namespace trunkwarden::simulator
