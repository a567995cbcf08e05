#pragma once

#include <string>
#include <vector>

#include "findings/finding.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// Where the events of an account end: at the alert_dispatcher, or in a test's memory. Calls keep their order.
class event_sink {
public:
    virtual ~event_sink() = default;

    // Alerts about the events of one moment. Their findings are written to the state file together with the
    // alerts.
    virtual void alert(const std::string& account, const std::vector<finding_event>& events) = 0;

    // Writes down changes that no event carries.
    virtual void persist(state_change change) = 0;
};

}  // namespace trunkwarden
