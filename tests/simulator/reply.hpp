#pragma once

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A request and its answer, without a network; and the error bodies the API documents.

namespace trunkwarden::simulator {

struct request {
    std::string method = {};
    std::string target = {};                                      // as sent
    std::string path = {};                                        // below /v2, decoded, without the query
    std::vector<std::pair<std::string, std::string>> query = {};  // decoded
    std::string body = {};
    std::string authorization = {};
    std::string managed_account = {};  // X-Managed-Account-Id
    bool accepts_gzip = false;

    // nullptr when the query does not have it.
    const std::string* parameter(std::string_view name) const;
    void set_parameter(std::string_view name, std::string value);
};

struct reply {
    unsigned status = 200;
    std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
    std::string content_type = "application/json; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<const std::string> gzip;  // the same body compressed, when it is at hand
};

reply json_reply(unsigned status, const boost::json::value& body);
reply text_reply(unsigned status, std::string body, std::string content_type);

// {"errors": [{"code", "title", "detail", "source", "meta"}]}; the source names a "pointer" into the body or
// a "parameter".
reply error_reply(unsigned status, std::string_view code, std::string_view title, std::string_view detail,
                  const boost::json::object& source = {});

reply not_found();
reply unauthorised();
reply too_many_requests();
reply bad_parameter(std::string_view name, std::string_view detail);

// Splits a target such as "/v2/ips?page%5Bsize%5D=2" into its decoded path and query. False when it is not
// below /v2.
bool split_target(request& request);

}  // namespace trunkwarden::simulator
