#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/notification.hpp"
#include "alerts/outbox.hpp"
#include "fakes/deviations.hpp"

// An outbox for tests, and answers of its sinks.

namespace trunkwarden {

inline sink_settings sink_named(std::string name, sink_type type = sink_type::webhook)
{
    sink_settings out;
    out.name = std::move(name);
    out.type = type;
    return out;
}

inline std::function<std::string()> ids_in_order()
{
    return [count = 0]() mutable { return "d-" + std::to_string(++count); };
}

inline attempt_outcome refused_for_now(std::optional<std::chrono::milliseconds> wait = {})
{
    attempt_outcome out;
    out.result = attempt_outcome::verdict::retry;
    out.why = "answered 429";
    out.wait = wait;
    return out;
}

inline attempt_outcome refused()
{
    attempt_outcome out;
    out.result = attempt_outcome::verdict::rejected;
    out.why = "answered 401";
    return out;
}

inline finding_event changed(const std::string& id, unsigned times, severity level = severity::medium)
{
    auto out = fakes::event(transition::changed, id, level);
    out.about.occurrences = times;
    return out;
}

inline unsigned times_told(const delivery& delivery)
{
    return notification_of(delivery.body).value().findings.at(0).at("times").to_number<unsigned>();
}

// One sink, and messages that are on the disk at once.
class FilledOutbox : public testing::Test {
protected:
    outbox box{{sink_named("soc")}, ids_in_order()};

    state_change put(const std::vector<finding_event>& events, time_point at = fakes::noon)
    {
        auto change = box.put("production", events, at);
        box.release_all();
        return change;
    }
    std::vector<std::string> drain(time_point at = fakes::noon)
    {
        std::vector<std::string> out;
        while (const auto next = box.next("soc", at)) {
            out.push_back(next->event + " " + (next->findings.size() == 1 ? next->findings[0] : "many"));
            box.settle(next->number, {}, at);
        }
        return out;
    }
};

}  // namespace trunkwarden
