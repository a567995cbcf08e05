#pragma once

#include <functional>
#include <vector>

#include "cli/report/period_report.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Everything of which a report is made.
struct report_material {
    std::vector<history_event> events = {};  // of the period, the oldest first
    report_period period;
    around_the_period around = {};
};

// Reads it from the running daemon. When that gives no answer, `unanswered` gets the reason, and the state is
// read; it is not asked again, because each time a command would wait for it as long. Fails when the history
// cannot be read; other parts say that they are not known.
result<report_material> read_report_material(report_period period, const settings& configured,
                                             const std::function<void(const failure&)>& unanswered);

}  // namespace trunkwarden
