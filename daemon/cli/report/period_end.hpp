#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "state/history_event.hpp"

// The end of a period that is over: nobody kept how things were then, but the events since then show it.
// Pure.

namespace trunkwarden {

// The status of a finding of which only a later event says that it was there then.
inline constexpr std::string_view not_resolved = "not resolved";

class period_end {
public:
    // Of the events since then, the oldest first, which outlive this.
    explicit period_end(const std::vector<history_event>& after);

    // The first event of each finding, or blindness, that was there then: it changed or ended later.
    std::vector<const history_event*> shown_by() const;

    // Whether a finding, or blindness, began since then, as far as these events tell of it.
    bool began_after(const std::string& finding) const;

    // The status of a finding then, which has this status now.
    std::string status_of(const std::string& finding, const std::string& status_now) const;

    // Whether the daemon started before it ended: then it did not run.
    bool daemon_was_off() const { return was_off_; }

private:
    std::map<std::string, const history_event*, std::less<>> first_;          // by finding
    std::map<std::string, const history_event*, std::less<>> first_changed_;  // its status
    bool was_off_ = false;
};

}  // namespace trunkwarden
