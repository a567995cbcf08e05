#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "findings/ledger.hpp"

namespace trunkwarden {

// Events that are published a little later, together with later events of the same findings. A held event is
// not in the state file yet, so that a crash loses nothing: its finding is found again.
class event_buffer {
public:
    void hold(finding_event event, time_point now)
    {
        ids_.insert(event.about.id);
        events_.push_back(std::move(event));
        if (!since_)
            since_ = now;
    }
    bool holds(const std::string& finding) const { return ids_.contains(finding); }
    bool empty() const { return events_.empty(); }
    std::optional<time_point> since() const { return since_; }  // of the oldest

    std::vector<finding_event> take()
    {
        ids_.clear();
        since_.reset();
        return coalesced(std::exchange(events_, {}));
    }

private:
    std::vector<finding_event> events_;
    std::set<std::string> ids_;
    std::optional<time_point> since_;
};

}  // namespace trunkwarden
