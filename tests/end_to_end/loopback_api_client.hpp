#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/run.hpp"
#include "fetch/fetch_list.hpp"
#include "fetch/https_api_client.hpp"
#include "simulator/server.hpp"

// The client of the API, and the simulator that it talks to over TLS.

namespace trunkwarden {

struct recorded final : request_observer {
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> left) override
    {
        EXPECT_GT(took.count(), 0);
        methods.insert(std::string(method));
        statuses.push_back(status);
        remaining = left;
    }
    void on_unread_rate_limit(const std::string& endpoint, const std::string& header) override
    {
        unread.push_back(endpoint + ", " + header);
    }
    std::vector<std::string> unread;
    std::vector<unsigned> statuses;
    std::set<std::string> methods;
    std::optional<std::uint64_t> remaining;
};

// Takes pages of the API as they are.
class json_sink final : public page_sink {
public:
    void restart() override
    {
        ids.clear();
        repeated.reset();
    }
    void leave_out(page_place /*place*/, const failure& why) override { ADD_FAILURE() << why.message; }
    result<page_facts> take(page_place /*place*/, std::string body) override
    {
        EXPECT_GE(body.capacity(), body.size() + body_padding);
        boost::system::error_code not_json;
        const auto parsed = boost::json::parse(body, not_json);
        if (not_json)
            return failure{errc::not_understood, "not JSON"};
        page_facts facts;
        facts.items = parsed.at("data").as_array().size();
        for (const auto& item : parsed.at("data").as_array())
            if (std::string id(item.at("id").as_string()); !ids.insert(id).second)
                repeated = id;
        if (const auto* meta = parsed.as_object().if_contains("meta")) {
            facts.page_number = meta->at("page_number").to_number<std::uint64_t>();
            facts.page_size = meta->at("page_size").to_number<std::uint64_t>();
            facts.total_pages = meta->at("total_pages").to_number<std::uint64_t>();
            facts.total_results = meta->at("total_results").to_number<std::uint64_t>();
        }
        return facts;
    }
    std::optional<std::string> repeated_id() const override { return repeated; }

    std::set<std::string> ids;
    std::optional<std::string> repeated;
};

class HttpsApiClient : public testing::Test {
protected:
    explicit HttpsApiClient(simulator::options options = {}, std::size_t numbers = 60)
        : server(simulator::generate_account(numbers), options)
    {
        access.base_url = server.url();
        access.ca_file = server.ca_file();
        access.key = secret(options.api_key);
        access.poll.requests_per_second = 1000;
        access.retries.first = std::chrono::milliseconds(10);
    }

    api_client& api()
    {
        if (!api_)
            api_ = create_https_api_client(access, told).value();
        return *api_;
    }

    result<std::string> get(std::string target = "/ips")
    {
        return run_to_end(io, api().get(std::move(target), urgency::money));
    }

    result<std::size_t> fetch(std::uint16_t page_size, std::size_t side_by_side = 8)
    {
        listing from;
        from.path = "/phone_numbers";
        from.page_size = page_size;
        fetch_limits limits;
        limits.side_by_side = side_by_side;
        limits.pause = std::chrono::milliseconds(1);
        return run_to_end(io, fetch_list(api(), from, sink, limits));
    }

    void fault(const std::string& json) { server.control("fault", json); }

    simulator::server server;
    api_access access;
    recorded told;
    json_sink sink;
    asio::io_context io{1};

private:
    std::unique_ptr<api_client> api_;
};

}  // namespace trunkwarden
