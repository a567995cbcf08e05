#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "simulator/endpoints.hpp"

namespace trunkwarden::simulator {

// A time as the API writes it: "@now" with milliseconds, "@now_micro", "@now_seconds", "@now_bare".
std::string timestamp(std::chrono::system_clock::time_point at, std::string_view form);

// The ids, secrets and dates of new objects. The same calls make the same ids and secrets.
class value_generator {
public:
    std::string digits();
    std::string uuid();
    std::string secret();

    // Throws std::invalid_argument where the API makes no id: the caller must give one.
    std::string id_for(const endpoint& endpoint);

    struct context {
        std::string_view organization_id;
        std::string_view key_owner;
        std::chrono::system_clock::time_point now;
    };

    // Gives `fields` a value for each default that is a marker ("@uuid"), unless it has one.
    void fill(boost::json::object& fields, const boost::json::object& defaults, const context& whose);

private:
    void fill_nested(boost::json::object& fields, std::string_view key, const boost::json::object& defaults,
                     const context& whose);
    boost::json::value generated(std::string_view marker, const context& whose);

    std::mt19937_64 random_{20261122};
    std::uint64_t next_digits_ = 2300000000000000001;
};

}  // namespace trunkwarden::simulator
