#pragma once

#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "use/judge_traffic.hpp"

namespace trunkwarden::fakes {

using namespace std::chrono_literals;

inline const std::string office_trunk = "1293384261075731499";

inline traffic_lane trunk_to(std::string_view country, std::string connection = office_trunk)
{
    return {traffic_product::sip_trunking, std::move(connection), std::string(country)};
}

inline traffic_sum refused(std::uint64_t attempts)
{
    return {attempts, 0, 0, {}};
}

inline traffic_sum answered(std::uint64_t attempts, std::string_view cost = "0")
{
    return {attempts, attempts, attempts * 60, parse_amount(cost).value()};
}

inline traffic_entry entry_to(std::vector<std::string> countries, std::optional<unsigned> calls = {})
{
    traffic_entry out;
    out.product = traffic_product::sip_trunking;
    out.destinations = std::move(countries);
    out.max_calls_per_hour = calls;
    out.line = 7;
    return out;
}

// A record that is read once a minute, from noon of a Sunday on.
class read_traffic_record {
public:
    // One reading of the report of the hour that it is, as the API has it: sums since the hour began.
    std::vector<std::string> report(std::vector<std::pair<traffic_lane, traffic_sum>> sums)
    {
        std::vector<usage_row> rows;
        for (auto& [lane, sum] : sums)
            rows.push_back({lane, std::chrono::floor<std::chrono::hours>(now), sum});
        auto said = record.add_report(traffic_product::sip_trunking, rows, 1h, now);
        record.note_reading(traffic_product::sip_trunking, now, 5min);
        return said;
    }

    // A call that ended a moment ago.
    detail_record call(const traffic_lane& lane, std::string number, std::uint64_t seconds = 60)
    {
        const auto began = now - std::chrono::seconds(seconds);
        return {.id = fmt::format("call-{}", ++calls),
                .lane = lane,
                .number = std::move(number),
                .started = began,
                .ended = now,
                .connected = true,
                .seconds = seconds,
                .billed_seconds = seconds,
                .cost = parse_amount("0.01").value()};
    }

    void nothing_for(std::chrono::minutes span)
    {
        for (const auto until = now + span; now < until; now += 1min)
            report({});
    }

    std::vector<deviation> judge() const
    {
        return judge_traffic(resource_of(resource_role::traffic), policy, record, told, now);
    }

    // As the ledger has it: the last reported findings are open from then.
    std::vector<deviation> tell()
    {
        auto out = judge();
        told.clear();
        for (const auto& deviation : out)
            told.push_back({deviation, now});
        return out;
    }

    traffic_record record;
    traffic_policy policy{true, {entry_to({"US"})}, 3};
    std::vector<told_excess> told;
    time_point now = noon + 30min;
    int calls = 0;
};

inline std::string value_of(const deviation& found, std::string_view field)
{
    for (const auto& differing : found.fields)
        if (differing.field == field)
            return differing.actual.value_or("");
    return "none";
}

}  // namespace trunkwarden::fakes
