#pragma once

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "alerts/create_alert_sink.hpp"

// Sinks made as the daemon makes them, and their one request looked at.

namespace trunkwarden {

// A file with a secret in it, removed at the end.
class secret_file_for_test {
public:
    explicit secret_file_for_test(std::string_view text)
    {
        auto name = testing::TempDir() + "trunkwarden-secret-XXXXXX";
        const int descriptor = ::mkstemp(name.data());
        EXPECT_GE(descriptor, 0);
        ::close(descriptor);
        path = name;
        std::ofstream(path) << text << '\n';
    }
    ~secret_file_for_test() { std::filesystem::remove(path); }
    secret_file_for_test(const secret_file_for_test&) = delete;
    secret_file_for_test& operator=(const secret_file_for_test&) = delete;

    std::filesystem::path path;
};

inline sink_settings settings_for(sink_type type, std::string url)
{
    sink_settings out;
    out.name = "soc";
    out.type = type;
    out.url = std::move(url);
    return out;
}

inline std::unique_ptr<alert_sink> sink_of(const sink_settings& settings)
{
    auto made = create_alert_sink(settings);
    if (!made)
        throw std::runtime_error(made.error().message);
    return std::move(*made);
}

inline http_request only_request(const std::vector<http_request>& requests)
{
    if (requests.size() != 1)
        throw std::runtime_error("expected one request, got " + std::to_string(requests.size()));
    return requests[0];
}

inline std::string header_of(const http_request& request, std::string_view name)
{
    for (const auto& header : request.headers)
        if (header.name == name)
            return header.value;
    return "(none)";
}

inline boost::json::value body_of(const http_request& request)
{
    return boost::json::parse(request.body);
}

}  // namespace trunkwarden
