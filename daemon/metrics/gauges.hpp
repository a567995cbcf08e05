#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "metrics/gauge_state.hpp"
#include "metrics/process.hpp"

namespace trunkwarden {

// Metric families of what is known; a family without a known value is left out.
std::vector<prometheus::MetricFamily> gauges_of(const gauge_state& now);

// `started` in Unix time.
std::vector<prometheus::MetricFamily> process_families(const process_facts& facts,
                                                       std::optional<double> started);

}  // namespace trunkwarden
