#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "metrics/gauge_state.hpp"
#include "metrics/process.hpp"

namespace trunkwarden {

// Leaves out the resources of an account about which there is nothing to say: read completely within the last
// ten minutes, every object readable, no finding. A thousand accounts have all of the catalogue's each.
void leave_out_quiet_resources(account_gauges& gauges, time_point now);

// Metric families of the known values; a family without one is left out.
std::vector<prometheus::MetricFamily> gauges_of(const gauge_state& now);

// `started` in Unix time.
std::vector<prometheus::MetricFamily> process_families(const process_facts& facts,
                                                       std::optional<double> started);

}  // namespace trunkwarden
