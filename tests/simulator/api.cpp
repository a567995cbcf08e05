#include "simulator/api.hpp"

#include <utility>

#include "simulator/api_parts.hpp"
#include "simulator/endpoints.hpp"
#include "simulator/object_path.hpp"

namespace trunkwarden::simulator {

reply reply_to(api_context& on, const request& asked)
{
    if (auto single = on_single(on, asked)) {
        return *std::move(single);
    }
    if (auto used = on_usage(on, asked)) {
        return *std::move(used);
    }
    if (asked.path == "/audit_events") {
        return asked.method == "GET" ? list_audit_events(on, asked) : not_found();
    }
    if (const endpoint* endpoint = find_endpoint(asked.path)) {
        if (asked.method == "GET") {
            return list_page(on, *endpoint, asked);
        }
        return asked.method == "POST" && endpoint->creatable ? create_object(on, *endpoint, asked)
                                                             : not_found();
    }
    const item_path where = split_item(asked.path);
    if (where.found == nullptr || where.id.empty()) {
        return not_found();
    }
    if (where.rest.empty()) {
        return on_object(on, where, asked);
    }
    if (auto action = on_action(on, where, asked)) {
        return *std::move(action);
    }
    return not_found();
}

}  // namespace trunkwarden::simulator
