#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/traffic_watch.hpp"

// An account whose traffic is read: its answers, and a reading.

namespace trunkwarden::traffic_account {

using namespace std::chrono_literals;

inline constexpr std::string_view to_us =
    "version: 1\ntraffic: [{product: sip-trunking, destinations: [US], max_calls_to_one_number: 10}]\n";

inline constexpr std::string_view options_of_trunks =
    R"({"data":[{"product":"sip-trunking","product_dimensions":["connection_id","country_iso","direction"],)"
    R"("product_metrics":["attempted","connected","billed_sec","cost"]}]})";

inline const std::string options = "/usage_reports/options?product=sip-trunking";
inline const std::string report =
    "/usage_reports?product=sip-trunking&date_range=today&dimensions=direction,country_iso,connection_id"
    "&metrics=attempted,connected,billed_sec,cost&filter[direction]=outbound&page[number]=1&page[size]=250";

inline std::string records(int page)
{
    return fmt::format(
        "/detail_records?filter[record_type]=sip-trunking&filter[direction]=outbound"
        "&page[number]={}&page[size]=50",
        page);
}

inline std::string row(std::string_view country, int attempts)
{
    return fmt::format(R"({{"direction":"outbound","country_iso":"{}","connection_id":"129","attempted":{},)"
                       R"("connected":0,"billed_sec":0,"cost":0}})",
                       country, attempts);
}

class TrafficWatch : public testing::Test, protected fakes::quiet_account {
protected:
    TrafficWatch() { build_with(to_us); }

    void build_with(std::string_view baseline)
    {
        build(std::string(baseline));
        api->answer(options, std::string(options_of_trunks));
        api->answer(records(1), R"({"data":[],"meta":{"total_pages":0}})");
    }

    void has(const std::string& rows)
    {
        api->answer(report, R"({"data":[)" + rows + R"(],"meta":{"total_pages":1}})");
    }

    void read_once()
    {
        run(read_traffic(*watched));
        now += 60s;
    }

    const coverage& traffic() const { return seen("traffic"); }
    std::ptrdiff_t count_of(const std::string& target) const { return std::ranges::count(api->sent, target); }
};

// Fifty calls on each page, all of them new.
inline std::string page_of_calls(int page, std::string_view at)
{
    std::string items;
    for (int i = 0; i < 50; ++i)
        items += fmt::format(
            R"({}{{"id":"{}-{}","direction":"outbound","started_at":"{}","cld":"+1312555{:04}"}})",
            i == 0 ? "" : ",", page, i, at, i);
    return R"({"data":[)" + items + R"(],"meta":{"total_pages":400}})";
}

}  // namespace trunkwarden::traffic_account
