#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <fmt/format.h>
#include <string>

#include "containment/world.hpp"

namespace trunkwarden {

// An account that is as it should be, watched and guarded, and the numbers that the tests of the safety
// limits count.
class SafetyLimits : public testing::Test, protected quarantine_world::demo_world {
protected:
    SafetyLimits()
    {
        start();
        look();
    }

    std::string id_of(const boost::json::object& attacked)
    {
        return std::string(attacked.at("id").as_string());
    }
    void add_ips(int count)
    {
        for (int i = 0; i < count; ++i)
            attack("add_ip", {{"object", {{"ip_address", fmt::format("192.0.2.{}", 100 + i)}}}});
    }
    std::size_t written() const { return api->written.size(); }
};

}  // namespace trunkwarden
