#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/clock.hpp"

namespace trunkwarden {

// One message on its way to one sink, as the state file keeps it until the sink has taken it.
struct delivery {
    std::int64_t number = 0;  // order in which messages were made; unique in one state file
    std::string id;           // the same at every attempt: receivers recognise repetitions by it
    std::string sink;         // name, of the settings
    std::string account;
    std::vector<std::string> findings;  // ids of those in the message
    std::string event;                  // "opened", "opened_many", …
    std::string body;                   // a notification as JSON (alerts/notification.hpp)
    time_point queued;
    unsigned attempts = 0;  // made so far
    time_point next_attempt;
    std::string last_error;  // a sentence without secrets; "" before the first attempt
    bool dead = false;       // the sink refused it for good: kept to be looked at
    friend bool operator==(const delivery&, const delivery&) = default;
};

}  // namespace trunkwarden
