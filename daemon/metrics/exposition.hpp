#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace trunkwarden {

// Prometheus' text format, version 0.0.4, of counters, gauges and histograms. prometheus-cpp's own goes
// through streams and takes three times as long, which shows with 50 accounts. Families without a metric are
// left out.
std::string exposition_of(const std::vector<prometheus::MetricFamily>& families);

}  // namespace trunkwarden
