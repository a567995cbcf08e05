#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <string_view>
#include <utility>

#include "support/result.hpp"
#include "web/http_exchange.hpp"

namespace trunkwarden {

// {"status": "success", "data": …}
inline http_reply success(boost::json::value data)
{
    boost::json::object body;
    body["status"] = "success";
    body["data"] = std::move(data);
    return {.content_type = "application/json", .body = boost::json::serialize(body) + '\n'};
}

inline http_reply reply_to(const failure& why)
{
    switch (why.kind) {
        case errc::not_found:
            return api_error(404, why.message);
        case errc::bad_usage:
            return api_error(400, why.message);
        default:
            return api_error(500, why.message);
    }
}

// A reply that says which methods are fine; `allowed` may be "": none, through this door.
inline http_reply wrong_method(http_reply saying, std::string_view allowed)
{
    saying.headers.emplace_back("Allow", allowed);
    return saying;
}

}  // namespace trunkwarden
