#include "metrics/exposition.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace trunkwarden {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

void add_number(std::string& out, double value)
{
    constexpr double largest_whole = 1e15;
    std::array<char, 32> text{};
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
        return;
    }
    const bool is_whole = value == std::trunc(value) && std::abs(value) < largest_whole;
    const auto written =
        is_whole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<long long>(value))
                 : std::to_chars(text.data(), text.data() + text.size(), value);
    out.append(text.data(), written.ptr);
}

void add_escaped(std::string& out, std::string_view value)
{
    for (const char c : value) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\' || c == '"')
            (out += '\\') += c;
        else
            out += c;
    }
}

void add_label(std::string& out, std::string_view name, std::string_view value)
{
    out += out.back() == '{' ? "" : ",";
    (out += name) += "=\"";
    add_escaped(out, value);
    out += '"';
}

// A sample without its labels.
struct sample {
    std::string_view name;
    std::string_view suffix = {};
    double value = 0;
    const double* bound = nullptr;  // of a bucket
};

void add_sample(std::string& out, const sample& sample, const ClientMetric& metric)
{
    (out += sample.name) += sample.suffix;
    if (!metric.label.empty() || sample.bound != nullptr) {
        out += '{';
        for (const auto& label : metric.label)
            add_label(out, label.name, label.value);
        if (sample.bound != nullptr) {
            add_label(out, "le", "");
            out.pop_back();
            add_number(out, *sample.bound);
            out += '"';
        }
        out += '}';
    }
    out += ' ';
    add_number(out, sample.value);
    out += '\n';
}

void add_histogram(std::string& out, std::string_view name, const ClientMetric& metric)
{
    const auto& seen = metric.histogram;
    add_sample(out, {name, "_count", static_cast<double>(seen.sample_count)}, metric);
    add_sample(out, {name, "_sum", seen.sample_sum}, metric);
    for (const auto& bucket : seen.bucket)
        add_sample(out, {name, "_bucket", static_cast<double>(bucket.cumulative_count), &bucket.upper_bound},
                   metric);
}

void add_family(std::string& out, const MetricFamily& family)
{
    const bool is_histogram = family.type == MetricType::Histogram;
    const bool is_counter = family.type == MetricType::Counter;
    ((out += "# HELP ") += family.name) += ' ';
    (out += family.help) += '\n';
    ((out += "# TYPE ") += family.name) += is_histogram ? " histogram\n"
                                           : is_counter ? " counter\n"
                                                        : " gauge\n";
    for (const auto& metric : family.metric) {
        if (is_histogram)
            add_histogram(out, family.name, metric);
        else
            add_sample(out, {family.name, {}, is_counter ? metric.counter.value : metric.gauge.value},
                       metric);
    }
}

}  // namespace

std::string exposition_of(const std::vector<MetricFamily>& families)
{
    constexpr std::size_t bytes_of_a_line = 90;
    std::size_t lines = 0;
    for (const auto& family : families)
        lines += family.metric.size() * (family.type == MetricType::Histogram ? 16 : 1);
    std::string out;
    out.reserve(lines * bytes_of_a_line);
    for (const auto& family : families)
        if (!family.metric.empty())
            add_family(out, family);
    return out;
}

}  // namespace trunkwarden
