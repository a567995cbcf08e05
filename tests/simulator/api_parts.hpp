#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "simulator/api.hpp"

// What api::answer is made of: each function handles one kind of request, or says that it is not of that
// kind.

namespace trunkwarden::simulator {

// "/ips/123/actions/x": the endpoint "/ips", the id "123" and the rest "/actions/x".
struct item_path {
    const endpoint* what = nullptr;
    std::string id;
    std::string_view rest;
};

// What a request is about: "/phone_numbers/1/voice" the object 1 of "/phone_numbers/voice", and
// "/payment/auto_recharge_prefs" itself, with no id. Nothing when it names no object.
struct named_object {
    std::string list;
    std::string id;
};
named_object object_named_by(std::string_view path);

reply list_page(api& on, const endpoint& what, const request& asked);
reply list_audit_events(api& on, const request& asked);
reply create_object(api& on, const endpoint& what, const request& asked);
reply on_object(api& on, const item_path& where, const request& asked);
reply on_number_face(api& on, std::string_view face, const std::string& id, const request& asked);

// The endpoints that are neither a list nor one object of it.
std::optional<reply> on_single(api& on, const request& asked);
std::optional<reply> on_action(api& on, const item_path& where, const request& asked);

// The body as an object. On failure the reply says why.
boost::system::result<boost::json::object, reply> body_of(const request& asked);

reply unprocessable(std::string_view path, std::string_view field, std::string_view detail);
reply wrapped(unsigned status, const boost::json::object& object, wrapping how);

// One page's worth of page[number] and page[size], with the endpoint's defaults and limits.
struct page_request {
    std::size_t number = 1;
    std::size_t size = 20;
};
boost::system::result<page_request, reply> paging(const request& asked, std::size_t default_size,
                                                  std::size_t max_size);

boost::json::object meta_of(page_request page, std::size_t total);

}  // namespace trunkwarden::simulator
