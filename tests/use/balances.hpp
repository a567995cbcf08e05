#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "fakes/times.hpp"
#include "use/spending_record.hpp"

namespace trunkwarden::fakes {

using namespace std::chrono_literals;

inline amount money(std::string_view text)
{
    return parse_amount(text).value();
}

// A record that is read once a minute.
class minutely {
public:
    explicit minutely(time_point began = noon) : now(began) {}

    // A reading a while after the one before.
    minutely& read(std::string_view available, std::chrono::milliseconds later = 60s)
    {
        now += record.is_empty() ? 0s : later;
        record.add(now, {money(available), currency}, known, longest_pause);
        return *this;
    }

    // The same balance for so many minutes.
    minutely& wait(int minutes)
    {
        for (int i = 0; i < minutes; ++i)
            read(to_text(record.last().is.available));
        return *this;
    }

    spending_record record;
    std::string currency = "USD";
    recharge known = {true, whole_units(100)};
    std::chrono::milliseconds longest_pause = 135s;
    time_point now;
};

}  // namespace trunkwarden::fakes
