#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "simulator/api_context.hpp"
#include "simulator/endpoints.hpp"
#include "simulator/object_path.hpp"
#include "simulator/reply.hpp"

// The parts of reply_to(): each function handles one kind of request, or says that it is not of that kind.

namespace trunkwarden::simulator {

reply list_page(api_context& on, const endpoint& endpoint, const request& asked);
reply list_audit_events(api_context& on, const request& asked);
reply list_access_log(const api_context& on, const request& asked);
reply create_object(api_context& on, const endpoint& endpoint, const request& asked);
reply on_object(api_context& on, const item_path& where, const request& asked);
reply on_number_face(api_context& on, std::string_view face, const std::string& id, const request& asked);

// The endpoints that are neither a list nor one object of it.
std::optional<reply> on_single(api_context& on, const request& asked);

// Usage reports and detail records.
std::optional<reply> on_usage(const api_context& on, const request& asked);

// The registrar knows the last client to register with a user name. The answer is not wrapped.
reply registration_status(api_context& on, const request& asked);

// The first page of the calls that run on a connection, without the connection: the API shows no more.
reply active_calls(const api_context& on, const std::string& connection, const request& asked);

// An endpoint below one object.
std::optional<reply> on_action(api_context& on, const item_path& where, const request& asked);

// The body as an object. On failure the reply says why.
boost::system::result<boost::json::object, reply> body_of(const request& asked);

reply unprocessable(std::string_view path, std::string_view field, std::string_view detail);
reply wrapped(unsigned status, const boost::json::object& object, wrapping wrap);

// One page's worth of page[number] and page[size], with the endpoint's defaults and limits.
struct page_request {
    std::size_t number = 1;
    std::size_t size = 20;
};
boost::system::result<page_request, reply> paging(const request& asked, std::size_t default_size,
                                                  std::size_t max_size);

boost::json::object meta_of(page_request page, std::size_t total);

}  // namespace trunkwarden::simulator
