#include "metrics/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>

namespace trunkwarden {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using testing::HasSubstr;
using testing::Not;

ClientMetric sample(double value, std::vector<ClientMetric::Label> labels = {})
{
    ClientMetric out;
    out.label = std::move(labels);
    out.counter.value = out.gauge.value = value;
    return out;
}

MetricFamily gauges(std::vector<ClientMetric> metrics)
{
    return {"some_gauge", "What it means.", MetricType::Gauge, std::move(metrics)};
}

MetricFamily histogram()
{
    ClientMetric metric;
    metric.label = {{"account", "production"}};
    metric.histogram.sample_count = 7;
    metric.histogram.sample_sum = 3.25;
    metric.histogram.bucket = {{3, 0.5}, {6, 2.5}, {7, std::numeric_limits<double>::infinity()}};
    return {"some_seconds", "Spans.", MetricType::Histogram, {metric}};
}

// Lines, with what follows the last space as a number: how many digits it is written with does not matter.
std::vector<std::pair<std::string, double>> lines_of(const std::string& text)
{
    std::vector<std::pair<std::string, double>> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const auto space = line.rfind(' ');
        const bool is_sample = !line.starts_with('#');
        out.emplace_back(is_sample ? line.substr(0, space) : line,
                         is_sample ? std::strtod(line.c_str() + space, nullptr) : 0);
    }
    return out;
}

TEST(Exposition, SaysWhatPrometheusCppSays)
{
    const std::vector<MetricFamily> all{
        {"some_total", "Counted.", MetricType::Counter, {sample(3, {{"a", "x"}, {"b", "y"}}), sample(0)}},
        gauges({sample(1795704000.25), sample(-1), sample(0.1), sample(1e300), sample(123456789012345678.0),
                sample(std::numeric_limits<double>::infinity()),
                sample(-0.5, {{"label", "with \"quotes\", \\ and\nlines"}})}),
        histogram()};
    const auto ours = lines_of(exposition_of(all));
    const auto theirs = lines_of(prometheus::TextSerializer().Serialize(all));
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t line = 0; line < ours.size(); ++line) {
        EXPECT_EQ(ours[line].first, theirs[line].first);
        EXPECT_DOUBLE_EQ(ours[line].second, theirs[line].second)
            << ours[line].first;  // it writes one digit too few
    }
}

TEST(Exposition, WritesNumbersAsShortAsTheyAre)
{
    EXPECT_THAT(
        exposition_of({gauges({sample(0.1), sample(250), sample(std::numeric_limits<double>::quiet_NaN())})}),
        HasSubstr("some_gauge 0.1\nsome_gauge 250\nsome_gauge NaN\n"));
}

TEST(Exposition, LeavesOutWhatHasNoSample)
{
    EXPECT_EQ(exposition_of({gauges({})}), "");
}

}  // namespace
}  // namespace trunkwarden
